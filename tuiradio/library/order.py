"""Which tracks in which order: one statement per sort, walked along a covering index."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np

from tuiradio.library.rows import Scope, Sort
from tuiradio.library.text import sort_key

# Each order equals the leading columns of an index, so that SQLite reads the index alone.
_ORDER = {
    Sort.ARTIST: "shelf_key, album_key, disc_number, track_number, title_key",
    Sort.TITLE: "title_key, shelf_key",
    Sort.ALBUM: "album_key, shelf_key, disc_number, track_number",
    Sort.GENRE: "genre_key, shelf_key, album_key, disc_number, track_number",
    Sort.YEAR: "year, shelf_key, album_key, disc_number, track_number",
    Sort.LENGTH: "duration_s",
    Sort.ADDED: "added_s",
    Sort.PLAYS: "play_count",
    Sort.PLAYED: "last_played_s",
    Sort.PATH: "root_id, relative_path",
    Sort.TEMPO: "tempo",
    Sort.PLACE: "shelf_key, album_key, disc_number, track_number, title_key",
}

MISSING = (
    "SELECT id FROM tracks WHERE missing "
    "UNION SELECT t.id FROM roots r JOIN tracks t ON t.root_id = r.id WHERE r.missing"
)
_PLAYED = "SELECT id FROM tracks WHERE play_count > 0"

_OF_PLAYLIST = (
    "SELECT t.id FROM playlist_entries e JOIN tracks t "
    "ON t.root_id = e.root_id AND t.relative_path = e.relative_path WHERE e.playlist_id = ?"
)

Condition = tuple[str, tuple[object, ...]]


def ids_of(cursor: sqlite3.Cursor) -> array[int]:
    """The first column of a result."""
    return array("q", chain.from_iterable(cursor.fetchall()))


def ordered_ids(
    connection: sqlite3.Connection, scope: Scope, sort: Sort, descending: bool
) -> array[int]:
    """Ids of the tracks within ``scope``, sorted; one that a playlist has twice comes twice."""
    if scope.playlist is not None and sort is Sort.PLACE:
        listed = f"{_OF_PLAYLIST} ORDER BY e.position"
        ids = ids_of(connection.execute(listed, (scope.playlist,)))
        return ids[::-1] if descending else ids
    conditions = _conditions(connection, scope)
    where = " AND ".join(f"({sql})" for sql, _ in conditions)
    parameters = tuple(chain.from_iterable(values for _, values in conditions))
    ids = ids_of(
        connection.execute(
            f"SELECT id FROM tracks {'WHERE ' + where if where else ''} ORDER BY {_ORDER[sort]}",
            parameters,
        )
    )
    # Few are missing or played: leaving them out here keeps the walk on the covering index.
    for excluded, sql in ((not scope.include_missing, MISSING), (scope.never_played, _PLAYED)):
        if excluded:
            ids = _without(ids, ids_of(connection.execute(sql)))
    return ids[::-1] if descending else ids


def _without(ids: array[int], excluded: array[int]) -> array[int]:
    if not excluded or not ids:
        return ids
    numbers = np.frombuffer(ids, dtype=np.int64)
    kept = numbers[~np.isin(numbers, np.frombuffer(excluded, dtype=np.int64))]
    return array("q", kept.tobytes())


def _conditions(connection: sqlite3.Connection, scope: Scope) -> list[Condition]:
    found: list[Condition] = []
    if scope.artist is not None:
        key = sort_key(scope.artist)
        found.append(("shelf_key = ? OR artist_key = ?", (key, key)))
    if scope.album is not None:
        artist, album = scope.album
        found.append(("album_key = ? AND shelf_key = ?", (sort_key(album), sort_key(artist))))
    if scope.genre is not None:
        genre = "id IN (SELECT track_id FROM track_genres WHERE genre_key = ?)"
        found.append((genre, (sort_key(scope.genre),)))
    if scope.folder is not None:
        found.append(folder_condition(connection, [scope.folder]))
    if scope.playlist is not None:
        found.append((f"id IN ({_OF_PLAYLIST})", (scope.playlist,)))
    if scope.liked:
        found.append(("liked", ()))
    if scope.failed:
        found.append(("status = 'failed'", ()))
    return found


def folder_condition(connection: sqlite3.Connection, folders: Sequence[bytes]) -> Condition:
    """A condition on ``tracks`` that holds below any of ``folders`` (absolute)."""
    pieces: list[str] = []
    values: list[object] = []
    for root_id, root in connection.execute("SELECT id, path FROM roots").fetchall():
        for folder in folders:
            inside = relative_to(folder, root)
            if inside == b"":
                pieces.append("root_id = ?")
                values.append(root_id)
            elif inside is not None:
                pieces.append("root_id = ? AND relative_path >= ? AND relative_path < ?")
                # "0" follows "/": everything that begins with "folder/" lies between the two.
                values += [root_id, inside + b"/", inside + b"0"]
            elif relative_to(root, folder) is not None:
                pieces.append("root_id = ?")
                values.append(root_id)
    return " OR ".join(f"({piece})" for piece in pieces) or "0", tuple(values)


def relative_to(path: bytes, folder: bytes) -> bytes | None:
    """``path`` seen from ``folder``: ``b""`` for the folder itself, None when outside."""
    path, folder = path.rstrip(b"/"), folder.rstrip(b"/")
    if os.sep != "/":
        path, folder = path.replace(b"\\", b"/"), folder.replace(b"\\", b"/")
    if path == folder:
        return b""
    return path[len(folder) + 1 :] if path.startswith(folder + b"/") else None
