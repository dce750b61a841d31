"""The sources of music as stations on a dial: the head of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuiradio.library.rows import Scope, Sort
from tuiradio.ui.action import first_key
from tuiradio.ui.ink import Drawn, Piece, width_of


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
    filled_by: str = ""
    """The name of the action that puts something there."""
    filled_how: str = ""
    """What that does; goes on from its key."""
    short: str = ""
    """Its name where there is little room; "" is the name."""


STATIONS: tuple[Station, ...] = (
    Station("tracks", "Tracks"),
    Station("artists", "Artists", browses=True),
    Station("albums", "Albums", browses=True),
    Station("genres", "Genres", browses=True),
    Station("folders", "Folders", sort=Sort.PATH, browses=True),
    Station(
        "playlists", "Playlists", sort=Sort.PLACE, browses=True, short="Lists",
        nothing="No playlists yet: .m3u, .m3u8, .pls and .xspf files in your folders "
        "of music, and what you export, stand here.",
        filled_by="export", filled_how="writes one.",
    ),
    Station(
        "liked", "Liked", Scope(liked=True),
        nothing="Nothing liked yet.",
        filled_by="like", filled_how="likes a track, in a list or while it plays.",
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


@dataclass(frozen=True, slots=True)
class Face:
    """A view that stands in front of the sources; the same key leads back."""

    id: str
    name: str
    action: str


FACES: tuple[Face, ...] = (
    Face("radio", "Radio", "radio_view"),
    Face("queue", "Queue", "queue_view"),
    Face("lyrics", "Lyrics", "lyrics"),
)

_BRAND = " ◉ tuiradio "
_BRAND_NARROW = " ◉ "
_MINOR = 3
_WIDEST_KEY = 2
"""Cells of a key of the user's own that has room under the shortest name."""
_PALETTE = "command_palette"
"""By mouse everything begins at the name of the house."""
_WIDEST_GAP = 16
_FACES_FROM = 116
"""Narrowest dial with room for the views as well."""


@dataclass(frozen=True, slots=True)
class _Tick:
    """A name on the dial, and where it stands."""

    name: str
    action: str
    id: str
    start: int
    """Cell at which the name starts."""

    @property
    def middle(self) -> int:
        return self.start + len(self.name) // 2


class StationDial(Drawn):
    """Two lines: the names of the stations, and the scale with its needle."""

    selected = "tracks"
    face = ""
    """The view in front of them, "" for none."""

    def select(self, station_id: str) -> None:
        """Turn the needle to a station."""
        self.selected = station_id
        self.refresh()

    def put_in_front(self, face: str) -> None:
        """Light the name of the view that stands in front of the sources."""
        if face != self.face:
            self.face = face
            self.refresh()

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        brand, ticks = placed(width)
        names = [Piece(" ◉ ", "needle", _PALETTE), Piece(brand[3:], "amber", _PALETTE)]
        at = len(brand)
        for tick in ticks:
            names.append(Piece(" " * (tick.start - at)))
            names.append(Piece(tick.name, "station" if self._is_on(tick) else "dim", tick.action))
            at = tick.start + len(tick.name)
        return [names, self._scale(width, brand, ticks)]

    def _is_on(self, tick: _Tick) -> bool:
        return tick.id in (f"station {self.selected}", f"face {self.face}")

    def _scale(self, width: int, brand: str, ticks: list[_Tick]) -> list[Piece]:
        start = len(brand)
        cells = [Piece("┴" if x % _MINOR == 0 else "─", "faint") for x in range(start, width)]
        keys = {action.id: first_key(action) for action in self.radio_app.key_table}
        for tick in ticks:
            x, key = tick.middle - start, keys[tick.action]
            if tick.id == f"station {self.selected}":
                cells[x] = Piece("┃", "needle", tick.action)
            elif 0 < width_of([Piece(key)]) <= _WIDEST_KEY:
                ink = "station" if self._is_on(tick) else "key"
                # Apart from the scale, or it would look struck through.
                signs = f" {key} "[: len(cells) - x + 1]
                cells[x - 1 : x - 1 + len(signs)] = [Piece(s, ink, tick.action) for s in signs]
        return [Piece(" " * start), *cells]


def placed(width: int) -> tuple[str, list[_Tick]]:
    """The brand and the names that stand on a dial of ``width`` cells."""
    full, short = [s.name for s in STATIONS], [s.short or s.name for s in STATIONS]
    has_faces = width >= _FACES_FROM
    views = sum(len(face.name) + 2 for face in FACES) if has_faces else 0
    room = width - views - len(STATIONS)
    brand = _BRAND if room >= len(_BRAND) + sum(map(len, short)) else _BRAND_NARROW
    names = full if room >= len(brand) + sum(map(len, full)) else short
    gaps = len(STATIONS) - 1 + 2 * has_faces
    free = width - views - len(brand) - sum(map(len, names)) - 1
    gap = max(1, min(_WIDEST_GAP, free // gaps))
    ticks: list[_Tick] = []
    x = len(brand)
    for station, name in zip(STATIONS, names, strict=True):
        if x + len(name) > width:
            break
        action = f"station('{station.id}')"
        ticks.append(_Tick(name, action, f"station {station.id}", x))
        x += len(name) + gap
    x = width - views
    for face in FACES if has_faces else ():
        ticks.append(_Tick(face.name, face.action, f"face {face.id}", x))
        x += len(face.name) + 2
    return brand, ticks
