"""The listening processes, seen from the engine: jobs in, results out, nothing hangs."""

from __future__ import annotations

import logging
import os
import selectors
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tuiradio.errors import ModelError
from tuiradio.library.track import Estimates, Failure, FailureKind
from tuiradio.listening.card import ModelFile
from tuiradio.listening.python import interpreter
from tuiradio.listening.wire import MEMORY_EXIT, BrokenMessage
from tuiradio.listening.worker_process import Job, Result, WorkerProcess

__all__ = ["Job", "ListeningPool", "Result"]

_log = logging.getLogger(__name__)

TIME_LIMIT_S = 60.0
MEMORY_LIMIT_BYTES = 768 << 20

_START_LIMIT_S = 60.0
_FAILED_STARTS_ALLOWED = 3
_KILL_WAIT_S = 0.3
# A process that has closed its pipes is all but gone; on a busy machine, giving hundreds of
# megabytes back was seen to take more than 0.3 s, and the status says why it ended.
_END_WAIT_S = 3.0
_READ_BYTES = 1 << 16
# However little a worker may do, it goes on.
_LONGEST_REST_S = 10.0


class ListeningPool:
    """Worker processes that listen to one file each. To be used by one thread."""

    def __init__(
        self,
        model: ModelFile,
        workers: int,
        log_file: Path,
        time_limit_s: float = TIME_LIMIT_S,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        command: Sequence[str] | None = None,
    ) -> None:
        """Start ``workers`` processes, whose words go to ``log_file``.

        ``command`` is how a worker is started, for tests; model and limit are appended.
        """
        self._model = model
        self._time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._log_file = log_file
        own_command, self._environment = interpreter("tuiradio.listening.worker")
        self._command = [
            *(command or own_command),
            os.fspath(model.path),
            str(memory_limit_bytes),
        ]
        self._share = 1.0
        self._failed_starts = 0
        self._waiting: list[Job] = []
        self._spared: set[Job] = set()
        self._selector = selectors.DefaultSelector()
        self._workers = [self._start() for _ in range(workers)]

    def free_slots(self) -> int:
        """How many jobs may be submitted now: workers neither busy nor at rest."""
        now_s = time.monotonic()
        idle = sum(1 for worker in self._workers if self._rest_left_s(worker, now_s) <= 0)
        return max(0, idle - len(self._waiting))

    def submit(self, job: Job) -> None:
        """Give a job to a worker; call only when ``free_slots()`` is not 0."""
        self._waiting.append(job)
        self._hand_out()

    def poll(self, timeout_s: float) -> list[Result]:
        """Results so far; waits for the first, for a free slot, or until the time is over.

        Also enforces the limits, so call it steadily while jobs run.

        Raises:
            ModelError: no worker can be started, or the model breaks the contract.
        """
        results: list[Result] = []
        slots = self.free_slots()
        end_s = time.monotonic() + timeout_s
        while True:
            self._stop_overrunning(results)
            self._hand_out()
            now_s = time.monotonic()
            if results or now_s >= end_s or self.free_slots() > slots:
                # Take what else has arrived, without waiting for it.
                self._receive(0, results)
                return results
            self._receive(min(end_s, self._next_change_s(now_s)) - now_s, results)

    def set_throttle(self, share: float) -> None:
        """Let each worker work for at most this share of the time (0 < share ≤ 1)."""
        self._share = min(1.0, max(0.01, share))

    def process_ids(self) -> tuple[int, ...]:
        """Process ids of the workers, for memory figures."""
        return tuple(worker.process.pid for worker in self._workers)

    def stop(self) -> None:
        """Kill the workers, whatever they do, in less than half a second."""
        for worker in self._workers:
            worker.process.kill()
        end_s = time.monotonic() + _KILL_WAIT_S
        for worker in self._workers:
            self._discard(worker, max(0.0, end_s - time.monotonic()))
        self._workers = []
        self._waiting = []
        self._selector.close()

    # --- workers ---

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._command, self._environment, self._log_file)
        self._selector.register(worker.results, selectors.EVENT_READ, worker)
        return worker

    def _lose(self, worker: WorkerProcess, failure: Failure, results: list[Result]) -> None:
        """Replace a worker; its file failed, unless the worker never got as far as starting."""
        if worker.job is not None and worker.is_ready:
            results.append(Result(worker.job, None, Estimates(), failure, None, worker.busy_s()))
        elif worker.job is not None:
            self._waiting.insert(0, worker.job)
        if not worker.is_ready:
            self._failed_starts += 1
        self._discard(worker, _KILL_WAIT_S)
        if self._failed_starts >= _FAILED_STARTS_ALLOWED:
            self._workers.remove(worker)
            raise ModelError(
                "The listening workers cannot be started.", f"The log says why: {self._log_file}"
            )
        self._workers[self._workers.index(worker)] = self._start()

    def _discard(self, worker: WorkerProcess, wait_s: float) -> None:
        self._selector.unregister(worker.results)
        worker.end(wait_s)

    def _hand_out(self) -> None:
        now_s = time.monotonic()
        for index, worker in enumerate(self._workers):
            if not self._waiting or self._rest_left_s(worker, now_s) > 0:
                continue
            if worker.give(self._waiting[0]):
                del self._waiting[0]
            else:
                # It died while idle: no file's fault.
                self._discard(worker, _KILL_WAIT_S)
                self._workers[index] = self._start()

    def _rest_left_s(self, worker: WorkerProcess, now_s: float) -> float:
        """0 or less when the worker can take a job; infinite while it has one."""
        if worker.job is not None:
            return float("inf")
        rest_s = min(_LONGEST_REST_S, worker.last_busy_s * (1 / self._share - 1))
        return worker.since_s + rest_s - now_s

    def _next_change_s(self, now_s: float) -> float:
        """When a limit or a rest runs out next, on the monotonic clock."""
        limits = [self._deadline_s(worker) for worker in self._workers]
        rests = [self._rest_left_s(worker, now_s) for worker in self._workers]
        return min([*limits, *(now_s + rest for rest in rests if rest > 0)], default=float("inf"))

    def _deadline_s(self, worker: WorkerProcess) -> float:
        if not worker.is_ready:
            return worker.deadline_s(_START_LIMIT_S)
        return worker.deadline_s(self._time_limit_s) if worker.job else float("inf")

    # --- what workers say ---

    def _receive(self, wait_s: float, results: list[Result]) -> None:
        for key, _ in self._selector.select(wait_s):
            worker: WorkerProcess = key.data
            data = os.read(key.fd, _READ_BYTES)
            if not data:
                self._bury(worker, worker.wait(_END_WAIT_S), results)
                continue
            try:
                for header, blob in worker.unpacker.feed(data):
                    self._take(worker, header, blob, results)
            except (BrokenMessage, LookupError, TypeError, ValueError):
                _log.exception("worker %d talks nonsense", worker.process.pid)
                self._bury(worker, None, results)

    def _bury(self, worker: WorkerProcess, status: int | None, results: list[Result]) -> None:
        """See to the file of a worker that ended, or that has to be ended (None)."""
        _log.warning("worker %d ended with status %s", worker.process.pid, status)
        self._spare_if_killed(worker, status)
        self._lose(worker, self._death(status), results)

    def _spare_if_killed(self, worker: WorkerProcess, status: int | None) -> None:
        """Give a file its second and last chance when its worker was killed from outside.

        No decoder kills itself: it was a user, or a kernel short of memory, and that may
        well be for another program's sake.
        """
        job = worker.job
        if status == -signal.SIGKILL and job is not None and job not in self._spared:
            self._spared.add(job)
            self._waiting.insert(0, job)
            worker.job = None

    def _take(
        self, worker: WorkerProcess, header: dict[str, Any], blob: bytes, results: list[Result]
    ) -> None:
        if "problem" in header:
            raise ModelError(str(header["problem"]), str(header.get("hint", "")))
        if "ready" in header:
            worker.become_ready()
            self._failed_starts = 0
        else:
            results.append(worker.finish(header, blob, self._model.card.dim))

    def _death(self, status: int | None) -> Failure:
        if status == MEMORY_EXIT:
            megabytes = self._memory_limit_bytes >> 20
            reason = f"Listening to it took more than {megabytes} MB of memory."
        else:
            reason = "Listening to it crashed the decoder; the file is probably damaged."
        return Failure(FailureKind.CRASHED, reason)

    def _stop_overrunning(self, results: list[Result]) -> None:
        now_s = time.monotonic()
        for worker in list(self._workers):
            if now_s >= self._deadline_s(worker):
                reason = f"Listening to it took longer than {self._time_limit_s:g} s."
                self._lose(worker, Failure(FailureKind.TIMED_OUT, reason), results)
