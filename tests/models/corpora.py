"""Tiny corpora of the real one's shape, made for tests."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

RATE_HZ = 48_000


def write_arrays(
    folder: Path,
    part: str,
    excerpts: list[int],
    valid: list[bool],
    bpm: list[float] | None = None,
) -> None:
    """The ``.npz`` of a part with random teacher outputs."""
    rng = np.random.default_rng(len(excerpts))
    total = sum(excerpts)
    arrays = {
        "excerpts": np.array(excerpts, np.int16),
        "first": np.cumsum([0, *excerpts[:-1]]).astype(np.int32),
        "valid": np.array(valid),
        "msd": rng.uniform(0, 1, (total, 50)).astype(np.float16),
        "mtt": rng.uniform(0, 1, (total, 50)).astype(np.float16),
        "pen_msd": rng.normal(size=(total, 200)).astype(np.float16),
        "pen_mtt": rng.normal(size=(total, 200)).astype(np.float16),
    }
    if bpm is not None:
        arrays["bpm"] = np.array(bpm, np.float32)
        arrays["families"] = rng.dirichlet(np.ones(17), len(excerpts)).astype(np.float32)
        arrays["genre"] = np.array(["rock", "folk"] * len(excerpts))[: len(excerpts)]
    np.savez(folder / f"{part}.npz", **arrays)


def write_pictures(folder: Path, part: str, excerpts: list[int]) -> list[np.ndarray]:
    """The ``.tar`` of log-mels, without loss; returns the pixels [96, 313·k] of each track."""
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (96, 313 * k)).astype(np.uint8) for k in excerpts]
    members = []
    for number, pixels in enumerate(pictures):
        stream = io.BytesIO()
        Image.fromarray(pixels).convert("RGB").save(stream, "webp", lossless=True)
        members.append((f"{number}.webp", stream.getvalue()))
    _tar(folder / f"{part}.tar", members)
    return pictures


def write_sounds(folder: Path, pieces: list[np.ndarray]) -> None:
    """The ``midi.tar`` of mono pieces at 48 kHz."""
    members = []
    for number, samples in enumerate(pieces):
        stream = io.BytesIO()
        soundfile.write(stream, samples, RATE_HZ, format="OGG", subtype="OPUS")
        members.append((f"{number}.opus", stream.getvalue()))
    _tar(folder / "midi.tar", members)


def _tar(file: Path, members: list[tuple[str, bytes]]) -> None:
    with tarfile.open(file, "w") as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
