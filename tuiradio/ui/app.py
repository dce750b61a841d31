"""The screen: a radio, not a spreadsheet. It knows the engine and a reader of the store."""

from __future__ import annotations

import gc
import sys
from collections.abc import Set
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tuiradio.config import OnQuit
from tuiradio.engine.levels import LevelsTold
from tuiradio.engine.protocol import (
    Engine,
    EngineState,
    EngineStopping,
    Event,
    GetState,
    LibraryChanged,
    ListeningProgress,
    Notice,
    PlayerChanged,
    QueueChanged,
    RadioChanged,
    ScanProgress,
    Shutdown,
)
from tuiradio.errors import TuiradioError
from tuiradio.library.rows import Counts
from tuiradio.ui.asked import asked
from tuiradio.ui.bottom_lines import KeyLine, StatusLine
from tuiradio.ui.browse_list import BrowseList
from tuiradio.ui.cover_art import CoverArt
from tuiradio.ui.doctor_actions import DoctorActions
from tuiradio.ui.endings import on_signals
from tuiradio.ui.guide_actions import GuideActions
from tuiradio.ui.hit_list import HitList, ScopeLabel, SearchBox
from tuiradio.ui.keys_file import KEYS_FILE
from tuiradio.ui.lyrics_stage import Stage
from tuiradio.ui.map_view import MapView
from tuiradio.ui.mini_line import MiniLine
from tuiradio.ui.model import Happened, fold
from tuiradio.ui.now_playing import NowPlaying
from tuiradio.ui.on_air import OnAir
from tuiradio.ui.palette import Actions
from tuiradio.ui.queue_list import QueueHeader, QueueList
from tuiradio.ui.recall_actions import RecallActions
from tuiradio.ui.stations import StationDial
from tuiradio.ui.sturdy import Net
from tuiradio.ui.terminal import check_terminal, native_noise_to
from tuiradio.ui.tour_line import TourLine
from tuiradio.ui.track_list import ColumnHeader, TrackList
from tuiradio.ui.tuner_panel import TunerPanel
from tuiradio.ui.view_state import ViewState
from tuiradio.ui.why_panel import WhyPanel

if TYPE_CHECKING:
    from tuiradio.config import Config
    from tuiradio.paths import Paths

# A library that grows by the second is re-read at most this often.
_REREAD_S = 0.7
_ASKED_AGAIN_S = 3.0


class TuiradioApp(RecallActions, GuideActions, DoctorActions):
    """The whole screen; owns all view state, on Textual's loop only."""

    CSS_PATH = "tuiradio.tcss"
    TITLE = "tuiradio"
    COMMANDS: ClassVar = {Actions}
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (100, "-normal"),
        (160, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-tiny"),
        (6, "-short"),
        (34, "-tall"),
    ]
    PAUSE_GC_ON_SCROLL = True

    owns_process = False
    """Whether the process does nothing but this screen, so that its collector may be tuned."""
    goodbye = ""
    """What to say on the terminal after the screen; "" when the user left by himself."""
    _reread_waits = False
    _leaving = False

    def compose(self) -> ComposeResult:
        yield StationDial(id="stations")
        with Horizontal(id="panes"):
            yield BrowseList("browse")
            with Vertical(id="centre"):
                with Horizontal(id="search-bar"):
                    yield ScopeLabel(id="scope")
                    yield SearchBox(placeholder="title, artist, album, genre, path …", id="search")
                yield HitList("hits")
                yield ColumnHeader(id="columns")
                yield TrackList("tracks")
            yield MapView("map")
            yield Stage(id="stage")
            with Vertical(id="side"):
                yield OnAir(id="on-air")
                yield QueueHeader(id="queue-columns")
                yield QueueList("queue")
                yield WhyPanel(id="why")
                yield TunerPanel("tuner")
        with Horizontal(id="bar"):
            yield CoverArt(id="thumb")
            yield NowPlaying(id="now")
        yield CoverArt(id="poster")
        yield MiniLine(id="mini")
        yield TourLine(id="tour")
        yield StatusLine(id="status")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.search_input.cursor_blink = False
        self.queue_list.border_title = "Up next"
        self.screen.query_one(WhyPanel).border_title = "Why this track"
        self.tuner.border_title = "Tuner"
        self._recall()
        self.attach()
        if self.owns_process:
            on_signals(lambda: self.call_later(self.action_quit))
        self.watch_themes()
        self.set_size()
        self.ask_for_state()
        self._count()
        self.look_for_music()

    def on_unmount(self) -> None:
        self.let_go()

    def _recall(self) -> None:
        """Take up the view where it was left."""
        at = self.remembered
        self.go_back_to(at)
        self.toured = at.toured
        self.screen.set_class(at.show_why, "-explaining")
        self.screen.set_class(at.show_tuner, "-tuning")
        self.remembered_shade(at.map_shade)
        self.set_stage(lyrics=at.show_lyrics, cover=at.show_cover, meter=at.show_meter)
        self.go_back_to_face(at)

    def view_state(self) -> ViewState:
        """What to remember of the view."""
        screen = self.screen_stack[0]
        return ViewState(
            theme=self.theme,
            **self.place_left(),
            show_why=screen.has_class("-explaining"),
            show_tuner=screen.has_class("-tuning"),
            show_lyrics=self.is_on_stage,
            show_cover=self.shows_cover,
            show_meter=self.shows_meter,
            map_shade=self.map_view.shade.value,
            toured=self.toured or (self.offers_tour and self.counts.tracks > 0),
        )

    # --- the engine speaks -----------------------------------------------------------

    def ask_for_state(self) -> None:
        """Ask the engine how everything stands; until it answers, ask again."""
        self.asking.do(
            "state", lambda engine: asked(engine, GetState(), 10), self._attached, self._unanswered
        )

    def _unanswered(self, error: TuiradioError) -> None:
        self.complain(error)
        self.set_timer(_ASKED_AGAIN_S, self.ask_for_state)

    def _attached(self, answer: object) -> None:
        if isinstance(answer, EngineState):
            self.state, self.knows_engine = answer, True
            self.fill_empty()
            self.catch_up(answer.recent)
            self._player_drawn()
            self._queue_drawn()
            self.tuner.show(answer.radio)
            self._count()
            self.reload()
        if self.owns_process:
            # What start-up loaded stays for good; each full collection would walk through
            # it again, which is felt while scrolling.
            gc.freeze()

    def on_happened(self, message: Happened) -> None:
        message.stop()
        if not self.screen_stack or not self.screen_stack[0].query(NowPlaying):
            # What is still on its way when the screen is left finds no widgets.
            return
        before, self.state = self.state, fold(self.state, message.event)
        self._draw(message.event)
        self.map_happened(message.event)
        self.settings_happened(message.event)
        self.doctor_happened(message.event)
        if isinstance(message.event, RadioChanged):
            self.dials_changed(before.radio)

    def _draw(self, event: Event) -> None:
        """Repaint what an event changed, and nothing else."""
        if isinstance(event, PlayerChanged):
            self._player_drawn()
        elif isinstance(event, LevelsTold):
            self.levels_told(event)
        elif isinstance(event, QueueChanged):
            self._queue_drawn()
        elif isinstance(event, RadioChanged):
            self.tuner.show(event.radio)
            self._now().refresh()
        elif isinstance(event, ScanProgress | ListeningProgress):
            self._progress_drawn()
        elif isinstance(event, LibraryChanged):
            self._library_changed(event)
        elif isinstance(event, Notice):
            self.say(event.message, event.severity.value, event.hint)
        elif isinstance(event, EngineStopping):
            if not self._leaving:
                self.goodbye = "tuiradio was ended from elsewhere, and the music with it."
            self.leave()

    def _now(self) -> NowPlaying:
        return self.screen_stack[0].query_one(NowPlaying)

    def _player_drawn(self) -> None:
        player = self.state.player
        if player.track_id is not None:
            self.tracks.want([player.track_id])
        self._now().player_changed(player)
        self.on_stage_player_changed(player)
        before, self._drawn = (
            self._drawn,
            (
                player.track_id,
                player.entry_id,
                player.status,
                player.problem,
            ),
        )
        if before != self._drawn:
            self.queue_list.show(self.state.queue, player.entry_id)
            self.queue_list.refresh()
            self.queue_list.title_changed()
            self.track_list.refresh()
            self.explain()
            self._status().refresh()
            self.face_changed()

    _drawn: tuple[object, ...] = ()

    def _queue_drawn(self) -> None:
        self.queue_list.show(self.state.queue, self.state.player.entry_id)
        self.queue_list.title_changed()
        self.explain()
        self._now().refresh()
        self.mini_line.refresh()

    def _status(self) -> StatusLine:
        return self.screen_stack[0].query_one(StatusLine)

    def _progress_drawn(self) -> None:
        self._status().refresh()
        if not self.track_list.count:
            self.fill_empty()
            self.track_list.refresh()

    def _library_changed(self, event: LibraryChanged) -> None:
        self.tracks.forget(event.track_ids)
        ids = frozenset(event.track_ids)
        if ids:
            self.track_list.tracks_changed(ids)
            self.queue_list.tracks_changed(ids)
        else:
            self.track_list.refresh()
            self.queue_list.refresh()
        if event.rows_added_or_removed or self.listing.station.id in ("liked", "failed"):
            self._reread_soon()
        elif self.playing_id is not None:
            self.tracks.want([self.playing_id])

    def _reread_soon(self) -> None:
        if not self._reread_waits:
            self._reread_waits = True
            self.set_timer(_REREAD_S, self._reread)

    def _reread(self) -> None:
        self._reread_waits = False
        self._count()
        if self.listing.words is None:
            self.reload()
        if self.listing.station.browses:
            self.open_shelf(self.shelf, self.browse_list.cursor)

    # --- the store answers --------------------------------------------------------------

    def _count(self) -> None:
        self.library.do("counts", lambda reader: reader.counts(), self._counted)

    def _counted(self, counts: Counts) -> None:
        self.counts = counts
        self._status().refresh()
        self._now().refresh()
        if not self.track_list.count:
            self.fill_empty()
            self.track_list.refresh()

    def tracks_arrived(self, ids: Set[int]) -> None:
        if not self.screen_stack:
            return
        self.track_list.tracks_changed(ids)
        self.queue_list.tracks_changed(ids)
        self.screen_stack[0].query_one(WhyPanel).refresh()
        self.plans_changed()
        self.face_changed()
        self.map_names_changed()
        if not self.tells_of(ids):
            return
        self._now().refresh()
        self.mini_line.refresh()
        self.read_stage()

    # --- leaving -------------------------------------------------------------------------

    async def action_quit(self) -> None:
        """Stop the music and leave, unless the configuration says to let it play on."""
        self._leaving = True
        if self.config.on_quit is not OnQuit.DETACH:
            self.engine.submit(Shutdown())
        self.leave()

    def action_detach(self) -> None:
        """Leave; the engine plays on."""
        self.leave()

    def leave(self) -> None:
        """End the screen; the view is remembered while its widgets still stand."""
        self.remembered = self.view_state()
        self.exit(0)


def run_screen(engine: Engine, paths: Paths, config: Config, *, mini: bool = False) -> int:
    """Show the screen until the user leaves; returns the exit code.

    Args:
        mini: in one line under the prompt.

    Raises:
        NotATerminal: stdin or stdout is no terminal.
        TuiradioError: the screen broke; the traceback is in the log.
    """
    from tuiradio.library.store import StoreReader

    check_terminal()
    app = TuiradioApp(
        engine,
        lambda: StoreReader(paths.store_file),
        config=config.ui,
        state_file=paths.screen_state_file,
        themes_dir=paths.themes_dir,
        keys_file=paths.config_dir / KEYS_FILE,
    )
    app.owns_process = True
    app.starts_mini = mini
    app.net = Net(app.slipped)
    app.offers_tour = not app.remembered.toured
    with native_noise_to(paths.log_file):
        code = app.run(inline=mini)
    if app.return_code:
        raise TuiradioError("The screen broke down", f"The log says why: {paths.log_file}")
    if app.goodbye:
        print(app.goodbye, file=sys.stderr)
    return code or 0
