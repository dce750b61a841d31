"""Listening for the sake of measuring: vectors that are used once and not stored."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import Track
from tuiradio.listening.card import ModelFile
from tuiradio.listening.sound import Span
from tuiradio.listening.workers import Job, ListeningPool

Key = tuple[int, Span]
"""Track id and the part of it."""
Vector = NDArray[np.float32]

FIRST_HALF = Span(0.0, 0.5)
SECOND_HALF = Span(0.5, 1.0)

_MOST_WORKERS = 4
_POLL_S = 0.5


class Listener:
    """Runs models over files in worker processes, as the engine does."""

    def __init__(self, workers: int, time_limit_s: float, log_file: Path) -> None:
        """``workers`` 0 = one per processor core, at most four."""
        self._workers = workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        self._time_limit_s = time_limit_s
        self._log_file = log_file

    def listen(
        self,
        model: ModelFile,
        tracks: Sequence[Track],
        spans: Sequence[Span],
        on_heard: Callable[[int], None],
    ) -> Mapping[Key, Vector]:
        """Vectors of these parts of each track; what failed is not in it.

        ``on_heard`` is called with how many came since the last time.

        Raises:
            ModelError: the model does not run.
        """
        waiting = [
            Job(track.id, track.path, track.size_bytes, track.mtime_ns, span)
            for track in tracks
            for span in spans
        ][::-1]
        if not waiting:
            return {}
        heard: dict[Key, Vector] = {}
        left = len(waiting)
        workers = min(self._workers, left)
        pool = ListeningPool(model, workers, self._log_file, self._time_limit_s)
        try:
            while left:
                for _ in range(min(pool.free_slots(), len(waiting))):
                    pool.submit(waiting.pop())
                results = pool.poll(_POLL_S)
                left -= len(results)
                for result in results:
                    if result.vector is not None:
                        heard[result.job.track_id, result.job.span] = result.vector
                on_heard(len(results))
        finally:
            pool.stop()
        return heard
