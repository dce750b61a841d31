"""How the engine gets its player."""

from __future__ import annotations

from collections.abc import Callable

from tuiradio.config import Config
from tuiradio.playback.player import Player, PlayerCallback

PlayerFactory = Callable[[PlayerCallback], Player]
"""Makes a player that tells its events to the callback; ``PlayerUnavailable`` when it cannot."""


def mpv_player(config: Config) -> PlayerFactory:
    """A factory of libmpv players set up as configured."""

    def make(callback: PlayerCallback) -> Player:
        from tuiradio.playback.mpv import MpvPlayer

        player = MpvPlayer(callback, output=config.playback.output)
        player.set_replaygain(config.playback.replaygain.value)
        return player

    return make
