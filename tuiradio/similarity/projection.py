"""The library as a map: every track at a place of the plane, near what it sounds like.

The layout is t-SNE on uniform nearest-neighbour affinities (van der Maaten & Hinton 2008;
uniform affinities and exaggeration as in Böhm et al. 2022, sections 2 and 4), begun from
principal components and run on a sample first, from which the others take their places, as
Kobak & Berens 2019 advise for large sets. A track that comes later is placed by its
neighbours on the map and moves nobody (their section "positioning new points").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.embedding import Schedule, settle
from tuiradio.similarity.near import nearest_rows, nearest_to
from tuiradio.similarity.neighbourhood import Weights
from tuiradio.similarity.space import Space

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Places = NDArray[np.float32]
Signs = NDArray[np.float32]

LANDMARKS = 1_500
"""Tracks that are laid out first when there are more."""
NEIGHBOURS = 10
"""Of each track in the layout; also the statistics of the radio's hubs count ten."""
PLACED_BY = 6
"""Neighbours that give a new track its place."""
GROWTH = 1.5
"""A library grown by more than this since its layout deserves a new one."""

_DIMENSIONS = 48
_SEED = 20_080_511
_LANDMARK_STEPS = Schedule(early=60, late=110)
_ALL_STEPS = Schedule(early=0, late=22)
_SAME = 1e-3
_MOST_COMPARED = 60_000_000


@dataclass(frozen=True, slots=True)
class Projection:
    """Where every track stands."""

    ids: Ids
    """int64 [n], ascending."""
    places: Places
    """float32 [n, 2], finite; the middle is at 0, and nine of ten lie within 1 of it."""
    signs: Signs
    """float32 [n]: tells whether a track's vector is still the one it was placed by."""
    drawn: int
    """How many tracks the layout was made of; the others were placed by them."""
    is_sketch: bool = False
    """Principal components only, until the layout is there."""

    def __len__(self) -> int:
        return len(self.ids)


def weighted(space: Space, vectors: Vectors, weights: Weights = ()) -> Vectors:
    """Normalised vectors whose inner products are weighted cosines; float32 [n, dim]."""
    widths = [stop - start for _, start, stop in space.subspaces]
    return np.asarray(vectors * np.sqrt(np.repeat(space.shares(weights), widths)), np.float32)


def sketch(ids: Ids, vectors: Vectors) -> Projection:
    """The two principal components: a first picture, for a tenth of the time of ``draw``.

    Args:
        ids: int64 [n], each once, in any order.
        vectors: float32 [n, dim]; rows that are not finite are left out.
    """
    ids, vectors = _in_order(ids, vectors)
    places = _fitted(_two(_components(vectors)))
    return Projection(ids, places, _signs(vectors), len(ids), is_sketch=True)


def draw(ids: Ids, vectors: Vectors, before: Projection | None = None) -> Projection:
    """A new layout of all tracks; the same tracks give the same one, in any order.

    Args:
        ids: int64 [n], each once, in any order.
        vectors: float32 [n, dim]; rows that are not finite are left out.
        before: an older layout, whose regions keep their places roughly.
    """
    ids, vectors = _in_order(ids, vectors)
    parts = _components(vectors)
    if len(ids) <= 3:
        return Projection(ids, _fitted(_two(parts)), _signs(vectors), len(ids))
    rng = np.random.default_rng(_SEED)
    sample = np.arange(len(ids))
    if len(ids) > LANDMARKS:
        sample = np.sort(rng.choice(len(ids), LANDMARKS, replace=False))
    places = _begun(ids, _two(parts), before)[sample]
    steps = _LANDMARK_STEPS if before is None else _LANDMARK_STEPS.gentle
    places = settle(places, nearest_rows(parts[sample], NEIGHBOURS), steps)
    if len(sample) < len(ids):
        near, likeness = nearest_to(parts, parts[sample], PLACED_BY)
        everywhere = _between(places, near, likeness)
        everywhere[sample] = places
        # Equal places feel no force between them.
        everywhere += rng.normal(0.0, 0.05, everywhere.shape)
        everywhere *= np.sqrt(len(ids) / len(sample)) ** 0.5
        places = settle(everywhere, nearest_rows(parts, NEIGHBOURS), _ALL_STEPS)
    return Projection(ids, _fitted(places), _signs(vectors), len(ids))


def extend(before: Projection, ids: Ids, vectors: Vectors) -> Projection | None:
    """The map of these tracks with everyone known at the old place, newcomers by neighbours.

    None when that would say little: nothing is known, a sketch is all there is, or the
    library has grown by more than ``GROWTH`` since its layout.
    """
    ids, vectors = _in_order(ids, vectors)
    signs = _signs(vectors)
    at = np.searchsorted(before.ids, ids)
    known = at < len(before)
    known[known] &= before.ids[at[known]] == ids[known]
    known[known] &= np.abs(before.signs[at[known]] - signs[known]) < _SAME
    if before.is_sketch or not known.any() or len(ids) > GROWTH * max(before.drawn, 8):
        return None
    places = np.zeros((len(ids), 2), np.float32)
    places[known] = before.places[at[known]]
    new = np.flatnonzero(~known)
    if len(new):
        there = np.flatnonzero(known)
        step = max(1, len(new) * len(there) // _MOST_COMPARED)
        there = there[::step]
        near, likeness = nearest_to(vectors[new], vectors[there], PLACED_BY)
        places[new] = _between(places[there], near, likeness)
    return Projection(ids, places, signs, before.drawn)


def _in_order(ids: Ids, vectors: Vectors) -> tuple[Ids, Vectors]:
    ids = np.asarray(ids, dtype=np.int64)
    vectors = np.asarray(vectors, dtype=np.float32)
    if len(ids) != len(vectors):
        raise ValueError(f"{len(ids)} ids and {len(vectors)} vectors")
    usable = np.isfinite(vectors).all(axis=1) if len(ids) else np.zeros(0, np.bool_)
    order = np.argsort(ids[usable], kind="stable")
    return ids[usable][order], vectors[usable][order]


def _signs(vectors: Vectors) -> Signs:
    rng = np.random.default_rng(_SEED)
    direction = rng.standard_normal(vectors.shape[1] if vectors.ndim == 2 else 0)
    if not len(vectors):
        return np.zeros(0, np.float32)
    return np.asarray(vectors @ direction.astype(np.float32), np.float32)


def _components(vectors: Vectors) -> Vectors:
    """Principal components, most variance first; float32 [n, at most 48]."""
    if not len(vectors):
        return np.zeros((0, 2), np.float32)
    mean = vectors.mean(axis=0, dtype=np.float64)
    # No centred copy: at 100,000 tracks it would be another 100 MB.
    scatter = (vectors.T @ vectors).astype(np.float64) - len(vectors) * np.outer(mean, mean)
    _, axes = np.linalg.eigh(scatter)
    axes = axes[:, ::-1][:, :_DIMENSIONS]
    # An axis has no sign of its own; a fixed one keeps the map from flipping.
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    return np.asarray(vectors @ axes.astype(np.float32) - mean @ axes, np.float32)


def _two(parts: Vectors) -> Places:
    flat = np.zeros((len(parts), 2), np.float32)
    flat[:, : min(2, parts.shape[1])] = parts[:, :2]
    return flat


def _begun(ids: Ids, flat: Places, before: Projection | None) -> Places:
    """Where the layout starts: principal components, or where the tracks stood before."""
    spread = float(flat.std()) or 1.0
    rng = np.random.default_rng(_SEED)
    start = flat / spread + rng.normal(0.0, 0.01, flat.shape).astype(np.float32)
    if before is None or not len(before):
        return np.asarray(start, np.float32)
    at = np.searchsorted(before.ids, ids).clip(max=len(before) - 1)
    known = before.ids[at] == ids
    if known.any():
        start[known] = before.places[at[known]] * 2.0
    return np.asarray(start, np.float32)


def _between(places: Places, near: NDArray[np.intp], likeness: Vectors) -> Places:
    """A place among neighbours: of the three that stand closest together, by likeness.

    A mean of all would put a track between two regions where nothing like it is.
    """
    around = places[near]
    apart = np.linalg.norm(around[:, :, None] - around[:, None], axis=3)
    heart = apart.sum(axis=2).argmin(axis=1)
    distances = apart[np.arange(len(near)), heart]
    kept = min(3, near.shape[1])
    together = np.argpartition(distances, kept - 1, axis=1)[:, :kept]
    weights = np.take_along_axis(likeness, together, axis=1)
    weights = weights - weights.min(axis=1, keepdims=True) + 0.05
    weights /= weights.sum(axis=1, keepdims=True)
    chosen = np.take_along_axis(around, together[:, :, None], axis=1)
    return np.asarray((chosen * weights[:, :, None]).sum(axis=1), np.float32)


def _fitted(places: Places) -> Places:
    """Moved to the middle and brought to a common size."""
    if not len(places):
        return places
    low, high = np.quantile(places, (0.01, 0.99), axis=0)
    places = places - (low + high) / 2.0
    size = float(np.quantile(np.linalg.norm(places, axis=1), 0.9))
    return np.asarray(places / size if size > 0.0 else places * 0.0, np.float32)
