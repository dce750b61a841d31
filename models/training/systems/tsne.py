"""Vectors in the plane: t-SNE, exactly and in numpy (van der Maaten & Hinton 2008)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]

PERPLEXITY = 20.0
_STEPS = 600
_EARLY_STEPS = 150
"""With attraction exaggerated and less momentum."""
_EXAGGERATION = 8.0
_SEARCHES = 50
_SMALLEST = 1e-12
_SEED = 4


def embed(vectors: Floats, perplexity: float = PERPLEXITY) -> Doubles:
    """Places [n, 2] of ``vectors`` [n, dim], near by cosine near each other; always the same.

    Distances are those of unit vectors, so that the picture shows what the ranking uses.
    """
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    apart = np.maximum(2 - 2 * (unit @ unit.T).astype(np.float64), 0)
    likely = affinities(apart, min(perplexity, (len(unit) - 1) / 3))
    places = np.random.default_rng(_SEED).normal(0, 1e-4, (len(unit), 2))
    rate = max(len(unit) / _EXAGGERATION / 4, 10.0)
    speed, gain = np.zeros_like(places), np.ones_like(places)
    for step in range(_STEPS):
        is_early = step < _EARLY_STEPS
        slope = _slope(likely * (_EXAGGERATION if is_early else 1), places)
        # Jacobs' gains: larger where the direction stays the same.
        gain = np.where(np.sign(slope) != np.sign(speed), gain + 0.2, gain * 0.8).clip(0.01)
        speed = (0.5 if is_early else 0.8) * speed - rate * gain * slope
        places = places + speed
        places -= places.mean(0)
    return places


def affinities(apart: Doubles, perplexity: float) -> Doubles:
    """Symmetric shares of nearness [n, n] from squared distances, equations 1 and 2; sum 1."""
    size = len(apart)
    shares = np.zeros_like(apart)
    for row in range(size):
        others = np.arange(size) != row
        shares[row, others] = _row(apart[row, others], np.log(perplexity))
    return np.maximum((shares + shares.T) / (2 * size), _SMALLEST)


def _row(apart: Doubles, entropy: float) -> Doubles:
    """Gaussian shares whose entropy is the wanted one; its width found by bisection."""
    apart = apart - apart.min()
    low, high = 0.0, np.inf
    precision = 1 / max(float(apart.mean()), _SMALLEST)
    shares = np.full(len(apart), 1 / len(apart))
    for _ in range(_SEARCHES):
        weight = np.exp(-apart * precision)
        shares = weight / weight.sum()
        off = float(-(shares * np.log(np.maximum(shares, _SMALLEST))).sum()) - entropy
        if off > 0:
            low, precision = precision, (precision + high) / 2 if high < np.inf else precision * 2
        else:
            high, precision = precision, (precision + low) / 2
    return np.asarray(shares)


def _slope(likely: Doubles, places: Doubles) -> Doubles:
    """Gradient of the divergence (equation 5)."""
    between = places[:, None] - places[None]
    near = 1 / (1 + (between**2).sum(2))
    np.fill_diagonal(near, 0)
    pull = (likely - np.maximum(near / near.sum(), _SMALLEST)) * near
    return np.asarray(4 * (pull[:, :, None] * between).sum(1))
