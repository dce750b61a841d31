"""The queue: what was played, what plays, what comes. Pure functions over a frozen value.

Entries before the current one have been played and stay in sight; entries after it
are to come. Nothing here knows of a player: the engine compares ``current_entry``
before and after a change to know whether another file must sound.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields

from tuiradio.engine.protocol import QueueEntry
from tuiradio.radio.pick import Pick

UNDO_STEPS = 100


@dataclass(frozen=True, slots=True)
class Queue:
    """Entries in playing order and the index of the current one.

    ``current`` is None when nothing was started, or everything was played through.
    ``next_entry_id`` grows for ever, so an entry id is never used twice.
    """

    entries: tuple[QueueEntry, ...] = ()
    current: int | None = None
    next_entry_id: int = 1
    resume: int = 0
    """Where to go on while none is current: what is added to a queue that was played
    through comes next, not its first entry again."""

    def __post_init__(self) -> None:
        if self.current is not None and not 0 <= self.current < len(self.entries):
            raise ValueError(f"current {self.current} of {len(self.entries)} entries")
        if not 0 <= self.resume <= len(self.entries):
            raise ValueError(f"resume {self.resume} of {len(self.entries)} entries")

    @property
    def current_entry(self) -> QueueEntry | None:
        """The entry that plays, stands paused, or would play."""
        return None if self.current is None else self.entries[self.current]

    @property
    def next_index(self) -> int:
        """Where the entries to come begin; their number when nothing comes."""
        return self.resume if self.current is None else self.current + 1

    @property
    def next_entry(self) -> QueueEntry | None:
        """The entry ``advance`` would make current."""
        index = self.next_index
        return self.entries[index] if index < len(self.entries) else None

    @property
    def upcoming(self) -> tuple[QueueEntry, ...]:
        """What is to come."""
        return self.entries[self.next_index :]

    @property
    def played(self) -> tuple[QueueEntry, ...]:
        """What was played, oldest first, without the current entry."""
        return self.entries[: self.resume if self.current is None else self.current]

    def index_of(self, entry_id: int) -> int | None:
        """Where an entry stands; None when it is not (or no longer) in the queue."""
        for index, entry in enumerate(self.entries):
            if entry.entry_id == entry_id:
                return index
        return None


# --- what is in the queue -----------------------------------------------------


def replace(queue: Queue, track_ids: Sequence[int], start: int = 0) -> Queue:
    """These tracks instead of all entries; ``start`` (clamped) becomes current."""
    entries = _entries(queue, track_ids)
    current = min(max(start, 0), len(entries) - 1) if entries else None
    return Queue(entries, current, queue.next_entry_id + len(entries))


def insert_next(queue: Queue, track_ids: Sequence[int]) -> Queue:
    """These tracks right after the current entry, before all others to come."""
    return _insert(queue, queue.next_index, track_ids)


def insert_last(queue: Queue, track_ids: Sequence[int]) -> Queue:
    """These tracks behind all others."""
    return _insert(queue, len(queue.entries), track_ids)


def append_picks(queue: Queue, picks: Sequence[Pick]) -> Queue:
    """The radio's choices behind all others, each with its reasons."""
    first = queue.next_entry_id
    entries = tuple(QueueEntry(first + n, pick.track_id, pick) for n, pick in enumerate(picks))
    return with_fields(queue, entries=queue.entries + entries, next_entry_id=first + len(entries))


def remove(queue: Queue, entry_ids: Collection[int]) -> Queue:
    """Without these entries; unknown ids are ignored.

    When the current entry goes, the first one kept after it becomes current, or none.
    """
    doomed = frozenset(entry_ids)
    return _keep(queue, lambda _index, entry: entry.entry_id not in doomed)


def clear_but_current(queue: Queue) -> Queue:
    """Only the current entry; nothing when there is none."""
    return _keep(queue, lambda index, _entry: index == queue.current)


def drop_unheard_picks(queue: Queue) -> Queue:
    """Without the radio's choices after the current entry, to be planned anew."""
    to_come = queue.next_index
    return _keep(queue, lambda index, entry: index < to_come or entry.pick is None)


def move(queue: Queue, entry_id: int, index: int) -> Queue:
    """An entry to ``index`` (clamped) of the queue as it is without the entry.

    The current entry stays current, also when it is the one that moves.
    """
    source = queue.index_of(entry_id)
    if source is None:
        return queue
    entries = list(queue.entries)
    entry = entries.pop(source)
    target = min(max(index, 0), len(entries))
    entries.insert(target, entry)
    return with_fields(
        queue,
        entries=tuple(entries),
        current=_moved_current(queue.current, source, target),
        resume=_moved_border(queue.resume, source, target),
    )


def move_all(queue: Queue, entry_ids: Collection[int], index: int) -> Queue:
    """Entries, together and in their order, to ``index`` (clamped) of the queue without them.

    The current entry stays current, also when it is among those that move.
    """
    moving = frozenset(entry_ids)
    moved = [entry for entry in queue.entries if entry.entry_id in moving]
    others = [entry for entry in queue.entries if entry.entry_id not in moving]
    target = min(max(index, 0), len(others))
    entries = (*others[:target], *moved, *others[target:])
    current = queue.current_entry
    at = None if current is None else entries.index(current)
    # Where none is current, what moves onto the border comes after it.
    before = sum(entry.entry_id not in moving for entry in queue.entries[: queue.resume])
    resume = before + len(moved) * (target < before)
    return with_fields(queue, entries=entries, current=at, resume=resume)


def arrange(queue: Queue, order: Sequence[QueueEntry]) -> Queue:
    """What is to come in this order; what it does not name follows, what is gone stays gone."""
    left = {entry.entry_id: entry for entry in queue.upcoming}
    named = [entry for entry in order if left.pop(entry.entry_id, None) is not None]
    entries = (*queue.entries[: queue.next_index], *named, *left.values())
    return with_fields(queue, entries=entries)


def _moved_current(current: int | None, source: int, target: int) -> int | None:
    if current is None:
        return None
    if current == source:
        return target
    without = current - (source < current)
    return without + (target <= without)


def _moved_border(border: int, source: int, target: int) -> int:
    """Where a border between entries stands; what moves onto it comes after it."""
    without = border - (source < border)
    return without + (target < without)


def _entries(queue: Queue, track_ids: Sequence[int]) -> tuple[QueueEntry, ...]:
    first = queue.next_entry_id
    return tuple(QueueEntry(first + n, track_id) for n, track_id in enumerate(track_ids))


def _insert(queue: Queue, index: int, track_ids: Sequence[int]) -> Queue:
    entries = _entries(queue, track_ids)
    return with_fields(
        queue,
        entries=queue.entries[:index] + entries + queue.entries[index:],
        next_entry_id=queue.next_entry_id + len(entries),
    )


def _keep(queue: Queue, is_kept: Callable[[int, QueueEntry], bool]) -> Queue:
    stands_at = queue.resume if queue.current is None else queue.current
    kept: list[QueueEntry] = []
    kept_before = 0
    for index, entry in enumerate(queue.entries):
        if is_kept(index, entry):
            kept.append(entry)
            kept_before += index < stands_at
    has_current = queue.current is not None and kept_before < len(kept)
    return Queue(
        tuple(kept), kept_before if has_current else None, queue.next_entry_id, kept_before
    )


# --- where the queue stands ---------------------------------------------------


def jump(queue: Queue, entry_id: int) -> Queue:
    """This entry becomes current; the same queue when it is not there."""
    index = queue.index_of(entry_id)
    return queue if index is None else with_fields(queue, current=index)


def advance(queue: Queue) -> Queue:
    """One on; none is current after the last."""
    index = queue.next_index
    return with_fields(queue, current=index if index < len(queue.entries) else None, resume=index)


def back(queue: Queue) -> Queue:
    """One back, never before the first."""
    if not queue.entries:
        return queue
    index = queue.resume if queue.current is None else queue.current
    return with_fields(queue, current=max(0, index - 1))


# --- taking it back -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """Queues as they were: ``past`` oldest first, ``future`` soonest last."""

    past: tuple[Queue, ...] = ()
    future: tuple[Queue, ...] = ()


def record(history: History, before: Queue) -> History:
    """Remember the queue before a change; what was undone can then no longer be redone.

    Record what the user does to the rows; moving on and the radio's refills are not
    changes to take back.
    """
    return History((*history.past, before)[-UNDO_STEPS:], ())


def undo(history: History, queue: Queue) -> tuple[History, Queue]:
    """The rows as before the last recorded change; both unchanged when there is none."""
    if not history.past:
        return history, queue
    *past, before = history.past
    return History(tuple(past), (*history.future, queue)), _restored(before, queue)


def redo(history: History, queue: Queue) -> tuple[History, Queue]:
    """The rows as before the last undo; both unchanged when there is none."""
    if not history.future:
        return history, queue
    *future, after = history.future
    return History((*history.past, queue), tuple(future)), _restored(after, queue)


def _restored(snapshot: Queue, queue: Queue) -> Queue:
    """The snapshot's rows; what plays goes on playing when it is among them."""
    playing = queue.current_entry
    index = snapshot.index_of(playing.entry_id) if playing else None
    return with_fields(
        snapshot,
        current=snapshot.current if index is None else index,
        next_entry_id=max(snapshot.next_entry_id, queue.next_entry_id),
    )
