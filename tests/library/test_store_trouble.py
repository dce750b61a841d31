"""What a damaged, foreign, full, locked or read-only store gets: a reason, and nothing lost."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.library.builders import ROOT, seen
from tuiradio.errors import StoreError
from tuiradio.library import connection, schema
from tuiradio.library.store import StoreReader, StoreWriter


def test_no_store_yet(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no library") as caught:
        StoreReader(tmp_path / "library.sqlite3")
    assert "tuiradio scan" in caught.value.hint


def test_an_empty_file_becomes_a_store_but_is_none_to_read(tmp_path: Path) -> None:
    file = tmp_path / "library.sqlite3"
    file.touch()
    with pytest.raises(StoreError, match="is empty"):
        StoreReader(file)
    StoreWriter(file).close()
    StoreReader(file).close()


@pytest.mark.parametrize("opener", [StoreReader, StoreWriter])
def test_a_damaged_file_is_told_and_kept(tmp_path: Path, opener: type[StoreReader]) -> None:
    file = tmp_path / "library.sqlite3"
    file.write_bytes(b"this is no database" * 500)
    with pytest.raises(StoreError, match="damaged") as caught:
        opener(file)
    assert "aside" in caught.value.hint
    assert file.read_bytes() == b"this is no database" * 500


def test_damage_in_the_middle_is_told(store_file: Path, store: StoreWriter) -> None:
    store.apply_scan([seen(f"{number}.mp3") for number in range(500)])
    store.close()
    data = bytearray(store_file.read_bytes())
    half = len(data) // 2
    data[half:] = b"\xaa" * (len(data) - half)
    store_file.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        _read_everything(store_file)


def _read_everything(file: Path) -> None:
    reader = StoreReader(file)
    try:
        reader.tracks(reader.track_ids())
    finally:
        reader.close()


@pytest.mark.parametrize("opener", [StoreReader, StoreWriter])
def test_a_newer_store_is_left_alone(tmp_path: Path, opener: type[StoreReader]) -> None:
    file = tmp_path / "library.sqlite3"
    StoreWriter(file).close()
    with contextlib.closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer") as caught:
        opener(file)
    assert "Update" in caught.value.hint


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "library.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="another program"):
        StoreWriter(file)


def test_a_full_disk_loses_only_the_batch(store: StoreWriter) -> None:
    store.apply_scan([seen("safe.mp3")])
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError, match="disk is full") as caught:
        store.apply_scan([seen(f"{number}.mp3", title="x" * 900) for number in range(500)])
    assert "space" in caught.value.hint
    assert store.counts().tracks == 1
    store._connection.execute("PRAGMA max_page_count = 1000000")
    assert store.apply_scan([seen("after.mp3")]).added == 1


@pytest.fixture
def read_only_directory(store: StoreWriter, store_file: Path) -> Iterator[Path]:
    store.apply_scan([seen("a.mp3")])
    store.close()
    store_file.chmod(stat.S_IRUSR)
    store_file.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    yield store_file
    store_file.parent.chmod(stat.S_IRWXU)
    store_file.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_a_read_only_directory(read_only_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        # Root may write anywhere, so SQLite is told not to.
        really_connect = connection._connect
        monkeypatch.setattr(
            connection,
            "_connect",
            lambda file, options: really_connect(file, options.replace("rwc", "ro")),
        )
    with pytest.raises(StoreError, match=r"cannot be (written|opened)") as caught:
        StoreWriter(read_only_directory)
    assert "writable" in caught.value.hint
    reader = StoreReader(read_only_directory)
    assert reader.counts().tracks == 1
    reader.close()


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        StoreWriter(tmp_path / "absent" / "library.sqlite3")


def test_a_second_writer_waits_and_then_says_so(
    store: StoreWriter, store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 10)
    store._connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another writer"):
        StoreWriter(store_file)
    store._connection.rollback()


def test_without_wal_the_store_still_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoWal(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "PRAGMA journal_mode = WAL":
                raise sqlite3.OperationalError("locking protocol")
            return super().execute(sql, *values)  # type: ignore[arg-type]

    really_connect = sqlite3.connect
    monkeypatch.setattr(
        connection.sqlite3,
        "connect",
        lambda *args, **options: really_connect(*args, factory=NoWal, **options),
    )
    file = tmp_path / "library.sqlite3"
    writer = StoreWriter(file)
    assert writer._connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    writer.add_root(ROOT)
    assert writer.apply_scan([seen("a.mp3")]).added == 1
    reader = StoreReader(file)
    assert reader.counts().tracks == 1
    reader.close()
    writer.close()


def test_wal_is_used_where_it_can_be(store: StoreWriter) -> None:
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_new_store_has_nothing_to_back_up(store: StoreWriter, store_file: Path) -> None:
    assert store._rows("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert list(store_file.parent.glob("*.backup")) == []


def test_a_migration_backs_up_first(
    store: StoreWriter, store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply_scan([seen("a.mp3")])
    store.close()
    extra = "ALTER TABLE tracks ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, f"{extra};"))
    writer = StoreWriter(store_file)
    assert writer._rows("SELECT title, mood FROM tracks") == [("a.mp3", "calm")]
    newest = len(schema.MIGRATIONS)
    assert writer._rows("PRAGMA user_version") == [(newest,)]
    writer.close()
    name = f"library.sqlite3.v{newest - 1}.backup"
    backup = sqlite3.connect(store_file.with_name(name))
    assert backup.execute("PRAGMA user_version").fetchone() == (newest - 1,)
    assert backup.execute("SELECT title FROM tracks").fetchall() == [("a.mp3",)]
    backup.close()


def test_a_failed_migration_leaves_the_store_as_it_was(
    store: StoreWriter, store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply_scan([seen("a.mp3")])
    store.close()
    broken = "CREATE TABLE half (x); INSERT INTO nonsense VALUES (1);"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        with pytest.raises(StoreError, match="nonsense"):
            StoreWriter(store_file)
    writer = StoreWriter(store_file)
    assert writer.counts().tracks == 1
    assert writer._rows("SELECT name FROM sqlite_master WHERE name = 'half'") == []
    writer.close()


def test_a_path_of_any_bytes_can_hold_the_store(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/odd ?%#\xff"))
    folder.mkdir()
    StoreWriter(folder / "library.sqlite3").close()
    StoreReader(folder / "library.sqlite3").close()
    with pytest.raises(StoreError) as caught:
        StoreReader(folder / "absent")
    caught.value.message.encode()
