"""How loud it is, from a filter of libmpv that measures what it plays anyway.

FFmpeg's ``astats`` writes the levels of each frame into the frame's metadata and leaves the
samples as they are; libmpv shows the newest frame's as ``af-metadata/<label>``. The whole
map is read at once: asking for one of its keys crashes libmpv 0.35
(``af-metadata/meter/by-key/…``).
"""

from __future__ import annotations

import math
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tuiradio.playback.player import MAX_LEVELS_PER_S, QUIETEST_DB, Levels

LABEL = "@meter"
FILTER = (
    f"{LABEL}:lavfi=[astats=metadata=1:reset=1"
    ":measure_perchannel=Peak_level+RMS_level:measure_overall=none]"
)
QUESTION = "${af-metadata/meter}"

_MOST_CHANNELS = 2
_GAP_S = 0.9 / MAX_LEVELS_PER_S
"""``time-pos`` comes every 40 ms or so: the full gap would often take one more of them."""

_AHEAD = 3
"""Answers held back. Frames are measured when they are filtered, some 0.4 s before they sound
(0.37 … 0.45 s with the null output of libmpv 0.35)."""

_LINE = re.compile(
    r"^lavfi\.astats\.(\d+)\.(Peak|RMS)_level: (-?(?:inf|nan|\d+(?:\.\d+)?))\s*$", re.MULTILINE
)


class LevelMeter:
    """Asks for the levels while it is on; everything but ``is_on`` is the event thread's."""

    def __init__(
        self,
        tell: Callable[[Levels], None],
        run_later: Callable[..., None],
        bands: Callable[[], tuple[float, ...]] = tuple,
    ) -> None:
        self.is_on = False
        self._tell = tell
        self._bands = bands
        self._run_later = run_later
        self._next_at = 0.0
        self._ahead: deque[Levels] = deque()

    def on_moment(self, generation: int) -> None:
        """The music moved on: ask, unless that was just done."""
        now_s = time.monotonic()
        if now_s < self._next_at:
            return
        self._next_at = now_s + _GAP_S
        if not self.is_on:
            # The filters may still be there, and write.
            self._bands()
            return
        self._run_later("expand-text", QUESTION, callback=partial(self._on_answer, generation))

    def _on_answer(self, generation: int, error: Exception | None, answer: object) -> None:
        # Read whatever the answer is: libmpv waits, and the music with it, where nobody does.
        bands_db = self._bands()
        levels = None if error is not None else read_levels(generation, str(answer))
        if levels is None or not self.is_on:
            self._ahead.clear()
            return
        if self._ahead and self._ahead[-1].generation != generation:
            self._ahead.clear()
        self._ahead.append(replace(levels, bands_db=bands_db))
        if len(self._ahead) > _AHEAD:
            self._tell(self._ahead.popleft())


def read_levels(generation: int, answer: str) -> Levels | None:
    """The levels of the first two channels; None when libmpv has none to tell."""
    found: dict[str, dict[int, float]] = {"Peak": {}, "RMS": {}}
    for channel, kind, figure in _LINE.findall(answer[:10_000]):
        if int(channel) <= _MOST_CHANNELS:
            found[kind][int(channel)] = _decibels(figure)
    channels = sorted(found["RMS"])
    if not channels or channels != sorted(found["Peak"]):
        return None
    return Levels(
        generation,
        tuple(found["RMS"][channel] for channel in channels),
        tuple(found["Peak"][channel] for channel in channels),
    )


def _decibels(figure: str) -> float:
    level_db = float(figure)
    return QUIETEST_DB if not math.isfinite(level_db) else min(0.0, max(QUIETEST_DB, level_db))
