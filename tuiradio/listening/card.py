"""What a model is, said without running it: the card beside the ONNX file.

The engine's process reads cards only; onnxruntime lives in the listening workers.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tuiradio.errors import ModelError
from tuiradio.listening.python import interpreter
from tuiradio.paths import models_dir

DEFAULT_MODEL = "tuiradio"
_FORMAT = 1
# A bare ONNX file says nothing of itself; these are the field's habits (design.md section 3).
_BARE_SAMPLE_RATE_HZ = 22_050
_BARE_EXCERPT_S = 10.0
_BARE_EXCERPTS = 6
_MAX_EXCERPT_S = 120.0
_MAX_EXCERPTS = 64
_PROBE_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model wants and gives. Vectors of different ``id`` are never compared."""

    name: str
    version: str
    sha256: str
    """Of the ONNX file, hexadecimal."""
    sample_rate_hz: int
    excerpt_s: float
    excerpts: int
    """How many excerpts of a track are listened to."""
    dim: int
    """Length of a vector; 0 in the card of a bare file before ``probe``."""
    subspaces: tuple[tuple[str, int, int], ...]
    """Name, start and stop of each part of the vector, in order, together the whole of it."""
    tag_names: tuple[str, ...] = ()
    licence: str = ""
    training: str = ""
    """How it was made and from what."""
    quality: tuple[tuple[str, float], ...] = ()
    """Measured figures, by name."""

    @property
    def id(self) -> str:
        """Unique to the bytes of the model, so that a forgotten version bump mixes nothing."""
        return f"{self.name}-{self.version}-{self.sha256[:12]}"

    @property
    def samples(self) -> int:
        """Samples in one excerpt."""
        return round(self.sample_rate_hz * self.excerpt_s)


def model_name(model_id: str) -> str:
    """The name in ``ModelCard.id``: the same for every version of a model."""
    return model_id.rsplit("-", 2)[0]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """An ONNX file and its card."""

    path: Path
    card: ModelCard


def model_names(directory: Path | None = None) -> tuple[str, ...]:
    """The models in ``directory`` (the shipped ones), the default first, the others by name."""
    found = {path.stem for path in (directory or models_dir()).glob("*.onnx")}
    return tuple(sorted(found, key=lambda name: (name != DEFAULT_MODEL, name)))


def find_model(name_or_path: str | Path | None = None, directory: Path | None = None) -> ModelFile:
    """The model of that name in ``directory`` (the shipped ones), or the ONNX file at that path.

    None is the model tuiradio ships. A bare ONNX file, without a card beside it, is run once
    in a process of its own to learn the length of its vectors.

    Raises:
        ModelError: no such model, or its card breaks the contract.
    """
    name = str(name_or_path or DEFAULT_MODEL)
    folder = directory or models_dir()
    path = Path(name).expanduser()
    if not (name.endswith(".onnx") or os.sep in name):
        path = folder / f"{name}.onnx"
        if not path.exists():
            raise _unknown(name, folder)
    model = load_card(path)
    return model if model.card.dim else probe(model)


def load_card(path: Path) -> ModelFile:
    """The ONNX file with its card, or with a bare file's card (``dim`` 0) when none lies beside it.

    Raises:
        ModelError: the model is missing or unreadable, or the card breaks the contract.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The model {path} cannot be read: {error.strerror}.",
            "Install tuiradio again, or name another model in config.toml.",
        ) from error
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        text = path.with_suffix(".json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ModelFile(path, _bare_card(path, sha256))
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, "it cannot be read") from error
    card = _parse(path, text)
    if card.sha256 != sha256:
        raise _broken(path, "it belongs to another version of the ONNX file (sha256 differs)")
    return ModelFile(path, card)


def probe(model: ModelFile) -> ModelFile:
    """Complete a bare model's card by running it once in a child process.

    Raises:
        ModelError: it does not run, or breaks the contract.
    """
    command, environment = interpreter("tuiradio.listening.probe")
    try:
        done = subprocess.run(
            [*command, os.fspath(model.path)],
            env=environment,
            capture_output=True,
            timeout=_PROBE_LIMIT_S,
            check=False,
        )
        answer = json.loads(done.stdout)
        problem, dim = str(answer.get("problem", "")), int(answer.get("dim", 0))
    except (OSError, subprocess.TimeoutExpired, ValueError, AttributeError) as error:
        raise ModelError(
            f"The model {model.path} does not run.",
            f"Try it by hand: {sys.executable} -m tuiradio.listening.probe {model.path}",
        ) from error
    if problem:
        raise ModelError(problem)
    card = replace(model.card, dim=dim, subspaces=(("sound", 0, dim),))
    return ModelFile(model.path, card)


def _bare_card(path: Path, sha256: str) -> ModelCard:
    return ModelCard(
        name=path.stem,
        version="bare",
        sha256=sha256,
        sample_rate_hz=_BARE_SAMPLE_RATE_HZ,
        excerpt_s=_BARE_EXCERPT_S,
        excerpts=_BARE_EXCERPTS,
        dim=0,
        subspaces=(),
    )


def _parse(path: Path, text: str) -> ModelCard:
    try:
        fields = json.loads(text)
        if fields["format"] != _FORMAT:
            raise _broken(path, f"its format is {fields['format']!r}, not {_FORMAT}")
        card = ModelCard(
            name=str(fields["name"]),
            version=str(fields["version"]),
            sha256=str(fields["sha256"]),
            sample_rate_hz=int(fields["sample_rate"]),
            excerpt_s=float(fields["excerpt_s"]),
            excerpts=int(fields["excerpts"]),
            dim=int(fields["dim"]),
            subspaces=_subspaces(fields["subspaces"]),
            tag_names=tuple(str(tag) for tag in fields.get("tags", ())),
            licence=str(fields.get("licence", "")),
            training=str(fields.get("training", "")),
            quality=tuple((str(k), float(v)) for k, v in fields.get("quality", {}).items()),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _broken(path, f"{type(error).__name__}: {error}") from error
    _check(path, card)
    return card


def _subspaces(fields: dict[str, Any]) -> tuple[tuple[str, int, int], ...]:
    spaces = ((str(name), int(start), int(stop)) for name, (start, stop) in fields.items())
    return tuple(sorted(spaces, key=lambda space: space[1]))


def _check(path: Path, card: ModelCard) -> None:
    edges = [0]
    for _, start, stop in card.subspaces:
        if start != edges[-1] or stop <= start:
            raise _broken(path, "its sub-spaces leave gaps or overlap")
        edges.append(stop)
    if edges[-1] != card.dim or card.dim < 1:
        raise _broken(path, f"its sub-spaces do not cover the {card.dim} dimensions")
    if not 1_000 <= card.sample_rate_hz <= 192_000:
        raise _broken(path, f"a sample rate of {card.sample_rate_hz} Hz is out of range")
    if not (math.isfinite(card.excerpt_s) and 0.5 <= card.excerpt_s <= _MAX_EXCERPT_S):
        raise _broken(path, f"excerpts of {card.excerpt_s} s are out of range")
    if not 1 <= card.excerpts <= _MAX_EXCERPTS:
        raise _broken(path, f"{card.excerpts} excerpts are out of range")


def _unknown(name: str, folder: Path) -> ModelError:
    names = model_names(folder)
    if not names:
        return ModelError(f"There are no models in {folder}.", "Install tuiradio again.")
    if name == DEFAULT_MODEL:
        return ModelError(
            f"The network that listens is missing: {folder / name}.onnx is not there.",
            "Install tuiradio again. Meanwhile everything plays, and radios go by tags.",
        )
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
    return ModelError(
        f"There is no model called {name!r}.",
        f"{hint} A file of your own is named by its path: ./{name}.onnx",
    )


def _broken(path: Path, why: str) -> ModelError:
    return ModelError(
        f"The model card {path.with_suffix('.json')} cannot be used: {why}.",
        "Install tuiradio again, or remove the card to use the ONNX file without it.",
    )
