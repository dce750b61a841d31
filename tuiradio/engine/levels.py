"""How loud the music is, for who watches; part of ``protocol``."""

from __future__ import annotations

from dataclasses import dataclass

WATCHED_FOR_S = 6.0
"""A watcher who does not ask again within this time is no longer there."""


@dataclass(frozen=True, slots=True)
class WatchLevels:
    """Tell ``LevelsTold`` for the next ``WATCHED_FOR_S``; say it again to go on."""


@dataclass(frozen=True, slots=True)
class LevelsTold:
    """Left and right, one figure for mono, in decibels below full scale (-90 … 0)."""

    rms_db: tuple[float, ...]
    peak_db: tuple[float, ...]
    bands_db: tuple[float, ...] = ()
    """Of eight octaves from 63 Hz on; () where they cannot be measured."""
