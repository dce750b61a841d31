"""What was said and what is the matter: toasts fade, but everything can be read again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from tuiradio.engine.pace import about, pace_words
from tuiradio.engine.protocol import EngineState, ListeningState
from tuiradio.ui.text import clean, number

FAILED = "station('failed')"
"""Leads to the files that could not be listened to."""

_KEPT = 200
_SHOWN_AT_ONCE = 3
_SHOWN_S = {"information": 4.0, "warning": 8.0, "error": 12.0}


@dataclass(frozen=True, slots=True)
class Told:
    """Words of some moment."""

    message: str
    severity: str
    """``information``, ``warning`` or ``error``."""
    hint: str
    at_s: float
    times: int = 1
    """How often it was said in a row."""

    @property
    def words(self) -> str:
        """All of it, for a toast."""
        again = f" ({self.times} times)" if self.times > 1 else ""
        return f"{self.message}{again}\n{self.hint}" if self.hint else f"{self.message}{again}"

    def left_s(self, now_s: float) -> float:
        """How much longer a toast of it stays."""
        return self.at_s + _SHOWN_S[self.severity] - now_s


class NoticeLog:
    """The last notices; what is said again at once is counted, not repeated."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: deque[Told] = deque(maxlen=_KEPT)

    def add(self, message: str, severity: str = "information", hint: str = "") -> Told:
        """Keep words; a severity that is unknown counts as information."""
        level = severity if severity in _SHOWN_S else "information"
        told = Told(message, level, hint, self._clock())
        newest = self._told[-1] if self._told else None
        if newest is not None and replace(newest, at_s=told.at_s, times=1) == told:
            told = replace(told, times=self._told.pop().times + 1)
        self._told.append(told)
        return told

    def newest_first(self) -> list[tuple[Told, float]]:
        """Everything kept, with how many seconds ago it was said."""
        now_s = self._clock()
        return [(told, now_s - told.at_s) for told in reversed(self._told)]

    def on_screen(self) -> list[tuple[Told, float]]:
        """What is to be seen as toasts now, oldest first, each with the seconds left to it."""
        now_s = self._clock()
        fresh = [told for told in self._told if told.left_s(now_s) > 0]
        return [(told, told.left_s(now_s)) for told in fresh[-_SHOWN_AT_ONCE:]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is the matter now, and what can be done."""

    words: str
    hint: str = ""
    action: str = ""
    """Of the app; it helps, or leads to the place that does."""


def troubles(state: EngineState) -> tuple[Trouble, ...]:
    """What stands in the way of playing, finding or listening, the worst first."""
    found = []
    if state.player.problem:
        problem, _, hint = state.player.problem.partition(". ")
        usual = "Everything else works. In another terminal, tuiradio doctor looks closer."
        found.append(Trouble(clean(problem), clean(hint) or usual))
    if state.listening.problem:
        problem = clean(state.listening.problem)
        found.append(Trouble(problem[:1].upper() + problem[1:], clean(state.listening.hint)))
    for folder in state.scan.folders:
        if folder.problem:
            name = clean(folder.path.decode("utf-8", "replace"))
            hint = "Its tracks are kept. Enter looks again."
            found.append(Trouble(f"{name} {clean(folder.problem)}", hint, "rescan"))
    if state.listening.failed:
        count = state.listening.failed
        words = f"{number(count)} file{'' if count == 1 else 's'} could not be listened to"
        hint = "Enter lists them with the reasons; R there listens again."
        found.append(Trouble(words, hint, FAILED))
    return tuple(found)


def doings(state: EngineState) -> tuple[str, ...]:
    """What goes on in the background, in sentences."""
    said = []
    if state.scan.running:
        said.append(f"Looking through the folders: {number(state.scan.seen)} files so far.")
    listening = state.listening
    if listening.running:
        said.append(listening_words(listening))
    return tuple(said)


def listening_words(listening: ListeningState) -> str:
    """How the listening goes, in sentences."""
    done = listening.heard + listening.failed
    words = f"Listening: {number(done)} of {number(listening.total)} tracks"
    pace = pace_words(listening.rate_per_s)
    words += f", {pace}" if pace else ""
    words += f", {about(listening.eta_s)} left." if listening.eta_s is not None else "."
    return f"{words} Slower while music plays." if listening.slowed else words


def ago(seconds: float) -> str:
    """``just now``, ``5 min ago``, ``2 h ago``."""
    if seconds < 60:
        return "just now" if seconds < 10 else f"{int(seconds)} s ago"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    return f"{int(seconds // 3600)} h ago"
