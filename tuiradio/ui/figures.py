"""Figures as people type them."""

from __future__ import annotations

import math


def time_s(written: str, duration_s: float = 0.0) -> float | None:
    """Seconds meant by ``90``, ``1:30``, ``1:02:03`` or ``50 %`` of a length; None if none.

    Args:
        duration_s: where the track ends, if known; no time is beyond it.
    """
    text = written.strip().replace(",", ".")
    if text.endswith("%"):
        share = _figure(text[:-1])
        return None if share is None or share > 100 else share / 100 * duration_s
    parts = [_figure(part) for part in text.split(":")]
    if len(parts) > 3 or any(part is None for part in parts):
        return None
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + (part or 0.0)
    return min(seconds, duration_s) if duration_s > 0 else seconds


def percent(written: str, most: float) -> float | None:
    """A percentage from 0 to ``most``; None when none is meant."""
    figure = _figure(written.strip().removesuffix("%"))
    return None if figure is None or figure > most else figure


def _figure(text: str) -> float | None:
    try:
        figure = float(text)
    except ValueError:
        return None
    return figure if math.isfinite(figure) and figure >= 0 else None
