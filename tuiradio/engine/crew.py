"""The thread that keeps the listening workers busy and brings their results in batches."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from tuiradio.listening.workers import Job, ListeningPool, Result

_log = logging.getLogger(__name__)

_BATCH = 64
_BATCH_S = 0.4
_POLL_S = 0.05
_IDLE_S = 10.0


class Crew:
    """Owns the pool of workers, which exists only while there is work.

    ``on_results`` is called on the crew's thread, at most ``_BATCH`` results and
    ``_BATCH_S`` after the first of them: what a kill can lose is bounded by that.
    """

    def __init__(
        self,
        make_pool: Callable[[], ListeningPool],
        on_results: Callable[[list[Result]], None],
        on_error: Callable[[Exception, list[Job]], None],
    ) -> None:
        self._make_pool = make_pool
        self._on_results = on_results
        self._on_error = on_error
        self._changed = threading.Condition()
        self._backlog: deque[Job] = deque()
        self._in_flight: dict[int, Job] = {}
        self._throttle = 1.0
        self._current = ""
        self._stopping = False
        self._outdated = False
        self._thread = threading.Thread(target=self._work, name="crew", daemon=True)
        self._thread.start()

    @property
    def backlog_size(self) -> int:
        return len(self._backlog)

    @property
    def current(self) -> str:
        """Name of the file given to a worker last."""
        return self._current

    def give(self, jobs: Sequence[Job]) -> None:
        """Put jobs behind the others."""
        with self._changed:
            self._backlog.extend(jobs)
            self._changed.notify()

    def take_back(self) -> list[Job]:
        """The jobs that no worker has begun; they are the caller's again."""
        with self._changed:
            jobs = list(self._backlog)
            self._backlog.clear()
        return jobs

    def set_throttle(self, busy_share: float) -> None:
        """Share of the time a worker may be busy, from the next file on."""
        self._throttle = busy_share

    def renew(self) -> None:
        """Make another pool once the files under way are done."""
        with self._changed:
            self._outdated = True
            self._changed.notify()

    def stop(self, timeout_s: float = 0.7) -> None:
        """Kill the workers; what they were at is heard again another time."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopping:
            self._outdated = False
            if self._wait_for_work(None):
                try:
                    self._employ()
                except Exception as error:
                    _log.exception("listening failed")
                    with self._changed:
                        jobs = [*self._in_flight.values(), *self._backlog]
                        self._in_flight.clear()
                        self._backlog.clear()
                    self._on_error(error, jobs)

    def _wait_for_work(self, timeout_s: float | None) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or self._outdated or bool(self._backlog), timeout_s
            )
            return bool(self._backlog)

    def _employ(self) -> None:
        """Have workers until there was nothing to do for a while, or others are wanted."""
        pool = self._make_pool()
        try:
            while not (self._stopping or self._outdated):
                if not (self._in_flight or self._wait_for_work(_IDLE_S)):
                    break
                self._run_until_idle(pool)
        finally:
            pool.stop()

    def _run_until_idle(self, pool: ListeningPool) -> None:
        results: list[Result] = []
        first_s = 0.0
        while not self._stopping:
            pool.set_throttle(self._throttle)
            if not self._outdated:
                self._submit(pool)
            fresh = pool.poll(_POLL_S)
            if fresh and not results:
                first_s = time.monotonic()
            results.extend(fresh)
            for result in fresh:
                self._in_flight.pop(result.job.track_id, None)
            is_idle = not self._in_flight and (self._outdated or not self._backlog)
            is_due = len(results) >= _BATCH or time.monotonic() - first_s >= _BATCH_S
            if results and (is_due or is_idle):
                self._on_results(results)
                results = []
            if is_idle:
                return
        if results:
            self._on_results(results)

    def _submit(self, pool: ListeningPool) -> None:
        with self._changed:
            jobs = [
                self._backlog.popleft() for _ in range(min(pool.free_slots(), len(self._backlog)))
            ]
            self._in_flight.update((job.track_id, job) for job in jobs)
        for job in jobs:
            self._current = job.path.rpartition(b"/")[2].decode("utf-8", "replace")
            pool.submit(job)
