"""The sources of music as stations on a dial: the head of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuiradio.library.rows import Scope, Sort
from tuiradio.ui.ink import Drawn, Piece


@dataclass(frozen=True, slots=True)
class Station:
    """One source of music."""

    id: str
    name: str
    scope: Scope = field(default_factory=Scope)
    sort: Sort = Sort.ARTIST
    descending: bool = False
    browses: bool = False
    """Whether a list of artists, albums … stands beside the tracks."""
    nothing: str = ""
    """What is said when the source is empty."""


STATIONS: tuple[Station, ...] = (
    Station("tracks", "Tracks"),
    Station("artists", "Artists", browses=True),
    Station("albums", "Albums", browses=True),
    Station("genres", "Genres", browses=True),
    Station("folders", "Folders", sort=Sort.PATH, browses=True),
    Station(
        "liked", "Liked", Scope(liked=True),
        nothing="Nothing liked yet. Press l on a track, or while it plays.",
    ),
    Station("new", "New", sort=Sort.ADDED, descending=True),
    Station(
        "unplayed", "Unplayed", Scope(never_played=True),
        nothing="You have played everything. Really.",
    ),
    Station(
        "failed", "Failed", Scope(failed=True),
        nothing="No failures: every file could be listened to.",
    ),
    Station("map", "Map"),
)  # fmt: skip

BY_ID = {station.id: station for station in STATIONS}

_BRAND = " ◉ tuiradio "
_MINOR = 3


class StationDial(Drawn):
    """Two lines: the names of the stations, and the scale with its needle."""

    selected = "tracks"

    def select(self, station_id: str) -> None:
        """Turn the needle to a station."""
        self.selected = station_id
        self.refresh()

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        spans = _spans(width)
        names = [Piece(" ◉ ", "needle"), Piece("tuiradio ", "amber")]
        at = len(_BRAND)
        for station, start, _ in spans:
            ink = "station" if station.id == self.selected else "dim"
            action = f"station('{station.id}')"
            text = station.name
            names += [Piece(" " * (start - at)), Piece(text, ink, action)]
            at = start + len(text)
        return [names, self._scale(width, spans)]

    def _scale(self, width: int, spans: list[tuple[Station, int, int]]) -> list[Piece]:
        cells = [Piece("┴" if x % _MINOR == 0 else "─", "faint") for x in range(len(_BRAND), width)]
        for number, (station, _, middle) in enumerate(spans, 1):
            action = f"station('{station.id}')"
            is_on = station.id == self.selected
            x = middle - len(_BRAND)
            if is_on:
                cells[x] = Piece("┃", "needle", action)
            else:
                cells[x] = Piece(str(number % 10), "dim", action)
        return [Piece(" " * len(_BRAND)), *cells]


def _spans(width: int) -> list[tuple[Station, int, int]]:
    """Each station with the cell its name starts at and the cell of its tick."""
    free = width - len(_BRAND) - sum(len(station.name) for station in STATIONS) - 1
    gap = max(1, min(16, free // (len(STATIONS) - 1)))
    placed: list[tuple[Station, int, int]] = []
    x = len(_BRAND)
    for station in STATIONS:
        if x + len(station.name) > width:
            break
        placed.append((station, x, x + len(station.name) // 2))
        x += len(station.name) + gap
    return placed
