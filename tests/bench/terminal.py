"""A terminal of our own: the real program in a pty, and what it has drawn so far.

It understands what Textual writes: cursor moves, styles, erasing, modes. Everything it is
asked is answered as a terminal with synchronized output would, so that frames have an end.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.cells import cell_len, split_graphemes

_TOKEN = re.compile(
    rb"\x1b\[([<-?]*)([\d;:]*)([ -/]*)([@-~])"
    rb"|\x1b[\]P_X^].*?(?:\x1b\\|\x07)"
    rb"|\x1b[ -/]*[0-Z\\-~]"
    rb"|[\r\n\x08\x07\x0e\x0f]"
    rb"|[^\x1b\r\n\x08\x07\x0e\x0f]+",
    re.DOTALL,
)
_ASKED = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}
_GRACE_S = 5.0


@dataclass(slots=True)
class Grid:
    """The cells of a terminal: a sign and its style each."""

    width: int
    height: int
    cells: list[list[tuple[str, bytes]]] = field(init=False)
    modes: set[bytes] = field(default_factory=set)
    frames: int = 0
    """Synchronized updates that ended."""
    _x: int = 0
    _y: int = 0
    _style: bytes = b""
    _rest: bytes = b""

    def __post_init__(self) -> None:
        self.cells = [self._blank() for _ in range(self.height)]

    def _blank(self) -> list[tuple[str, bytes]]:
        return [(" ", b"")] * self.width

    def feed(self, data: bytes) -> None:
        """Draw what a program wrote; a token cut in the middle waits for its end."""
        data = self._rest + data
        end = 0
        for token in _TOKEN.finditer(data):
            if token.start() != end:
                break
            is_text = token.group(4) is None and data[end] not in b"\x1b\r\n\x08\x07\x0e\x0f"
            if is_text and token.end() == len(data) and not _is_whole(token.group()):
                break
            end = token.end()
            self._draw(token, is_text)
        self._rest = data[end:]

    def _draw(self, token: re.Match[bytes], is_text: bool) -> None:
        if is_text:
            self._write(token.group().decode("utf-8", "replace"))
        elif token.group(4) is not None:
            self._control(token.group(1), token.group(2), token.group(4))
        elif token.group() == b"\r":
            self._x = 0
        elif token.group() == b"\n":
            self._y = min(self._y + 1, self.height - 1)

    def _write(self, text: str) -> None:
        row = self.cells[self._y]
        signs = text if text.isascii() else (text[a:b] for a, b, _ in split_graphemes(text)[0])
        for sign in signs:
            width = cell_len(sign)
            if self._x + width > self.width:
                return
            row[self._x] = (sign, self._style)
            for beside in range(1, width):
                row[self._x + beside] = ("", self._style)
            self._x += width

    def _control(self, private: bytes, figures: bytes, final: bytes) -> None:
        numbers = [int(n) if n.isdigit() else 0 for n in figures.split(b";")]
        if final == b"H":
            self._y = min(max(numbers[0], 1), self.height) - 1
            self._x = min(max(numbers[1] if len(numbers) > 1 else 1, 1), self.width) - 1
        elif final == b"m":
            is_reset = figures in (b"", b"0")
            self._style = b"" if is_reset else self._style + b";" + figures
        elif final == b"J":
            self.cells = [self._blank() for _ in range(self.height)]
        elif final == b"K":
            self.cells[self._y][self._x :] = [(" ", b"")] * (self.width - self._x)
        elif final == b"h" and private == b"?":
            self.modes.add(figures)
        elif final == b"l" and private == b"?":
            self.modes.discard(figures)
            self.frames += figures == b"2026"

    def line(self, y: int) -> str:
        """The text of a line."""
        return "".join(sign for sign, _ in self.cells[y])

    @property
    def text(self) -> str:
        return "\n".join(self.line(y) for y in range(self.height))


def _is_whole(text: bytes) -> bool:
    """Whether no character is cut off at its end."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.reason != "unexpected end of data"
    return True


class Terminal:
    """A program in a pty of ``columns`` × ``lines``; ``close`` it."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        columns: int = 120,
        lines: int = 40,
        cwd: Path | None = None,
    ) -> None:
        self.grid = Grid(columns, lines)
        self.bytes_read = 0
        self.writes: list[tuple[float, int]] = []
        """When something was read, and how many bytes."""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.started_s = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def pump(self, timeout_s: float) -> float | None:
        """Read once; when that was, or None when nothing came."""
        if not select.select([self.master], [], [], timeout_s)[0]:
            return None
        try:
            data = os.read(self.master, 1 << 20)
        except OSError:  # the last one to hold the other end is gone
            return None
        now_s = time.perf_counter()
        self.bytes_read += len(data)
        self.writes.append((now_s, len(data)))
        for question, answer in _ASKED.items():
            if question in data:
                os.write(self.master, answer)
        self.grid.feed(data)
        return now_s

    def press(self, keys: str) -> float:
        """Send keys; when that was."""
        now_s = time.perf_counter()
        os.write(self.master, keys.encode())
        return now_s

    def until(self, is_true: Callable[[], bool], timeout_s: float = 30.0) -> float:
        """Read until something holds at the end of a frame; when it was read.

        Raises:
            TimeoutError: it does not come true in time.
        """
        deadline_s = time.perf_counter() + timeout_s
        now_s = time.perf_counter()
        while not (b"2026" not in self.grid.modes and is_true()):
            if (left_s := deadline_s - time.perf_counter()) <= 0:
                raise TimeoutError(f"not seen in {timeout_s:g} s:\n{self.grid.text}")
            now_s = self.pump(min(left_s, 0.1)) or now_s
        return now_s

    def settle(self, quiet_s: float = 0.3, at_most_s: float = 10.0) -> None:
        """Read until nothing came for a while."""
        deadline_s = time.perf_counter() + at_most_s
        while self.pump(quiet_s) is not None and time.perf_counter() < deadline_s:
            pass

    def watch(self, seconds: float) -> int:
        """Read for so long; how many bytes came."""
        before = self.bytes_read
        deadline_s = time.perf_counter() + seconds
        while (left_s := deadline_s - time.perf_counter()) > 0:
            self.pump(left_s)
        return self.bytes_read - before

    def close(self) -> None:
        """End the program if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGHUP)
            deadline_s = time.perf_counter() + _GRACE_S
            while self.process.poll() is None and time.perf_counter() < deadline_s:
                self.pump(0.05)
            self.process.kill()
        self.process.wait()
        os.close(self.master)
