"""How events change what the screen knows of the engine: one pure function."""

from __future__ import annotations

from dataclasses import replace

from textual.message import Message

from tuiradio.engine.levels import LevelsTold
from tuiradio.engine.protocol import (
    EngineState,
    Event,
    LibraryChanged,
    ListeningProgress,
    PlayerChanged,
    QueueChanged,
    QueueEntry,
    RadioChanged,
    ScanProgress,
)

_WHOLE = (PlayerChanged, QueueChanged, RadioChanged, ScanProgress, ListeningProgress, LevelsTold)


class Happened(Message):
    """The engine said something; a newer word replaces an older one still waiting."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        return (
            isinstance(message, Happened)
            and isinstance(self.event, _WHOLE)
            and type(self.event) is type(message.event)
        )


def named_by(entry: QueueEntry) -> tuple[int, ...]:
    """The tracks that a row of the queue, or the reason it is there, may name."""
    pick = entry.pick
    if pick is None:
        return (entry.track_id,)
    said = (moved.track_id for moved in pick.moved_by)
    return (entry.track_id, pick.seed_id, pick.previous_id, *said)


def fold(state: EngineState, event: Event) -> EngineState:
    """The state after an event."""
    if isinstance(event, PlayerChanged):
        return replace(state, player=event.player)
    if isinstance(event, QueueChanged):
        return replace(state, queue=event.entries)
    if isinstance(event, RadioChanged):
        return replace(state, radio=event.radio)
    if isinstance(event, ScanProgress):
        roots = tuple(folder.path for folder in event.scan.folders)
        return replace(state, scan=event.scan, roots=roots or state.roots)
    if isinstance(event, ListeningProgress):
        return replace(state, listening=event.listening)
    if isinstance(event, LibraryChanged):
        return replace(state, store_revision=event.store_revision)
    return state
