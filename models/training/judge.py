"""How well vectors agree with people, on the judge set as its README.md says to read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Quality:
    """Each between 0 and 1, higher is better."""

    mood_p1: float
    mood_p5: float
    mood_map: float
    artist_auc: float
    """0.5 is chance."""


def track_vectors(excerpts: Floats, first: NDArray[np.integer]) -> Floats:
    """Mean of unit excerpt vectors [E, dim] per track, made unit again; ``first`` = start rows."""
    unit = excerpts / np.linalg.norm(excerpts, axis=1, keepdims=True)
    means = np.add.reduceat(unit, first, axis=0)
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def measure(vectors: Floats, mood: NDArray[np.integer], artist: NDArray[np.str_]) -> Quality:
    """Leave-one-out over unit ``vectors`` [T, dim] with their labels [T]."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    order = np.argsort(-similarity, axis=1, kind="stable")[:, :-1]
    same_mood = mood[order] == mood[:, None]
    precision = np.cumsum(same_mood, axis=1) / np.arange(1, len(mood))
    average = (precision * same_mood).sum(1) / same_mood.sum(1)
    return Quality(
        mood_p1=float(same_mood[:, 0].mean()),
        mood_p5=float(same_mood[:, :5].mean()),
        mood_map=float(average.mean()),
        artist_auc=_artist_auc(similarity, artist),
    )


def _artist_auc(similarity: Floats, artist: NDArray[np.str_]) -> float:
    """Chance that a same-artist track is nearer than another artist's; ties count half."""
    per_query = []
    for query, name in enumerate(artist):
        others = (artist != "") & (np.arange(len(artist)) != query)
        same = similarity[query, others & (artist == name)]
        different = similarity[query, others & (artist != name)]
        if name and len(same):
            nearer = same[:, None] > different
            per_query.append(nearer.mean() + 0.5 * (same[:, None] == different).mean())
    return float(np.mean(per_query))
