"""Artists, albums, genres, folders and playlists beside the tracks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuiradio.library.rows import Scope
from tuiradio.ui.greeting import Lines, wrapped
from tuiradio.ui.ink import Piece, spread
from tuiradio.ui.text import clean, number
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.library.playlists import PlaylistRow
    from tuiradio.library.store import StoreReader


@dataclass(frozen=True, slots=True)
class Shelf:
    """A list to read: which one, and of what."""

    station: str
    artist: str | None = None
    folder: bytes | None = None


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One artist, album, genre, folder or playlist."""

    label: str
    note: str
    scope: Scope
    opens: Shelf | None = None
    """The list below it."""
    aside: str = ""
    """What else is to be told of it, beside its tracks."""


def read_shelf(reader: StoreReader, shelf: Shelf) -> tuple[ShelfRow, ...]:
    """The rows of a shelf, from the store; called off the loop."""
    if shelf.station == "genres":
        return tuple(
            ShelfRow(row.name, number(row.tracks), Scope(genre=row.name)) for row in reader.genres()
        )
    if shelf.station == "playlists":
        return tuple(map(_playlist, reader.playlists()))
    if shelf.station == "folders":
        return tuple(
            ShelfRow(
                _folder_name(row.path, shelf.folder),
                number(row.tracks),
                Scope(folder=row.path),
                Shelf("folders", folder=row.path),
            )
            for row in reader.folders(shelf.folder)
        )
    if shelf.station == "artists" and shelf.artist is None:
        return tuple(
            ShelfRow(
                row.name,
                number(row.tracks),
                Scope(artist=row.name),
                Shelf("artists", artist=row.name),
            )
            for row in reader.artists()
        )
    return tuple(
        ShelfRow(
            row.album or "(no album)",
            str(row.year or ""),
            Scope(album=(row.album_artist, row.album)),
        )
        for row in reader.albums(shelf.artist)
    )


def _playlist(row: PlaylistRow) -> ShelfRow:
    absent = row.entries - row.tracks
    note = f"{number(row.tracks)} of {number(row.entries)}" if absent else number(row.tracks)
    told = [f"{number(absent)} not in the library"] if absent else []
    told += [f"{number(row.addresses)} on the network"] if row.addresses else []
    return ShelfRow(row.name, note, Scope(playlist=row.id), aside=" · ".join(told))


def _folder_name(path: bytes, parent: bytes | None) -> str:
    name = path if parent is None else os.path.basename(path.rstrip(b"/"))
    return name.decode("utf-8", "replace")


class BrowseList(VirtualList):
    """The rows of a shelf; the tracks follow the cursor."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.rows: Sequence[ShelfRow] = ()
        self.empty: Lines = []
        """What is said instead of rows where no list of tracks stands beside them."""

    @property
    def count(self) -> int:
        return len(self.rows)

    def show(self, rows: Sequence[ShelfRow], cursor: int = 0) -> None:
        self.rows, self.cursor = rows, cursor
        self.rows_changed()
        self.show_row(self.cursor)

    def row_of(self, scope: Scope) -> int:
        """Where the row with these tracks stands, -1 when it does not."""
        return next((n for n, row in enumerate(self.rows) if row.scope == scope), -1)

    def row(self) -> ShelfRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < self.count else None

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        row = self.rows[index]
        return spread(
            [Piece(" "), Piece(clean(row.label) or "(unnamed)", "text")],
            [Piece(row.note, "faint"), Piece(" ›" if row.opens else "  ", "faint")],
            width,
        )

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        if not self.screen.has_class("-narrow"):
            return [Piece(" nothing here yet", "faint")] if line == 0 else []
        lines = wrapped(self.empty, width)
        return lines[line] if line < len(lines) else []
