"""What crosses the engine's boundary: commands in, events out, queries answered.

All are frozen dataclasses, sent as JSON lines over the socket (``codec``) or
handed over directly in process. Adding a field with a default keeps old peers working.
``states``, ``notices``, ``wishes``, ``studies``, ``levels`` and ``lessons`` hold the rest of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tuiradio.engine import arranging, lessons, levels, settings, studies, wishes
from tuiradio.engine.notices import Notice as Notice
from tuiradio.engine.notices import Severity as Severity
from tuiradio.engine.states import EngineState as EngineState
from tuiradio.engine.states import FolderState as FolderState
from tuiradio.engine.states import ListeningState as ListeningState
from tuiradio.engine.states import PlayerState as PlayerState
from tuiradio.engine.states import PlayStatus as PlayStatus
from tuiradio.engine.states import QueueEntry as QueueEntry
from tuiradio.engine.states import RadioState as RadioState
from tuiradio.engine.states import ScanState as ScanState
from tuiradio.library.track import BanScope
from tuiradio.radio.pick import Pick, RadioSettings
from tuiradio.similarity.neighbourhood import Neighbour, Weights

PROTOCOL_VERSION = 2

# --- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddRoots:
    """Add library roots (absolute paths) and scan them."""

    roots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Rescan:
    """Look at every root again."""


@dataclass(frozen=True, slots=True)
class PlayTracks:
    """Replace the queue by these tracks and play from index ``start``; stops the radio."""

    track_ids: tuple[int, ...]
    start: int = 0


class Where(StrEnum):
    NEXT = "next"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Enqueue:
    track_ids: tuple[int, ...]
    where: Where = Where.LAST


@dataclass(frozen=True, slots=True)
class JumpTo:
    """Play this queue entry now."""

    entry_id: int


@dataclass(frozen=True, slots=True)
class RemoveEntries:
    entry_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MoveEntry:
    """Move an entry to ``index`` of the queue as it is without the entry."""

    entry_id: int
    index: int


@dataclass(frozen=True, slots=True)
class ClearQueue:
    """Drop everything but the current entry."""


@dataclass(frozen=True, slots=True)
class TogglePause:
    """Pause, resume, or start the queue when stopped."""


@dataclass(frozen=True, slots=True)
class Pause:
    pass


@dataclass(frozen=True, slots=True)
class Resume:
    pass


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Stop; the queue stays."""


@dataclass(frozen=True, slots=True)
class Next:
    pass


@dataclass(frozen=True, slots=True)
class Previous:
    """Back to the start of the track, or to the one before within its first 3 s."""


@dataclass(frozen=True, slots=True)
class Seek:
    position_s: float


@dataclass(frozen=True, slots=True)
class SeekBy:
    delta_s: float


@dataclass(frozen=True, slots=True)
class SetVolume:
    """0 … 130 %."""

    percent: float


@dataclass(frozen=True, slots=True)
class ChangeVolume:
    delta_percent: float


@dataclass(frozen=True, slots=True)
class Like:
    track_id: int
    liked: bool = True


@dataclass(frozen=True, slots=True)
class Ban:
    """Never let the radio pick this track (allow it again with ``banned=False``)."""

    track_id: int
    banned: bool = True
    scope: BanScope = BanScope.TRACK
    """Wider ones mean the artist, album or folder of the track."""


@dataclass(frozen=True, slots=True)
class StartRadio:
    """An endless radio from these tracks. A seed that plays now goes on without restarting."""

    seed_ids: tuple[int, ...]
    settings: RadioSettings | None = None
    """None keeps the current dials."""
    name: str = ""
    """What the seeds are together, such as an album or a genre."""


@dataclass(frozen=True, slots=True)
class StopRadio:
    """No more refills; what is queued stays."""


@dataclass(frozen=True, slots=True)
class TuneRadio:
    """New dials: what the radio put ahead but is not heard yet is planned anew."""

    settings: RadioSettings


@dataclass(frozen=True, slots=True)
class RetryFailures:
    """Listen again to failed tracks; () = all of them."""

    track_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the engine: commit, save the index, stop the music; at most one second."""


Command = (
    AddRoots
    | Rescan
    | PlayTracks
    | Enqueue
    | JumpTo
    | RemoveEntries
    | MoveEntry
    | ClearQueue
    | TogglePause
    | Pause
    | Resume
    | StopPlaying
    | Next
    | Previous
    | Seek
    | SeekBy
    | SetVolume
    | ChangeVolume
    | Like
    | Ban
    | StartRadio
    | StopRadio
    | TuneRadio
    | wishes.LiftBan
    | wishes.GiveFeedback
    | wishes.Undo
    | wishes.FlowUpcoming
    | wishes.SavePreset
    | wishes.UsePreset
    | wishes.DeletePreset
    | studies.StopMeasuring
    | levels.WatchLevels
    | arranging.MoveEntries
    | arranging.KeepPlaylist
    | lessons.PlayComparison
    | lessons.EndLesson
    | lessons.Compare
    | lessons.UndoComparison
    | lessons.ImportComparisons
    | lessons.SwitchEar
    | lessons.ResetEar
    | settings.ChangeSetting
    | settings.ResetSetting
    | RetryFailures
    | Shutdown
)

# --- queries, answered once each ----------------------------------------------


@dataclass(frozen=True, slots=True)
class GetState:
    """→ ``EngineState``."""


@dataclass(frozen=True, slots=True)
class FindSimilar:
    """→ ``SimilarTracks``; listens to the seeds first when they were not heard yet."""

    seed_ids: tuple[int, ...]
    count: int = 10
    weights: Weights = ()


@dataclass(frozen=True, slots=True)
class PlanRadio:
    """→ ``RadioPlan``, without playing anything. Ends at ``length`` picks or ``minutes``."""

    seed_ids: tuple[int, ...]
    settings: RadioSettings = RadioSettings()
    length: int = 50
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class WaitUntilHeard:
    """→ ``ListeningState`` once scanning is done and every pending track was heard or failed."""


@dataclass(frozen=True, slots=True)
class SimilarTracks:
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class RadioPlan:
    picks: tuple[Pick, ...]


Query = (
    GetState
    | FindSimilar
    | PlanRadio
    | studies.PlanJourney
    | studies.PlanBlend
    | studies.ReorderForFlow
    | studies.MeasureRadio
    | lessons.NextComparison
    | lessons.WaitUntilLearned
    | studies.DrawMap
    | settings.GetSettings
    | settings.GetVitals
    | WaitUntilHeard
)
Answer = (
    EngineState
    | SimilarTracks
    | RadioPlan
    | studies.JourneyPlan
    | studies.BlendPlan
    | studies.FlowPlan
    | studies.RadioMeasured
    | lessons.Asked
    | lessons.EarState
    | studies.MapDrawn
    | settings.SettingsState
    | settings.Vitals
    | ListeningState
)

# --- events -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayerChanged:
    player: PlayerState


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """The rows of the queue; where it stands is in ``PlayerState.entry_id``."""

    entries: tuple[QueueEntry, ...]


@dataclass(frozen=True, slots=True)
class RadioChanged:
    radio: RadioState


@dataclass(frozen=True, slots=True)
class ScanProgress:
    scan: ScanState


@dataclass(frozen=True, slots=True)
class ListeningProgress:
    listening: ListeningState


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Rows of the store changed; front ends read them again."""

    store_revision: int
    rows_added_or_removed: bool
    """False when only fields of existing rows changed."""
    track_ids: tuple[int, ...] = ()
    """The rows that changed, when few; () = many or all."""


@dataclass(frozen=True, slots=True)
class EngineStopping:
    """The engine ends; no event follows."""


Event = (
    PlayerChanged
    | QueueChanged
    | RadioChanged
    | ScanProgress
    | ListeningProgress
    | LibraryChanged
    | studies.MeasuringProgress
    | levels.LevelsTold
    | lessons.EarChanged
    | lessons.ClipChanged
    | settings.SettingsChanged
    | Notice
    | EngineStopping
)


class Engine(Protocol):
    """The engine as front ends see it, in this process or behind the socket."""

    def submit(self, command: Command) -> None:
        """Hand over a command; returns at once. Effects and errors come as events."""
        ...

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        """Answer a query; blocks, so call it off the UI loop.

        Raises:
            TuiradioError: what the engine says of the query, or ``EngineUnavailable``.
        """
        ...

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with each event, on a foreign thread; returns the way out."""
        ...

    def close(self) -> None:
        """Let go of the engine: an engine in this process shuts down, a remote one goes on."""
        ...
