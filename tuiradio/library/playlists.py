"""Playlists in the store: the files, and which places of the library their entries name.

An entry is a root and a relative path, joined with the tracks when it is read: music that is
added, or comes back, stands in its playlists at once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from tuiradio.library.order import relative_to
from tuiradio.library.playlist_files import PlaylistFile
from tuiradio.library.text import clean_text, sort_key


@dataclass(frozen=True, slots=True)
class PlaylistRow:
    """A playlist that was found, or exported."""

    id: int
    name: str
    path: bytes
    """Absolute."""
    tracks: int
    """Entries that are tracks of the library."""
    entries: int
    """All entries but addresses on the network."""
    addresses: int = 0


@dataclass(frozen=True, slots=True)
class KnownPlaylist:
    """What the store knows of a playlist file, for the scan to compare."""

    size_bytes: int
    mtime_ns: int
    is_kept: bool = False
    """It was exported to a place outside of the library's folders."""
    is_whole: bool = True
    """Every entry names a place below a root."""


@dataclass(frozen=True, slots=True)
class PlaylistChange:
    """A playlist file that is new or differs from what is known."""

    path: bytes
    """Absolute."""
    size_bytes: int = 0
    mtime_ns: int = 0
    file: PlaylistFile | None = None
    """None when it is gone."""


def rows(connection: sqlite3.Connection) -> list[PlaylistRow]:
    """See ``StoreReader.playlists``."""
    found = connection.execute(
        "SELECT p.id, p.name, p.path, (SELECT count(*) FROM playlist_entries e JOIN tracks t "
        "ON t.root_id = e.root_id AND t.relative_path = e.relative_path "
        "WHERE e.playlist_id = p.id), p.entries, p.addresses "
        "FROM playlists p WHERE p.entries ORDER BY p.name_key, p.path"
    ).fetchall()
    return [PlaylistRow(*row) for row in found]


def known(connection: sqlite3.Connection) -> dict[bytes, KnownPlaylist]:
    """See ``StoreReader.known_playlists``."""
    found = connection.execute(
        "SELECT path, size_bytes, mtime_ns, root_id IS NULL, entries = "
        "(SELECT count(*) FROM playlist_entries WHERE playlist_id = playlists.id) FROM playlists"
    ).fetchall()
    return {row[0]: KnownPlaylist(row[1], row[2], bool(row[3]), bool(row[4])) for row in found}


def apply(connection: sqlite3.Connection, changes: Iterable[PlaylistChange]) -> None:
    """Store what changed, within the caller's transaction; the id of a playlist stays."""
    roots = connection.execute("SELECT id, path FROM roots").fetchall()
    for change in changes:
        if change.file is None:
            connection.execute("DELETE FROM playlists WHERE path = ?", (change.path,))
        else:
            _write(connection, roots, change, change.file)


def _write(
    connection: sqlite3.Connection,
    roots: list[tuple[int, bytes]],
    change: PlaylistChange,
    file: PlaylistFile,
) -> None:
    stem = os.path.basename(change.path).rpartition(b".")[0]
    name = file.title or clean_text(stem.decode("utf-8", "replace"))
    (playlist_id,) = connection.execute(
        "INSERT INTO playlists (path, root_id, name, name_key, size_bytes, mtime_ns, entries, "
        "addresses) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "root_id = excluded.root_id, name = excluded.name, name_key = excluded.name_key, "
        "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, "
        "entries = excluded.entries, addresses = excluded.addresses RETURNING id",
        (change.path, _place(roots, change.path)[0], name, sort_key(name), change.size_bytes,
         change.mtime_ns, len(file.paths), file.addresses),
    ).fetchone()  # fmt: skip
    connection.execute("DELETE FROM playlist_entries WHERE playlist_id = ?", (playlist_id,))
    places = ((n, *_place(roots, path)) for n, path in enumerate(file.paths))
    connection.executemany(
        "INSERT INTO playlist_entries VALUES (?, ?, ?, ?)",
        (
            (playlist_id, position, root_id, relative_path)
            for position, root_id, relative_path in places
            if root_id is not None
        ),
    )


def _place(roots: list[tuple[int, bytes]], path: bytes) -> tuple[int | None, bytes]:
    for root_id, root in roots:
        inside = relative_to(path, root)
        if inside:
            return root_id, inside
    return None, b""
