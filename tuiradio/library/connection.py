"""Opening the SQLite file, and its errors as ``StoreError`` with a hint."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote_from_bytes

from tuiradio.errors import StoreError
from tuiradio.library.schema import check_version, migrate

BUSY_TIMEOUT_MS = 5_000

_HINTS = (
    (
        ("not a database", "malformed", "corrupt", "vtable constructor failed"),
        "is damaged",
        (
            "Nothing was deleted. Move the file aside (keep it: likes and history may be "
            "recovered with `sqlite3 FILE .recover`), then start again: music is scanned anew."
        ),
    ),
    (
        ("disk is full",),
        "cannot grow: the disk is full",
        "Free some space; what was stored before is safe.",
    ),
    (
        ("readonly", "read-only"),
        "cannot be written",
        "Make the file and its directory writable, or set TUIRADIO_DATA_DIR.",
    ),
    (
        ("locked", "busy"),
        "is in use by another writer",
        "Wait for the other tuiradio to finish, or stop it.",
    ),
    (
        ("unable to open", "disk i/o error", "locking protocol"),
        "cannot be opened",
        (
            "Check that its directory exists, is writable and not on a broken disk, "
            "or set TUIRADIO_DATA_DIR."
        ),
    ),
)


def store_error(error: sqlite3.Error, file: Path) -> StoreError:
    """What ``error`` means for the user."""
    said = str(error).lower()
    for signs, what, hint in _HINTS:
        if any(sign in said for sign in signs):
            return StoreError(f"the library {display(file)} {what} ({error})", hint)
    return StoreError(
        f"the library {display(file)} failed: {error}", "`tuiradio doctor` says more."
    )


@contextmanager
def store_errors(file: Path) -> Iterator[None]:
    """Raise ``StoreError`` where SQLite raises."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, file) from error


def display(file: Path) -> str:
    """The path for a message; undecodable bytes become U+FFFD."""
    return os.fsencode(file).decode("utf-8", "replace")


def open_read_only(file: Path) -> sqlite3.Connection:
    """A connection that never writes, beside a live writer.

    Raises:
        StoreError: absent, unreadable, damaged, or of a newer schema.
    """
    if not file.exists():
        raise StoreError(
            f"there is no library at {display(file)}", "Scan your music first: tuiradio scan DIR"
        )
    with store_errors(file):
        try:
            return _checked(_connect(file, "mode=ro"), file)
        except sqlite3.OperationalError:
            # A read-only directory cannot hold WAL's shared memory; nobody writes there either.
            if os.access(file.parent, os.W_OK):
                raise
            return _checked(_connect(file, "mode=ro&immutable=1"), file)


def _checked(connection: sqlite3.Connection, file: Path) -> sqlite3.Connection:
    try:
        if check_version(connection, file) == 0:
            raise StoreError(
                f"the library at {display(file)} is empty",
                "Scan your music first: tuiradio scan DIR",
            )
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_writable(file: Path) -> sqlite3.Connection:
    """The writer's connection: created and migrated as needed.

    Raises:
        StoreError: not writable, damaged, another program's, or of a newer schema.
    """
    with store_errors(file):
        connection = _connect(file, "mode=rwc")
        try:
            check_version(connection, file)
            _choose_journal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection, file)
            # Find a directory or file we cannot write to now, not in the middle of a scan.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE counters SET value = value WHERE name = 'revision'")
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
    return connection


def _connect(file: Path, options: str) -> sqlite3.Connection:
    address = f"file:{quote_from_bytes(os.fsencode(file.absolute()))}?{options}"
    connection = sqlite3.connect(
        address,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_TIMEOUT_MS / 1000,
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA cache_size = -16000")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _choose_journal(connection: sqlite3.Connection) -> None:
    """WAL, so that readers never wait; DELETE where WAL does not take (network file systems)."""
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if "readonly" in str(error).lower():
            raise
        mode = ""
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
