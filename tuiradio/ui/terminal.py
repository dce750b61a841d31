"""Keeps everything but the screen off the terminal."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tuiradio.errors import NotATerminal


def check_terminal() -> None:
    """See that there is a terminal to draw on and to read keys from.

    Raises:
        NotATerminal: stdin or stdout is something else.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotATerminal(
            "the screen needs a terminal",
            "Without one: tuiradio scan, similar, radio, play, … (tuiradio --help)",
        )


def cell_px(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """Width and height of a cell in pixels, as the kernel was told; the terminal is not asked.

    Windows Terminal tells none, and lays sixels out as a VT340 does: 10 × 20.
    """
    if "WT_SESSION" in environ:
        return 10, 20
    import fcntl
    import termios

    for fd in (1, 0, 2):
        try:
            raw = fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            continue
        rows, columns, across, down = struct.unpack("HHHH", raw)
        if rows and columns and across >= columns and down >= rows:
            return across // columns, down // rows
    return None


def painted_at(sixels: str, column: int, row: int) -> str:
    """What paints sixels at a cell, counted from 0; the cursor goes back to where it was."""
    return f"\x1b7\x1b[{row + 1};{column + 1}H{sixels}\x1b8"


@contextmanager
def native_noise_to(log_file: Path) -> Iterator[None]:
    """Send what C libraries write to fd 2 into the log while the screen is up.

    Textual draws through ``sys.__stderr__`` (textual/drivers/linux_driver.py), which is fd 2
    and the same terminal, so ``__stderr__`` is given a descriptor of its own first. Where the
    user sends fd 2 elsewhere it stays there and the screen is drawn through fd 1; where the
    log cannot be opened the noise stays on the screen.
    """
    if not os.isatty(2):
        with _drawing_through(1):
            yield
        return
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        log_fd = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        yield
        return
    terminal_fd = os.dup(2)
    with _drawing_through(terminal_fd):
        os.dup2(log_fd, 2)
        os.close(log_fd)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(terminal_fd, 2)
    os.close(terminal_fd)


@contextmanager
def _drawing_through(fd: int) -> Iterator[None]:
    """Let Textual draw through a copy of this descriptor."""
    original = sys.__stderr__
    with os.fdopen(os.dup(fd), "w", encoding="utf-8", errors="replace") as screen:
        _set_stderr(screen)
        try:
            yield
        finally:
            _set_stderr(original)


def _set_stderr(stream: TextIO | None) -> None:
    # Final in typeshed, but the only door to Textual's driver.
    setattr(sys, "__stderr__", stream)  # noqa: B010
