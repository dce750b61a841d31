"""What the engine asks of a player, and what a player tells the engine.

A player holds two files: the one that plays and the one that follows without a
gap. The queue is not its business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

MAX_VOLUME_PERCENT = 130.0
MAX_POSITIONS_PER_S = 4.0
MAX_LEVELS_PER_S = 8.0
QUIETEST_DB = -90.0
"""What silence is told as."""

ReplayGain = Literal["no", "track", "album"]


class EndReason(StrEnum):
    """Why a file stopped sounding by itself; ``stop()`` and ``load()`` tell nothing."""

    EOF = "eof"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Started:
    """A file is open and decoded: it sounds, or stands paused. Once per file."""

    generation: int
    path: bytes = b""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the playing file stands; at most ``MAX_POSITIONS_PER_S`` a second."""

    generation: int
    position_s: float
    duration_s: float
    """0 when the file does not tell."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """The player went on to the file given as next; ``path`` is the file that plays now.

    ``path`` differs from the last ``set_next`` when that came too late to be heeded.
    ``Started`` or ``Ended`` follows for the new file.
    """

    generation: int
    path: bytes = b""


@dataclass(frozen=True, slots=True)
class Ended:
    """A file ended by itself.

    At the end of the file ``Ended`` comes only when nothing follows, else
    ``Advanced`` comes alone. A file that fails is always told; when ``goes_on``,
    ``Advanced`` comes right after, otherwise the player is idle until ``load()``.
    """

    generation: int
    reason: EndReason
    message: str = ""
    """For the user: what is wrong with which file; "" at the end of the file."""
    path: bytes = b""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class OutputChanged:
    """The audio output in use. ``problem`` says why nothing is heard, "" when all is well."""

    name: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud it is now, left and right, one figure for mono; only with ``set_metering``.

    Decibels below full scale, ``QUIETEST_DB`` … 0, before volume and ReplayGain; at most
    ``MAX_LEVELS_PER_S`` a second.
    """

    generation: int
    rms_db: tuple[float, ...]
    peak_db: tuple[float, ...]
    bands_db: tuple[float, ...] = ()
    """Of each octave, the lowest first; () where they cannot be measured."""


PlayerEvent = Started | Position | Advanced | Ended | OutputChanged | Levels


class Player(Protocol):
    """A player. Its methods return at once and may be called from any one thread.

    Events come through the callback given to the constructor, on a thread of the
    player: the callback must hand over and return, and never call the player.
    Every event of a file carries the generation that ``load`` returned; events
    whose generation is not the newest are history and must be ignored.
    """

    def load(
        self,
        current: bytes,
        next: bytes | None = None,  # noqa: A002
        start_paused: bool = False,
        position_s: float = 0.0,
    ) -> int:
        """Drop what plays, play ``current`` from ``position_s``, then ``next``.

        Returns the generation that events of this load carry. A file that cannot
        be played is told by ``Ended``, not raised.
        """
        ...

    def set_next(self, path: bytes | None) -> None:
        """Replace what follows the playing file; the playing one goes on."""
        ...

    def pause(self) -> None:
        """Stand still; ``resume`` goes on from here."""
        ...

    def resume(self) -> None:
        """Go on after ``pause`` or a paused load."""
        ...

    def stop(self) -> None:
        """Fall silent and forget both files; no event follows."""
        ...

    def seek(self, position_s: float) -> None:
        """Go to a place of the playing file; kept until the file is open."""
        ...

    def set_volume(self, percent: float) -> None:
        """0 … ``MAX_VOLUME_PERCENT``; what lies outside is clamped."""
        ...

    def set_replaygain(self, mode: ReplayGain) -> None:
        """Which loudness tags to follow."""
        ...

    def set_output(self, name: str) -> None:
        """Go on through this audio output, "" for the player's choice; told as at the start.

        Raises:
            PlayerUnavailable: no output can be called so; the former one stays.
        """
        ...

    def set_metering(self, is_on: bool) -> None:
        """Tell ``Levels`` from now on, or no more."""
        ...

    def close(self) -> None:
        """Fall silent and let go of the device, within about a second; no event follows."""
        ...


PlayerCallback = Callable[[PlayerEvent], None]
