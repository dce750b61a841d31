"""Commands by which the listener steers the radio; part of ``protocol``."""

from __future__ import annotations

from dataclasses import dataclass

from tuiradio.library.track import Banned, FeedbackKind
from tuiradio.radio.pick import RadioSettings


@dataclass(frozen=True, slots=True)
class GiveFeedback:
    """More or less like this track in the radio that is on; it fades with the picks."""

    track_id: int
    kind: FeedbackKind
    """``MORE`` or ``LESS``; likes, bans and skips have ways of their own."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what was done last; a ``Notice`` tells what it was.

    That is a change of the queue's rows, a like, ban, wish for more or less, or a skip,
    which leads back to the track.
    """


@dataclass(frozen=True, slots=True)
class FlowUpcoming:
    """Put what is up next in an order in which each track leads to the next."""


@dataclass(frozen=True, slots=True)
class LiftBan:
    """Allow again what was banned; one of ``StoreReader.bans()``."""

    banned: Banned


@dataclass(frozen=True, slots=True)
class SavePreset:
    """Keep dials under a name, in place of older ones of that name."""

    name: str
    settings: RadioSettings | None = None
    """None = those of now."""


@dataclass(frozen=True, slots=True)
class UsePreset:
    """Set the dials to a preset; what is ahead and not heard is planned anew."""

    name: str


@dataclass(frozen=True, slots=True)
class DeletePreset:
    """Forget a preset; the dials stay where they are."""

    name: str
