"""The library's directories: no file belongs to two of them."""

from __future__ import annotations

import os
import sqlite3

from tuiradio.library.order import relative_to


def normal(root: bytes) -> bytes:
    """The absolute path under which a root is stored."""
    return os.path.abspath(root)


def add(connection: sqlite3.Connection, root: bytes) -> None:
    """See ``StoreWriter.add_root``."""
    root = normal(root)
    real = os.path.realpath(root)
    inner: list[tuple[int, bytes]] = []
    for root_id, known in connection.execute("SELECT id, path FROM roots").fetchall():
        real_known = os.path.realpath(known)
        if relative_to(root, known) is not None or relative_to(real, real_known) is not None:
            return
        inside = relative_to(known, root) or relative_to(real_known, real)
        if inside:
            inner.append((root_id, inside))
    outer_id = connection.execute("INSERT INTO roots (path) VALUES (?)", (root,)).lastrowid
    for root_id, inside in inner:
        connection.execute(
            "UPDATE tracks SET root_id = ?, relative_path = CAST(? || relative_path AS BLOB) "
            "WHERE root_id = ?",
            (outer_id, inside + b"/", root_id),
        )
        connection.execute(
            "UPDATE playlist_entries SET root_id = ?, "
            "relative_path = CAST(? || relative_path AS BLOB) WHERE root_id = ?",
            (outer_id, inside + b"/", root_id),
        )
        connection.execute(
            "UPDATE playlists SET root_id = ? WHERE root_id = ?", (outer_id, root_id)
        )
        connection.execute("DELETE FROM roots WHERE id = ?", (root_id,))


def remove(connection: sqlite3.Connection, root: bytes) -> None:
    """See ``StoreWriter.remove_root``."""
    row = connection.execute("SELECT id FROM roots WHERE path = ?", (normal(root),)).fetchone()
    if row is None:
        return
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT id FROM tracks WHERE root_id = ?)", row
    )
    connection.execute(
        "DELETE FROM failures WHERE track_id IN (SELECT id FROM tracks WHERE root_id = ?)", row
    )
    connection.execute("DELETE FROM roots WHERE id = ?", row)
