"""Which tracks are near to everything: neighbour statistics, kept up to date one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.exact import Ids
from tuiradio.similarity.space import Vectors

NEIGHBOURS = 10
"""Neighbours that make a track's scale: Schnitzer et al. 2012 use 10 for local scaling."""

_FIRST_CAPACITY = 1024

_Number = TypeVar("_Number", np.float32, np.int64)


class HubStatistics:
    """Each track's nearest neighbours and its mean cosine to them, per sub-space.

    The neighbours are those under equal weights; under other weights the means are
    weighted, which costs no second set of neighbours. Not thread-safe.
    """

    def __init__(self, subspaces: int) -> None:
        self._subspaces = subspaces
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._neighbours: Ids = np.empty((0, NEIGHBOURS), dtype=np.int64)
        self._cosines: Vectors = np.empty((0, NEIGHBOURS, subspaces), dtype=np.float32)
        self._means: Vectors = np.empty((0, subspaces), dtype=np.float32)
        self._row_of: dict[int, int] = {}
        self._total: NDArray[np.float64] = np.zeros(subspaces)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, track_id: object) -> bool:
        return track_id in self._row_of

    def scale(self, track_id: int, shares: Vectors) -> float:
        """Weighted mean cosine to the track's neighbours; the library's mean when not known."""
        row = self._row_of.get(track_id)
        if row is not None:
            return float(self._means[row] @ shares)
        return float(self._total @ shares) / len(self) if len(self) else 0.0

    def put(self, track_id: int, neighbours: Ids, cosines: Vectors) -> None:
        """Sets a track's neighbours, nearest first, and has them take note of the track.

        Args:
            track_id: The track.
            neighbours: At least ``NEIGHBOURS`` other tracks where there are so many;
                the more are given, the more of them notice a new neighbour.
            cosines: float32 [len(neighbours), sub-spaces].
        """
        self.set(track_id, neighbours, cosines)
        for other, cosine in zip(neighbours.tolist(), cosines, strict=True):
            row = self._row_of.get(other)
            if row is not None:
                self._notice(row, track_id, cosine)

    def set(self, track_id: int, neighbours: Ids, cosines: Vectors) -> None:
        """As ``put``, telling nobody: for a rebuild, in which everyone has a turn."""
        row = self._row_of.get(track_id)
        if row is None:
            row = len(self._row_of)
            self._reserve(row + 1)
            self._row_of[track_id] = row
            self._ids[row] = track_id
            self._means[row] = 0.0
        kept = min(NEIGHBOURS, len(neighbours))
        self._neighbours[row] = -1
        self._neighbours[row, :kept] = neighbours[:kept]
        self._cosines[row, :kept] = cosines[:kept]
        self._refresh(row)

    def drop(self, ids: Sequence[int]) -> tuple[int, ...]:
        """Forgets tracks; returns those which lost a neighbour and should be set anew."""
        for track_id in ids:
            self._drop_one(track_id)
        live = len(self)
        lost = np.isin(self._neighbours[:live], np.asarray(ids, dtype=np.int64)).any(axis=1)
        return tuple(self._ids[:live][lost].tolist())

    def occurrences(self) -> NDArray[np.int64]:
        """How often each known track is among another's neighbours, by row of ``ids``."""
        live = len(self)
        order = np.argsort(self._ids[:live])
        sorted_ids = self._ids[:live][order]
        named = self._neighbours[:live].ravel()
        place = np.searchsorted(sorted_ids, named)
        found = place < live
        found[found] &= sorted_ids[place[found]] == named[found]
        counts = np.bincount(order[place[found]], minlength=live)
        return counts.astype(np.int64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What ``from_arrays`` needs, to be kept beside the index."""
        live = len(self)
        return {
            "hub_ids": self._ids[:live],
            "hub_neighbours": self._neighbours[:live],
            "hub_cosines": self._cosines[:live],
        }

    @classmethod
    def from_arrays(cls, ids: Ids, neighbours: Ids, cosines: Vectors) -> HubStatistics:
        """Rebuilds what ``arrays`` gave.

        Raises:
            ValueError: When the shapes do not belong together.
        """
        count = len(ids)
        if neighbours.shape != (count, NEIGHBOURS) or cosines.shape[:2] != neighbours.shape:
            raise ValueError(f"hub statistics of shapes {neighbours.shape} and {cosines.shape}")
        made = cls(cosines.shape[2])
        made._ids, made._neighbours, made._cosines = ids, neighbours, cosines
        made._row_of = dict(zip(ids.tolist(), range(count), strict=True))
        known = (neighbours >= 0)[:, :, None]
        totals = np.where(known, cosines, 0.0).sum(axis=1)
        made._means = (totals / np.maximum(known.sum(axis=1), 1)).astype(np.float32)
        made._total = made._means.sum(axis=0, dtype=np.float64)
        return made

    def _notice(self, row: int, track_id: int, cosine: Vectors) -> None:
        names = self._neighbours[row]
        slots = np.flatnonzero(names == track_id)
        if not len(slots):
            slots = np.flatnonzero(names < 0)
        if len(slots):
            slot = int(slots[0])
        else:
            near = self._cosines[row].sum(axis=1)
            slot = int(near.argmin())
            if cosine.sum() <= near[slot]:
                return
        self._neighbours[row, slot] = track_id
        self._cosines[row, slot] = cosine
        self._refresh(row)

    def _refresh(self, row: int) -> None:
        known = self._neighbours[row] >= 0
        self._total -= self._means[row]
        self._means[row] = self._cosines[row][known].mean(axis=0) if known.any() else 0.0
        self._total += self._means[row]

    def _drop_one(self, track_id: int) -> None:
        row = self._row_of.pop(track_id, None)
        if row is None:
            return
        self._total -= self._means[row]
        last = len(self._row_of)
        if row != last:
            for array in (self._ids, self._neighbours, self._cosines, self._means):
                array[row] = array[last]
            self._row_of[int(self._ids[row])] = row

    def _reserve(self, rows: int) -> None:
        held = len(self._ids)
        if rows <= held:
            return
        extra = max(rows, _FIRST_CAPACITY, held * 3 // 2) - held
        self._ids = _grown(self._ids, extra)
        self._neighbours = _grown(self._neighbours, extra)
        self._cosines = _grown(self._cosines, extra)
        self._means = _grown(self._means, extra)


def _grown(array: NDArray[_Number], extra: int) -> NDArray[_Number]:
    more = np.zeros((extra, *array.shape[1:]), dtype=array.dtype)
    return np.concatenate([array, more])
