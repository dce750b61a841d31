"""The level meter: how needles rise, fall and hang, and how they are drawn.

Levels come eight times a second. A needle jumps up at once and falls at a steady rate, as on a
studio meter (IEC 60268-10, type I: 20 dB in 1.7 s); the highest peak hangs for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from tuiradio.engine.levels import LevelsTold
from tuiradio.ui import dial
from tuiradio.ui.ink import Piece

FALL_DB_PER_S = 20.0 / 1.7
HELD_FOR_S = 1.5

_LOWEST_DB = -42.0
_HOT_DB = -6.0
_FIGURES_DB = (-40, -30, -20, -10, -5, 0)

_Cell = tuple[str, str]
"""Sign and ink."""


@dataclass(frozen=True, slots=True)
class Needle:
    """One channel, in decibels below full scale."""

    level_db: float = _LOWEST_DB
    held_db: float = _LOWEST_DB
    """The highest peak of the last moment."""
    held_for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Meter:
    """Left and right; both the same for mono."""

    left: Needle = Needle()
    right: Needle = Needle()

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing shows and nothing will fall."""
        return self == Meter()


def moved(meter: Meter, told: LevelsTold | None, passed_s: float) -> Meter:
    """The meter after ``passed_s`` seconds and new levels; None when there are none."""
    if told is None or not told.rms_db:
        return Meter(_fallen(meter.left, passed_s), _fallen(meter.right, passed_s))
    return Meter(
        _raised(_fallen(meter.left, passed_s), told.rms_db[0], told.peak_db[0]),
        _raised(_fallen(meter.right, passed_s), told.rms_db[-1], told.peak_db[-1]),
    )


def _fallen(needle: Needle, passed_s: float) -> Needle:
    drop_db = FALL_DB_PER_S * passed_s
    level_db = max(_LOWEST_DB, needle.level_db - drop_db)
    held_for_s = max(0.0, needle.held_for_s - passed_s)
    held_db = needle.held_db if held_for_s > 0 else needle.held_db - drop_db
    return Needle(level_db, max(level_db, held_db), held_for_s)


def _raised(needle: Needle, rms_db: float, peak_db: float) -> Needle:
    level_db = max(needle.level_db, min(0.0, rms_db))
    if peak_db >= needle.held_db:
        return Needle(level_db, max(level_db, min(0.0, peak_db)), HELD_FOR_S)
    return Needle(level_db, max(level_db, needle.held_db), needle.held_for_s)


def fraction(level_db: float) -> float:
    """Where a level stands on the scale, 0…1."""
    return max(0.0, min(1.0, 1.0 - level_db / _LOWEST_DB))


def bow(meter: Meter, cells: int) -> list[Piece]:
    """One line: the left channel grows to the left, the right one to the right."""
    half = max(1, (cells - 1) // 2)
    left, right = _arm(meter.left, half), _arm(meter.right, half)
    return _runs([*reversed(left), ("┴", "faint"), *right])


def _arm(needle: Needle, cells: int) -> list[_Cell]:
    """The cells of one channel, from the middle outwards."""
    lit = round(fraction(needle.level_db) * cells)
    peak = round(fraction(needle.held_db) * cells) - 1
    hot = round(fraction(_HOT_DB) * cells)
    arm: list[_Cell] = []
    for cell in range(cells):
        if cell == peak and peak >= lit:
            arm.append(("┃", "needle"))
        elif cell < lit:
            arm.append(("━", "needle" if cell >= hot else "teal"))
        else:
            arm.append(("─", "faint"))
    return arm


def _runs(cells: list[_Cell]) -> list[Piece]:
    """One piece for neighbours of the same ink: each costs, many times a second."""
    return [
        Piece("".join(sign for sign, _ in run), ink)
        for ink, run in groupby(cells, key=lambda cell: cell[1])
    ]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a channel stands on a scale: how many cells are lit, and which one is the needle."""

    lit: int
    peak: int

    def changed(self, before: Stand) -> tuple[int, int] | None:
        """First and last cell that look otherwise than before; None when none does."""
        moved = [
            *((before.lit, self.lit) if before.lit != self.lit else ()),
            *((before.peak, self.peak) if before.peak != self.peak else ()),
        ]
        return (max(0, min(moved)), max(moved)) if moved else None


def stand(needle: Needle, cells: int) -> Stand:
    """Where a channel stands on a scale of so many cells."""
    peak = round(fraction(needle.held_db) * (cells - 1)) if needle.held_db > _LOWEST_DB else -1
    return Stand(round(fraction(needle.level_db) * cells), peak)


def scales(meter: Meter, cells: int) -> list[list[Piece]]:
    """Three lines: a dial per channel, its needle the held peak, and the decibels below."""
    marks = tuple((round(fraction(db) * (cells - 1)), str(abs(db))) for db in _FIGURES_DB)
    ticks = tuple(at for at, _ in marks)
    return [
        [Piece("L ", "dim"), *_scale(meter.left, cells, ticks)],
        [Piece("R ", "dim"), *_scale(meter.right, cells, ticks)],
        [Piece("  "), Piece(dial.labels(cells, marks), "faint")],
    ]


def _scale(needle: Needle, cells: int, ticks: tuple[int, ...]) -> list[Piece]:
    now = stand(needle, cells)
    hot = round(fraction(_HOT_DB) * cells)
    line: list[_Cell] = []
    for cell in range(cells):
        if cell == now.peak:
            line.append(("┃", "needle"))
        elif cell < now.lit:
            line.append(("━", "amber" if cell >= hot else "teal"))
        else:
            line.append(("┴" if cell in ticks else "─", "faint"))
    return _runs(line)
