"""Taking back, one step at a time: rows of the queue, what was said, skips, in one order.

It looks at what each command has changed, so that a command which does several things
at once is taken back at once, whichever front end it came from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tuiradio.engine.house import House
from tuiradio.engine.playing import SKIP_SHARE
from tuiradio.engine.protocol import Command, PlayStatus, QueueEntry
from tuiradio.engine.wishes import Undo
from tuiradio.library.track import FeedbackKind
from tuiradio.playback import queue as queues
from tuiradio.playback.queue import Queue

_DEPTH = 100
_MOST_SAID_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a command may change."""

    newest_said: int
    rows: Queue | None
    """The newest queue that can be brought back."""
    entry: QueueEntry | None
    reached: float
    """Share of the current track that was heard, 0 … 1."""
    is_playing: bool


@dataclass(frozen=True, slots=True)
class _Deed:
    """One thing done, with all that came of it."""

    rows: Queue | None = None
    """The queue as it was; None when its rows did not change."""
    said: tuple[int, ...] = ()
    """Events in the store, oldest first."""
    skipped: QueueEntry | None = None
    arrived_at: int | None = None
    """The entry that the skip led to."""
    was_playing: bool = False

    def __bool__(self) -> bool:
        return self.rows is not None or bool(self.said) or self.skipped is not None


class UndoDesk:
    """Knows the order of what was done in this session, 100 deep."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._done: deque[_Deed] = deque(maxlen=_DEPTH)
        self.handlers: dict[type, Callable[[Any], None]] = {Undo: lambda _: self._undo()}

    def watch(self, command: Command, obey: Callable[[Any], None]) -> None:
        """Have a command obeyed, and note what it did."""
        if isinstance(command, Undo):
            obey(command)
            return
        before = self._look()
        try:
            obey(command)
        finally:
            deed = self._deed(before, self._look())
            if deed:
                self._done.append(deed)

    def _look(self) -> _Seen:
        player = self._house.player
        newest = self._house.store.feedback(limit=1, include_undone=True)
        past, state = player.history.past, player.state
        return _Seen(
            newest[0].id if newest else 0,
            past[-1] if past else None,
            player.queue.current_entry,
            state.position_s / state.duration_s if state.duration_s > 0.0 else 1.0,
            state.status is PlayStatus.PLAYING,
        )

    def _deed(self, before: _Seen, after: _Seen) -> _Deed:
        said: tuple[int, ...] = ()
        if after.newest_said > before.newest_said:
            events = self._house.store.feedback(limit=_MOST_SAID_AT_ONCE)
            said = tuple(
                event.id
                for event in reversed(events)
                if event.id > before.newest_said and event.kind is not FeedbackKind.FINISH
            )
        has_rows = after.rows is not None and after.rows is not before.rows
        return _Deed(
            after.rows if has_rows else None,
            said,
            before.entry if _is_skip(before, after) else None,
            after.entry.entry_id if after.entry else None,
            before.is_playing,
        )

    # --- taking back -----------------------------------------------------------------

    def _undo(self) -> None:
        while self._done:
            if self._take_back(self._done.pop()):
                return
        # What was said before this session began.
        self._house.taste.take_back(None)

    def _take_back(self, deed: _Deed) -> bool:
        """Whether there was still something to take back; a notice tells what."""
        taken_back = [self._house.taste.take_back(event) for event in reversed(deed.said)]
        past = self._house.player.history.past
        if deed.rows is not None and past and past[-1] is deed.rows:
            self._house.player.take_back()
            self._house.notice("What is up next is as it was before")
            taken_back.append(True)
        return self._return_to(deed) or any(taken_back)

    def _return_to(self, deed: _Deed) -> bool:
        """Back to what was skipped, as long as nothing else has played since."""
        player, skipped = self._house.player, deed.skipped
        current = player.queue.current_entry
        here = current.entry_id if current else None
        if skipped is None or here != deed.arrived_at:
            return False
        if player.queue.index_of(skipped.entry_id) is None:
            return False
        back = queues.jump(player.queue, skipped.entry_id)
        player.change(back, undoable=False, by_user=False, start=deed.was_playing)
        track = self._house.store.track(skipped.track_id)
        self._house.notice(f"Back to {track.title if track else 'what was skipped'}")
        return True


def _is_skip(before: _Seen, after: _Seen) -> bool:
    old, new = before.entry, after.entry
    has_left = old is not None and (new is None or new.entry_id != old.entry_id)
    has_sounded = before.is_playing or before.reached > 0.0
    return has_left and has_sounded and before.reached < SKIP_SHARE
