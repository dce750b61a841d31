"""Ended from outside: the terminal is left as it was found, and the view is remembered."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable


def on_signals(leave: Callable[[], object]) -> None:
    """Call ``leave`` on the running loop when the process is told to end.

    Python would die at once on SIGTERM, and on the SIGHUP of a window that was closed, and leave
    the terminal in the alternate screen, without a cursor and with the mouse reported. SIGINT
    is a key here. Windows' loops know no signals.
    """
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, leave)
