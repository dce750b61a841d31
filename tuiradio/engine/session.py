"""What comes back after a restart: queue, place, volume, radio. Small JSON in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from tuiradio.codec import CodecError, from_json, to_json
from tuiradio.engine.protocol import QueueEntry
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.playback.queue import Queue
from tuiradio.radio.pick import RadioSettings

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

_PLACE_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class SavedQueue:
    """The rows of the queue; written when they change."""

    entries: tuple[QueueEntry, ...] = ()
    next_entry_id: int = 1


@dataclass(frozen=True, slots=True)
class SavedPlace:
    """Where the queue stands; written every few seconds while playing."""

    entry_id: int | None = None
    resume: int = 0
    position_s: float = 0.0
    volume_percent: float | None = None


@dataclass(frozen=True, slots=True)
class SavedRadio:
    """The radio that was on, and its dials."""

    on: bool = False
    seed_ids: tuple[int, ...] = ()
    settings: RadioSettings | None = None
    name: str = ""
    number: int = 0
    """Ties what was said in this radio to it."""
    plays: int = 0


def save(store: StoreWriter, value: SavedQueue | SavedPlace | SavedRadio) -> None:
    """Keep a value in place of the older one of its kind."""
    store.set_state(type(value).__name__, to_json(value).decode())


def load(store: StoreReader, kind: type[_T]) -> _T:
    """The value kept last; the default where there is none or it cannot be read."""
    text = store.state(kind.__name__)
    if text is None:
        return kind()
    try:
        return from_json(text, kind)
    except CodecError as error:
        _log.warning("the saved %s cannot be read: %s", kind.__name__, error)
        return kind()


def restored_queue(store: StoreReader, rows: SavedQueue, place: SavedPlace) -> Queue:
    """The queue as it was, without tracks that are gone from the library."""
    if not rows.entries:
        return Queue(next_entry_id=max(1, rows.next_entry_id))
    known = frozenset(store.track_ids())
    entries = tuple(entry for entry in rows.entries if entry.track_id in known)
    newest = max((entry.entry_id for entry in entries), default=0)
    queue = Queue(entries, None, max(rows.next_entry_id, newest + 1))
    index = None if place.entry_id is None else queue.index_of(place.entry_id)
    resume = min(max(place.resume, 0), len(entries))
    return Queue(entries, index, queue.next_entry_id, resume)


class SessionKeeper:
    """Writes queue and place when they changed; a place that only moved on, now and then."""

    def __init__(self, store: StoreWriter, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._entries: tuple[QueueEntry, ...] | None = None
        self._place: SavedPlace | None = None
        self._place_s = clock()

    def restore(self, with_queue: bool) -> tuple[Queue, SavedPlace]:
        """Queue and place as they were; without the queue only the volume matters."""
        place = load(self._store, SavedPlace)
        if not with_queue:
            return Queue(), place
        return restored_queue(self._store, load(self._store, SavedQueue), place), place

    def keep(self, queue: Queue, position_s: float, volume_percent: float, final: bool) -> None:
        """Store what differs; ``final`` also a position that is only seconds old."""
        if queue.entries is not self._entries:
            save(self._store, SavedQueue(queue.entries, queue.next_entry_id))
            self._entries = queue.entries
        entry = queue.current_entry
        place = SavedPlace(
            entry.entry_id if entry else None, queue.resume, position_s, volume_percent
        )
        before = self._place
        only_moved = before is not None and replace(before, position_s=position_s) == place
        is_due = final or self._clock() - self._place_s >= _PLACE_EVERY_S
        if place != before and (is_due or not only_moved):
            save(self._store, place)
            self._place, self._place_s = place, self._clock()
