"""The store's schema as an ordered list of migrations (``PRAGMA user_version``)."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tuiradio.errors import StoreError

APPLICATION_ID = 0x74756972
"""``tuir``: tells our store from another program's SQLite file."""

_FIRST = """
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('revision', 0), ('tags_revision', 0), ('vector_revision', 0);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, current INTEGER NOT NULL);

CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    missing INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE tracks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    relative_path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    album TEXT NOT NULL,
    album_artist TEXT NOT NULL,
    genres TEXT NOT NULL,
    year INTEGER NOT NULL,
    track_number INTEGER NOT NULL,
    disc_number INTEGER NOT NULL,
    duration_s REAL NOT NULL,
    bpm REAL NOT NULL,
    track_gain_db REAL,
    album_gain_db REAL,
    title_key TEXT NOT NULL,
    artist_key TEXT NOT NULL,
    shelf TEXT NOT NULL,
    shelf_key TEXT NOT NULL,
    album_key TEXT NOT NULL,
    genre_key TEXT NOT NULL,
    added_s REAL NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    missing INTEGER NOT NULL DEFAULT 0,
    liked INTEGER NOT NULL DEFAULT 0,
    banned INTEGER NOT NULL DEFAULT 0,
    play_count INTEGER NOT NULL DEFAULT 0,
    last_played_s REAL NOT NULL DEFAULT 0,
    tempo REAL NOT NULL DEFAULT 0,
    tempo_bpm REAL,
    valence REAL,
    arousal REAL,
    guesses TEXT NOT NULL DEFAULT '',
    UNIQUE (root_id, relative_path)
);
CREATE INDEX by_artist ON tracks (shelf_key, album_key, disc_number, track_number, title_key);
CREATE INDEX by_title ON tracks (title_key, shelf_key);
CREATE INDEX by_album ON tracks (album_key, shelf_key, disc_number, track_number);
CREATE INDEX by_genre ON tracks (genre_key, shelf_key, album_key, disc_number, track_number);
CREATE INDEX by_year ON tracks (year, shelf_key, album_key, disc_number, track_number);
CREATE INDEX by_length ON tracks (duration_s);
CREATE INDEX by_added ON tracks (added_s);
CREATE INDEX by_plays ON tracks (play_count);
CREATE INDEX by_tempo ON tracks (tempo);
CREATE INDEX by_track_artist ON tracks (artist_key);
CREATE INDEX by_status ON tracks (status, duration_s);
CREATE INDEX by_fingerprint ON tracks (fingerprint);
CREATE INDEX only_liked ON tracks (id) WHERE liked;
CREATE INDEX only_missing ON tracks (root_id) WHERE missing;

CREATE TABLE track_genres (
    genre_key TEXT NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (genre_key, track_id)
) WITHOUT ROWID;
CREATE INDEX genres_of_track ON track_genres (track_id);

CREATE TABLE vectors (
    track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE UNIQUE INDEX vectors_of_model ON vectors (model, track_id);
CREATE INDEX vectors_of_track ON vectors (track_id);

CREATE TABLE failures (
    track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    model INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (track_id, model)
) WITHOUT ROWID;

CREATE TABLE plays (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    started_s REAL NOT NULL,
    played_s REAL NOT NULL,
    duration_s REAL NOT NULL,
    skipped INTEGER NOT NULL
);
CREATE INDEX plays_by_time ON plays (started_s);
CREATE INDEX plays_of_track ON plays (track_id);

CREATE VIRTUAL TABLE words USING fts5 (
    title, artist, album, genre, path,
    prefix = '1 2 3', detail = 'column', tokenize = 'unicode61 remove_diacritics 2'
);
"""

# Feedback is never deleted: what is taken back is marked as undone.
_SECOND = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    track_id INTEGER REFERENCES tracks (id) ON DELETE CASCADE,
    scope TEXT NOT NULL DEFAULT 'track',
    name TEXT NOT NULL DEFAULT '',
    artist TEXT NOT NULL DEFAULT '',
    folder BLOB NOT NULL DEFAULT x'',
    radio INTEGER NOT NULL DEFAULT 0,
    at_pick INTEGER NOT NULL DEFAULT 0,
    at_s REAL NOT NULL,
    undone_s REAL
);
CREATE INDEX feedback_of_radio ON feedback (radio, id);
CREATE INDEX feedback_of_track ON feedback (track_id);

CREATE TABLE bans (
    scope TEXT NOT NULL,
    artist TEXT NOT NULL,
    name TEXT NOT NULL,
    folder BLOB NOT NULL,
    since_s REAL NOT NULL,
    PRIMARY KEY (scope, artist, name, folder)
) WITHOUT ROWID;
CREATE INDEX only_banned ON tracks (id) WHERE banned;

CREATE TABLE presets (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    saved_s REAL NOT NULL
) WITHOUT ROWID;
"""

_THIRD = """
CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    anchor INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    first INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    second INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    choice TEXT NOT NULL,
    model TEXT NOT NULL,
    at_s REAL NOT NULL,
    undone_s REAL
);
CREATE INDEX comparisons_by_anchor ON comparisons (anchor);
CREATE INDEX comparisons_by_first ON comparisons (first);
CREATE INDEX comparisons_by_second ON comparisons (second);
"""

# An entry names a place, not a track: the music may come later, or move away.
_FOURTH = """
CREATE TABLE playlists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    root_id INTEGER REFERENCES roots (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    addresses INTEGER NOT NULL
);
CREATE INDEX playlists_of_root ON playlists (root_id);
CREATE TABLE playlist_entries (
    playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    relative_path BLOB NOT NULL,
    PRIMARY KEY (playlist_id, position)
) WITHOUT ROWID;
CREATE INDEX playlist_entries_of_root ON playlist_entries (root_id);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""Script number *n* takes the store from version *n* to version *n + 1*; never edit an old one."""


def check_version(connection: sqlite3.Connection, file: Path) -> int:
    """The store's version.

    Raises:
        StoreError: it was written by a newer program, or by another one.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and owner != APPLICATION_ID:
        raise StoreError(
            f"{file} is a database of another program",
            "Move it away, or set TUIRADIO_DATA_DIR to another directory.",
        )
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{file} was written by a newer tuiradio (store version {version}, "
            f"this program knows {len(MIGRATIONS)})",
            "Update tuiradio, or set TUIRADIO_DATA_DIR to another directory.",
        )
    return int(version)


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the store to the newest version; each step is one transaction.

    A store that was there before is backed up before each step.

    Raises:
        StoreError: see ``check_version``.
        sqlite3.Error: a step failed; the store is as it was before that step.
    """
    version = check_version(connection, file)
    for step in range(version, len(MIGRATIONS)):
        if version > 0:
            _back_up(connection, file.with_name(f"{file.name}.v{step}.backup"))
        script = (
            f"BEGIN IMMEDIATE;\n{MIGRATIONS[step]}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {step + 1};\nCOMMIT;"
        )
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise


def _back_up(connection: sqlite3.Connection, copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
