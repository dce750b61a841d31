"""Finding the engine: join the running one, start one, or be one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from tuiradio.codec import CodecError
from tuiradio.config import Config
from tuiradio.engine import wire
from tuiradio.engine.client import RemoteEngine
from tuiradio.engine.protocol import Engine
from tuiradio.errors import EngineBusy, EngineUnavailable, TuiradioError
from tuiradio.paths import Paths

_START_TIMEOUT_S = 20.0
# Whoever holds the lock is an engine that is about to answer, or a command that may take hours.
_BUSY_PATIENCE_S = 5.0
_RETRY_S = 0.02


def open_engine(paths: Paths, config: Config, *, headless: bool) -> Engine:
    """Join the engine of this data directory; without one, start or become it.

    ``headless`` makes an engine without a player in this process, gone with ``close``;
    otherwise a process of its own is started, which outlives this one.

    Raises:
        EngineBusy: somebody else's headless command works on the data directory.
        EngineUnavailable: the started engine does not answer.
        TuiradioError: whatever kept the engine from starting.
    """
    paths.create()
    running = join(paths)
    if running is not None:
        return running
    if not headless:
        return start(paths, config.listening.model)
    from tuiradio.engine.service import LocalEngine

    try:
        return LocalEngine(paths, config)
    except EngineBusy:
        # Perhaps an engine that is just starting: its socket comes after its lock.
        deadline = time.monotonic() + 2.0
        while time.monotonic() < deadline:
            running = join(paths)
            if running is not None:
                return running
            time.sleep(_RETRY_S)
        raise


def join(paths: Paths) -> RemoteEngine | None:
    """The running engine, None when there is none.

    Raises:
        EngineUnavailable: one runs, but of another protocol version.
    """
    try:
        return RemoteEngine(paths.socket_file)
    except EngineUnavailable as error:
        if isinstance(error.__cause__, FileNotFoundError | ConnectionRefusedError):
            return None
        raise


def start(paths: Paths, model: str = "") -> RemoteEngine:
    """Start an engine process and attach to it, or to the one that was faster.

    ``model`` goes before what the configuration says; "" does not.

    Raises:
        TuiradioError: what the process said of its failure.
        EngineUnavailable: it does not answer in time.
    """
    process: subprocess.Popen[bytes] | None = _launch(paths, model)
    error: TuiradioError = EngineUnavailable(
        f"the engine did not answer within {_START_TIMEOUT_S:g} s", f"See {paths.log_file}."
    )
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        exited = process is not None and process.poll() is not None
        engine = join(paths)
        if engine is not None:
            if process is not None and process.pid != engine.hello.pid:
                # Somebody else's engine was faster. Ours must not wait in the wings
                # and take over when that one ends.
                process.terminate()
            _reap_later(process)
            return engine
        if process is not None and exited:
            error = _last_words(process, paths)
            if not isinstance(error, EngineBusy):
                raise error
            process = None
            deadline = min(deadline, time.monotonic() + _BUSY_PATIENCE_S)
        if process is None and _lock_is_free(paths):
            # The engine that was faster ended before it answered: its place is free again.
            process = _launch(paths, model)
        time.sleep(_RETRY_S)
    _reap_later(process)
    raise error


def _reap_later(process: subprocess.Popen[bytes] | None) -> None:
    """Wait for the process in the background, so that it leaves no zombie."""
    if process is not None:
        if process.stdout is not None:
            process.stdout.close()
        threading.Thread(target=process.wait, name="reap", daemon=True).start()


def _launch(paths: Paths, model: str) -> subprocess.Popen[bytes]:
    """A detached engine: own session, its words in the log, only start-up errors on stdout."""
    package_parent = Path(__file__).parents[2]
    environment = dict(os.environ)
    inherited = environment.get("PYTHONPATH")
    # glibc gives each thread an arena of its own; the engine's many threads would
    # hold half as much memory again in them.
    environment.setdefault("MALLOC_ARENA_MAX", "2")
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package_parent), inherited]))
    for name in ("config", "data", "cache", "log", "runtime"):
        environment[f"TUIRADIO_{name.upper()}_DIR"] = str(getattr(paths, f"{name}_dir"))
    try:
        log = open(paths.log_file, "ab")  # noqa: SIM115 - closed below
    except OSError:
        log = open(os.devnull, "ab")  # noqa: SIM115 - closed below
    with log:
        return subprocess.Popen(
            # -P: a file named like a module in the user's directory must not be imported.
            [sys.executable, "-P", "-m", "tuiradio.engine", *filter(None, [model])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env=environment,
            start_new_session=True,
        )


def _last_words(process: subprocess.Popen[bytes], paths: Paths) -> TuiradioError:
    assert process.stdout is not None
    with process.stdout:
        words = process.stdout.read(100_000)
    with contextlib.suppress(CodecError):
        message = wire.replies.decode(words).body
        if isinstance(message, wire.Refusal):
            return wire.refused_error(message)
    return EngineUnavailable(
        f"the engine ended at once (exit code {process.returncode})", f"See {paths.log_file}."
    )


def _lock_is_free(paths: Paths) -> bool:
    from tuiradio.engine.lock import EngineLock

    try:
        EngineLock(paths.lock_file).release()
    except TuiradioError:
        return False
    return True
