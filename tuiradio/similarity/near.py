"""Nearest neighbours of everyone at once, near enough for a map, without an index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.intp]

EXACT = 3_000
"""Up to so many rows all pairs are compared."""

_SEED = 19_990_101
_CELL = 220
_CELLS_LOOKED_INTO = 3
_MOST_CANDIDATES = 900
_CHUNK_FLOATS = 4_000_000
_ROUNDS = 3


def nearest_rows(vectors: Vectors, count: int) -> Rows:
    """For each row its ``count`` nearest others, in no order; intp [n, min(count, n - 1)].

    Exact up to ``EXACT`` rows. Beyond, an inverted file (Jégou et al. 2011, section 5): rows
    are compared with those of their own and the nearest other cells of a k-means, at most
    900 of them, so that equal rows cannot make it quadratic.
    """
    count = min(count, len(vectors) - 1)
    if count <= 0:
        return np.zeros((len(vectors), 0), np.intp)
    norms = (vectors**2).sum(axis=1)
    everyone = np.arange(len(vectors))
    found = np.empty((len(vectors), count), np.intp)
    if len(vectors) <= EXACT:
        _fill(found, vectors, norms, everyone, everyone)
        return found
    centres, cell_of = _cells(vectors)
    order = np.argsort(cell_of, kind="stable")
    ends = np.cumsum(np.bincount(cell_of, minlength=len(centres)))
    members = np.split(order, ends[:-1])
    looked_into = _closest(centres, centres, _CELLS_LOOKED_INTO)
    for cell, own in enumerate(members):
        if len(own):
            candidates = np.concatenate([members[other] for other in looked_into[cell]])
            for start in range(0, len(own), _MOST_CANDIDATES):
                rows = own[start : start + _MOST_CANDIDATES]
                _fill(found, vectors, norms, rows, _thinned(rows, candidates, count))
    return found


def nearest_to(queries: Vectors, vectors: Vectors, count: int) -> tuple[Rows, Vectors]:
    """For each query the ``count`` nearest rows of ``vectors``, nearest first.

    Returns:
        intp [q, min(count, n)] and their negated squared distances, float32 of that shape.
    """
    count = min(count, len(vectors))
    halves = (vectors**2).sum(axis=1) / 2.0
    near = np.empty((len(queries), count), np.intp)
    likeness = np.empty((len(queries), count), np.float32)
    size = max(1, _CHUNK_FLOATS // max(1, len(vectors)))
    for start in range(0, len(queries), size):
        part = queries[start : start + size]
        scores = halves - part @ vectors.T
        own = (part**2).sum(axis=1)
        every = np.arange(len(part))
        # For so few, one search of the least after the other is ten times as quick as sorting.
        for rank in range(count):
            best = scores.argmin(axis=1)
            near[start : start + size, rank] = best
            likeness[start : start + size, rank] = -own - 2.0 * scores[every, best]
            scores[every, best] = np.inf
    return near, likeness


def _fill(found: Rows, vectors: Vectors, norms: Vectors, rows: Rows, candidates: Rows) -> None:
    others, squares = vectors[candidates], norms[candidates] / 2.0
    count = found.shape[1]
    size = max(1, _CHUNK_FLOATS // len(candidates))
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        scores = squares - vectors[part] @ others.T
        scores[part[:, None] == candidates] = np.inf
        found[part] = candidates[np.argpartition(scores, count - 1, axis=1)[:, :count]]


def _thinned(rows: Rows, candidates: Rows, count: int) -> Rows:
    """At most ``_MOST_CANDIDATES`` of them, those of ``rows`` first."""
    if len(candidates) <= _MOST_CANDIDATES and len(candidates) > count:
        return candidates
    others = np.setdiff1d(candidates, rows)
    room = max(_MOST_CANDIDATES - len(rows), _MOST_CANDIDATES // 4)
    if len(others) > room:
        others = others[np.linspace(0, len(others) - 1, room).astype(np.intp)]
    return np.concatenate([rows, others])


def _cells(vectors: Vectors) -> tuple[Vectors, Rows]:
    """A few rounds of k-means on a sample; the centres, and the cell of each row."""
    rng = np.random.default_rng(_SEED)
    count = max(2, len(vectors) // _CELL)
    sample = vectors[rng.choice(len(vectors), min(len(vectors), 24 * count), replace=False)]
    centres = sample[:count].copy()
    for _ in range(_ROUNDS):
        cell_of = _closest(sample, centres, 1)[:, 0]
        held = np.bincount(cell_of, minlength=count)
        sums = np.zeros_like(centres)
        np.add.at(sums, cell_of, sample)
        centres[held > 0] = sums[held > 0] / held[held > 0, None]
    return centres, _closest(vectors, centres, 1)[:, 0]


def _closest(queries: Vectors, centres: Vectors, count: int) -> Rows:
    count = min(count, len(centres))
    if count == 1:
        squares = (centres**2).sum(axis=1) / 2.0
        size = max(1, _CHUNK_FLOATS // len(centres))
        parts = [
            (queries[start : start + size] @ centres.T - squares).argmax(axis=1)
            for start in range(0, len(queries), size)
        ]
        return np.concatenate(parts)[:, None]
    return nearest_to(queries, centres, count)[0]
