"""An existing playlist in an order in which each track leads to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tuiradio.radio.score import Scores
from tuiradio.similarity.neighbourhood import Neighbourhood, Weights

MOST_AT_ONCE = 1_000
"""Longer playlists are improved in stretches of so many: the work is quadratic."""
MOST_ROUNDS = 12

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Flow:
    """A playlist in a new order, and whether it gained by it. NaN for fewer than two heard."""

    track_ids: tuple[int, ...]
    """The same tracks, repeats included; those without a vector last, as they were."""
    unheard: tuple[int, ...]
    mean_before: float
    """Mean similarity of consecutive heard tracks, -1…1."""
    mean_after: float
    worst_before: float
    worst_after: float


def reorder_for_flow(
    track_ids: Sequence[int],
    neighbours: Neighbourhood,
    weights: Weights = (),
    *,
    first: int | None = None,
) -> Flow:
    """Orders a playlist for smooth steps: nearest next, then improved by 2-opt.

    What is made small is the sum of squared distances, so that one great leap counts
    for more than several small ones. It is never greater than before. Without
    chance: equal playlists give equal orders.

    Args:
        track_ids: The playlist; may hold a track twice.
        neighbours: What is near what.
        weights: Of the sub-spaces.
        first: A track of the playlist which is to stay or come first.

    Raises:
        ValueError: When ``first`` is not on the playlist.
    """
    if first is not None and first not in track_ids:
        raise ValueError(f"track {first} is not on the playlist")
    heard = [track_id for track_id in track_ids if track_id in neighbours]
    unheard = tuple(track_id for track_id in track_ids if track_id not in neighbours)
    ruler = _Ruler(heard, neighbours, weights)
    before = np.arange(len(heard))
    start = before
    if first in heard:
        at = heard.index(first)
        start = np.concatenate([[at], np.delete(before, at)]).astype(np.intp)
    best = start
    for option in (start, ruler.nearest_next(int(start[0]) if len(start) else 0)):
        better = _improved(option, ruler, is_start_fixed=first is not None)
        if ruler.cost(better) < ruler.cost(best) - 1e-9:
            best = better
    joined = [*(heard[place] for place in best), *unheard]
    if first in unheard:
        joined.remove(first)
        joined.insert(0, first)
    was, now = ruler.steps(before), ruler.steps(best)
    return Flow(tuple(joined), unheard, _mean(was), _mean(now), _least(was), _least(now))


class _Ruler:
    """Similarities among the tracks of one playlist, by place."""

    def __init__(self, ids: Sequence[int], neighbours: Neighbourhood, weights: Weights) -> None:
        self._ids = tuple(ids)
        self._neighbours = neighbours
        self._shares = neighbours.shares(weights)

    def row(self, place: int, others: Places) -> Scores:
        """Similarity of one to others."""
        ids = [self._ids[other] for other in others]
        cosines = self._neighbours.similarities(self._ids[place], ids).astype(np.float64)
        return np.asarray(cosines @ self._shares)

    def distances(self, places: Places) -> Scores:
        """Squared distance of each two."""
        rows = [(1.0 - self.row(int(place), places)) ** 2 for place in places]
        return np.stack(rows) if rows else np.empty((0, 0))

    def steps(self, order: Places) -> Scores:
        """Similarity of each to the one after it."""
        found = [float(self.row(int(a), np.array([b]))[0]) for a, b in pairwise(order)]
        return np.array(found)

    def cost(self, order: Places) -> float:
        """Sum of the squared distances of consecutive tracks."""
        return float(((1.0 - self.steps(order)) ** 2).sum())

    def nearest_next(self, start: int) -> Places:
        """From the start always on to the nearest not yet visited."""
        left = np.delete(np.arange(len(self._ids)), start) if self._ids else np.arange(0)
        order = [start] if self._ids else []
        while len(left):
            nearest = int(self.row(order[-1], left).argmax())
            order.append(int(left[nearest]))
            left = np.delete(left, nearest)
        return np.array(order, dtype=np.intp)


def _improved(order: Places, ruler: _Ruler, *, is_start_fixed: bool) -> Places:
    done = order.copy()
    for start in range(0, len(order), MOST_AT_ONCE):
        # One track of the stretch before, so that the seam is improved too.
        begin = max(0, start - 1)
        stretch = done[begin : start + MOST_AT_ONCE]
        is_fixed = is_start_fixed or begin > 0
        is_last = start + MOST_AT_ONCE >= len(order)
        done[begin : start + MOST_AT_ONCE] = _two_opt(stretch, ruler, is_fixed, not is_last)
    return done


def _two_opt(order: Places, ruler: _Ruler, is_start_fixed: bool, is_end_fixed: bool) -> Places:
    """Turns stretches round as long as that makes the way shorter."""
    apart = ruler.distances(order)
    size = len(order)
    way = np.arange(size)
    last = size - 1 if is_end_fixed else size
    for _ in range(MOST_ROUNDS):
        has_changed = False
        for i in range(1 if is_start_fixed else 0, size - 1):
            j = np.arange(i + 1, last)
            if not len(j):
                continue
            gain = np.zeros(len(j))
            if i > 0:
                gain += apart[way[i - 1], way[i]] - apart[way[i - 1], way[j]]
            inner = j < size - 1
            after = way[j[inner] + 1]
            gain[inner] += apart[way[j[inner]], after] - apart[way[i], after]
            best = int(gain.argmax())
            if gain[best] > 1e-12:
                end = int(j[best]) + 1
                way[i:end] = way[i:end][::-1].copy()
                has_changed = True
        if not has_changed:
            break
    return order[way]


def _mean(steps: Scores) -> float:
    return float(steps.mean()) if len(steps) else float("nan")


def _least(steps: Scores) -> float:
    return float(steps.min()) if len(steps) else float("nan")
