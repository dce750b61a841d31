"""The spectrum: a column per octave that rises at once and falls like the needles do."""

from __future__ import annotations

from tuiradio.engine.levels import LevelsTold
from tuiradio.ui import dial
from tuiradio.ui.ink import Drawn, Piece
from tuiradio.ui.meter import FALL_DB_PER_S

NAMES = ("63", "125", "250", "500", "1k", "2k", "4k", "8k")
"""Hertz, the middle of each octave."""

_LOWEST_DB = -60.0
_HIGHEST_DB = -4.0
"""What fills a column: one octave of loud music has no more."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"

Bands = tuple[float, ...]
"""Decibels of each octave, the lowest first; () for none."""


def moved(bands: Bands, told: LevelsTold, passed_s: float) -> Bands:
    """The columns after ``passed_s`` seconds and new levels; without new ones they fall."""
    fallen = tuple(max(_LOWEST_DB, level_db - FALL_DB_PER_S * passed_s) for level_db in bands)
    if not told.bands_db:
        return fallen
    before = fallen if len(fallen) == len(told.bands_db) else told.bands_db
    return tuple(map(max, before, told.bands_db))


def height(level_db: float, lines: int) -> int:
    """How high a column stands, in eighths of a line."""
    share = (level_db - _LOWEST_DB) / (_HIGHEST_DB - _LOWEST_DB)
    return round(8 * lines * max(0.0, min(1.0, share)))


def drawn(bands: Bands, width: int, lines: int) -> list[list[Piece]]:
    """The columns over their names: ``lines`` lines of at most ``width`` cells."""
    if not bands or lines < 2:
        return []
    cells = width // len(bands)
    if not cells:
        return []
    margin = (width - cells * len(bands)) // 2
    columns = lines - 1
    rows: list[list[Piece]] = []
    for row in reversed(range(columns)):
        eighths = (max(0, min(8, height(b, columns) - 8 * row)) for b in bands)
        signs = "".join(f"{_EIGHTHS[n] * (cells - (cells > 1)):<{cells}}" for n in eighths)
        text = f"{' ' * margin}{signs}".ljust(width)
        rows.append([Piece(text, "amber" if row == columns - 1 else "teal")])
    return [*rows, [Piece(dial.labels(width, _marks(margin, cells)), "faint")]]


def _marks(margin: int, cells: int) -> tuple[tuple[int, str], ...]:
    """The names in the middle of their columns."""
    return tuple((margin + cells * n + (cells - 1) // 2, name) for n, name in enumerate(NAMES))


class Spectrum(Drawn):
    """The columns, in as many lines as there are."""

    bands: Bands = ()

    def bands_changed(self, bands: Bands) -> None:
        """Draw other columns, when they look otherwise."""
        before, self.bands = self.bands, bands
        lines = self.size.height - 1
        if [height(b, lines) for b in before] != [height(b, lines) for b in bands]:
            self.refresh()

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        return drawn(self.bands, width, height)
