"""What the desks share: the store's writer, the way to tell events, the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuiradio.config import Config
from tuiradio.engine.bulletin import Bulletin
from tuiradio.engine.protocol import LibraryChanged, Notice, Severity
from tuiradio.errors import EngineUnavailable, TuiradioError
from tuiradio.library.store import StoreWriter
from tuiradio.paths import Paths

if TYPE_CHECKING:
    from tuiradio.engine.clip_desk import ClipDesk
    from tuiradio.engine.ear_desk import EarDesk
    from tuiradio.engine.flow_desk import FlowDesk
    from tuiradio.engine.library_desk import LibraryDesk
    from tuiradio.engine.listening_desk import ListeningDesk
    from tuiradio.engine.player_desk import PlayerDesk
    from tuiradio.engine.radio_desk import RadioDesk
    from tuiradio.engine.settings_desk import SettingsDesk
    from tuiradio.engine.similarity_desk import SimilarityDesk
    from tuiradio.engine.study_desk import StudyDesk
    from tuiradio.engine.taste_desk import TasteDesk
    from tuiradio.engine.undo_desk import UndoDesk

_COMPLAIN_EVERY_S = 60.0

Job = Callable[[], None]


@dataclass(slots=True)
class _Waiter:
    is_ready: Callable[[], bool]
    future: Future[None]


class House:
    """The service thread's world. Only ``post`` may be called from other threads."""

    library: LibraryDesk
    listening: ListeningDesk
    similarity: SimilarityDesk
    radio: RadioDesk
    taste: TasteDesk
    study: StudyDesk
    player: PlayerDesk
    clips: ClipDesk
    ear: EarDesk
    undo: UndoDesk
    flow: FlowDesk
    settings: SettingsDesk

    def __init__(
        self,
        paths: Paths,
        config: Config,
        store: StoreWriter,
        bulletin: Bulletin,
        post: Callable[[Job], None],
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self.paths = paths
        self.config = config
        self.store = store
        self.bulletin = bulletin
        self.post = post
        self.clock = clock
        """Monotonic seconds."""
        self.wall_clock = wall_clock
        """Unix time."""
        self._waiters: list[_Waiter] = []
        self._complained_s: dict[str, float] = {}

    def notice(
        self, message: str, severity: Severity = Severity.INFORMATION, hint: str = ""
    ) -> None:
        self.bulletin.tell(Notice(message, severity, hint))

    def complain(self, error: TuiradioError) -> None:
        """Tell the user of an error that ends nothing; of the same one once a minute."""
        now_s = self.clock()
        if now_s - self._complained_s.get(error.message, -_COMPLAIN_EVERY_S) < _COMPLAIN_EVERY_S:
            return
        self._complained_s[error.message] = now_s
        self.notice(error.message, Severity.ERROR, error.hint)

    def rows_changed(self, added_or_removed: bool, track_ids: tuple[int, ...] = ()) -> None:
        revision = self.store.revision()
        self.bulletin.tell(LibraryChanged(revision, added_or_removed, track_ids))

    def known(self, track_ids: Sequence[int]) -> tuple[int, ...]:
        """The ids that name tracks, in their order."""
        if len(track_ids) <= 1000:
            return tuple(track.id for track in self.store.tracks(track_ids))
        known = frozenset(self.store.track_ids())
        return tuple(track_id for track_id in track_ids if track_id in known)

    def wait_for(self, is_ready: Callable[[], bool], future: Future[None]) -> None:
        """Resolve ``future`` as soon as ``is_ready``, asked after every piece of work."""
        self._waiters.append(_Waiter(is_ready, future))
        self.look_at_waiters()

    def look_at_waiters(self) -> None:
        still: list[_Waiter] = []
        for waiter in self._waiters:
            # A waiter whose asker gave up is cancelled.
            if waiter.future.done():
                continue
            if waiter.is_ready():
                waiter.future.set_result(None)
            else:
                still.append(waiter)
        self._waiters = still

    def give_up_waiters(self) -> None:
        for waiter in self._waiters:
            if not waiter.future.done():
                waiter.future.set_exception(EngineUnavailable("the engine is ending"))
        self._waiters.clear()
