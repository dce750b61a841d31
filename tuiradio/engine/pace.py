"""How fast something goes, and how long the rest of it takes at that."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_NOW_S = 30.0
_LATELY_S = 180.0
_FEWEST = 4
"""Notes kept however old they are, or slow work would seem to stand still."""
_TELLING_S = 4.0
"""A shorter time says nothing about the hours to come."""


class Pace:
    """Counts what gets done; ``begin`` forgets the past, as after a pause."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._notes: deque[tuple[float, int]] = deque()
        self._began_s = clock()

    def begin(self) -> None:
        """Count anew: work begins, or goes at another speed from now on."""
        self._notes.clear()
        self._began_s = self._clock()

    def note(self, count: int) -> None:
        """So many more were done, just now."""
        now_s = self._clock()
        self._notes.append((now_s, count))
        while len(self._notes) > _FEWEST and now_s - self._notes[0][0] > _LATELY_S:
            self._began_s, _ = self._notes.popleft()

    def per_second(self) -> float:
        """The rate of the last half minute; 0 until something was done."""
        now_s = self._clock()
        began_s, done = self._began_s, 0
        for number, (at_s, count) in enumerate(reversed(self._notes)):
            if number >= _FEWEST and now_s - at_s > _NOW_S:
                began_s = at_s
                break
            done += count
        return _rate(done, now_s - began_s)

    def time_for(self, count: int) -> float | None:
        """Seconds for so many more at the rate of the last minutes; None while none is known.

        The longer look keeps one slow file from throwing the answer about.
        """
        span_s = self._clock() - self._began_s
        rate = _rate(sum(done for _, done in self._notes), span_s)
        return count / rate if rate and span_s >= _TELLING_S else None


def _rate(done: int, span_s: float) -> float:
    return done / span_s if span_s > 0.0 else 0.0


def pace_words(per_second: float) -> str:
    """``48/min``, ``0.5/min``; "" when nothing gets done."""
    per_minute = per_second * 60.0
    if per_minute <= 0.0:
        return ""
    return f"{per_minute:,.0f}/min" if per_minute >= 2.0 else f"{per_minute:.1f}/min"


def about(seconds: float) -> str:
    """A time to come, no more exact than it can be known: ``about 12 min``."""
    minutes = seconds / 60.0
    if minutes < 0.75:
        return "less than a minute"
    if minutes < 1.5:
        return "about a minute"
    if minutes < 59.5:
        step = 1 if minutes < 20 else 5
        return f"about {min(55, round(minutes / step) * step) if step > 1 else round(minutes)} min"
    tens = round(minutes / 10)
    if tens < 60:
        hours, rest = divmod(tens * 10, 60)
        return f"about {hours} h {rest}" if rest else f"about {hours} h"
    hours = round(minutes / 60)
    return f"about {hours} h" if hours < 48 else f"about {round(hours / 24)} days"
