"""Exact search by matrix product: the truth the index is measured against, and its stand-in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.neighbourhood import Weights
from tuiradio.similarity.space import Space, Vectors

Ids = NDArray[np.int64]
Rows = NDArray[np.intp]

_FIRST_CAPACITY = 1024
_SAMPLED = 16


class ExactIndex:
    """All vectors in one growing float32 matrix; answers are exact. Not thread-safe.

    Vectors are normalised on the way in. Removing moves the last row into the gap.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self._matrix: Vectors = np.empty((0, space.dim), dtype=np.float32)
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._row_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, track_id: object) -> bool:
        return track_id in self._row_of

    @property
    def ids(self) -> Ids:
        """Track ids in row order; a view, valid until the next change."""
        return self._ids[: len(self)]

    @property
    def matrix(self) -> Vectors:
        """Normalised vectors in row order; a view, valid until the next change."""
        return self._matrix[: len(self)]

    def put(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        """Adds or replaces vectors.

        Raises:
            ValueError: When a vector is not usable, or ids and vectors differ in number;
                nothing is changed then.
        """
        rows = self.space.normalise(np.asarray(vectors, dtype=np.float32).reshape(len(ids), -1))
        self.put_normalised(ids, rows)

    def put_normalised(self, ids: Sequence[int] | Ids, rows: Vectors) -> None:
        """As ``put`` for vectors that ``Space.normalise`` has returned: not checked again."""
        self._reserve(len(self) + len(ids))
        row_of = self._row_of
        places = [row_of.setdefault(int(track_id), len(row_of)) for track_id in ids]
        self._ids[places] = ids
        self._matrix[places] = rows

    def drop(self, ids: Iterable[int]) -> tuple[int, ...]:
        """Removes tracks; returns those which were there."""
        gone = []
        for track_id in ids:
            row = self._row_of.pop(track_id, None)
            if row is None:
                continue
            last = len(self._row_of)
            if row != last:
                moved = int(self._ids[last])
                self._matrix[row] = self._matrix[last]
                self._ids[row] = moved
                self._row_of[moved] = row
            gone.append(track_id)
        return tuple(gone)

    def vector(self, track_id: int) -> Vectors | None:
        """The normalised vector of a track, a view; None without one."""
        row = self._row_of.get(track_id)
        return None if row is None else self._matrix[row]

    def rows(self, ids: Sequence[int]) -> Rows:
        """Row of each track, -1 without a vector."""
        find = self._row_of.get
        return np.fromiter((find(track_id, -1) for track_id in ids), np.intp, len(ids))

    def nearest_to_vector(
        self, vector: Vectors, count: int, weights: Weights = ()
    ) -> tuple[Ids, Vectors]:
        """Ids and weighted cosines of the ``count`` nearest tracks to a normalised vector."""
        query = self.space.scale_query(vector, weights)
        scores = self.matrix @ query
        return best(self.ids, scores, count)

    def similarities(self, vector: Vectors, ids: Sequence[int]) -> Vectors:
        """Cosine per sub-space to each track; NaN rows for tracks without a vector."""
        rows = self.rows(ids)
        known = rows >= 0
        answer = np.full((len(rows), len(self.space.subspaces)), np.nan, dtype=np.float32)
        if known.any():
            answer[known] = self.space.by_subspace(vector, self._matrix[rows[known]])
        return answer

    def _reserve(self, rows: int) -> None:
        if rows <= len(self._matrix):
            return
        capacity = max(rows, _FIRST_CAPACITY, len(self._matrix) * 3 // 2)
        matrix = np.empty((capacity, self.space.dim), dtype=np.float32)
        ids = np.empty(capacity, dtype=np.int64)
        matrix[: len(self)] = self.matrix
        ids[: len(self)] = self.ids
        self._matrix, self._ids = matrix, ids


def best(ids: Ids, scores: Vectors, count: int) -> tuple[Ids, Vectors]:
    """The ``count`` highest scores, highest first, equal ones by id: the order is stable."""
    count = min(count, len(scores))
    if count <= 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    top = _at_least(scores, count)
    if count < len(top):
        part = np.argpartition(scores[top], len(top) - count)[len(top) - count :]
        top = top[part]
    order = top[np.lexsort((ids[top], -scores[top]))]
    return ids[order].copy(), scores[order].astype(np.float32)


def _at_least(scores: Vectors, count: int) -> Rows:
    """Places of all scores above some bound which at least ``count`` reach.

    A sample finds the bound: partitioning 100,000 scores takes 0.9 ms, this 0.1 ms.
    """
    sample = scores[::_SAMPLED]
    rank = 2 * (count // _SAMPLED) + 8
    if rank < len(sample):
        bound = np.partition(sample, len(sample) - rank)[len(sample) - rank]
        found = np.flatnonzero(scores >= bound)
        if len(found) >= count:
            return found
    return np.arange(len(scores))
