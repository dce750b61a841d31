"""What other rooms see of similarity: a few frozen values and one protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Weights = tuple[tuple[str, float], ...]
"""Sub-space name and its weight (≥ 0); an unnamed sub-space weighs 1. ``()`` = all equal."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A track and how near it is."""

    track_id: int
    similarity: float
    """Weighted cosine, -1…1 (design.md section 3, Space)."""


class Neighbourhood(Protocol):
    """What is near what, for a fixed set of vectors of one model."""

    @property
    def subspaces(self) -> tuple[str, ...]:
        """Names of the sub-spaces, in vector order; one name for an undivided model."""
        ...

    def __contains__(self, track_id: object) -> bool:
        """Whether the track has a vector."""
        ...

    def nearest(self, track_id: int, count: int, weights: Weights = ()) -> tuple[Neighbour, ...]:
        """Up to ``count`` nearest other tracks, nearest first; () without a vector."""
        ...

    def similarities(self, track_id: int, others: Sequence[int]) -> NDArray[np.float32]:
        """Cosine per sub-space, float32 [len(others), len(subspaces)]; NaN without a vector.

        Under a personal ear its dimensions are weighted, and 1 is the most.
        """
        ...

    def shares(self, weights: Weights = ()) -> NDArray[np.float32]:
        """What each sub-space counts, ≥ 0 and summing to 1; float32 [len(subspaces)].

        A personal ear in use is in it, so ``similarities @ shares`` is the similarity that
        ``nearest`` ranks by.
        """
        ...

    def hubness_scale(self, track_id: int, weights: Weights = ()) -> float:
        """Mean similarity of the track to its own nearest neighbours: high for hubs.

        Local scaling subtracts it (Schnitzer et al. 2012, section 3.1; the
        non-iterative contextual measure of Jégou et al. 2007 in its additive form).
        """
        ...
