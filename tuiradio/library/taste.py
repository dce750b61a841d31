"""What the user said of the music: feedback, bans and presets, as rows of the store.

Functions over the store's connection; ``StoreReader`` and ``StoreWriter`` are their
public face. Nothing of it is ever written into a music file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

from tuiradio.library.rows import Feedback, Preset
from tuiradio.library.track import Banned, BanScope, FeedbackKind, Track

_FEEDBACK = (
    "SELECT id, kind, track_id, scope, name, artist, folder, radio, at_pick, at_s, undone_s "
    "FROM feedback WHERE 1"
)
_INVERSE = {
    FeedbackKind.LIKE: ("liked", False),
    FeedbackKind.UNLIKE: ("liked", True),
    FeedbackKind.BAN: ("banned", False),
    FeedbackKind.UNBAN: ("banned", True),
}


def feedback(
    connection: sqlite3.Connection, radio: int | None, limit: int, include_undone: bool
) -> list[Feedback]:
    """See ``StoreReader.feedback``."""
    sql = _FEEDBACK
    values: list[int] = []
    if radio is not None:
        sql += " AND radio = ?"
        values.append(radio)
    if not include_undone:
        sql += " AND undone_s IS NULL"
    rows = connection.execute(f"{sql} ORDER BY id DESC LIMIT ?", (*values, max(0, limit)))
    return [_event(row) for row in rows.fetchall()]


def bans(connection: sqlite3.Connection) -> list[Banned]:
    """See ``StoreReader.bans``."""
    tracks = connection.execute(
        "SELECT t.id, t.title, t.artist, coalesce((SELECT max(at_s) FROM feedback f "
        "WHERE f.track_id = t.id AND f.kind = 'ban' AND f.scope = 'track'), 0) "
        "FROM tracks t WHERE t.banned ORDER BY t.id"
    ).fetchall()
    wider = connection.execute(
        "SELECT scope, name, artist, folder, since_s FROM bans ORDER BY scope, artist, name, folder"
    ).fetchall()
    return [
        *(
            Banned(BanScope(scope), name, None, artist, folder, since_s)
            for scope, name, artist, folder, since_s in wider
        ),
        *(Banned(BanScope.TRACK, row[1], row[0], row[2], b"", row[3]) for row in tracks),
    ]


def banned_for(track: Track, scope: BanScope, now_s: float) -> Banned | None:
    """What a ban of this scope on this track names; None when its tags name nothing."""
    if scope is BanScope.TRACK:
        return Banned(scope, track.title, track.id, track.artist, b"", now_s)
    if scope is BanScope.FOLDER:
        folder = os.path.dirname(track.path)
        return Banned(
            scope, os.fsdecode(folder).encode("utf-8", "replace").decode(), None, "", folder, now_s
        )
    if scope is BanScope.ARTIST:
        name = track.artist.strip()
        return Banned(scope, name, None, name, b"", now_s) if name else None
    if not track.album:
        return None
    return Banned(scope, track.album, None, track.album_artist or track.artist, b"", now_s)


def set_ban(connection: sqlite3.Connection, banned: Banned, on: bool) -> bool:
    """Put a ban in force, or lift it; False when it was so already."""
    if banned.scope is BanScope.TRACK:
        return set_flag(connection, "banned", banned.track_id or 0, on)
    key = (banned.scope, banned.artist, banned.name, banned.folder)
    if on:
        cursor = connection.execute(
            "INSERT OR IGNORE INTO bans (scope, artist, name, folder, since_s) "
            "VALUES (?, ?, ?, ?, ?)",
            (*key, banned.since_s),
        )
    else:
        cursor = connection.execute(
            "DELETE FROM bans WHERE scope = ? AND artist = ? AND name = ? AND folder = ?", key
        )
    return cursor.rowcount > 0


def set_flag(connection: sqlite3.Connection, column: str, track_id: int, on: bool) -> bool:
    """Set ``liked`` or ``banned`` of a track; False when it was so already."""
    cursor = connection.execute(
        f"UPDATE tracks SET {column} = ? WHERE id = ? AND {column} != ?", (on, track_id, on)
    )
    return cursor.rowcount > 0


def add(connection: sqlite3.Connection, said: Feedback) -> int:
    """Note an event; its id."""
    cursor = connection.execute(
        "INSERT INTO feedback (kind, track_id, scope, name, artist, folder, radio, at_pick, at_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            said.kind,
            said.track_id,
            said.scope,
            said.name,
            said.artist,
            said.folder,
            said.radio,
            said.at_pick,
            said.at_s,
        ),
    )
    return int(cursor.lastrowid or 0)


def undo(connection: sqlite3.Connection, event_id: int | None, now_s: float) -> Feedback | None:
    """See ``StoreWriter.undo_feedback``."""
    sql = f"{_FEEDBACK} AND undone_s IS NULL"
    values: tuple[int, ...] = ()
    if event_id is None:
        sql += " AND kind != 'finish' ORDER BY id DESC LIMIT 1"
    else:
        sql, values = f"{sql} AND id = ?", (event_id,)
    row = connection.execute(sql, values).fetchone()
    if row is None:
        return None
    said = _event(row)
    connection.execute("UPDATE feedback SET undone_s = ? WHERE id = ?", (now_s, said.id))
    column, value = _INVERSE.get(said.kind, ("", False))
    if column == "liked" or (column and said.scope is BanScope.TRACK):
        set_flag(connection, column, said.track_id or 0, value)
    elif column:
        ban = Banned(said.scope, said.name, None, said.artist, said.folder, now_s)
        set_ban(connection, ban, value)
    return said


def presets(connection: sqlite3.Connection) -> list[Preset]:
    """See ``StoreReader.presets``."""
    rows: Sequence[Any] = connection.execute(
        "SELECT name, settings FROM presets ORDER BY name COLLATE NOCASE, name"
    ).fetchall()
    return [Preset(name, settings) for name, settings in rows]


def _event(row: Sequence[Any]) -> Feedback:
    return Feedback(row[0], FeedbackKind(row[1]), row[2], BanScope(row[3]), *row[4:])
