"""Putting what is up next in an order in which each track leads to the next."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

from tuiradio.engine.assistant import Assistant
from tuiradio.engine.house import House
from tuiradio.engine.protocol import QueueEntry, Severity
from tuiradio.engine.wishes import FlowUpcoming
from tuiradio.library.store import StoreReader
from tuiradio.playback import queue as queues
from tuiradio.radio.flow import following
from tuiradio.radio.reasons import percent
from tuiradio.radio.reorder import Flow, reorder_for_flow
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.neighbourhood import Weights

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Ordered:
    """An answer, as it comes back to the service thread."""

    command: FlowUpcoming
    entries: tuple[QueueEntry, ...]
    flow: Flow


class FlowDesk:
    """Orders the queue; the work is done on a thread of its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._assistant: Assistant | None = None
        self.handlers: dict[type, Callable[[Any], None]] = {FlowUpcoming: self._flow}

    def stop(self) -> None:
        if self._assistant is not None:
            self._assistant.stop(0.0)

    def _flow(self, command: FlowUpcoming) -> None:
        queue, index = self._house.player.queue, self._house.similarity.index
        if len(queue.upcoming) < _FEWEST:
            self._house.notice("There is nothing up next to put in order.")
            return
        if index is None and not self._house.similarity.is_ready(()):
            self._house.notice("What is near what is still being read: try again in a moment.")
            return
        if index is None or not len(index):
            self._house.notice("Nothing was listened to yet.", Severity.WARNING)
            return
        if self._assistant is None:
            self._assistant = Assistant("flow", self._failed)
        current = queue.current_entry
        rows = (current, *queue.upcoming) if current else queue.upcoming
        weights = self._house.radio.state.settings.weights
        self._assistant.do(partial(self._order, command, rows, current is not None, index, weights))

    def _order(
        self,
        command: FlowUpcoming,
        rows: Sequence[QueueEntry],
        is_first_fixed: bool,
        index: VectorIndex,
        weights: Weights,
    ) -> None:
        first = rows[0].track_id if is_first_fixed else None
        flow = reorder_for_flow([row.track_id for row in rows], index, weights, first=first)
        entries = _entries_of(flow.track_ids, rows)
        entries = self._retold(entries, index, weights)[int(is_first_fixed) :]
        self._house.post(partial(self._done, _Ordered(command, entries, flow)))

    def _retold(
        self, entries: Sequence[QueueEntry], index: VectorIndex, weights: Weights
    ) -> tuple[QueueEntry, ...]:
        """Picks tell what they follow: now it is another track."""
        shares, now_s = index.shares(weights), self._house.wall_clock()
        reader = StoreReader(self._house.paths.store_file)
        try:
            told = list(entries[:1])
            for before, entry in pairwise(entries):
                previous = reader.track(before.track_id)
                if entry.pick is not None and previous is not None:
                    cosines = index.similarities(previous.id, [entry.track_id])[0]
                    step = float(cosines @ shares)
                    track = reader.track(entry.track_id)
                    pick = following(entry.pick, track, previous, step, now_s)
                    told.append(replace(entry, pick=pick))
                else:
                    told.append(entry)
        finally:
            reader.close()
        return tuple(told)

    def _done(self, ordered: _Ordered) -> None:
        # The queue may have moved on meanwhile; what is gone from it stays gone.
        player, flow = self._house.player, ordered.flow
        before = [entry.entry_id for entry in player.queue.upcoming]
        queue = queues.arrange(player.queue, ordered.entries)
        if [entry.entry_id for entry in queue.upcoming] == before:
            self._house.notice("What is up next flows as well as it can already")
            return
        self._house.undo.watch(ordered.command, lambda _: player.change(queue))
        self._house.notice(
            f"Each track is {percent(flow.mean_after)} like the one before it, "
            f"was {percent(flow.mean_before)}",
            hint="undo brings the order back",
        )

    def _failed(self, error: Exception) -> None:
        text = f"The order failed: {type(error).__name__}"
        hint = f"See {self._house.paths.log_file}."
        self._house.post(lambda: self._house.notice(text, Severity.ERROR, hint))


def _entries_of(track_ids: Sequence[int], rows: Sequence[QueueEntry]) -> tuple[QueueEntry, ...]:
    """The rows in the order of the tracks, of which one may stand twice."""
    by_track: defaultdict[int, deque[QueueEntry]] = defaultdict(deque)
    for row in rows:
        by_track[row.track_id].append(row)
    return tuple(by_track[track_id].popleft() for track_id in track_ids)
