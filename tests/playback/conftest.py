"""Synthesized songs, and a recorder that waits for events instead of sleeping."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import soundfile as sf

from tuiradio.playback.mpv import MpvPlayer
from tuiradio.playback.player import PlayerEvent

EventT = TypeVar("EventT")
RATE_HZ = 8_000
PATIENCE_S = 20.0


def write_tone(file: Path | bytes, duration_s: float, pitch_hz: float = 220.0) -> bytes:
    """A FLAC of one tone; returns its path as the player takes it."""
    path = file if isinstance(file, bytes) else bytes(file)
    seconds = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    with open(path, "wb") as raw:
        sf.write(raw, 0.1 * np.sin(2 * np.pi * pitch_hz * seconds), RATE_HZ, format="FLAC")
    return path


class Recorder:
    """Collects a player's events."""

    def __init__(self) -> None:
        self.events: list[PlayerEvent] = []
        self.threads: set[str] = set()
        self._arrived = threading.Condition()

    def __call__(self, event: PlayerEvent) -> None:
        with self._arrived:
            self.events.append(event)
            self.threads.add(threading.current_thread().name)
            self._arrived.notify_all()

    def of(self, kind: type[EventT]) -> list[EventT]:
        with self._arrived:
            return [event for event in self.events if isinstance(event, kind)]

    def wait(
        self, kind: type[EventT], is_it: Callable[[EventT], bool] = lambda _event: True
    ) -> EventT:
        """The first event of this kind that fits; fails after ``PATIENCE_S``."""

        def found() -> EventT | None:
            return next((e for e in self.events if isinstance(e, kind) and is_it(e)), None)

        with self._arrived:
            assert self._arrived.wait_for(lambda: found() is not None, PATIENCE_S), (
                f"no such {kind.__name__} in {self.events}"
            )
            event = found()
        assert event is not None
        return event


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def player(recorder: Recorder) -> Iterator[MpvPlayer]:
    player = MpvPlayer(recorder, output="null")
    yield player
    player.close()


@pytest.fixture
def tone(tmp_path: Path) -> Callable[[str, float], bytes]:
    def make(name: str, duration_s: float) -> bytes:
        return write_tone(tmp_path / name, duration_s)

    return make
