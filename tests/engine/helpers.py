"""A tiny library, a player that plays nothing, and a way to wait for events."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile

from tuiradio.config import Config, ListeningConfig
from tuiradio.engine.protocol import (
    Engine,
    EngineState,
    Event,
    GetState,
    PlayerChanged,
    PlayerState,
    QueueChanged,
    QueueEntry,
)
from tuiradio.playback.player import (
    Advanced,
    Ended,
    EndReason,
    Player,
    PlayerCallback,
    PlayerEvent,
    Position,
    Started,
)
from tuiradio.radio.pick import RadioSettings

TIMEOUT_S = 20.0
RATE_HZ = 22_050

_Event = TypeVar("_Event")


def quick_config() -> Config:
    """Two workers; the radio takes the short clips of the tests."""
    return Config(
        watch=False,
        listening=ListeningConfig(workers=2),
        radio=RadioSettings(
            min_length_s=0.0, artist_window=1, album_window=1, recent_hours=0.0, random_seed=1
        ),
    )


def tone(seconds: float, pitch_hz: float, noise: float = 0.1, seed: int = 0) -> np.ndarray:
    """A chord with some noise and a beat; never silent, never the same for two seeds."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * pitch_hz * k * t) / k for k in (1, 1.25, 1.5, 2 + seed % 3))
    beat = 0.6 + 0.4 * (np.sin(2 * np.pi * (1.0 + seed % 4) * t) > 0)
    return (0.2 * chord * beat + noise * rng.standard_normal(t.size) * 0.3).astype(np.float32)


def write_library(directory: Path, artists: int = 6, songs: int = 2, seconds: float = 3.0) -> None:
    """``artists`` × ``songs`` clips in ``Artist/Album/NN Title``, half WAV, half FLAC."""
    for artist in range(artists):
        folder = directory / f"Artist {artist}" / f"Album {artist}"
        folder.mkdir(parents=True, exist_ok=True)
        for song in range(songs):
            number = artist * songs + song
            suffix = ("wav", "flac")[number % 2]
            samples = tone(seconds, 110.0 * 1.2**artist, 0.1 + 0.1 * artist, number)
            file = folder / f"{song + 1:02} Song {artist}-{song}.{suffix}"
            soundfile.write(file, samples, RATE_HZ)


class Watching:
    """All events of an engine, to wait for."""

    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._engine = engine
        self._changed = threading.Condition()
        self.leave = engine.subscribe(self._note)

    def _note(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until something holds, looked at after every event."""
        with self._changed:
            assert self._changed.wait_for(is_true, TIMEOUT_S), self.events[-5:]

    def of(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    def until_event(
        self, kind: type[_Event], is_meant: Callable[[_Event], bool] = lambda _: True
    ) -> _Event:
        """Wait for an event of that kind for which ``is_meant`` holds."""
        self.until(lambda: any(map(is_meant, self.of(kind))))
        return next(event for event in reversed(self.of(kind)) if is_meant(event))

    def until_player(self, is_meant: Callable[[PlayerState], bool]) -> PlayerState:
        """Wait until the newest player state is as meant, and what caused it is done."""
        self.until(lambda: bool(self.of(PlayerChanged)) and is_meant(self._player()))
        player = self._player()
        self.state()
        return player

    def until_queue(
        self, is_meant: Callable[[tuple[QueueEntry, ...]], bool]
    ) -> tuple[QueueEntry, ...]:
        """Wait until the newest queue is as meant, and what caused it is done."""
        self.until(lambda: bool(self.of(QueueChanged)) and is_meant(self._queue()))
        queue = self._queue()
        self.state()
        return queue

    def state(self) -> EngineState:
        """The engine's state, after everything submitted before was done."""
        state = self._engine.ask(GetState(), TIMEOUT_S)
        assert isinstance(state, EngineState)
        return state

    def _player(self) -> PlayerState:
        return self.of(PlayerChanged)[-1].player

    def _queue(self) -> tuple[QueueEntry, ...]:
        return self.of(QueueChanged)[-1].entries


class FakePlayer(Player):
    """Notes what it is told; sounds only when the test says so."""

    def __init__(self) -> None:
        self.current: bytes | None = None
        self.next: bytes | None = None
        self.calls: list[tuple[object, ...]] = []
        self.generation = 0
        self.is_paused = False
        self.volume = 100.0
        self._callback: PlayerCallback | None = None

    def factory(self, callback: PlayerCallback) -> Player:
        self._callback = callback
        return self

    def tell(self, event: PlayerEvent) -> None:
        assert self._callback is not None
        self._callback(event)

    def reach(self, position_s: float, duration_s: float = 3.0) -> None:
        """The playing file sounds at this place."""
        self.tell(Position(self.generation, position_s, duration_s))

    def end(self) -> None:
        """The playing file ends; the next one follows by itself if there is one."""
        if self.next is None:
            self.tell(Ended(self.generation, EndReason.EOF, path=self.current or b""))
        else:
            self.current, self.next = self.next, None
            self.tell(Advanced(self.generation, self.current))
            self.tell(Started(self.generation, self.current))

    def fail(self) -> None:
        """The playing file turns out to be broken."""
        goes_on = self.next is not None
        message = "broken.flac is not audio"
        self.tell(
            Ended(self.generation, EndReason.ERROR, message, self.current or b"", goes_on=goes_on)
        )
        if goes_on:
            self.current, self.next = self.next, None
            self.tell(Advanced(self.generation, self.current or b""))

    def load(
        self,
        current: bytes,
        next: bytes | None = None,  # noqa: A002 - the protocol's name
        start_paused: bool = False,
        position_s: float = 0.0,
    ) -> int:
        self.current, self.next, self.is_paused = current, next, start_paused
        self.generation += 1
        self.calls.append(("load", current, next, position_s))
        return self.generation

    def set_next(self, path: bytes | None) -> None:
        self.next = path
        self.calls.append(("set_next", path))

    def pause(self) -> None:
        self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False

    def stop(self) -> None:
        self.current = self.next = None
        self.calls.append(("stop",))

    def seek(self, position_s: float) -> None:
        self.calls.append(("seek", position_s))

    def set_volume(self, percent: float) -> None:
        self.volume = percent

    def set_replaygain(self, mode: str) -> None:
        self.calls.append(("replaygain", mode))

    def set_output(self, name: str) -> None:
        self.calls.append(("output", name))

    def set_metering(self, is_on: bool) -> None:
        self.calls.append(("metering", is_on))

    def close(self) -> None:
        self.calls.append(("close",))
