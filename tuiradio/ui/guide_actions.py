"""What helps a newcomer: the tour, what happened, and music that is at hand."""

from __future__ import annotations

from textual import events

from tuiradio.engine.protocol import Notice
from tuiradio.ui import keymap
from tuiradio.ui.bottom_lines import StatusLine
from tuiradio.ui.dialogs import PlaylistPrompt
from tuiradio.ui.greeting import likely_music_dir
from tuiradio.ui.map_actions import MapActions
from tuiradio.ui.notice_sheet import NoticeSheet
from tuiradio.ui.tour_line import TourLine
from tuiradio.ui.tour_steps import STEPS, Seen

_POINTED_AT = "-toured"


class GuideActions(MapActions):
    """The tour follows what is done; it takes no key but enter and escape."""

    toured = False
    """Whether the tour was taken or left, or once offered in vain."""
    is_touring = False
    _began = Seen()
    """How everything was when the step began."""

    @property
    def tour_line(self) -> TourLine:
        return self.screen_stack[0].query_one(TourLine)

    # --- music at hand ------------------------------------------------------------------

    def look_for_music(self) -> None:
        """Find out which folder to propose."""
        self.files.do("music at hand", lambda _: likely_music_dir(), self._music_found)

    def _music_found(self, folder: str) -> None:
        self.music_at_hand = folder
        if not self.track_list.count:
            self.fill_empty()
            self.track_list.refresh()

    def catch_up(self, recent: tuple[Notice, ...]) -> None:
        """Say what the engine said before this screen listened, as while it started."""
        heard = {told.message for told, _ in self.notices.newest_first()}
        for notice in recent:
            if notice.message not in heard:
                self.say(notice.message, notice.severity.value, notice.hint)

    # --- what happened ------------------------------------------------------------------

    def action_notices(self) -> None:
        """Show what is the matter, what goes on, and what was said."""
        self.push_screen(NoticeSheet(lambda: self.state, self.notices), self._help_against)

    async def _help_against(self, action: object) -> None:
        if isinstance(action, str):
            await self.run_action(action)

    # --- the tour -----------------------------------------------------------------------

    def action_tour(self) -> None:
        """Begin the tour, or leave it."""
        if self.is_touring:
            self.action_tour_leave()
        elif self.counts.tracks:
            self.toured, self.offers_tour = True, False
            self.clear_notifications()
            self.screen_stack[0].query_one(StatusLine).refresh()
            self._tour_to(0)
        else:
            how = self.by_key("add_folder", "adds a folder of music")
            self.say("The tour needs a few songs", "warning", how)

    def action_tour_next(self) -> None:
        """On to the next step; after the last one the tour is over."""
        step = self.tour_line.step + 1
        self._tour_to(step if 0 < step < len(STEPS) else -1)

    def action_tour_leave(self) -> None:
        self._tour_to(-1)

    def _tour_to(self, step: int) -> None:
        self._began, self.is_touring = self._seen(), step >= 0
        key = ""
        if step >= 0:
            action = next(a for a in self.key_table if a.id == STEPS[step].action)
            key = keymap.first_key(action)
        self.tour_line.show(step, key, self.key_of("focus_next") or "a click")
        self._point()

    def _point(self) -> None:
        """Mark the place the step is about, once it is on the screen."""
        screen, step = self.screen_stack[0], self.tour_line.step
        wanted = STEPS[step].targets if step >= 0 else ()
        shown = [screen.query_one(selector) for selector in wanted]
        at = next((widget for widget in shown if widget.region.area), None)
        for widget in screen.query(f".{_POINTED_AT}"):
            if widget is not at:
                widget.remove_class(_POINTED_AT)
        if at is not None:
            at.add_class(_POINTED_AT)

    def _seen(self) -> Seen:
        radio = self.state.radio
        return Seen(
            self.playing_id,
            radio.seed_ids if radio.on else (),
            radio.settings,
            self.screen_stack[0].has_class("-explaining"),
            self.is_on_map,
            isinstance(self.screen, PlaylistPrompt),
        )

    def on_idle(self) -> None:
        """Everything that came in was dealt with: see whether the step was done by it."""
        if not self.is_touring or not self.is_running or not self.screen_stack:
            return
        if STEPS[self.tour_line.step].is_done(self._began, self._seen()):
            self.action_tour_next()
        else:
            self._point()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and self._tour_takes(event.key):
            event.stop()
            await self.run_action("tour_next" if event.key == "enter" else "tour_leave")
            return
        await super().on_event(event)

    def _tour_takes(self, key: str) -> bool:
        """Whether the tour means a key: neither in a sheet nor while words are typed."""
        if not self.is_touring or len(self.screen_stack) > 1 or self.focused is self.search_input:
            return False
        # The first step is done by enter on a row, unless something plays already.
        plays = self.tour_line.step == 0 and self.playing_id is None
        return key == "escape" or (
            key == "enter" and not (plays and self.focused is self.track_list)
        )
