"""The engine as a process of its own: ``python -m tuiradio.engine [MODEL]``.

A failure to start goes to stdout as one ``Refusal`` line, for the program that
started it; from then on nothing is written but the log.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import replace
from types import FrameType

from tuiradio.config import load_config
from tuiradio.engine import wire
from tuiradio.engine.players import mpv_player
from tuiradio.engine.protocol import Shutdown
from tuiradio.engine.server import Server
from tuiradio.engine.service import LocalEngine
from tuiradio.errors import EngineUnavailable, TuiradioError
from tuiradio.log import log_to_file
from tuiradio.paths import Paths

_log = logging.getLogger(__name__)


def main() -> int:
    """Run until shut down by a command or a signal; returns the exit code."""
    paths = Paths.from_environment()
    try:
        engine, server = _start(paths)
    except TuiradioError as error:
        sys.stdout.buffer.write(wire.replies.encode(wire.refusal(error)))
        sys.stdout.buffer.flush()
        return error.exit_code
    _silence_stdout()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        _log.info("signal %d", number)
        try:
            engine.submit(Shutdown())
        except EngineUnavailable:
            _log.info("already ending")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, on_signal)
    engine.wait_stopped()
    server.close()
    engine.close()
    return 0


def _start(paths: Paths) -> tuple[LocalEngine, Server]:
    paths.create()
    log_to_file(paths.log_file)
    config = load_config(paths.config_file)
    if sys.argv[1:]:
        config = replace(config, listening=replace(config.listening, model=sys.argv[1]))
    engine = LocalEngine(paths, config, mpv_player(config))
    try:
        server = Server(engine, paths.socket_file)
    except TuiradioError:
        engine.close()
        raise
    return engine, server


def _silence_stdout() -> None:
    """Point fd 1 to the log, which fd 2 already is; the starter may be gone."""
    sys.stdout.flush()
    os.dup2(2, 1)


if __name__ == "__main__":
    sys.exit(main())
