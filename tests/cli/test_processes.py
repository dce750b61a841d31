"""The program as a user's shell runs it: real processes, real libmpv with a null output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchfiles import watch

from tests.conftest import Waiting
from tuiradio.engine.protocol import Event, PlayerChanged, PlayStatus
from tuiradio.engine.spawn import join
from tuiradio.library.playlist_files import read_playlist
from tuiradio.paths import Paths

pytestmark = pytest.mark.system

COMMAND = [sys.executable, "-m", "tuiradio"]


def tuiradio(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *argv],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def wait_for_file(file: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the process has made the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for _ in watch(file.parent, rust_timeout=200, yield_on_timeout=True):
        if file.exists():
            return
        assert process.poll() is None, process.stderr


@pytest.fixture
def no_engine_left(paths: Paths) -> Iterator[None]:
    yield
    tuiradio("quit")


@pytest.mark.mpv
@pytest.mark.usefixtures("no_engine_left")
def test_play_drive_export_and_quit(
    paths: Paths, tiny_library: Path, tmp_path: Path, listener: Waiting
) -> None:
    started = tuiradio("play", "river stage", "--radio", "--music", str(tiny_library))
    assert (started.returncode, started.stdout) == (0, "")
    engine = join(paths)
    assert engine is not None
    engine.subscribe(listener)
    assert tuiradio("next").returncode == 0
    listener.wait_for(lambda seen: any(is_playing(event) for event in seen))
    assert tuiradio("pause").returncode == 0
    status = json.loads(tuiradio("status", "--json").stdout)
    assert (status["status"], status["radio"]["on"]) == ("paused", True)
    assert status["ahead"] >= 3
    file = tmp_path / "queue.m3u8"
    assert tuiradio("export", str(file)).returncode == 0
    assert len(read_playlist(bytes(file)).paths) == status["ahead"] + 1
    assert tuiradio("quit").returncode == 0
    engine.close()
    assert join(paths) is None
    assert tuiradio("status").stdout == "stopped: no engine is running\n"


def is_playing(event: Event | object) -> bool:
    return isinstance(event, PlayerChanged) and event.player.status is PlayStatus.PLAYING


def test_words_and_data_never_mix(tiny_library: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.m3u8"
    written = tuiradio("radio", "river stage", "--music", str(tiny_library), "--out", str(file))
    assert written.returncode == 0
    assert written.stdout == ""
    assert "wrote " in written.stderr
    piped = tuiradio("radio", "river stage", "--out", "-")
    assert piped.stdout.startswith("#EXTM3U\n")


def test_interrupted_while_listening_it_goes_quietly_and_keeps_what_it_heard(
    paths: Paths, tiny_library: Path
) -> None:
    process = subprocess.Popen(
        [*COMMAND, "scan", str(tiny_library)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    wait_for_file(paths.store_file, process)
    # Ctrl-C reaches every process of the terminal, the workers too.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert out == b""
    assert b"Traceback" not in err
    again = tuiradio("scan", str(tiny_library))
    assert again.returncode == 0
    assert "18 tracks, 18 listened to" in again.stderr


def test_a_full_pipe_line_of_data(tiny_library: Path) -> None:
    command = f"'{sys.executable}' -m tuiradio"
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{command} similar 'river stage' --music '{tiny_library}' --paths | head -2",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert len(done.stdout.splitlines()) == 2
    assert "Traceback" not in done.stderr
