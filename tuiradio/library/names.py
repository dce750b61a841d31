"""The names of artists, albums, genres, playlists and folders, to be found as one types."""

from __future__ import annotations

import os
import sqlite3
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tuiradio.library import browse, playlists
from tuiradio.library.rows import AlbumRow, ArtistRow, Scope
from tuiradio.library.text import clean_text, search_words

_LOOKED_AT = 400
"""Names that hold the longest word; where more do, the rest is not ranked."""


class NameKind(StrEnum):
    """What a name belongs to, in the order in which they are shown."""

    ARTIST = "artist"
    ALBUM = "album"
    GENRE = "genre"
    PLAYLIST = "playlist"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the library that has a name and tracks."""

    kind: NameKind
    name: str
    scope: Scope
    tracks: int
    note: str = ""
    """Of an album whose it is, of a folder where it lies."""


class _Shelf:
    """The names of one kind in one text, which is searched as fast as memory is read."""

    def __init__(self, rows: Sequence[Named]) -> None:
        self._rows = rows
        self._starts = array("q")
        lines: list[str] = []
        at = 0
        for row in rows:
            words = f"{row.name} {row.note}" if row.kind is NameKind.ALBUM else row.name
            line = " ".join(["", *search_words(words)])
            self._starts.append(at)
            lines.append(line)
            at += len(line) + 1
        self._text = "\n".join(lines)

    def find(self, words: Sequence[str], most: int) -> list[Named]:
        """Rows in which each word begins a word; those that begin so first, then the largest."""
        rarest = f" {max(words, key=len)}"
        others = [f" {word}" for word in words]
        begins = f" {' '.join(words)}"
        found: dict[int, tuple[bool, int, str]] = {}
        at = self._text.find(rarest)
        while at >= 0 and len(found) < _LOOKED_AT:
            index = bisect_right(self._starts, at) - 1
            end = self._text.find("\n", at)
            end = len(self._text) if end < 0 else end
            line = self._text[self._starts[index] : end]
            if all(other in line for other in others):
                row = self._rows[index]
                found[index] = (not line.startswith(begins), -row.tracks, row.name)
            at = self._text.find(rarest, end)
        return [self._rows[index] for index in sorted(found, key=found.__getitem__)[:most]]


class Names:
    """Every name of the library at one moment; 0.3 s of one core at 20,000 artists."""

    def __init__(self, rows: Iterable[Named]) -> None:
        by_kind: dict[NameKind, list[Named]] = {kind: [] for kind in NameKind}
        for row in rows:
            by_kind[row.kind].append(row)
        self._shelves = [_Shelf(rows) for rows in by_kind.values()]

    def find(self, words: str, most_of_each: int = 3) -> list[Named]:
        """Names in which every word of ``words`` begins a word, by kind."""
        wanted = search_words(words)
        if not wanted:
            return []
        return [row for shelf in self._shelves for row in shelf.find(wanted, most_of_each)]


def read_names(connection: sqlite3.Connection) -> Names:
    """See ``StoreReader.names``."""
    return Names(
        [
            *(_artist(row) for row in browse.artists(connection) if row.name),
            *(_album(row) for row in browse.albums(connection, None)),
            *(
                Named(NameKind.GENRE, row.name, Scope(genre=row.name), row.tracks)
                for row in browse.genres(connection)
            ),
            *(
                Named(NameKind.PLAYLIST, row.name, Scope(playlist=row.id), row.tracks)
                for row in playlists.rows(connection)
            ),
            *_folders(connection),
        ]
    )


def _artist(row: ArtistRow) -> Named:
    return Named(NameKind.ARTIST, row.name, Scope(artist=row.name), row.tracks)


def _album(row: AlbumRow) -> Named:
    scope = Scope(album=(row.album_artist, row.album))
    return Named(NameKind.ALBUM, row.album, scope, row.tracks, row.album_artist)


def _folders(connection: sqlite3.Connection) -> list[Named]:
    roots = dict(connection.execute("SELECT id, path FROM roots").fetchall())
    tally: Counter[tuple[int, bytes]] = Counter()
    for root_id, path in connection.execute("SELECT root_id, relative_path FROM tracks"):
        folder = path.rpartition(b"/")[0]
        if folder:
            tally[root_id, folder] += 1
    return [
        Named(
            NameKind.FOLDER,
            _text(folder.rpartition(b"/")[2]),
            Scope(folder=os.path.join(roots[root_id], folder)),
            tracks,
            _text(folder.rpartition(b"/")[0]),
        )
        for (root_id, folder), tracks in tally.items()
    ]


def _text(path: bytes) -> str:
    return clean_text(path.decode("utf-8", "replace"))
