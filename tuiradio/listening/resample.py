"""Changing the sample rate: the one module that imports soxr."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray


def resample(samples: NDArray[np.float32], rate_hz: int, to_hz: int) -> NDArray[np.float32]:
    """Mono samples at the new rate, high quality: 1.5 ms for 10 s, as much as a poor one."""
    if rate_hz == to_hz:
        return samples
    return np.asarray(soxr.resample(samples, rate_hz, to_hz, quality="HQ"), np.float32)
