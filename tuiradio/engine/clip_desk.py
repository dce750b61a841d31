"""Playing the clips of a comparison, and bringing the music back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuiradio.engine.house import House
from tuiradio.engine.lessons import CLIP_S, ClipChanged, EndLesson, PlayComparison
from tuiradio.engine.players import PlayerFactory
from tuiradio.engine.protocol import Severity
from tuiradio.library.track import Track
from tuiradio.playback.clips import ClipPlayer
from tuiradio.playback.player import Ended, EndReason, Player, PlayerCallback, Position


class ClipDesk:
    """Borrows the player for a lesson; queue, history and radio notice nothing of it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._player: ClipPlayer | None = None
        self._ahead: list[tuple[str, Track]] = []
        self._told = ClipChanged()
        self._was_playing = False
        self.handlers: dict[type, Callable[[Any], None]] = {
            PlayComparison: self._play,
            EndLesson: lambda _: self._end(),
        }

    def lending(self, factory: PlayerFactory | None) -> PlayerFactory | None:
        """A factory of the same players, which can be borrowed from their owner.

        They tell their events on the service thread.
        """
        if factory is None:
            return None

        def make(callback: PlayerCallback) -> Player:
            self._player = ClipPlayer(factory, callback, self._house.post)
            return self._player

        return make

    def tick(self) -> None:
        """Notice that the music took its player back."""
        if self._told.part and (self._player is None or not self._player.is_lent):
            self._tell(ClipChanged())

    def stop(self) -> None:
        """The engine ends: nothing is played any more."""
        self._ahead.clear()

    def _play(self, command: PlayComparison) -> None:
        if self._player is None:
            self._house.notice(
                "Nothing can be played, so there is nothing to compare.",
                Severity.WARNING,
                self._house.player.state.problem,
            )
            return
        triplet = command.triplet
        ids = {"a": triplet.a, "b": triplet.b, "c": triplet.c}
        tracks = {part: self._house.store.track(ids[part]) for part in command.parts if part in ids}
        self._ahead = [(part, t) for part, t in tracks.items() if t is not None and not t.missing]
        if len(self._ahead) < len(command.parts):
            self._house.notice("A track of this comparison is not there any more.")
        if not self._player.is_lent:
            self._was_playing = self._house.player.is_playing
            self._house.player.stand_still()
        self._next()

    def _next(self) -> None:
        player = self._player
        if player is None:
            return
        if not self._ahead:
            player.hush()
            self._tell(ClipChanged())
            return
        part, track = self._ahead.pop(0)
        start_s = clip_start_s(track.duration_s)

        def heed(event: Position | Ended) -> None:
            if isinstance(event, Ended):
                if event.reason is EndReason.ERROR:
                    self._house.notice(event.message, Severity.WARNING)
                self._next()
            elif event.position_s >= start_s + CLIP_S:
                self._next()

        self._tell(ClipChanged(part, track.id))
        player.play_clip(track.path, start_s, heed)

    def _end(self) -> None:
        self._ahead.clear()
        player = self._player
        if player is not None and player.is_lent:
            if self._was_playing:
                self._house.player.go_on()
            player.give_back()
        self._tell(ClipChanged())

    def _tell(self, clip: ClipChanged) -> None:
        if clip != self._told:
            self._told = clip
            self._house.bulletin.tell(clip)


def clip_start_s(duration_s: float) -> float:
    """Where the clip begins: its middle is that of the track, the most typical part."""
    return max(0.0, (duration_s - CLIP_S) / 2.0)
