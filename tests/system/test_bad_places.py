"""Directories, disks, terminals and libraries that are not as they should be."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.commands import Home, wait_until
from tuiradio.engine.lock import EngineLock

pytestmark = pytest.mark.system

NO_LIBMPV = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "mpv":
            raise OSError("Cannot find libmpv in the usual places.")

sys.meta_path.insert(0, Absent())
"""
ROOM_BYTES = 100_000


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "h")
    made.directory.mkdir()
    yield made
    made.run("quit")


@contextmanager
def small_disk(directory: Path) -> Iterator[Callable[[], Callable[[], None]]]:
    """A directory on a disk that can be filled: a real one where it can be mounted, else a limit.

    Gives what fills it, which gives what is to be run in the processes that meet it.
    """
    directory.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(directory)]
    mounted = False
    with contextlib.suppress(FileNotFoundError):
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0

    def fill() -> Callable[[], None]:
        if mounted:
            free_bytes = shutil.disk_usage(directory).free - ROOM_BYTES
            (directory / "ballast").write_bytes(bytes(free_bytes))
            return lambda: None
        size_bytes = max(file.stat().st_size for file in directory.iterdir()) + ROOM_BYTES
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

    try:
        yield fill
    finally:
        if mounted:
            subprocess.run(["umount", str(directory)], check=True)


def many(root: Path, song: Path, count: int) -> None:
    """Copies of a song, each with bytes of its own at the end so that none is a move."""
    root.mkdir(exist_ok=True)
    for number in range(count):
        shutil.copy(song, root / f"{number:03}.flac")
        with open(root / f"{number:03}.flac", "ab") as file:
            file.write(b"%d" % number)


@pytest.fixture
def song(tiny_library: Path) -> Path:
    return next(tiny_library.rglob("*.flac"))


def test_a_full_disk_is_said_and_costs_nothing_stored(home: Home, song: Path) -> None:
    music = home.directory / "music"
    with small_disk(home.data_dir) as fill:
        many(music, song, 3)
        assert home.run("scan", str(music), "--json").json()["heard"] == 3
        limited = fill()
        # Long names need much room.
        crowd = music / ("d" * 250)
        many(crowd, song, 400)
        ran = home.run("scan", "--json", before=limited)
        assert ran.status == 1
        assert "library.sqlite3 " in ran.words
        assert "disk" in ran.words
        assert "Traceback" not in ran.words
        # What was heard before can still be used, on the full disk.
        shutil.rmtree(crowd)
        near = home.run("similar", str(music / "000.flac"), "-n", "2", "--paths", before=limited)
        assert len(near.lines) == 2
        with contextlib.closing(sqlite3.connect(home.store_file)) as store:
            assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("command", [("scan", "."), ("play", "x")])
def test_a_read_only_data_directory(home: Home, command: tuple[str, ...]) -> None:
    home.data_dir.mkdir(parents=True)
    home.data_dir.chmod(0o500)
    ran = home.run(*command)
    home.data_dir.chmod(0o700)
    assert ran.status == 4
    assert "cannot write" in ran.words
    assert "TUIRADIO_DATA_DIR" in ran.words
    assert "Traceback" not in ran.words


def test_a_data_directory_below_a_file(home: Home) -> None:
    (home.directory / ".local").touch()
    ran = home.run("scan", ".")
    assert ran.status == 4
    assert "cannot create" in ran.words


def test_a_log_that_cannot_be_written_stops_nothing(home: Home, tiny_library: Path) -> None:
    logs = home.directory / "logs"
    logs.mkdir(mode=0o500)
    home.environment["TUIRADIO_LOG_DIR"] = str(logs)
    ran = home.run("scan", str(tiny_library.parent), "--json")
    assert ran.status == 0
    assert ran.json()["pending"] == 0


def test_a_directory_that_vanishes_during_the_scan_keeps_what_was_heard(
    home: Home, song: Path, rows: Callable[[Home], dict[int, int]]
) -> None:
    music = home.directory / "music"
    many(music, song, 150)
    kept = home.directory / "kept"
    many(kept, song, 3)
    with home.start("scan", str(music), str(kept), "--json") as process:
        wait_until(lambda: home.store_file.exists() and len(heard(home)) >= 5, process)
        music.rename(home.directory / "gone")
        _, words = process.communicate(timeout=60)
    assert process.returncode == 0, words
    assert b"Traceback" not in words
    before = rows(home)
    assert len(before) >= 5
    after = home.run("scan", "--json").json()
    assert (after["tracks"], after["missing"]) == (153, 150)
    assert rows(home) == before
    (home.directory / "gone").rename(music)
    back = home.run("scan", "--json").json()
    assert (back["heard"], back["failed"], back["missing"]) == (153, 0, 0)
    assert before.items() <= rows(home).items()


def heard(home: Home) -> list[tuple[int]]:
    with contextlib.closing(sqlite3.connect(home.store_file)) as store:
        try:
            return store.execute("SELECT track_id FROM vectors").fetchall()
        except sqlite3.OperationalError:  # not made yet
            return []


def test_without_a_terminal_the_screen_says_what_works(home: Home) -> None:
    ran = home.run()
    assert ran.status == 2
    assert ran.data == b""
    assert ran.words.startswith("tuiradio: the screen needs a terminal\n")
    assert not home.data_dir.exists()


def test_without_libmpv_everything_but_playing_works(
    home: Home, tiny_library: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_LIBMPV)
    home.environment["PYTHONPATH"] = os.pathsep.join(
        (str(tmp_path), home.variables()["PYTHONPATH"])
    )
    assert home.run("scan", str(tiny_library), "--json").json()["failed"] == 0
    assert len(home.run("similar", "press start", "-n", "3").lines) == 3
    assert "libmpv cannot be loaded" in home.run("doctor").data.decode()
    for command in (("play", "press start"), ("radio", "press start", "--play")):
        ran = home.run(*command)
        assert ran.status == 7
        assert "tuiradio: libmpv cannot be loaded" in ran.words
        assert "\n  Install it: " in ran.words
    # The queue is there all the same, for the day on which libmpv is.
    assert home.run("status", "--json").json()["ahead"] >= 3


def test_a_second_instance_says_who_is_in_the_way(home: Home) -> None:
    home.data_dir.mkdir(parents=True)
    lock = EngineLock(home.data_dir / "engine.lock")
    ran = home.run("scan", ".")
    assert ran.status == 5
    assert f"another tuiradio (process {os.getpid()}) works on {home.data_dir}" in ran.words
    lock.release()
    assert home.run("scan", ".").status == 0
