"""How well vectors agree with people, on the judge set as its README.md says to read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.evaluation.measures import artist_auc, score

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
    others = ~np.eye(len(mood), dtype=bool)
    values = score(similarity, mood[:, None] == mood[None], others).values
    return Quality(
        mood_p1=float(values["p1"].mean()),
        mood_p5=float(values["p5"].mean()),
        mood_map=float(values["map"].mean()),
        artist_auc=artist_auc(similarity, artist),
    )
