"""Which kind of thing was done last, so that one key takes back whichever it was."""

from __future__ import annotations

from collections import deque
from enum import StrEnum

from tuiradio.engine.protocol import RadioState

_DEPTH = 100


class Done(StrEnum):
    """What can be taken back."""

    QUEUE = "queue"
    FEEDBACK = "feedback"


class UndoLog:
    """The order of what this screen did; the engine knows how to take each back.

    A skip counts as feedback only when the engine says so, by what was said in its radio.
    """

    def __init__(self) -> None:
        self._done: deque[Done] = deque(maxlen=_DEPTH)
        self._expected = 0
        self._radio = RadioState()

    def queue_changed(self) -> None:
        """The queue is about to change by an action of this screen."""
        self._done.append(Done.QUEUE)

    def said(self) -> None:
        """A like, ban or wish was sent to the engine."""
        self._done.append(Done.FEEDBACK)
        self._expected += self._radio.on

    def radio_changed(self, radio: RadioState) -> None:
        """Note what the engine counted beyond what was sent: skips."""
        before, self._radio = self._radio, radio
        grown = radio.feedback - before.feedback
        if radio.seed_ids != before.seed_ids or grown < 0:
            self._expected = 0
        elif grown:
            self._done.extend([Done.FEEDBACK] * max(0, grown - self._expected))
            self._expected = max(0, self._expected - grown)

    def pop(self) -> Done:
        """What to take back now; the queue when nothing is known."""
        return self._done.pop() if self._done else Done.QUEUE
