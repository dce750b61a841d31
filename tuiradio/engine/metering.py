"""Measuring how loud the music is, while somebody watches."""

from __future__ import annotations

from tuiradio.engine.house import House
from tuiradio.engine.levels import WATCHED_FOR_S, LevelsTold, WatchLevels
from tuiradio.playback.player import Levels, Player


class Metering:
    """Turns the player's meter on and off. A screen that was killed cannot say good-bye:
    each wish to watch holds for a while only.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._player: Player | None = None
        self._until_s: float | None = None

    def use(self, player: Player | None) -> None:
        """The player to measure."""
        self._player = player

    def watch(self, _command: WatchLevels) -> None:
        """Somebody watches from now on."""
        was_on = self._until_s is not None
        self._until_s = self._house.clock() + WATCHED_FOR_S
        if self._player is not None and not was_on:
            self._player.set_metering(True)

    def tick(self) -> None:
        """Stop when nobody watched for long enough."""
        if self._until_s is not None and self._house.clock() > self._until_s:
            self._until_s = None
            if self._player is not None:
                self._player.set_metering(False)

    def tell(self, levels: Levels) -> None:
        """The player measured something."""
        if self._until_s is not None:
            self._house.bulletin.tell(LevelsTold(levels.rms_db, levels.peak_db, levels.bands_db))
