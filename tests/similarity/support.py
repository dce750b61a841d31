"""Vectors as models make them: clusters in every sub-space, partly shared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.space import Space

SPACE = Space((("genre", 0, 8), ("mood", 8, 16)), 16)


def clustered(count: int, space: Space = SPACE, seed: int = 0) -> NDArray[np.float32]:
    """Float32 [count, space.dim]: about 25 tracks to a cluster, different in each sub-space."""
    rng = np.random.default_rng(seed)
    clusters = max(1, count // 25)
    shared = rng.integers(0, clusters, count)
    blocks = []
    for _, start, stop in space.subspaces:
        centres = rng.standard_normal((clusters, stop - start))
        own = np.where(rng.random(count) < 0.5, shared, rng.integers(0, clusters, count))
        blocks.append(centres[own] + 0.5 * rng.standard_normal((count, stop - start)))
    return np.hstack(blocks).astype(np.float32)
