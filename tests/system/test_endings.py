"""Killed, interrupted, told to quit: nothing heard is heard again, nothing stays behind."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.engine.helpers import write_library
from tests.system.commands import Home, killed_after, wait_until
from tuiradio.engine import session
from tuiradio.library.store import StoreReader

pytestmark = pytest.mark.system

SONGS = 80
EARLY = 12
"""So many are heard when the end comes."""


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("endings")
    write_library(directory, artists=16, songs=SONGS // 16, seconds=8.0)
    return directory


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "h")
    made.directory.mkdir()
    yield made
    made.run("quit")


def heard(home: Home) -> int:
    if not home.store_file.exists():
        return 0
    with contextlib.closing(sqlite3.connect(home.store_file)) as store:
        try:
            return int(store.execute("SELECT count(*) FROM vectors").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet
            return 0


def queued(home: Home) -> int:
    with contextlib.closing(StoreReader(home.store_file)) as reader:
        return len(session.load(reader, session.SavedQueue).entries)


@contextlib.contextmanager
def listening(home: Home, music: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A scan that has heard some songs, and has many to go."""
    with home.start("scan", str(music)) as process:
        wait_until(lambda: heard(home) >= EARLY, process)
        yield process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_scan_that_ends_early_goes_on_where_it_was(
    home: Home, music: Path, rows: Callable[[Home], dict[int, int]], number: signal.Signals
) -> None:
    with listening(home, music) as process:
        workers = psutil.Process(process.pid).children(recursive=True)
        assert workers
        process.send_signal(number)
        with killed_after(process, 20.0):
            words = process.communicate()[1]
    assert b"Traceback" not in words
    _, alive = psutil.wait_procs(workers, 10.0)
    assert alive == []
    before = rows(home)
    assert EARLY <= len(before) < SONGS
    said = home.run("scan", "--json").json()
    assert (said["heard"], said["failed"], said["pending"]) == (SONGS, 0, 0)
    assert before.items() <= rows(home).items()


def test_a_killed_engine_leaves_nothing_in_the_way(
    home: Home, music: Path, rows: Callable[[Home], dict[int, int]]
) -> None:
    assert home.run("play", str(music)).status == 0
    engine = psutil.Process(home.run("status", "--json").json()["pid"])
    # What the last fraction of a second changed may be lost, no more.
    wait_until(lambda: queued(home) == SONGS)
    workers = engine.children(recursive=True)
    engine.kill()
    engine.wait(10.0)
    _, alive = psutil.wait_procs(workers, 10.0)
    assert alive == []
    assert home.run("status").lines == ["stopped: no engine is running"]
    before = rows(home)
    assert home.run("play").status == 0
    status = home.run("status", "--json").json()
    # The queue is the one of before the kill.
    assert status["pid"] != engine.pid
    assert (status["status"], status["queue"]) == ("playing", SONGS)
    assert before.items() <= rows(home).items()


@pytest.mark.parametrize("command", [("play", "qqqq"), ("radio", "--current", "--play")])
def test_a_command_that_found_nothing_leaves_no_engine(
    home: Home, music: Path, command: tuple[str, ...]
) -> None:
    assert home.run("scan", str(music / "Artist 0"), "--no-wait").status == 0
    assert home.run(*command).status == 3
    wait_until(lambda: home.run("status").lines == ["stopped: no engine is running"])


def test_quit_ends_engine_and_workers(home: Home, music: Path) -> None:
    assert home.run("play", str(music)).status == 0
    engine = psutil.Process(home.run("status", "--json").json()["pid"])
    processes = [engine, *engine.children(recursive=True)]
    assert home.run("quit").status == 0
    _, alive = psutil.wait_procs(processes, 10.0)
    assert alive == []
    assert home.run("status").lines == ["stopped: no engine is running"]
    assert list(home.directory.rglob("engine.sock")) == []
