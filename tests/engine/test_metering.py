"""The meter runs while somebody watches, and no longer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from tests.engine.conftest import Stage
from tests.engine.helpers import FakePlayer
from tuiradio.engine.house import House
from tuiradio.engine.levels import WATCHED_FOR_S, LevelsTold, WatchLevels
from tuiradio.engine.metering import Metering
from tuiradio.engine.protocol import PlayTracks
from tuiradio.playback.player import Levels


class Scene:
    """A metering desk with a clock that the test turns."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.told: list[Any] = []
        bulletin = SimpleNamespace(tell=self.told.append)
        house = SimpleNamespace(clock=lambda: self.now_s, bulletin=bulletin)
        self.player = FakePlayer()
        self.metering = Metering(cast(House, house))
        self.metering.use(self.player)

    def after(self, seconds: float) -> None:
        self.now_s += seconds
        self.metering.tick()

    @property
    def switched(self) -> list[object]:
        return [call[1] for call in self.player.calls if call[0] == "metering"]


def test_it_ends_when_nobody_asks_again() -> None:
    scene = Scene()
    scene.metering.watch(WatchLevels())
    scene.after(WATCHED_FOR_S - 1)
    scene.metering.watch(WatchLevels())
    scene.after(WATCHED_FOR_S - 1)
    assert scene.switched == [True]
    scene.after(1.5)
    assert scene.switched == [True, False]
    scene.after(60.0)
    assert scene.switched == [True, False]
    scene.metering.watch(WatchLevels())
    assert scene.switched == [True, False, True]


def test_levels_are_told_to_watchers_only() -> None:
    scene = Scene()
    levels = Levels(1, (-20.0, -21.0), (-9.0, -10.0))
    scene.metering.tell(levels)
    assert scene.told == []
    scene.metering.watch(WatchLevels())
    scene.metering.tell(levels)
    assert scene.told == [LevelsTold((-20.0, -21.0), (-9.0, -10.0))]


def test_without_a_player_nothing_is_measured() -> None:
    scene = Scene()
    scene.metering.use(None)
    scene.metering.watch(WatchLevels())
    scene.after(WATCHED_FOR_S + 1)
    assert scene.switched == []


def test_the_levels_of_an_older_file_are_history(stage: Stage) -> None:
    stage.engine.submit(PlayTracks(tuple(stage.ids[:2])))
    stage.events.until_player(lambda player: player.track_id == stage.ids[0])
    stage.engine.submit(WatchLevels())
    stage.events.state()
    assert ("metering", True) in stage.player.calls
    generation = stage.player.generation
    stage.player.tell(Levels(generation - 1, (-1.0,), (-1.0,)))
    stage.player.tell(Levels(generation, (-20.0,), (-9.0,)))
    stage.events.until_event(LevelsTold)
    assert stage.events.of(LevelsTold) == [LevelsTold((-20.0,), (-9.0,))]
