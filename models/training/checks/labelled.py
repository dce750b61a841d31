"""Labelled log-mels made up for checks: each class at a level of its own."""

from __future__ import annotations

import numpy as np

from models.training.systems.classes import TEST, TRAIN, VALID, Part

CLASSES = 3


def parts() -> dict[str, Part]:
    """Nine training, six steering and three held-out tracks of two excerpts, for both parts."""
    return {name: _part(name) for name in ("midi", "real")}


def _part(name: str) -> Part:
    random = np.random.default_rng(len(name))
    split = np.array([TRAIN] * 9 + [VALID] * 6 + [TEST] * 3)
    label = np.arange(len(split)) % CLASSES
    level = 40 + 40 * np.repeat(label, 2)[:, None, None]
    heard = np.clip(random.normal(level, 12, (len(level), 313, 96)), 0, 255).astype(np.uint8)
    return Part(name, heard, np.arange(0, len(level), 2), np.full(len(split), 2), label, split)
