"""What a scan found, applied to the store: new, changed, moved, missing and returned files."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from tuiradio.library.browse import SEPARATOR
from tuiradio.library.renames import Arrival, displaced
from tuiradio.library.rows import ChangeKind, ScanChange, ScanOutcome
from tuiradio.library.text import clean_text, fold, sort_key
from tuiradio.library.track import Failure

SCAN_MODEL = 0
"""Stands for "any model" in ``failures``: the file itself could not be read."""

# Each twin costs a look at the disk; a library of equal files must not take for ever.
_MOST_TWINS = 16

_COLUMNS = (
    "root_id", "relative_path", "size_bytes", "mtime_ns", "fingerprint", "title", "artist",
    "album", "album_artist", "genres", "year", "track_number", "disc_number", "duration_s",
    "bpm", "track_gain_db", "album_gain_db", "title_key", "artist_key", "shelf", "shelf_key",
    "album_key", "genre_key",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO tracks ({', '.join(_COLUMNS)}, added_s, tempo) "
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 2))})"
)
_UPDATE = (
    f"UPDATE tracks SET {', '.join(f'{name} = ?' for name in _COLUMNS)}, missing = 0, "
    "tempo = coalesce(tempo_bpm, ?) WHERE id = ?"
)

_STATUS = """
UPDATE tracks SET status = CASE
    WHEN EXISTS (SELECT 1 FROM failures f WHERE f.track_id = tracks.id
        AND f.model IN (0, (SELECT id FROM models WHERE current))) THEN 'failed'
    WHEN EXISTS (SELECT 1 FROM vectors v WHERE v.track_id = tracks.id
        AND v.model = (SELECT id FROM models WHERE current)) THEN 'heard'
    ELSE 'pending' END
"""


def refresh_status(connection: sqlite3.Connection, track_id: int) -> None:
    """Set a track's status from its vector and failures under the current model."""
    connection.execute(f"{_STATUS} WHERE id = ?", (track_id,))


def refresh_all_statuses(connection: sqlite3.Connection) -> None:
    """The same for all tracks, after a change of model."""
    connection.execute(_STATUS)


@dataclass(slots=True)
class _Row:
    """A change as columns."""

    values: tuple[object, ...]
    genres: tuple[str, ...]
    words: tuple[str, ...]
    bpm: float


@dataclass(slots=True)
class Application:
    """Applies changes within the caller's transaction and counts what they did."""

    connection: sqlite3.Connection
    now_s: float
    outcome: ScanOutcome = field(default_factory=ScanOutcome)
    vectors_changed: bool = False
    _roots: dict[bytes, int] = field(default_factory=dict)
    _displaced: dict[bytes, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.connection.execute("SELECT path, id FROM roots").fetchall()
        self._roots = dict(rows)

    def apply_all(self, batch: Sequence[ScanChange]) -> None:
        """Apply a batch, of which every change is about another file."""
        self._make_way(batch)
        for change in batch:
            self.apply(change)

    def apply(self, change: ScanChange) -> None:
        """Apply one change; a change below an unknown root does nothing."""
        root_id, row = self._find(change)
        if root_id is None:
            return
        if change.kind is not ChangeKind.READ:
            if row is not None:
                self._set_missing(row[0], change.kind is ChangeKind.MISSING, bool(row[2]))
        elif row is not None:
            self._change(row[0], root_id, change, row[1])
        else:
            self._add_or_move(root_id, change)

    def _find(self, change: ScanChange) -> tuple[int | None, tuple[int, bytes, int] | None]:
        """The root, and (id, fingerprint, missing) of the track known under the file's name."""
        root_id = self._roots.get(os.path.abspath(change.root))
        row = self.connection.execute(
            "SELECT id, fingerprint, missing FROM tracks WHERE root_id = ? AND relative_path = ?",
            (root_id, change.relative_path),
        ).fetchone()
        return root_id, row

    def _make_way(self, batch: Sequence[ScanChange]) -> None:
        """Take tracks whose audio went to another name of the batch off their old names."""
        arrivals = []
        for change in batch:
            if change.kind is ChangeKind.READ:
                _, row = self._find(change)
                known = (row[0], row[1]) if row is not None else (None, b"")
                arrivals.append(Arrival(change.fingerprint, *known))
        for track_id, fingerprint in displaced(arrivals).items():
            self._displaced.setdefault(fingerprint, []).append(track_id)
            # No file name holds a NUL, so this one is free; the track is moved on below.
            self.connection.execute(
                "UPDATE tracks SET relative_path = ? WHERE id = ?",
                (b"\0%d" % track_id, track_id),
            )

    def _set_missing(self, track_id: int, missing: bool, was_missing: bool) -> None:
        if missing == was_missing:
            return
        self.connection.execute("UPDATE tracks SET missing = ? WHERE id = ?", (missing, track_id))
        self.outcome += ScanOutcome(missing=missing, returned=not missing)

    def _add_or_move(self, root_id: int, change: ScanChange) -> None:
        moved = self._moved_from(change)
        if moved is not None:
            self._write(moved, root_id, change)
            self.outcome += ScanOutcome(moved=1)
            return
        row = _row(root_id, change)
        cursor = self.connection.execute(_INSERT, (*row.values, self.now_s, row.bpm))
        track_id = cursor.lastrowid
        assert track_id is not None
        self._write_words(track_id, row)
        self._set_failure(track_id, change.failure)
        self.outcome += ScanOutcome(added=1, failed=change.failure is not None)

    def _change(self, track_id: int, root_id: int, change: ScanChange, fingerprint: bytes) -> None:
        if not change.fingerprint or change.fingerprint != fingerprint:
            gone = self.connection.execute(
                "DELETE FROM vectors WHERE track_id = ?", (track_id,)
            ).rowcount
            self.vectors_changed |= gone > 0
            self.connection.execute(
                "UPDATE tracks SET tempo_bpm = NULL, valence = NULL, arousal = NULL, "
                "guesses = '' WHERE id = ?",
                (track_id,),
            )
        self.connection.execute("DELETE FROM failures WHERE track_id = ?", (track_id,))
        self._write(track_id, root_id, change)
        self.outcome += ScanOutcome(changed=1, failed=change.failure is not None)

    def _moved_from(self, change: ScanChange) -> int | None:
        """The track whose file is gone and sounded like this one; same file name first."""
        if not change.fingerprint:
            return None
        if waiting := self._displaced.get(change.fingerprint):
            return waiting.pop(0)
        rows = self.connection.execute(
            "SELECT t.id, r.path, t.relative_path FROM tracks t JOIN roots r ON r.id = t.root_id "
            "WHERE t.fingerprint = ? ORDER BY t.missing DESC, t.id LIMIT ?",
            (change.fingerprint, _MOST_TWINS),
        ).fetchall()
        name = change.relative_path.rpartition(b"/")[2]
        rows.sort(key=lambda row: row[2].rpartition(b"/")[2] != name)
        for track_id, root, relative_path in rows:
            if not os.path.lexists(os.path.join(root, relative_path)):
                return int(track_id)
        return None

    def _write(self, track_id: int, root_id: int, change: ScanChange) -> None:
        row = _row(root_id, change)
        self.connection.execute(_UPDATE, (*row.values, row.bpm, track_id))
        self.connection.execute("DELETE FROM track_genres WHERE track_id = ?", (track_id,))
        self.connection.execute("DELETE FROM words WHERE rowid = ?", (track_id,))
        self._write_words(track_id, row)
        self._set_failure(track_id, change.failure)
        refresh_status(self.connection, track_id)

    def _write_words(self, track_id: int, row: _Row) -> None:
        self.connection.execute(
            "INSERT INTO words (rowid, title, artist, album, genre, path) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (track_id, *row.words),
        )
        self.connection.executemany(
            "INSERT OR IGNORE INTO track_genres VALUES (?, ?, ?)",
            [(sort_key(name), track_id, name) for name in row.genres],
        )

    def _set_failure(self, track_id: int, failure: Failure | None) -> None:
        if failure is None:
            return
        self.connection.execute(
            "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
            (track_id, SCAN_MODEL, failure.kind, clean_text(failure.reason)),
        )
        refresh_status(self.connection, track_id)


def _row(root_id: int, change: ScanChange) -> _Row:
    tags = change.tags
    title, artist, album, album_artist = (
        clean_text(text) for text in (tags.title, tags.artist, tags.album, tags.album_artist)
    )
    path = change.relative_path.decode("utf-8", "replace")
    title = title or clean_text(path.rpartition("/")[2])
    genres = tuple(filter(None, map(clean_text, tags.genres)))
    shelf = album_artist or artist
    values = (
        root_id, change.relative_path, change.size_bytes, change.mtime_ns, change.fingerprint,
        title, artist, album, album_artist, SEPARATOR.join(genres), tags.year, tags.track_number,
        tags.disc_number, tags.duration_s, tags.bpm, tags.track_gain_db, tags.album_gain_db,
        sort_key(title), sort_key(artist), shelf, sort_key(shelf), sort_key(album),
        sort_key(genres[0] if genres else ""),
    )  # fmt: skip
    artists = artist if album_artist in ("", artist) else f"{artist} {album_artist}"
    words = tuple(map(fold, (title, artists, album, " ".join(genres), path)))
    return _Row(values, genres, words, tags.bpm)
