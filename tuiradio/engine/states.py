"""What the engine is doing, as front ends see it; part of ``protocol``, which exports it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tuiradio.engine.lessons import EarState
from tuiradio.engine.notices import Notice
from tuiradio.radio.pick import Pick, RadioSettings


class PlayStatus(StrEnum):
    STOPPED = "stopped"
    PLAYING = "playing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One row of the queue. ``entry_id`` is unique, so one track may stand twice."""

    entry_id: int
    track_id: int
    pick: Pick | None = None
    """Set when the radio put it there."""


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What is heard now."""

    status: PlayStatus = PlayStatus.STOPPED
    entry_id: int | None = None
    track_id: int | None = None
    position_s: float = 0.0
    duration_s: float = 0.0
    volume_percent: float = 100.0
    output: str = ""
    """Audio output in use, such as ``pulse`` or ``null``; "" when no player could be loaded."""
    problem: str = ""
    """Why nothing can be heard, for the user: no libmpv, no sound device; "" when all is well."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """How a folder of music stood when it was looked at last."""

    path: bytes
    problem: str = ""
    """Why nothing of it can be played, for the user: ``is not there``; "" when all is well."""
    is_network: bool = False
    """On another machine: slower to look through, and changes are noticed late."""


@dataclass(frozen=True, slots=True)
class ScanState:
    running: bool = False
    seen: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    failed: int = 0
    folders: tuple[FolderState, ...] = ()


@dataclass(frozen=True, slots=True)
class ListeningState:
    """Progress of the background listening."""

    running: bool = False
    total: int = 0
    heard: int = 0
    failed: int = 0
    rate_per_s: float = 0.0
    eta_s: float | None = None
    current: str = ""
    """Name of a file being listened to, for the eye."""
    model_id: str = ""
    problem: str = ""
    """Why nothing is listened to, for the user (no model, …)."""
    hint: str = ""
    """What to do about the problem."""
    slowed: bool = False
    """Whether the workers rest between files because music plays."""


@dataclass(frozen=True, slots=True)
class RadioState:
    on: bool = False
    seed_ids: tuple[int, ...] = ()
    settings: RadioSettings = RadioSettings()
    subspaces: tuple[str, ...] = ()
    name: str = ""
    """What the seeds are together, such as an album or a genre; "" for single tracks."""
    presets: tuple[str, ...] = ()
    """Names of the tuner's presets."""
    preset: str = ""
    """The preset whose dials are set now; "" when none is, or a dial was turned since."""
    bans: int = 0
    """How many tracks, artists, albums and folders never play."""
    feedback: int = 0
    """How much was said in this radio and not taken back: skips, likes, more, less, bans."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """Everything a front end needs to draw itself on attaching."""

    player: PlayerState = PlayerState()
    queue: tuple[QueueEntry, ...] = ()
    scan: ScanState = ScanState()
    listening: ListeningState = ListeningState()
    radio: RadioState = RadioState()
    store_revision: int = 0
    roots: tuple[bytes, ...] = ()
    pid: int = 0
    version: str = ""
    ear: EarState = field(default_factory=EarState)
    recent: tuple[Notice, ...] = ()
    """What was told in the last minute: who attaches now may have missed it."""
