"""A thread that does one piece of work after another, so that the service thread need not."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Assistant:
    """Runs jobs in the order in which they came, on a daemon thread of its own."""

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._on_error = on_error
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def do(self, job: Callable[[], None]) -> None:
        """Queue a job; dropped after ``stop``."""
        if not self._stopping:
            self._jobs.put(job)

    def stop(self, timeout_s: float) -> bool:
        """Finish what is queued; whether that was done in time."""
        self._stopping = True
        self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:
                _log.exception("%s failed", self._thread.name)
                self._on_error(error)
