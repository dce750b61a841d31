"""Measures of vectors against the corpus' labels; numpy only.

What ``tuiradio eval`` measures as well lives in ``tuiradio.evaluation.measures``; its names can be
imported from here, too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tuiradio.evaluation.measures import (
    area_under_curve,
    artist_auc,
    average_precision,
    nearest_others,
    score,
    triplet_accuracy,
)

__all__ = [
    "area_under_curve",
    "artist_auc",
    "average_precision",
    "correlation",
    "disentanglement",
    "nearest_others",
    "nearness_by_truth",
    "neighbours_kept",
    "score",
    "starts",
    "tempo_right",
    "triplet_accuracy",
    "voted_accuracy",
    "voted_precision",
]

Floats = NDArray[np.floating]

VOTERS = 5
"""Neighbours that vote on a track's label."""
TRIPLETS = 4000
RARE = 5
"""A family that sounds in fewer pieces is not ranked."""
NEAREST = 10
TEMPO_TOLERANCE = 0.04
_SEED = 3


def correlation(ours: Floats, theirs: Floats) -> float:
    """Mean correlation of the columns of two arrays [n, columns], constant ones left out."""
    a = (ours - ours.mean(0)).astype(np.float64)
    b = (theirs - theirs.mean(0)).astype(np.float64)
    size = np.linalg.norm(a, axis=0) * np.linalg.norm(b, axis=0)
    told = size > 0
    return float(((a * b).sum(0)[told] / size[told]).mean())


def starts(track: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each track's excerpts begin among rows of tracks in order."""
    return np.flatnonzero(np.diff(track, prepend=-1))


def neighbours_kept(vectors: Floats, teacher: Floats) -> float:
    """Share of each track's ten nearest by the teacher that are among our ten nearest."""
    ours, theirs = (nearest_others(each)[:, :NEAREST] for each in (vectors, teacher))
    kept = [len(np.intersect1d(a, b)) for a, b in zip(ours, theirs, strict=True)]
    return float(np.mean(kept)) / NEAREST


def tempo_right(bpm: Floats, truth: Floats, octaves: bool = False) -> NDArray[np.bool_]:
    """Within 4 %; with ``octaves`` a half, third, double or triple of the truth counts too."""
    factors = (1, 2, 3, 1 / 2, 1 / 3) if octaves else (1,)
    return np.any([np.abs(bpm / (truth * f) - 1) <= TEMPO_TOLERANCE for f in factors], axis=0)


def voted_accuracy(vectors: Floats, labels: NDArray[np.integer]) -> float:
    """Share of unit ``vectors`` whose nearest others vote for its own label [T]."""
    order = nearest_others(vectors)[:, :VOTERS]
    votes = (labels[order][:, :, None] == np.arange(labels.max() + 1)).sum(1)
    return float((votes.argmax(1) == labels).mean())


def voted_precision(vectors: Floats, present: NDArray[np.bool_]) -> float:
    """Mean average precision over the columns of ``present`` [T, families].

    A track is ranked by how many of its nearest others have the family, nearness breaking ties.
    """
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, 0)
    nearest = nearest_others(vectors)[:, :VOTERS]
    weight = np.zeros_like(similarity)
    np.put_along_axis(weight, nearest, np.take_along_axis(similarity, nearest, 1) + 1, axis=1)
    score = weight @ present
    common = np.flatnonzero((present.sum(0) >= RARE) & ((~present).sum(0) >= RARE))
    return float(np.mean([average_precision(score[:, f], present[:, f]) for f in common]))


def nearness_by_truth(
    genre: NDArray[np.integer], mood: Floats, families: Floats, bpm: Floats
) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Per kind of triplet, which pairs of tracks [T, T] are surely near, and which surely far.

    Genre: the same or not. Mood: the teacher's tags that speak of mood (no truth is at hand).
    Instruments: shares of notes. Tempo: within 4 %, against 20 % and more from it and its octaves.
    """
    notes = np.sqrt(families)
    notes = notes / np.maximum(np.linalg.norm(notes, axis=1, keepdims=True), 1e-9)
    octaves = np.abs(np.log2(bpm[:, None] / bpm[None]))
    off_octave = np.abs(octaves - np.rint(octaves))
    same = genre[:, None] == genre[None]
    return {
        "genre": (same, ~same),
        "mood": (mood @ mood.T > 0.6, mood @ mood.T < 0.1),
        "instruments": (notes @ notes.T > 0.85, notes @ notes.T < 0.5),
        "tempo": (octaves < np.log2(1.04), off_octave > np.log2(1.2)),
    }


def disentanglement(
    spaces: Mapping[str, Floats],
    truths: Mapping[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]],
) -> dict[str, dict[str, float]]:
    """Share of triplets that each sub-space, and all together, order rightly (Lee et al., Table 1).

    ``spaces``: unit vectors [T, n] by name. Returns kind of triplet → used space → share.
    """
    near = {name: vectors @ vectors.T for name, vectors in spaces.items()}
    near["all"] = np.mean(list(near.values()), axis=0)
    table = {}
    for kind, (is_near, is_far) in truths.items():
        triplets = _triplets(is_near, is_far)
        table[kind] = {
            name: triplet_accuracy(similarity, triplets) for name, similarity in near.items()
        }
    return table


def _triplets(is_near: NDArray[np.bool_], is_far: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Anchor, near and far row by row; int64 [TRIPLETS, 3]."""
    random = np.random.default_rng(_SEED)
    is_near = is_near & ~np.eye(len(is_near), dtype=bool)
    able = np.flatnonzero(is_near.any(1) & is_far.any(1))
    anchors = random.choice(able, TRIPLETS)
    near = np.array([random.choice(np.flatnonzero(is_near[a])) for a in anchors])
    far = np.array([random.choice(np.flatnonzero(is_far[a])) for a in anchors])
    return np.stack([anchors, near, far], axis=1)
