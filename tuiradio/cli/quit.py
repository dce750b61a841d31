"""``tuiradio quit``: end the engine and the music."""

from __future__ import annotations

import argparse
import threading

from tuiradio.cli import session as shared
from tuiradio.cli.output import say
from tuiradio.engine.protocol import EngineStopping, Event, Shutdown
from tuiradio.errors import EngineUnavailable

_STOP_LIMIT_S = 5.0


def run(_arguments: argparse.Namespace) -> int:
    """Shut the running engine down and wait until it is gone."""
    with shared.running() as session:
        if session is None:
            say("tuiradio: no engine is running")
            return 0
        gone = threading.Event()

        def on_event(event: Event) -> None:
            if isinstance(event, EngineStopping):
                gone.set()

        session.engine.subscribe(on_event)
        session.engine.submit(Shutdown())
        if not gone.wait(_STOP_LIMIT_S):
            raise EngineUnavailable(
                f"the engine did not end within {_STOP_LIMIT_S:g} s",
                f"See {session.paths.log_file}.",
            )
    return 0
