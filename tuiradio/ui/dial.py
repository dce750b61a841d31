"""The tuner dial: the mark of the house, used for time, for stations and for settings."""

from __future__ import annotations

from tuiradio.ui.ink import Piece
from tuiradio.ui.text import clock

_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def scale(
    width: int, fraction: float | None, ticks: tuple[int, ...], warm: str = "amber"
) -> list[Piece]:
    """One line of a dial: passed part, needle, part to come; ticks stand on it.

    Args:
        width: cells.
        fraction: 0…1, or None for a dial without a needle.
        ticks: cells that carry a tick.
        warm: ink of the passed part.
    """
    if width <= 0:
        return []
    at = -1 if fraction is None else round(max(0.0, min(1.0, fraction)) * (width - 1))
    marks = set(ticks)
    passed = "".join("┻" if x in marks else "━" for x in range(max(0, at)))
    coming = "".join("┴" if x in marks else "─" for x in range(at + 1, width))
    pieces = [Piece(passed, warm)]
    if at >= 0:
        pieces.append(Piece("┃", "needle"))
    return [*pieces, Piece(coming, "faint")]


def time_ticks(width: int, duration_s: float) -> tuple[tuple[int, str], ...]:
    """Where the dial of a track is marked, and what is written there, at most every 9 cells."""
    if duration_s <= 0 or width < 10:
        return ()
    step = next((s for s in _STEPS_S if duration_s / s * 10 <= width), _STEPS_S[-1])
    return tuple(
        (round(second / duration_s * (width - 1)), clock(second))
        for second in range(step, int(duration_s), step)
    )


def labels(width: int, marks: tuple[tuple[int, str], ...]) -> str:
    """The line of figures over the ticks, each centred on its tick; clashing ones are left out."""
    line = [" "] * width
    free = 0
    for at, text in marks:
        start = at - len(text) // 2
        if start < free or start + len(text) > width:
            continue
        line[start : start + len(text)] = text
        free = start + len(text) + 1
    return "".join(line)
