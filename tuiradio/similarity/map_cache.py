"""The drawn map on disk: written beside and renamed, never trusted, made anew when in doubt."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tuiradio.similarity.cache import Doubt
from tuiradio.similarity.projection import Projection

FORMAT = 1
"""Grows when the file or the layout changes its meaning; older ones are then drawn anew."""

_KEPT = 6


@dataclass(frozen=True, slots=True)
class SavedMap:
    """A map, and what it is a map of."""

    projection: Projection
    model_id: str
    vector_revision: int
    """Of the store the vectors came from."""


def file_of(directory: Path, model_id: str, shares: tuple[float, ...], *, sketch: bool) -> Path:
    """Where the map of a model under these weights of its sub-spaces lies."""
    key = f"{FORMAT} {model_id} {' '.join(f'{share:.3f}' for share in shares)}"
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    return directory / f"map-{name}{'-sketch' if sketch else ''}.npz"


def write(file: Path, saved: SavedMap) -> None:
    """Replace the file; all but the newest few of the directory go.

    Raises:
        OSError: it could not be written whole; what was there is untouched.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, prefix=".map")
    at = saved.projection
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(
                stream,
                allow_pickle=False,
                about=np.array([FORMAT, saved.vector_revision, at.drawn, at.is_sketch], np.int64),
                model_id=np.array(saved.model_id),
                ids=at.ids,
                places=at.places,
                signs=at.signs,
            )
        os.replace(part, file)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise
    for old in sorted(file.parent.glob("map-*.npz"), key=_age)[_KEPT:]:
        old.unlink(missing_ok=True)


def read(file: Path, model_id: str | None = None) -> SavedMap:
    """The saved map.

    Raises:
        Doubt: it is absent, broken, of another format or of another model than ``model_id``.
    """
    try:
        # The zip's checksums tell a damaged file.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            number, revision, drawn, is_sketch = (int(value) for value in arrays["about"])
            found = str(arrays["model_id"])
            ids, places, signs = arrays["ids"], arrays["places"], arrays["signs"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise Doubt(str(error)) from error
    if number != FORMAT or model_id not in (None, found):
        raise Doubt(f"{file} is of format {number} and model {found}")
    shapes_agree = places.shape == (len(ids), 2) and signs.shape == ids.shape
    if not shapes_agree or (np.diff(ids) <= 0).any() or not np.isfinite(places).all():
        raise Doubt(f"the tables of {file} do not belong together")
    projection = Projection(ids, places, signs, drawn, bool(is_sketch))
    return SavedMap(projection, found, revision)


def _age(file: Path) -> float:
    try:
        return -file.stat().st_mtime
    except OSError:
        return 0.0
