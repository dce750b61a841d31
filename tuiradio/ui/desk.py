"""Slow work off the screen's loop: one daemon thread with a list of errands."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.message import Message

from tuiradio.engine.memory import trim
from tuiradio.errors import TuiradioError

T = TypeVar("T")
R = TypeVar("R")

_CALM_S = 4.0
"""After so long without an errand, what the last ones used is given back."""

_log = logging.getLogger(__name__)


class Delivered(Message):
    """An errand was done; the app calls ``deliver`` on its loop."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver


@dataclass(frozen=True, slots=True)
class _Errand(Generic[T]):
    run: Callable[[T], Callable[[], None]]
    failed: Callable[[TuiradioError], None]


class Desk(Generic[T]):
    """Runs errands on one thread that alone owns a tool, such as a store reader.

    Textual's thread workers use the loop's executor, which holds the process at exit
    (https://github.com/Textualize/textual/issues/3966); this thread is a daemon and is never
    joined on the loop. A waiting errand is replaced by a newer one of the same name, and
    the newest errand runs first: what was scrolled past or typed over is never read.
    """

    def __init__(
        self,
        name: str,
        open_tool: Callable[[], T],
        close_tool: Callable[[T], None],
        post: Callable[[Message], object],
    ) -> None:
        self._open_tool = open_tool
        self._close_tool = close_tool
        self._post = post
        self._waiting: dict[str, _Errand[T]] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._busy = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end after its present errand; returns at once."""
        with self._changed:
            self._stopping = True
            self._waiting.clear()
            self._changed.notify_all()

    def do(
        self,
        name: str,
        run: Callable[[T], R],
        then: Callable[[R], None],
        failed: Callable[[TuiradioError], None] = lambda error: None,
    ) -> None:
        """Run ``run(tool)`` on the thread, then ``then`` or ``failed`` on the loop."""

        def errand(tool: T) -> Callable[[], None]:
            result = run(tool)
            return lambda: then(result)

        with self._changed:
            self._waiting.pop(name, None)
            self._waiting[name] = _Errand(errand, failed)
            self._changed.notify_all()

    def is_idle(self) -> bool:
        """Whether nothing waits or runs; what it posted may still be on its way."""
        with self._changed:
            return not self._waiting and not self._busy

    def _work(self) -> None:
        tool: T | None = None
        while (errand := self._next()) is not None:
            try:
                if tool is None:
                    tool = self._open_tool()
                self._post(Delivered(errand.run(tool)))
            except TuiradioError as error:
                self._post(Delivered(_bind(errand.failed, error)))
            except Exception as error:  # the thread must outlive any errand
                _log.exception("An errand of the screen failed")
                told = TuiradioError(f"{type(error).__name__}: {error}", "The log has the details.")
                self._post(Delivered(_bind(errand.failed, told)))
        if tool is not None:
            with contextlib.suppress(TuiradioError):
                self._close_tool(tool)

    def _next(self) -> _Errand[T] | None:
        is_untidy = True
        while True:
            with self._changed:
                self._busy = False
                if not self._waiting and not self._stopping:
                    self._changed.wait(_CALM_S if is_untidy else None)
                if self._stopping:
                    return None
                if self._waiting:
                    self._busy = True
                    return self._waiting.popitem()[1]
            # Outside the lock, for which the loop would wait.
            if is_untidy:
                is_untidy = False
                trim()


def _bind(failed: Callable[[TuiradioError], None], error: TuiradioError) -> Callable[[], None]:
    return lambda: failed(error)
