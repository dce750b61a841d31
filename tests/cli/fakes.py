"""An engine that writes down what it is told."""

from __future__ import annotations

from collections.abc import Callable

from tuiradio.engine.protocol import (
    Answer,
    Command,
    EngineState,
    EngineStopping,
    Event,
    GetState,
    ListeningState,
    Notice,
    Query,
    Shutdown,
    WaitUntilHeard,
)


class FakeEngine:
    """Implements ``protocol.Engine``; says ``notices`` when commanded."""

    def __init__(self) -> None:
        self.state = EngineState()
        self.commands: list[Command] = []
        self.notices: list[Notice] = []
        self.closed = False
        self._listeners: list[Callable[[Event], None]] = []

    def submit(self, command: Command) -> None:
        self.commands.append(command)
        events: list[Event] = [*self.notices]
        if isinstance(command, Shutdown):
            events.append(EngineStopping())
        for listener in list(self._listeners):
            for event in events:
                listener(event)

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        if isinstance(query, GetState):
            return self.state
        if isinstance(query, WaitUntilHeard):
            return ListeningState()
        raise AssertionError(f"unexpected question: {query}")

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        self.closed = True
