"""From excerpts to a vector: the one module that runs ONNX models."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# From 1.29 on onnxruntime sends measurements to its maker and keeps an identifier in the home
# directory, unless told not to before it is loaded (microsoft/onnxruntime, pull request 27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from tuiradio.errors import ModelError
from tuiradio.library.track import Estimates, Failure, FailureKind
from tuiradio.listening.card import ModelCard, ModelFile, load_card

Floats = NDArray[np.float32]

_EMBEDDING = "embedding"
_TAGS, _MOOD, _TEMPO = "tags", "mood", "tempo_bpm"
_STRONGEST_TAGS = 8
_SMALLEST_NORM = 1e-6
# onnxruntime's words for its log levels: 4 is fatal only.
_FATAL_ONLY = 4

_BAD_VECTOR = Failure(FailureKind.BAD_VECTOR, "The model could not make sense of this recording.")


@dataclass(frozen=True, slots=True)
class Embedding:
    """How a track sounds to the model."""

    vector: Floats
    """float32 [dim]; each sub-space of unit norm."""
    estimates: Estimates


class Encoder:
    """A loaded model. One excerpt at a time runs through it, always of the same shape.

    Fixed shapes keep onnxruntime's memory flat (pitfalls.md 2.4). Excerpts run one by
    one because a batch of six is no faster on one core (2.6 ms an excerpt against
    1.9 ms: the spectra leave the cache) and needs six times the memory.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the ONNX file at ``path`` with its card, and run it once to check it.

        Raises:
            ModelError: it cannot be read or run, or model and card disagree.
        """
        model = load_card(path)
        self._path = path
        self._session = _session(model, threads)
        self._outputs = self._check_signature(model.card)
        self.card: ModelCard = self._check_run(model.card)

    def embed(self, excerpts: Floats) -> Embedding | Failure:
        """The vector of a track from its excerpts, float32 [n ≥ 1, ``card.samples``].

        The mean of the excerpts' vectors, each sub-space of each made unit first, so that
        a loud or odd excerpt does not outvote the others. A failure (bad vector) when an
        output is not finite or a sub-space vanishes.
        """
        outputs = self._run(excerpts)
        if not all(np.isfinite(values).all() for values in outputs.values()):
            return _BAD_VECTOR
        vector = np.empty(self.card.dim, np.float32)
        for _, start, stop in self.card.subspaces:
            part = _unit(outputs[_EMBEDDING][:, start:stop].astype(np.float64))
            vector[start:stop] = _unit(part.mean(axis=0, keepdims=True))[0]
        if not np.isfinite(vector).all():
            return _BAD_VECTOR
        return Embedding(vector, self._estimates(outputs))

    def _run(self, excerpts: Floats) -> dict[str, Floats]:
        rows = [
            self._session.run(self._outputs, {"audio": excerpts[i : i + 1]})
            for i in range(len(excerpts))
        ]
        return {
            name: np.concatenate([row[i] for row in rows]) for i, name in enumerate(self._outputs)
        }

    def _estimates(self, outputs: Mapping[str, Floats]) -> Estimates:
        estimates = Estimates()
        if _TEMPO in outputs:
            # Half and double tempo are the usual error; a median does not invent a third.
            estimates = replace(estimates, tempo_bpm=float(np.median(outputs[_TEMPO])))
        if _MOOD in outputs:
            valence, arousal = outputs[_MOOD].mean(axis=0).tolist()
            estimates = replace(estimates, valence=valence, arousal=arousal)
        if _TAGS in outputs:
            mean = outputs[_TAGS].mean(axis=0)
            strongest = np.argsort(-mean, kind="stable")[:_STRONGEST_TAGS]
            tags = tuple((self.card.tag_names[i], float(mean[i])) for i in strongest)
            estimates = replace(estimates, tags=tags)
        return estimates

    def _check_signature(self, card: ModelCard) -> list[str]:
        """Names of the outputs to ask for, ``embedding`` first."""
        inputs = {each.name: each for each in self._session.get_inputs()}
        if list(inputs) != ["audio"]:
            raise self._breaks(f"its inputs are {sorted(inputs)}, not just 'audio'")
        audio = inputs["audio"]
        if audio.type != "tensor(float)" or len(audio.shape) != 2:
            raise self._breaks(f"'audio' is {audio.type} {audio.shape}, not float [batch, samples]")
        for size, wanted in zip(audio.shape, (1, card.samples), strict=True):
            if isinstance(size, int) and size not in (wanted, -1):
                raise self._breaks(f"'audio' is fixed to {audio.shape}, not [1, {card.samples}]")
        types = {each.name: each.type for each in self._session.get_outputs()}
        if types.get(_EMBEDDING) != "tensor(float)":
            raise self._breaks("it has no float output 'embedding'")
        known = [name for name in (_TAGS, _MOOD, _TEMPO) if types.get(name) == "tensor(float)"]
        if not card.tag_names and _TAGS in known:
            known.remove(_TAGS)
        return [_EMBEDDING, *known]

    def _check_run(self, card: ModelCard) -> ModelCard:
        """Run faint noise through the model; the card with the true dimension."""
        noise = np.random.default_rng(0).normal(0, 0.01, (1, card.samples)).astype(np.float32)
        try:
            outputs = self._run(noise)
        except Exception as error:  # onnxruntime raises its own classes, and RuntimeError
            raise self._breaks(f"it does not run ({_first_line(error)})") from error
        dim = outputs[_EMBEDDING].shape[-1]
        wanted: dict[str, tuple[int, ...]] = {
            _EMBEDDING: (1, card.dim or dim),
            _TAGS: (1, len(card.tag_names)),
            _MOOD: (1, 2),
            _TEMPO: (1,),
        }
        for name, values in outputs.items():
            if values.shape != wanted[name]:
                raise self._breaks(f"'{name}' has shape {values.shape}, not {wanted[name]}")
        if card.dim:
            return card
        return replace(card, dim=dim, subspaces=(("sound", 0, dim),))

    def _breaks(self, why: str) -> ModelError:
        return ModelError(
            f"The model {self._path} cannot be used: {why}.",
            "Install tuiradio again, or name another model in config.toml.",
        )


def _session(model: ModelFile, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    # Waiting threads would burn the processor between files (pitfalls.md 2.4).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(
            str(model.path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime raises its own classes, and RuntimeError
        raise ModelError(
            f"The model {model.path} cannot be loaded: {_first_line(error)}.",
            "It is damaged, or made for a newer onnxruntime.",
        ) from error


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of unit norm; NaN where a row has none."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.full_like(rows, np.nan)
    np.divide(rows, norms, out=unit, where=norms > _SMALLEST_NORM)
    return unit


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
