from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.engine.helpers import TIMEOUT_S, Watching
from tests.system.conftest import CLIPS, kill, wait_until_free
from tuiradio.config import Config
from tuiradio.engine.client import RemoteEngine
from tuiradio.engine.protocol import (
    AddRoots,
    EngineStopping,
    GetState,
    ListeningProgress,
    ListeningState,
    PlayStatus,
    PlayTracks,
    Seek,
    Shutdown,
    StartRadio,
    WaitUntilHeard,
)
from tuiradio.engine.spawn import join, open_engine, start
from tuiradio.errors import EngineBusy, EngineUnavailable, StoreError, UsageError
from tuiradio.library.store import StoreReader
from tuiradio.paths import Paths

pytestmark = pytest.mark.system

Begin = Callable[[], RemoteEngine]


def listen_until(engine: RemoteEngine, music: Path, heard: int) -> Watching:
    events = Watching(engine)
    engine.submit(AddRoots((bytes(music),)))
    events.until_event(ListeningProgress, lambda event: event.listening.heard >= heard)
    return events


def vector_rows(paths: Paths) -> dict[int, int]:
    """The row of each track's vector: listened to again, it would be another one."""
    uri = f"file:{paths.store_file}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        rows = connection.execute("SELECT track_id, rowid FROM vectors").fetchall()
    return dict(rows)


def test_a_kill_in_the_middle_of_listening_loses_almost_nothing(
    paths: Paths, long_music: Path, begin: Begin
) -> None:
    engine = begin()
    events = listen_until(engine, long_music, heard=8)
    kill(paths)
    events.until_event(EngineStopping)
    before = vector_rows(paths)
    assert 8 <= len(before) < CLIPS
    engine = begin()
    state = engine.ask(WaitUntilHeard(), 120)
    assert isinstance(state, ListeningState)
    assert (state.heard, state.failed) == (CLIPS, 0)
    after = vector_rows(paths)
    assert len(after) == CLIPS
    assert {track_id: after[track_id] for track_id in before} == before


@pytest.mark.parametrize("how", ["command", "SIGTERM", "SIGINT"])
def test_the_engine_quits_at_once_while_listening(
    paths: Paths, long_music: Path, begin: Begin, how: str
) -> None:
    engine = begin()
    events = listen_until(engine, long_music, heard=1)
    process = psutil.Process(events.state().pid)
    workers = process.children(recursive=True)
    assert workers
    began_s = time.monotonic()
    if how == "command":
        engine.submit(Shutdown())
    else:
        process.send_signal(getattr(signal, how))
    events.until_event(EngineStopping)
    wait_until_free(paths)
    # One second is promised on a machine that has time; this one runs tests.
    assert time.monotonic() - began_s < 3.0
    psutil.wait_procs(workers, TIMEOUT_S)
    assert not any(worker.is_running() for worker in workers)
    assert not paths.socket_file.exists()


def test_two_terminals_share_one_engine(paths: Paths, begin: Begin) -> None:
    first, second = begin(), begin()
    assert first.hello.pid == second.hello.pid != os.getpid()
    first.close()
    headless = open_engine(paths, Config(), headless=True)
    assert isinstance(headless, RemoteEngine)
    headless.close()
    assert second.ask(GetState(), TIMEOUT_S)
    # The process that was started for the second one must not take over later.
    children = psutil.Process().children(recursive=True)
    losers = [child for child in children if child.pid != second.hello.pid]
    _, alive = psutil.wait_procs(losers, TIMEOUT_S)
    assert not alive


def test_of_two_that_start_at_once_one_wins_and_both_attach(paths: Paths) -> None:
    engines: list[RemoteEngine] = []
    threads = [
        threading.Thread(target=lambda: engines.append(start(paths)), name=f"starter {n}")
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({engine.hello.pid for engine in engines}) == 1
    assert len(engines) == 3
    for engine in engines:
        engine.close()


def test_a_stale_socket_and_lock_do_not_matter(paths: Paths, begin: Begin) -> None:
    begin()
    kill(paths)
    assert paths.socket_file.exists()
    assert join(paths) is None
    assert begin().ask(GetState(), TIMEOUT_S)


def test_garbage_does_not_kill_the_engine(paths: Paths, begin: Begin) -> None:
    engine = begin()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(paths.socket_file))
        connection.sendall(os.urandom(100_000).replace(b"\n", b"") + b"\n[[[[{\n\0\n")
    assert engine.ask(GetState(), TIMEOUT_S)


def test_what_keeps_the_engine_from_starting_is_said(paths: Paths) -> None:
    paths.store_file.write_bytes(b"this is no store" * 500)
    with pytest.raises(StoreError) as caught:
        start(paths)
    assert str(paths.store_file) in caught.value.message
    paths.store_file.unlink()
    paths.config_dir.mkdir()
    paths.config_file.write_text("[radoi]\n")
    with pytest.raises(UsageError, match="radoi"):
        start(paths)


def test_a_headless_command_keeps_others_out(paths: Paths) -> None:
    engine = open_engine(paths, Config(), headless=True)
    with pytest.raises(EngineBusy):
        open_engine(paths, Config(), headless=True)
    engine.close()
    open_engine(paths, Config(), headless=True).close()


def test_nothing_is_imported_from_the_users_directory(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('a file of the user was imported')")
    code = (
        "import sys; sys.path.pop(0)\n"
        "from tuiradio.paths import Paths\n"
        "from tuiradio.engine.spawn import start\n"
        "from tuiradio.engine.protocol import Shutdown\n"
        "engine = start(Paths.from_environment())\n"
        "engine.submit(Shutdown()); engine.close(); print('attached')\n"
    )
    environment = {
        **os.environ,
        **{f"TUIRADIO_{n.upper()}_DIR": str(getattr(paths, f"{n}_dir")) for n in _DIRECTORIES},
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, timeout=60
    )
    assert done.stdout == b"attached\n", done.stderr


_DIRECTORIES = ("config", "data", "cache", "log", "runtime")


@pytest.mark.mpv
def test_a_radio_plays_through_with_the_real_player(
    paths: Paths, music: Path, begin: Begin
) -> None:
    engine = begin()
    events = Watching(engine)
    engine.submit(AddRoots((bytes(music),)))
    engine.ask(WaitUntilHeard(), 60)
    reader = StoreReader(paths.store_file)
    seed = reader.resolve("Song 0-0")[0]
    reader.close()
    engine.submit(StartRadio((seed,)))
    events.until_queue(lambda queue: len(queue) >= 6)
    player = events.until_player(lambda player: player.position_s > 0.0)
    assert player.track_id == seed
    assert player.output == "null"
    for _ in range(4):
        playing = events.until_player(
            lambda player: player.status is PlayStatus.PLAYING and player.position_s > 0.0
        )
        engine.submit(Seek(2.8))
        events.until_player(lambda player, old=playing: player.entry_id != old.entry_id)
    state = events.state()
    assert state.radio.on
    assert state.player.status is PlayStatus.PLAYING


@pytest.mark.mpv
def test_unplayable_files_are_skipped_by_the_real_player(
    paths: Paths, music: Path, begin: Begin
) -> None:
    engine = begin()
    events = Watching(engine)
    engine.submit(AddRoots((bytes(music),)))
    engine.ask(WaitUntilHeard(), 60)
    reader = StoreReader(paths.store_file)
    ids = reader.track_ids()
    reader.close()
    broken = music.parent / "broken"
    broken.mkdir()
    (broken / "text.mp3").write_text("no music at all" * 100)
    engine.submit(AddRoots((bytes(broken),)))
    engine.ask(WaitUntilHeard(), 60)
    reader = StoreReader(paths.store_file)
    text = reader.resolve("text")[0]
    reader.close()
    engine.submit(PlayTracks((text, ids[0])))
    player = events.until_player(lambda player: player.position_s > 0.0)
    assert player.track_id == ids[0]


def test_a_dead_engine_is_noticed(paths: Paths, begin: Begin) -> None:
    engine = begin()
    events = Watching(engine)
    kill(paths)
    events.until_event(EngineStopping)
    with pytest.raises(EngineUnavailable):
        engine.ask(GetState(), TIMEOUT_S)
