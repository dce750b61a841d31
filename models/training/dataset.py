"""The corpus as arrays a training loop can draw from, decoded once and kept as bytes.

A cache of ``<part>.npy`` files, uint8 [excerpts, 313 frames, 96 bands], log-mel = value / 50:
the corpus's own coding, so nothing is lost for real music and no more than its rounding
(0.01) for MIDI, whose audio goes through the front end here.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
import soxr
from numpy.typing import NDArray

from models.training.corpus import FRAMES, MELS, log_mels
from models.training.frontend import SAMPLE_RATE_HZ, add_log_mel
from models.training.graph import Graph

UNITS = 50
PARTS = ("real", "judge", "midi")
EXCERPT_SAMPLES = 160_000
MIDI_EXCERPTS = 2

Bytes = NDArray[np.uint8]


def open_part(corpus: Path, cache: Path, part: str) -> Bytes:
    """Excerpts [E, 313, 96] of one of ``PARTS`` in row order, decoded at first use."""
    file = cache / f"{part}.npy"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        tracks = _midi_log_mels(corpus) if part == "midi" else log_mels(corpus, part)
        decoded = np.concatenate([as_bytes(track) for track in tracks])
        assert decoded.shape[1:] == (FRAMES, MELS), decoded.shape
        unfinished = file.with_suffix(".part")
        with unfinished.open("wb") as stream:
            np.save(stream, decoded)
        unfinished.rename(file)
    return np.asarray(np.load(file))


def as_bytes(log_mel: NDArray[np.floating]) -> Bytes:
    """Log-mel to the corpus's coding."""
    return np.clip(np.rint(log_mel * UNITS), 0, 255).astype(np.uint8)


def midi_audio(
    corpus: Path, wanted: NDArray[np.bool_] | None = None
) -> Iterator[NDArray[np.float32]]:
    """Audio of each MIDI piece [2 excerpts, 160,000 samples] at 16 kHz, in row order.

    Of the pieces ``wanted`` [pieces] only, when given.
    """
    with tarfile.open(corpus / "midi.tar") as archive:
        pieces = [member for member in archive if member.name.endswith(".opus")]
        for row, member in enumerate(pieces):
            data = archive.extractfile(member)
            if data is None or not (wanted is None or wanted[row]):
                continue
            samples, rate_hz = soundfile.read(io.BytesIO(data.read()), dtype="float32")
            mono = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
            length = MIDI_EXCERPTS * EXCERPT_SAMPLES
            yield np.pad(mono, (0, max(0, length - len(mono))))[:length].reshape(MIDI_EXCERPTS, -1)


def log_mel_session() -> onnxruntime.InferenceSession:
    """The front end alone: ``audio`` [batch, samples] at 16 kHz → log-mel [batch, frames, 96]."""
    graph = Graph()
    model = graph.model_bytes([(add_log_mel(graph), "log_mel", ("batch", "frames", MELS))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _midi_log_mels(corpus: Path) -> Iterator[NDArray[np.float32]]:
    session = log_mel_session()
    for excerpts in midi_audio(corpus):
        yield np.asarray(session.run(None, {"audio": excerpts})[0])
