"""What both decoders offer: a few spots of a file, never the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

MIN_RATE_HZ = 1_000
MAX_RATE_HZ = 768_000


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a track, from and to as shares of its length."""

    start: float = 0.0
    stop: float = 1.0

    def frames(self, frames: int) -> tuple[int, int]:
        """First frame and the one behind the last, of a track of so many."""
        return round(self.start * frames), round(self.stop * frames)


WHOLE = Span()


class CannotDecode(Exception):
    """This decoder makes nothing of the file; its words are for the log."""


class NoDecoder(CannotDecode):
    """The file is sound, in a format nobody here decodes; ``str()`` names it."""


class SoundReader(Protocol):
    """An open file. Methods other than the constructor never raise on damage."""

    rate_hz: int
    claimed_frames: int
    """Length by the header, which may lie either way."""
    is_length_told: bool
    """False when there is no length in the file and this one is a guess."""

    def read(self, start: int, frames: int) -> Samples:
        """Mono float32 from frame ``start``; shorter at the end or at damage, finite."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


def mono(channels: NDArray[np.float32], axis: int) -> Samples:
    """Mean over the axis of channels, NaN and infinities (float files hold them) as silence."""
    count = channels.shape[axis]
    share = np.full(count, 1 / count, np.float32)
    # A product with BLAS; numpy's mean over pairs takes eight times as long.
    mixed = channels @ share if axis == 1 else share @ channels
    if not np.isfinite(mixed @ mixed):
        mixed = np.nan_to_num(mixed, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(mixed, np.float32)
