from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import make_paths, music
from tests.engine.helpers import TIMEOUT_S, write_library
from tests.system.commands import Home
from tuiradio.engine.client import RemoteEngine
from tuiradio.engine.lock import EngineLock, lock_owner
from tuiradio.engine.spawn import start
from tuiradio.errors import EngineBusy
from tuiradio.paths import Paths

__all__ = ["music"]

CLIPS = 144


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """Directories of an engine process; whoever holds them at the end is killed."""
    monkeypatch.setenv("TUIRADIO_AO", "null")
    with tempfile.TemporaryDirectory(prefix="tr", dir="/tmp") as base:
        made = make_paths(Path(base))
        made.create()
        yield made
        kill(made)


@pytest.fixture(scope="session")
def long_music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough to be interrupted in the middle of."""
    directory = tmp_path_factory.mktemp("long")
    write_library(directory, artists=12, songs=CLIPS // 12, seconds=4.0)
    return directory


@pytest.fixture
def begin(paths: Paths) -> Iterator[Callable[[], RemoteEngine]]:
    """Starts an engine process, or attaches to it."""
    engines: list[RemoteEngine] = []

    def open_one() -> RemoteEngine:
        engines.append(start(paths))
        return engines[-1]

    yield open_one
    for engine in engines:
        engine.close()


def kill(paths: Paths, number: int = signal.SIGKILL) -> None:
    """Send a signal to the engine process, and wait until its lock is free."""
    try:
        EngineLock(paths.lock_file).release()
        return
    except EngineBusy:
        owner = lock_owner(paths.lock_file)
    assert owner not in (None, os.getpid())
    with contextlib.suppress(ProcessLookupError):
        os.kill(owner or 0, number)
    wait_until_free(paths)


def wait_until_free(paths: Paths) -> None:
    """Block until no engine holds the data directory."""
    import fcntl

    def give_up(_number: int, _frame: object) -> None:
        raise TimeoutError("the engine does not end")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(int(TIMEOUT_S))
    try:
        with open(paths.lock_file, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def rows() -> Callable[[Home], dict[int, int]]:
    """The row of each track's vector: listened to again, it would have another row."""

    def read(home: Home) -> dict[int, int]:
        with contextlib.closing(sqlite3.connect(home.store_file)) as store:
            return dict(store.execute("SELECT track_id, rowid FROM vectors"))

    return read
