"""The index on disk: written beside and renamed, vouched for by a sidecar, never trusted."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.exact import ExactIndex
from tuiradio.similarity.graph import Graph, GraphFailed
from tuiradio.similarity.hubs import HubStatistics
from tuiradio.similarity.space import Space

FORMAT = 2
"""Grows when the files change their meaning; older ones are then rebuilt."""


Arrays = dict[str, NDArray[Any]]


class Doubt(Exception):
    """The files on disk do not agree with what is wanted; the message says how."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a saved index has to be an index of."""

    model_id: str
    space: Space


@dataclass(frozen=True, slots=True)
class _Sidecar:
    format: int
    model_id: str
    dim: int
    subspaces: list[list[str | int]]
    count: int
    vector_revision: int
    graph_sha256: str
    tables_sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything an index consists of; the three parts belong to the same tracks."""

    exact: ExactIndex
    graph: Graph
    hubs: HubStatistics


def write(file: Path, identity: Identity, vector_revision: int, contents: Contents) -> None:
    """Replaces the saved index; the sidecar comes last, so that a kill leaves it in doubt.

    Raises:
        OSError: When anything could not be written whole; what was there may be in doubt then.
    """
    tables = _tables_file(file)
    exact, graph = contents.exact, contents.graph
    _replace(file, graph.write)
    # hnswlib gives vectors back a hundred times more slowly than they are read from here.
    arrays: Arrays = {"ids": exact.ids, "vectors": exact.stored, "track_of": graph.track_of}
    arrays |= contents.hubs.arrays()
    _replace(tables, lambda part: _write_arrays(part, arrays))
    sidecar = _Sidecar(
        format=FORMAT,
        model_id=identity.model_id,
        dim=identity.space.dim,
        subspaces=[list(subspace) for subspace in identity.space.subspaces],
        count=len(graph),
        vector_revision=vector_revision,
        graph_sha256=_checksum(file),
        tables_sha256=_checksum(tables),
    )
    text = json.dumps(asdict(sidecar), indent=1)
    _replace(_sidecar_file(file), lambda part: _write_text(part, text))


def read(file: Path, identity: Identity) -> tuple[Contents, int]:
    """The saved index, and the vector revision it was saved at.

    Raises:
        Doubt: When a file is absent, broken, or of another model, space or format.
    """
    tables = _tables_file(file)
    try:
        sidecar = _read_sidecar(file)
        _check(sidecar, identity)
        for part, wanted in ((file, sidecar.graph_sha256), (tables, sidecar.tables_sha256)):
            if _checksum(part) != wanted:
                raise Doubt(f"{part} is not the file that was saved")
        with np.load(tables, allow_pickle=False) as arrays:
            contents = _contents(file, identity.space, arrays)
    except (OSError, ValueError, KeyError, TypeError, GraphFailed) as error:
        raise Doubt(str(error)) from error
    if len(contents.exact) != sidecar.count:
        raise Doubt(f"{file} holds {len(contents.exact)} tracks, expected {sidecar.count}")
    return contents, sidecar.vector_revision


def _contents(file: Path, space: Space, arrays: Mapping[str, Any]) -> Contents:
    exact = ExactIndex(space)
    exact.put_stored(arrays["ids"], arrays["vectors"])
    graph = Graph.read(file, space.dim, arrays["track_of"])
    live = graph.track_of[graph.track_of >= 0]
    if not np.array_equal(np.sort(live), np.sort(exact.ids)):
        raise Doubt(f"{file} and its tables are of different tracks")
    hubs = HubStatistics.from_arrays(
        arrays["hub_ids"], arrays["hub_neighbours"], arrays["hub_cosines"]
    )
    return Contents(exact, graph, hubs)


def _check(sidecar: _Sidecar, identity: Identity) -> None:
    wanted = [list(subspace) for subspace in identity.space.subspaces]
    for what, found, expected in (
        ("format", sidecar.format, FORMAT),
        ("model", sidecar.model_id, identity.model_id),
        ("dimension", sidecar.dim, identity.space.dim),
        ("sub-spaces", sidecar.subspaces, wanted),
    ):
        if found != expected:
            raise Doubt(f"the saved index has {what} {found}, expected {expected}")


def _read_sidecar(file: Path) -> _Sidecar:
    found = json.loads(_sidecar_file(file).read_text("utf-8"))
    if not isinstance(found, dict):
        raise Doubt("the sidecar is not an object")
    return _Sidecar(**found)


def _replace(file: Path, write_part: Callable[[Path], None]) -> None:
    part = file.with_name(file.name + ".part")
    # hnswlib reports nothing when it cannot write; opening first does.
    part.open("wb").close()
    try:
        write_part(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _write_text(part: Path, text: str) -> None:
    part.write_text(text, "utf-8")


def _write_arrays(part: Path, arrays: Arrays) -> None:
    with part.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sidecar_file(file: Path) -> Path:
    return file.with_name(file.name + ".json")


def _tables_file(file: Path) -> Path:
    return file.with_name(file.name + ".tables")
