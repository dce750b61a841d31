"""The embedding space: named sub-spaces, each of unit norm, weighted on the query side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.neighbourhood import Weights

Vectors = NDArray[np.float32]

SMALLEST_NORM = 1e-6
"""A sub-space shorter than this says nothing: normalising it would amplify noise."""


@dataclass(frozen=True, slots=True)
class Space:
    """How a vector is divided: contiguous, disjoint sub-spaces that cover it.

    The similarity of two tracks under weights ``w`` is ``Σ w·cos / Σ w`` over the
    sub-spaces. Scaling only the query gives that sum as one inner product, so a
    single index serves every setting of the weights (Lee et al. 2020, section 3.2).

    Raises:
        ValueError: When the sub-spaces leave a gap, overlap, or do not end at ``dim``.
    """

    subspaces: tuple[tuple[str, int, int], ...]
    """Name, first and one past the last dimension."""
    dim: int

    def __post_init__(self) -> None:
        end = 0
        for name, start, stop in self.subspaces:
            if start != end or stop <= start:
                raise ValueError(
                    f"sub-space {name} spans {start}…{stop}, expected to begin at {end}"
                )
            end = stop
        if end != self.dim or not self.subspaces:
            raise ValueError(f"the sub-spaces end at {end}, the vectors have {self.dim} dimensions")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sub-spaces in vector order."""
        return tuple(name for name, _, _ in self.subspaces)

    def normalise(self, vectors: Vectors) -> Vectors:
        """A copy with every sub-space of every row at unit norm; float32, same shape.

        Raises:
            ValueError: When a row is not usable (see ``usable``) or the shape is wrong.
        """
        rows = np.array(vectors, dtype=np.float32, ndmin=2)
        if not self.usable(rows).all():
            raise ValueError("a vector is not finite or has an empty sub-space")
        for _, start, stop in self.subspaces:
            block = rows[:, start:stop]
            block /= np.linalg.norm(block, axis=1, keepdims=True)
        return rows.reshape(np.shape(vectors))

    def usable(self, vectors: Vectors) -> NDArray[np.bool_]:
        """Which rows are finite and have a direction in every sub-space; bool [n].

        Raises:
            ValueError: When the rows do not have ``dim`` dimensions.
        """
        rows = np.atleast_2d(vectors)
        if rows.ndim != 2 or rows.shape[1] != self.dim:
            raise ValueError(f"vectors of shape {np.shape(vectors)}, expected (n, {self.dim})")
        good = np.asarray(np.isfinite(rows).all(axis=1), dtype=np.bool_)
        with np.errstate(invalid="ignore", over="ignore"):
            for _, start, stop in self.subspaces:
                norm = np.linalg.norm(rows[:, start:stop], axis=1)
                good &= (norm > SMALLEST_NORM) & np.isfinite(norm)
        return good

    def shares(self, weights: Weights = ()) -> Vectors:
        """The weight of each sub-space, ≥ 0 and summing to 1; float32 [sub-spaces].

        Unnamed sub-spaces weigh 1; names this space lacks are ignored, so that
        settings made for one model survive a change of model. All zero means all equal.
        """
        named = dict(weights)
        raw = np.array([max(0.0, named.get(name, 1.0)) for name in self.names], dtype=np.float32)
        total = float(raw.sum())
        if not np.isfinite(total) or total <= 0.0:
            return np.full(len(raw), 1.0 / len(raw), dtype=np.float32)
        return raw / np.float32(total)

    def scale_query(self, vector: Vectors, weights: Weights = ()) -> Vectors:
        """The query whose inner product with a normalised vector is their weighted cosine."""
        widths = [stop - start for _, start, stop in self.subspaces]
        return np.asarray(vector * np.repeat(self.shares(weights), widths), dtype=np.float32)

    def by_subspace(self, vector: Vectors, others: Vectors) -> Vectors:
        """Cosine per sub-space of one normalised vector to many; float32 [n, sub-spaces]."""
        columns: Sequence[Vectors] = [
            others[:, start:stop] @ vector[start:stop] for _, start, stop in self.subspaces
        ]
        return np.stack(columns, axis=1)
