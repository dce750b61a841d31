"""Reading the training corpus (its README.md says what it holds); needs Pillow."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MELS = 96
FRAMES = 313
_PIXELS_PER_UNIT = 50


def log_mels(corpus: Path, part: str) -> Iterator[NDArray[np.float32]]:
    """Log-mel excerpts [excerpts, 313, 96] of each track of ``real`` or ``judge``, in row order."""
    with tarfile.open(corpus / f"{part}.tar") as archive:
        for member in archive:
            data = archive.extractfile(member)
            if data is None or not member.name.endswith(".webp"):
                continue
            pixels = np.asarray(Image.open(io.BytesIO(data.read())).convert("L"))
            excerpts = pixels.reshape(MELS, -1, FRAMES).transpose(1, 2, 0)
            yield excerpts.astype(np.float32) / _PIXELS_PER_UNIT
