"""How far scanning, listening and measuring have come, on stderr."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from typing import TextIO

from tuiradio.cli.output import counted, plain
from tuiradio.engine.protocol import (
    Event,
    ListeningProgress,
    ListeningState,
    Notice,
    ScanProgress,
    Severity,
)
from tuiradio.engine.studies import MeasuringProgress

_BAR_CELLS = 24
_LINE_EVERY_S = 10.0


class Progress:
    """Follows engine events: a bar on a terminal, now and then a line elsewhere.

    ``on_event`` may be called on any thread. Leaving the context wipes the bar.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._is_terminal = stream.isatty()
        encoding = (getattr(stream, "encoding", None) or "ascii").lower()
        self._full, self._empty = ("━", "─") if encoding.startswith("utf") else ("#", ".")
        self._lock = threading.Lock()
        self._last_line_s = clock()
        self._shown = False
        self._done = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._done = True
            if self._shown:
                self._stream.write("\r\x1b[K")
                self._stream.flush()

    def on_event(self, event: Event) -> None:
        """Show what a progress event says, and warnings; other events are passed over."""
        if isinstance(event, ListeningProgress) and event.listening.total:
            self._show(self._listening_text(event.listening))
        elif isinstance(event, MeasuringProgress) and event.total:
            bar = self._bar(event.done, event.total)
            self._show(f"Measuring {bar} {event.done:,}/{event.total:,}")
        elif isinstance(event, ScanProgress) and event.scan.running:
            self._show(f"Looking through the folders: {counted(event.scan.seen, 'file')}")
        elif isinstance(event, Notice) and event.severity is not Severity.INFORMATION:
            self._complain(event.message)

    def _show(self, text: str) -> None:
        with self._lock:
            if self._done:
                return
            if self._is_terminal:
                columns = shutil.get_terminal_size().columns
                self._stream.write(f"\r\x1b[K{text[: columns - 1]}")
                self._shown = True
            elif self._clock() - self._last_line_s >= _LINE_EVERY_S:
                self._last_line_s = self._clock()
                self._stream.write(text + "\n")
            else:
                return
            self._stream.flush()

    def _complain(self, message: str) -> None:
        with self._lock:
            if not self._done:
                wipe = "\r\x1b[K" if self._shown else ""
                self._stream.write(f"{wipe}tuiradio: {plain(message)}\n")
                self._stream.flush()

    def _listening_text(self, state: ListeningState) -> str:
        done = state.heard + state.failed
        parts = [f"{done:,}/{state.total:,}"]
        if state.rate_per_s:
            parts.append(f"{state.rate_per_s:.1f}/s")
        if state.eta_s is not None:
            parts.append(f"{time_left(state.eta_s)} left")
        if state.failed:
            parts.append(f"{state.failed:,} failed")
        bar = self._bar(done, state.total)
        return plain(f"Listening {bar} {', '.join(parts)}  {state.current}")

    def _bar(self, done: int, total: int) -> str:
        cells = min(_BAR_CELLS, _BAR_CELLS * done // max(1, total))
        return self._full * cells + self._empty * (_BAR_CELLS - cells)


def time_left(seconds: float) -> str:
    """``40 s``, ``12 min`` or ``3 h 20 min``."""
    if seconds < 90:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
