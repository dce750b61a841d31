"""How fast something goes, over the last half minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_WINDOW_S = 30.0
_PAUSE_S = 15.0


class Pace:
    """Counts in a sliding window; a pause begins a new one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._notes: deque[tuple[float, int]] = deque()

    def note(self, count: int) -> None:
        """So many more were done, just now."""
        now_s = self._clock()
        if self._notes and now_s - self._notes[-1][0] > _PAUSE_S:
            self._notes.clear()
        self._notes.append((now_s, count))
        while now_s - self._notes[0][0] > _WINDOW_S:
            self._notes.popleft()

    def per_second(self) -> float:
        """The rate; 0 until two notes tell it."""
        if len(self._notes) < 2:
            return 0.0
        span_s = self._clock() - self._notes[0][0]
        done = sum(count for _, count in self._notes) - self._notes[0][1]
        return done / span_s if span_s > 0.0 else 0.0
