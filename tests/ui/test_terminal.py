"""The screen in a real terminal: drawn, quiet, and gone within a second."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tuiradio.errors import NotATerminal
from tuiradio.ui.terminal import check_terminal

_PROGRAM = """
import os, sys, threading, time
from pathlib import Path
from tests.ui.fake_engine import FakeEngine
from tests.ui.library import make_library
from tuiradio.config import Config
from tuiradio.engine.protocol import Next
from tuiradio.paths import Paths
from tuiradio.ui.app import run_screen

home = Path(sys.argv[1])
paths = Paths(home, home, home, home, home)
make_library(paths.store_file)

class Noisy(FakeEngine):
    def submit(self, command):
        super().submit(command)
        if isinstance(command, Next):
            os.write(2, b"NATIVE NOISE\\n")

    def ask(self, query, timeout_s=None):
        if BLOCK:
            threading.Event().wait()
        return super().ask(query, timeout_s)

BLOCK = len(sys.argv) > 2
code = run_screen(Noisy(), paths, Config())
os.write(2, b"\\r\\nEND OF SCREEN %d\\r\\n" % code)
"""


class Terminal:
    """A program in a pseudo-terminal of 120×40."""

    def __init__(self, *arguments: str) -> None:
        self.shown = b""
        self._master, slave = pty.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONWARNINGS": "default"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *arguments],
            stdin=slave, stdout=slave, stderr=slave, env=environment,
            cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def wait_for(self, words: bytes, within_s: float = 20.0) -> None:
        end = time.monotonic() + within_s
        while words not in self.shown:
            assert time.monotonic() < end, self.shown[-2000:]
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._master, 65536)
                except OSError:
                    break
        assert words in self.shown

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._master)


@pytest.mark.system
def test_native_noise_goes_to_the_log(tmp_path: Path) -> None:
    terminal = Terminal(str(tmp_path))
    try:
        terminal.wait_for(b"Stairwell Waltz")
        terminal.press(b"\r")
        terminal.wait_for(b"1:02")
        terminal.press(b"n")
        log = tmp_path / "tuiradio.log"
        end = time.monotonic() + 10
        while not (log.exists() and b"NATIVE NOISE" in log.read_bytes()):
            assert time.monotonic() < end
            select.select([], [], [], 0.02)
        terminal.press(b"q")
        terminal.wait_for(b"END OF SCREEN 0")
        assert b"NATIVE NOISE" not in terminal.shown
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()


@pytest.mark.system
def test_a_blocked_engine_does_not_hold_the_exit(tmp_path: Path) -> None:
    terminal = Terminal(str(tmp_path), "block")
    try:
        terminal.wait_for(b"Stairwell Waltz")
        terminal.press(b"Q")
        terminal.wait_for(b"END OF SCREEN 0")
        assert terminal.process.wait(5) == 0
    finally:
        terminal.close()


def test_no_terminal_is_said_plainly() -> None:
    # Under pytest stdin is no terminal.
    with pytest.raises(NotATerminal):
        check_terminal()
