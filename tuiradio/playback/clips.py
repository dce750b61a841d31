"""Lending the player out for short clips; the music stands meanwhile where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from tuiradio.playback.player import (
    Advanced,
    Ended,
    OutputChanged,
    Player,
    PlayerCallback,
    PlayerEvent,
    Position,
    ReplayGain,
)

ClipCallback = Callable[[Position | Ended], None]
"""Told where the clip stands, and that its file ended or failed."""


@dataclass(frozen=True, slots=True)
class _Music:
    """What the owner has loaded."""

    current: bytes
    next: bytes | None
    position_s: float
    is_paused: bool


class ClipPlayer(Player):
    """A player whose owner can be made to wait while clips play through the same device.

    A second player would be simpler, but some sound systems give the device to one alone.
    Whatever the owner asks that has to sound (``load``, ``resume``) or be silent (``stop``)
    takes the player back at once; the rest is heeded when it comes back. Every method is
    called on one thread, to which ``post`` brings the events.
    """

    def __init__(
        self,
        factory: Callable[[PlayerCallback], Player],
        callback: PlayerCallback,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._callback = callback
        self._music: _Music | None = None
        self._generation = 0
        self._sounding = -1
        """Generation, by the player's count, of the owner's music."""
        self._clip: ClipCallback | None = None
        self._clip_generation = -1
        self._player = factory(lambda event: post(partial(self._heed, event)))

    # --- clips -----------------------------------------------------------------

    @property
    def is_lent(self) -> bool:
        """Whether clips play, or stand, in place of the music."""
        return self._clip is not None

    def play_clip(self, path: bytes, position_s: float, heed: ClipCallback) -> None:
        """Play a file from a place on, in place of the music or of another clip."""
        self._clip = heed
        self._clip_generation = self._player.load(path, None, position_s=position_s)

    def hush(self) -> None:
        """Stand still; the music does not come back yet."""
        if self.is_lent:
            self._clip_generation = -1
            self._player.pause()

    def give_back(self) -> None:
        """Put the music back as it was, playing or paused; nothing when it is there."""
        if not self.is_lent:
            return
        self._take()
        music = self._music
        if music is None:
            self._player.stop()
        else:
            self._sounding = self._player.load(
                music.current, music.next, music.is_paused, music.position_s
            )

    # --- the owner --------------------------------------------------------------

    def load(
        self,
        current: bytes,
        next: bytes | None = None,  # noqa: A002 - the protocol's name
        start_paused: bool = False,
        position_s: float = 0.0,
    ) -> int:
        self._take()
        self._music = _Music(current, next, position_s, start_paused)
        self._sounding = self._player.load(current, next, start_paused, position_s)
        self._generation += 1
        return self._generation

    def set_next(self, path: bytes | None) -> None:
        self._note(next=path)
        if not self.is_lent:
            self._player.set_next(path)

    def pause(self) -> None:
        self._note(is_paused=True)
        if not self.is_lent:
            self._player.pause()

    def resume(self) -> None:
        self._note(is_paused=False)
        if self.is_lent:
            self.give_back()
        else:
            self._player.resume()

    def stop(self) -> None:
        self._take()
        self._music = None
        self._player.stop()

    def seek(self, position_s: float) -> None:
        self._note(position_s=position_s)
        if not self.is_lent:
            self._player.seek(position_s)

    def set_volume(self, percent: float) -> None:
        self._player.set_volume(percent)

    def set_replaygain(self, mode: ReplayGain) -> None:
        self._player.set_replaygain(mode)

    def set_output(self, name: str) -> None:
        self._player.set_output(name)

    def set_metering(self, is_on: bool) -> None:
        self._player.set_metering(is_on)

    def close(self) -> None:
        self._take()
        self._player.close()

    # --- what the player says ----------------------------------------------------

    def _heed(self, event: PlayerEvent) -> None:
        if isinstance(event, OutputChanged):
            self._callback(event)
        elif self.is_lent:
            is_of_clip = event.generation == self._clip_generation
            if is_of_clip and self._clip is not None and isinstance(event, Position | Ended):
                self._clip(event)
        elif event.generation == self._sounding:
            self._follow(event)
            self._callback(replace(event, generation=self._generation))

    def _follow(self, event: PlayerEvent) -> None:
        """Keep in mind where the music stands."""
        if isinstance(event, Position):
            self._note(position_s=event.position_s)
        elif isinstance(event, Advanced) and self._music is not None:
            self._music = _Music(event.path, None, 0.0, self._music.is_paused)

    def _note(self, **changed: object) -> None:
        if self._music is not None:
            self._music = replace(self._music, **changed)  # type: ignore[arg-type]  # fields of it

    def _take(self) -> None:
        """The owner has the player again."""
        self._clip, self._clip_generation = None, -1
