"""How loud each octave is, from a branch of libmpv's filters that leads nowhere.

What is played is split, by reference and untouched; the branch is resampled, cut into octaves and
measured eight times a second by FFmpeg's ``astats``, and ``ametadata`` writes the figures into a
pipe of this process. It costs 0.6 % of a core; a second decode would cost as much again as playing.
"""

from __future__ import annotations

import contextlib
import math
import os
import re

from tuiradio.playback.player import MAX_LEVELS_PER_S, QUIETEST_DB

LABEL = "@spectrum"
BANDS_HZ = (63, 125, 250, 500, 1000, 2000, 4000, 8000)
"""The middle of each octave."""

_RATE_HZ = 22_050
_LARGEST_READ = 65_536
_LINE = re.compile(r"^lavfi\.astats\.(\d+)\.RMS_level=(-?(?:inf|nan|\d+(?:\.\d+)?))$")


class BandPipe:
    """The branch and what it tells. ``newest`` never waits.

    libmpv writes in the middle of playing, so the pipe must never be full: what is told in a
    second takes 3 kB of its 64 kB, and whoever has the filter on reads several times a second.
    The descriptors live as long as the player: their numbers are in the filter's name.
    """

    def __init__(self) -> None:
        self._ends: tuple[int, int] | None = None
        self._unread = ""
        if os.name == "posix":
            self._ends = os.pipe()
            os.set_blocking(self._ends[0], False)

    @property
    def filter(self) -> str:
        """What libmpv is told to add; "" where there is no such pipe."""
        if self._ends is None:
            return ""
        names = [f"b{number}" for number in range(len(BANDS_HZ))]
        split = "".join(f"[s{name}]" for name in names)
        passes = ";".join(
            f"[s{name}]bandpass=f={hertz}:width_type=o:w=1[{name}]"
            for name, hertz in zip(names, BANDS_HZ, strict=True)
        )
        joined = "".join(f"[{name}]" for name in names)
        return (
            f"{LABEL}:lavfi=[asplit[out][m];[m]aresample={_RATE_HZ},"
            "aformat=channel_layouts=mono:sample_fmts=fltp,"
            f"asetnsamples=n={_RATE_HZ // MAX_LEVELS_PER_S}:p=0,"
            f"asplit={len(names)}{split};{passes};{joined}amerge=inputs={len(names)},astats=metadata=1:reset=1"
            ":measure_perchannel=RMS_level:measure_overall=none,"
            f"ametadata=mode=print:file=pipe\\\\:{self._ends[1]}:direct=1,anullsink]"
        )

    def newest(self) -> tuple[float, ...]:
        """Decibels of each octave, as they were told last; () when nothing was told since."""
        if self._ends is None:
            return ()
        with contextlib.suppress(BlockingIOError):
            while told := os.read(self._ends[0], _LARGEST_READ):
                self._unread = (self._unread + told.decode("ascii", "replace"))[-_LARGEST_READ:]
        frames = self._unread.split("frame:")
        for frame in reversed(frames):
            if bands := read_bands(frame):
                self._unread = "frame:" + frames[-1] if frames[-1] is not frame else ""
                return bands
        return ()

    def close(self) -> None:
        """Let go of the pipe; only once libmpv has ended."""
        ends, self._ends = self._ends, None
        for end in ends or ():
            os.close(end)


def read_bands(frame: str) -> tuple[float, ...]:
    """The figures of one frame in the order of ``BANDS_HZ``; () when one is missing."""
    found: dict[int, float] = {}
    for line in frame.splitlines(keepends=True):
        match = _LINE.match(line) if line.endswith("\n") else None
        if match is not None:
            level_db = float(match[2])
            is_figure = math.isfinite(level_db)
            found[int(match[1])] = (
                max(QUIETEST_DB, min(0.0, level_db)) if is_figure else QUIETEST_DB
            )
    numbers = range(1, len(BANDS_HZ) + 1)
    return tuple(found[number] for number in numbers) if set(numbers) <= set(found) else ()
