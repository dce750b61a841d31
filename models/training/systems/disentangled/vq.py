"""MFCC-VQ, the paper's baseline (section 3.4): histograms of quantised MFCC frames; numpy only.

13 MFCC with their first and second differences per frame, a dictionary of K = 1,024 by k-means, a
track's normalised histogram of nearest words, Euclid's distance between histograms. The MFCC are
the cosines of the corpus's log-mel; the dictionary learns from 60,000 frames (the paper's:
2,500,000).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.training.corpus import MELS

Floats = NDArray[np.float32]

COEFFICIENTS = 13
WORDS = 1024
FRAMES_LEARNT = 60_000
ROUNDS = 8
_SEED = 9
_AT_ONCE = 8192


def cepstra(log_mel: Floats) -> Floats:
    """MFCC and differences of one excerpt, [frames, 96] → [frames, 39]."""
    band, coefficient = np.arange(MELS)[:, None], np.arange(COEFFICIENTS)
    cosines = np.sqrt(2 / MELS) * np.cos(np.pi * coefficient * (2 * band + 1) / (2 * MELS))
    rows = log_mel @ cosines
    first = np.gradient(rows, axis=0)
    return np.hstack([rows, first, np.gradient(first, axis=0)]).astype(np.float32)


def dictionary(frames: Floats, words: int = WORDS, rounds: int = ROUNDS) -> Floats:
    """Centres [words, 39] by k-means from random frames [n ≥ words, 39]."""
    random = np.random.default_rng(_SEED)
    centres = frames[random.choice(len(frames), words, replace=False)].copy()
    for _ in range(rounds):
        nearest = quantised(frames, centres)
        count = np.bincount(nearest, minlength=words)
        order = np.argsort(nearest, kind="stable")
        used = np.flatnonzero(count)
        starts = np.concatenate([[0], np.cumsum(count[used])[:-1]])
        centres[used] = np.add.reduceat(frames[order], starts) / count[used, None]
    return centres


def quantised(frames: Floats, centres: Floats) -> NDArray[np.int64]:
    """The nearest centre of each frame."""
    half = (centres**2).sum(1) / 2
    parts = [
        (frames[i : i + _AT_ONCE] @ centres.T - half).argmax(1)
        for i in range(0, len(frames), _AT_ONCE)
    ]
    return np.concatenate(parts)


def histogram(frames: Floats, centres: Floats) -> Floats:
    """Share of a track's frames at each word, [words]."""
    count = np.bincount(quantised(frames, centres), minlength=len(centres))
    return (count / count.sum()).astype(np.float32)
