"""The screen as people have it: the real program, its engine and libmpv, in a real terminal."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.system.commands import Home, wait_until
from tests.system.tmux import Tmux

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux"),
]

PROGRAM = (sys.executable, "-m", "tuiradio")
MODULE = "-m tuiradio"


@pytest.fixture(scope="module")
def home(tiny_library: Path) -> Iterator[Home]:
    """A user whose library was listened to."""
    with tempfile.TemporaryDirectory(prefix="tr", dir="/tmp") as base:
        made = Home(Path(base) / "h")
        made.directory.mkdir()
        assert made.run("scan", str(tiny_library)).status == 0
        yield made
        made.run("quit")


@pytest.fixture
def tmux(home: Home) -> Iterator[Tmux]:
    # A socket of its own: the server of the test before may still be ending.
    made = Tmux(Path(tempfile.mkdtemp(dir=home.directory)) / "tmux", home.variables())
    yield made
    made.close()


def engine_pid(home: Home) -> int:
    return int(home.run("status", "--json").json()["pid"])


def test_an_evening(home: Home, tmux: Tmux, tiny_library: Path) -> None:
    modes = tmux.modes()
    tmux.run(*PROGRAM)
    tmux.until("Tracks · 18", "Nothing plays")
    # Search as you type, enter plays.
    tmux.type("/")
    tmux.until("title, artist, album")
    title = min(tiny_library.rglob("*.flac")).stem.partition(" ")[2]
    tmux.type(title)
    tmux.until("Search", title)
    tmux.press("Enter")
    tmux.until("▶")
    # A radio, and why.
    tmux.press("Escape")
    tmux.until("Tracks · 18")
    tmux.press("r")
    tmux.until("radio from")
    tmux.press("w")
    tmux.until("Why this track")
    tmux.press("t")
    tmux.until("Tuner", "drift")
    tmux.press("t")
    tmux.until(gone="Tuner")
    # An export where it was asked to.
    playlist = home.directory / "evening.m3u8"
    tmux.press("e")
    tmux.until(".m3u8")
    tmux.press("C-e", "C-u")
    tmux.type(str(playlist))
    tmux.until("evening.m3u8")
    tmux.press("Enter")
    wait_until(playlist.exists)
    assert playlist.read_text().startswith("#EXTM3U")
    # Other sizes: whole lines, and nothing of the size before.
    for columns, lines in ((80, 24), (200, 60)):
        tmux.resize(columns, lines)
        text = tmux.until("/ search", "radio from")
        assert len(text.splitlines()) == lines
        assert max(map(len, text.splitlines())) <= columns
    tmux.press("q")
    tmux.until("ended: 0")
    assert tmux.is_as_found
    assert tmux.modes() == modes


@pytest.mark.parametrize("term", ["screen", "xterm", "xterm-256color", "linux"])
def test_each_terminal_is_drawn_on_and_left(home: Home, tmux: Tmux, term: str) -> None:
    tmux.run(*PROGRAM, term=term)
    tmux.until("Tracks · 18", "vol", "/ search")
    tmux.press("Q")
    tmux.until("ended: 0")
    assert tmux.is_as_found


def test_an_engine_that_is_killed_ends_the_screen_with_a_word(home: Home, tmux: Tmux) -> None:
    tmux.run(*PROGRAM)
    tmux.until("Tracks · 18")
    os.kill(engine_pid(home), signal.SIGKILL)
    text = tmux.until("ended:")
    assert "tuiradio" in text
    assert "Traceback" not in text
    assert tmux.is_as_found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_screen_told_to_end_leaves_the_terminal_as_it_was(
    home: Home, tmux: Tmux, number: signal.Signals
) -> None:
    modes = tmux.modes()
    tmux.run(*PROGRAM)
    tmux.until("Tracks · 18")
    os.kill(tmux.pid_of(MODULE), number)
    tmux.until("ended: 0")
    assert tmux.is_as_found
    assert tmux.modes() == modes


def test_nothing_stays_behind_a_closed_window(home: Home, tmux: Tmux) -> None:
    tmux.run(*PROGRAM)
    tmux.until("Tracks · 18")
    screen, engine = psutil.Process(tmux.pid_of(MODULE)), psutil.Process(engine_pid(home))
    tmux.close()
    _, alive = psutil.wait_procs([screen, engine], 10.0)
    assert alive == []
