"""Command lines as processes of their own, on directories of their own."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
TIMEOUT_S = 60.0
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line did."""

    status: int
    data: bytes
    """stdout."""
    words: str
    """stderr."""
    peak_bytes: int
    """Resident memory of the largest of its processes."""

    @property
    def lines(self) -> list[str]:
        return self.data.decode().splitlines()

    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(frozen=True, slots=True)
class Home:
    """A user's empty home directory, with tuiradio's files below it."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    """Comes on top of the rest."""

    @property
    def data_dir(self) -> Path:
        return self.directory / ".local" / "share" / "tuiradio"

    @property
    def store_file(self) -> Path:
        return self.data_dir / "library.sqlite3"

    def variables(self) -> dict[str, str]:
        """The environment of this user's processes: nothing of the real user's."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TUIRADIO_", "XDG_"))
        }
        return {
            **kept,
            "HOME": str(self.directory),
            "PYTHONPATH": str(REPOSITORY),
            # A socket's path may have a hundred bytes only.
            "XDG_RUNTIME_DIR": str(self.directory),
            "TUIRADIO_AO": "null",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            **self.environment,
        }

    def start(
        self,
        *argv: str | bytes,
        before: Callable[[], None] = lambda: None,
        stdout: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Begin a command line as an ordinary user; ``before`` runs in the new process."""

        def prepare() -> None:
            _become_ordinary()
            before()

        return subprocess.Popen(
            [sys.executable, "-m", "tuiradio", *argv],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            cwd=self.directory,
            env=self.variables(),
            preexec_fn=prepare,
        )

    def run(self, *argv: str | bytes, before: Callable[[], None] = lambda: None) -> Ran:
        """Run a command line to its end."""
        with self.start(*argv, before=before) as process, killed_after(process, TIMEOUT_S):
            assert process.stdout is not None
            assert process.stderr is not None
            data, words = process.stdout.read(), process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return Ran(process.returncode, data, words.decode(), usage.ru_maxrss * 1024)


@contextmanager
def killed_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    """A process that does not end becomes a failure rather than a test that hangs."""

    def kill(_number: int, _frame: object) -> None:
        process.kill()
        raise TimeoutError(f"{process.args!r} does not end")

    before = signal.signal(signal.SIGALRM, kill)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _become_ordinary() -> None:
    """Let mode bits bind this process even when the tests run as root."""
    if os.geteuid() == 0:
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def wait_until(
    is_true: Callable[[], bool],
    process: subprocess.Popen[bytes] | None = None,
    seconds: float = 30.0,
) -> None:
    """Block until something holds; the process, if any, must not end before.

    Raises:
        AssertionError: it does not come true in time.
    """
    deadline_s = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline_s, "in vain"
        if process is None:
            os.sched_yield()
            continue
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
            assert is_true(), f"ended before, status {process.returncode}"
