"""Having the engine obey a command, and passing on what it says of it."""

from __future__ import annotations

from tuiradio.cli import session as shared
from tuiradio.engine.protocol import Command, EngineState, Event, Notice, Severity


def obey(
    session: shared.Session, command: Command, everything: bool = False
) -> tuple[EngineState, list[Notice]]:
    """Hand a command over and stay until it was obeyed.

    Returns the engine's state afterwards and what it said: warnings and errors, or
    ``everything``.
    """
    said: list[Notice] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Notice) and (everything or event.severity is not Severity.INFORMATION):
            said.append(event)

    leave = session.engine.subscribe(on_event)
    try:
        session.engine.submit(command)
        # Commands and questions are taken in turn: the answer means that it was obeyed.
        state = session.state()
    finally:
        leave()
    return state, said
