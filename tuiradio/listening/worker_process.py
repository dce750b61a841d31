"""One listening process, seen from the engine."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import Estimates, Failure, FailureKind
from tuiradio.listening.sound import WHOLE, Span
from tuiradio.listening.starved import Turns, turns
from tuiradio.listening.wire import BrokenMessage, Unpacker, pack

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to listen to, as the store knew it."""

    track_id: int
    path: bytes
    size_bytes: int
    mtime_ns: int
    span: Span = WHOLE
    """Which part of it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job: a vector or a failure."""

    job: Job
    vector: NDArray[np.float32] | None
    """float32 [dim], finite, each sub-space of unit norm."""
    estimates: Estimates
    failure: Failure | None
    duration_s: float | None
    """Length as read; None when the file could not be read."""
    busy_s: float
    """Time the worker took."""


class WorkerProcess:
    """A process that listens to one file at a time; times are of the monotonic clock."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log_file: Path
    ) -> None:
        """Start it, its standard error appended to the log from birth."""
        with _appending(log_file) as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                bufsize=0,
                # Out of reach of the terminal's Ctrl-C, which is the engine's to handle.
                process_group=0,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests = self.process.stdin
        self.results = self.process.stdout
        self.unpacker = Unpacker()
        self.job: Job | None = None
        self.is_ready = False
        """The model is loaded."""
        self.since_s = 0.0
        """Start of what it does now: starting, listening or resting."""
        self._turns = Turns()
        self._begin()
        self.last_busy_s = 0.0
        """What the last file took."""

    def busy_s(self) -> float:
        """Time since the current file began."""
        return time.monotonic() - self.since_s

    def deadline_s(self, limit_s: float) -> float:
        """When what it does now will have taken ``limit_s``, by what is known so far.

        A worker is nice, and a busy machine can keep it from running for minutes: the time that
        it waits for its turn does not count. What hangs waits for something else, or has run for
        as long as it may.
        """
        now_s, deadline_s = time.monotonic(), self.since_s + limit_s
        if now_s < deadline_s:
            return deadline_s
        then, now = self._turns, turns(self.process.pid)
        deadline_s += max(0.0, now.waited_s - then.waited_s)
        if not now.is_ready:
            return deadline_s
        # The turn that it waits for at the moment is not counted before it comes.
        return max(deadline_s, now_s + limit_s - (now.ran_s - then.ran_s))

    def give(self, job: Job) -> bool:
        """Send a job; False when the process is dead."""
        try:
            self._requests.write(pack(_request(job)))
        except OSError:
            return False
        self.job = job
        if self.is_ready:
            self._begin()
        return True

    def become_ready(self) -> None:
        """The model is loaded; a job given before begins now."""
        self.is_ready = True
        self._begin()

    def finish(self, header: Mapping[str, Any], blob: bytes, dim: int) -> Result:
        """The result of the current job from the worker's message.

        Raises:
            BrokenMessage, LookupError, TypeError, ValueError: the message makes no sense.
        """
        if self.job is None:
            raise BrokenMessage("a result without a job")
        failure = header["failure"]
        duration_s = header["duration_s"]
        result = Result(
            job=self.job,
            vector=None if failure else _vector(blob, dim),
            estimates=_estimates(header["estimates"]),
            failure=failure and Failure(FailureKind(failure["kind"]), str(failure["reason"])),
            duration_s=None if duration_s is None else float(duration_s),
            busy_s=float(header["busy_s"]),
        )
        self.job = None
        self._begin()
        self.last_busy_s = result.busy_s
        return result

    def _begin(self) -> None:
        self.since_s = time.monotonic()
        self._turns = turns(self.process.pid)

    def wait(self, wait_s: float) -> int | None:
        """Exit status of a process that has ended or is ending; None when it does not end."""
        try:
            return self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return None

    def end(self, wait_s: float) -> None:
        """Kill it and close the pipes."""
        self.process.kill()
        if self.wait(wait_s) is None:
            _log.warning("worker %d takes its time to end", self.process.pid)
            # Somebody has to wait for it, or it stays behind as a zombie.
            threading.Thread(target=self.process.wait, daemon=True).start()
        self._requests.close()
        self.results.close()


def _request(job: Job) -> dict[str, Any]:
    return {"path": job.path.hex(), "span": [job.span.start, job.span.stop]}


def _appending(log_file: Path) -> IO[bytes]:
    """The log, or nowhere: where it cannot be written, the music is listened to all the same."""
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        return open(log_file, "ab")
    except OSError:
        return open(os.devnull, "ab")


def _vector(blob: bytes, dim: int) -> NDArray[np.float32]:
    vector = np.frombuffer(blob, np.float32).copy()
    if vector.shape != (dim,) or not np.isfinite(vector).all():
        raise BrokenMessage(f"a vector of shape {vector.shape}")
    return vector


def _estimates(fields: Mapping[str, Any]) -> Estimates:
    tags = tuple((str(name), float(probability)) for name, probability in fields["tags"])
    return Estimates(fields["tempo_bpm"], fields["valence"], fields["arousal"], tags)
