"""The MIDI pieces as samples at 22,050 Hz with what is true of them, decoded once."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from models.training.systems.classes import divide
from models.training.systems.mecomp_tiny import network
from models.training.targets import Targets, load, tag_scale, unit

SAMPLES = 20 * network.SAMPLE_RATE_HZ
_FULL_SCALE = 32767


@dataclass(frozen=True, slots=True)
class Pieces:
    """T pieces in row order."""

    audio: NDArray[np.int16]
    """[T, 441,000]"""
    genre: NDArray[np.int64]
    teacher: NDArray[np.float32]
    """[T, 400] unit: products are the teacher's similarity (``Targets.whole``)."""
    tags: NDArray[np.float32]
    """[T, n] unit: products are the likeness of the teacher's genre tags."""
    split: NDArray[np.int64]
    """``TRAIN``, ``VALID`` (steers) or ``TEST`` (the corpus's held-out pieces, only reported)."""
    targets: Targets

    def heard(self, rows: NDArray[np.integer], start: int = 0, samples: int = SAMPLES) -> Floats:
        """Parts of pieces as float32 [rows, samples]."""
        return self.audio[rows, start : start + samples].astype(np.float32) / _FULL_SCALE


Floats = NDArray[np.float32]


def open_pieces(corpus: Path, cache: Path) -> Pieces:
    """All MIDI pieces; their audio stays on disk until it is heard."""
    targets = load(corpus, "midi", tag_scale(corpus))
    return Pieces(
        _audio(corpus, cache),
        targets.genre[targets.first],
        unit(np.add.reduceat(targets.whole, targets.first, axis=0)),
        unit(np.add.reduceat(targets.aspects["genre"], targets.first, axis=0)),
        divide(targets.valid),
        targets,
    )


def _audio(corpus: Path, cache: Path) -> NDArray[np.int16]:
    file = cache / "midi_22050.npy"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        decoded = np.stack([_decoded(data) for data in _files(corpus / "midi.tar")])
        unfinished = file.with_suffix(".part")
        with unfinished.open("wb") as stream:
            np.save(stream, decoded)
        unfinished.rename(file)
    audio: NDArray[np.int16] = np.load(file, mmap_mode="r")
    return audio


def _files(archive: Path) -> list[bytes]:
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.name.endswith(".opus")]
        opened = (tar.extractfile(member) for member in members)
        return [data.read() for data in opened if data is not None]


def _decoded(data: bytes) -> NDArray[np.int16]:
    samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32")
    mono = soxr.resample(samples, rate_hz, network.SAMPLE_RATE_HZ)
    mono = np.pad(mono, (0, max(0, SAMPLES - len(mono))))[:SAMPLES]
    return np.rint(np.clip(mono, -1, 1) * _FULL_SCALE).astype(np.int16)
