"""The actions around what plays: its words, its cover, its level."""

from __future__ import annotations

import contextlib
import logging
import os
import time

from tuiradio.config import CoverStyle, UiConfig
from tuiradio.engine.levels import WATCHED_FOR_S, LevelsTold, WatchLevels
from tuiradio.engine.protocol import PlayerState, PlayStatus, Seek
from tuiradio.errors import EngineUnavailable
from tuiradio.library.lyrics import Lyrics
from tuiradio.library.track import Track
from tuiradio.ui import meter, spectrum
from tuiradio.ui.cover_art import CoverArt
from tuiradio.ui.cover_picture import NoPicture, Picture
from tuiradio.ui.cover_way import hint, how_to_draw
from tuiradio.ui.lyrics_list import LyricsList
from tuiradio.ui.lyrics_stage import Stage
from tuiradio.ui.meter import Meter
from tuiradio.ui.now_playing import NowPlaying
from tuiradio.ui.size_actions import SizeActions
from tuiradio.ui.spectrum import Bands
from tuiradio.ui.themes import COVER
from tuiradio.ui.view_actions import ViewActions
from tuiradio.ui.virtual_list import VirtualList

_log = logging.getLogger(__name__)

_SHOWN = "-lyrics"
_WITH_COVER = "-cover"
_MEASURED = "-measured"


class StageActions(SizeActions):
    """Lyrics, cover and meter of the track that plays."""

    shows_cover = True
    shows_meter = False
    """In the bar; the stage has one anyway."""
    meter: Meter | None = None
    """None while no level is known."""
    _metered_s = 0.0
    _bands: Bands = ()
    _why_no_cover = ""
    _words_of: int | None = None
    """The track whose words are on the stage, or on their way."""
    _cover_of: int | None = None

    @property
    def stage(self) -> Stage:
        return self.screen_stack[0].query_one(Stage)

    @property
    def is_on_stage(self) -> bool:
        """Whether the words are looked at."""
        return self.screen_stack[0].has_class(_SHOWN)

    @property
    def _sees_stage(self) -> bool:
        return self.is_on_stage or self.is_vast

    def set_stage(self, *, lyrics: bool, cover: bool, meter: bool) -> None:
        """Take up what was shown the last time."""
        self._choose_cover_style()
        self.shows_cover = cover
        self.shows_meter = meter
        if lyrics:
            self._go_on_stage()
        self.set_interval(WATCHED_FOR_S / 2, self._watch_levels)

    def _choose_cover_style(self) -> None:
        self.cover_style, self._why_no_cover = how_to_draw(
            self.config.cover, os.environ, self.console.color_system
        )

    def look_changed(self, former: UiConfig) -> None:
        """Follow what ``[ui]`` says of covers and the meter now."""
        if self.config.cover != former.cover:
            self._choose_cover_style()
            self._cover_of = None
            self._show_cover(None)
            self.read_stage()
        if self.config.meter != former.meter:
            self.shows_meter = self.shows_meter and self.config.meter
            self._show_meter(self.meter if self.is_watching else None)
            self._watch_levels()
        super().look_changed(former)

    # --- what plays changed -----------------------------------------------------------

    def on_stage_player_changed(self, player: PlayerState) -> None:
        """Another track, another place in it, or a pause."""
        if player.status is not PlayStatus.PLAYING and self.meter is not None:
            self._show_meter(None if player.track_id is None else Meter())
            self._show_bands(())
        if self._was_playing != (player.status is PlayStatus.PLAYING):
            self._was_playing = not self._was_playing
            self._watch_levels()
        self.read_stage()
        if self._sees_stage and player.track_id == self._words_of:
            is_moving = player.status is PlayStatus.PLAYING
            self.stage.words.reach(player.position_s, is_moving=is_moving)
        self.on_mini_player_changed(player)

    _was_playing = False

    def read_stage(self) -> None:
        """Read words and cover of the track that plays, where they are looked at."""
        playing = self.playing_id
        track = None if playing is None else self.tracks.get(playing)
        if self._sees_stage:
            self.stage.facts.track_changed(track)
            self._read_words(playing, track)
        if self._draws_cover or self.theme == COVER:
            self._read_cover(playing, track)

    @property
    def _draws_cover(self) -> bool:
        return self.shows_cover and self.cover_style is not CoverStyle.OFF

    def _read_words(self, playing: int | None, track: Track | None) -> None:
        if playing is None:
            if self._words_of is not None or not self.stage.words.empty:
                self._words_of = None
                self.stage.show(None, "")
            return
        if track is None or track.id == self._words_of:
            return
        self._words_of, path = track.id, track.path
        self.art.do(
            "lyrics",
            lambda _: _words_at(path),
            lambda found: self._words_found(track, found),
            self.complain,
        )

    def _words_found(self, track: Track, lyrics: Lyrics | None) -> None:
        if track.id == self._words_of:
            self.stage.show(lyrics, track.display_path.rpartition("/")[2])
            self.stage.words.reach(self.state.player.position_s)

    def _read_cover(self, playing: int | None, track: Track | None) -> None:
        if playing is None:
            self._cover_of = None
            self._show_cover(None)
        elif track is not None and track.id != self._cover_of:
            self._cover_of, path = track.id, track.path
            self.art.do(
                "cover",
                lambda _: _cover_at(path),
                lambda found: self._cover_found(track.id, found),
                self.complain,
            )

    def _cover_found(self, track_id: int, picture: Picture | None) -> None:
        if track_id == self._cover_of:
            self._show_cover(picture)

    def _show_cover(self, picture: Picture | None) -> None:
        self.cover_seen(picture)
        picture = picture if self._draws_cover else None
        screen = self.screen_stack[0]
        screen.set_class(picture is not None, _WITH_COVER)
        for art in screen.query(CoverArt):
            art.show(picture)

    # --- levels -------------------------------------------------------------------------

    @property
    def is_watching(self) -> bool:
        """Whether a meter is in sight and music plays.

        Each one told costs some 2 ms to draw, so the lists show none unless asked to.
        """
        is_shown = self.shows_meter or self.is_on_stage
        is_playing = self.state.player.status is PlayStatus.PLAYING
        return self.config.meter and is_shown and is_playing

    def levels_told(self, told: LevelsTold) -> None:
        """The music is this loud."""
        if self.is_watching:
            now_s = time.monotonic()
            passed_s, self._metered_s = min(1.0, now_s - self._metered_s), now_s
            self._show_meter(meter.moved(self.meter or Meter(), told, passed_s))
            self._show_bands(spectrum.moved(self._bands, told, passed_s))

    def _show_meter(self, now: Meter | None) -> None:
        self.meter = now
        bar = self.screen_stack[0].query_one(NowPlaying)
        bar.meter_changed(now if self.shows_meter else None)
        if self._sees_stage:
            self.stage.facts.meter_changed(now)

    def _show_bands(self, now: Bands) -> None:
        self._bands = now
        self.screen_stack[0].set_class(bool(now), _MEASURED)
        if self._sees_stage:
            self.stage.spectrum.bands_changed(now)

    def _watch_levels(self) -> None:
        if self.is_watching:
            # An engine that is gone says so itself.
            with contextlib.suppress(EngineUnavailable):
                self.engine.submit(WatchLevels())

    # --- actions --------------------------------------------------------------------------

    def action_lyrics(self) -> None:
        if self.is_on_stage:
            self.leave_stage()
            super().show_pane("tracks")
        else:
            self._go_on_stage()

    def _go_on_stage(self) -> None:
        self.screen_stack[0].add_class(_SHOWN)
        # Read anew each time: whoever was told to put words beside the song may have done so.
        self._words_of = None
        self._show_meter(self.meter)
        self._watch_levels()
        self.read_stage()
        self.focus_list("stage", self.stage.words)

    def leave_stage(self) -> None:
        """Back to the lists."""
        self.screen_stack[0].remove_class(_SHOWN)
        if not self.is_watching:
            self._show_meter(None)

    def action_cover(self) -> None:
        if self.cover_style is CoverStyle.OFF:
            self.say("No cover here", "warning", self._why_no_cover)
            return
        self.shows_cover = not self.shows_cover
        self._cover_of = None
        if self.shows_cover or self.theme == COVER:
            self.read_stage()
        else:
            self._show_cover(None)
        if self.shows_cover:
            self.say("Cover shown", hint=hint(self.cover_style, os.environ))
        else:
            self.say("Cover hidden")

    def action_meter(self) -> None:
        if not self.config.meter:
            self.say("The meter is off in the configuration", "warning", "ui.meter")
            return
        self.shows_meter = not self.shows_meter
        self._show_meter(self.meter if self.is_watching else None)
        self._watch_levels()
        self.say("Meter on" if self.shows_meter else "Meter off")

    # --- where the stage stands in for the lists ----------------------------------------------

    def panes(self) -> list[tuple[str, VirtualList]]:
        found = super().panes()
        if not self.is_on_stage:
            return found
        return [("stage", self.stage.words), *(pane for pane in found if pane[0] == "side")]

    def show_pane(self, name: str) -> None:
        if name in ("tracks", "browse"):
            self.leave_stage()
        super().show_pane(name)

    def _step_pane(self, step: int) -> None:
        if self.is_on_stage:
            # Past the map, which may stand behind the stage.
            ViewActions._step_pane(self, step)
        else:
            super()._step_pane(step)

    def chosen(self) -> tuple[int, ...]:
        if isinstance(self.focused, LyricsList):
            return () if self.playing_id is None else (self.playing_id,)
        return super().chosen()

    def activate(self, rows: VirtualList, index: int) -> None:
        if isinstance(rows, LyricsList):
            at_s = rows.time_of(index)
            if at_s is not None:
                self.engine.submit(Seek(at_s))
                rows.follow()
                self.stage.title_changed()
        else:
            super().activate(rows, index)

    def on_virtual_list_cursor_moved(self, message: VirtualList.CursorMoved) -> None:
        if isinstance(message.rows, LyricsList):
            self.stage.title_changed()
        else:
            super().on_virtual_list_cursor_moved(message)

    def action_find_playing(self) -> None:
        if self.is_on_stage:
            self.stage.words.follow()
            self.stage.title_changed()
        else:
            super().action_find_playing()

    async def action_back(self) -> None:
        if not isinstance(self.focused, LyricsList):
            await super().action_back()
        elif self.focused.lyrics.is_synced and not self.focused.is_following:
            self.action_find_playing()
        else:
            self.show_pane("tracks")


def _words_at(path: bytes) -> Lyrics | None:
    from tuiradio.library.lyrics_files import read_lyrics

    return read_lyrics(path)


def _cover_at(path: bytes) -> Picture | None:
    """The first cover that can be drawn; why the others cannot goes into the log."""
    from tuiradio.library.covers import find_covers
    from tuiradio.ui import cover_picture

    for cover in find_covers(path):
        try:
            return cover_picture.decode(cover.data)
        except NoPicture as error:
            _log.info("the cover of %r (%s) cannot be drawn: %s", path, cover.source, error)
    return None
