"""The screen in one line, by its key or for want of room, and what a vast terminal shows beside."""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from tuiradio.engine.protocol import PlayerState
from tuiradio.ui.mini_line import MiniLine
from tuiradio.ui.text import clean
from tuiradio.ui.theme_actions import ThemeActions
from tuiradio.ui.virtual_list import VirtualList

TINY = "-tiny"
"""Of a terminal with less than six lines."""
_MINI = "-mini"
_VAST = "-vast"
_VAST_FROM = (184, 46)
"""Columns and lines of a terminal that shows cover, sound and words beside the lists."""
_TOLD_FOR_S = 4.0
_INKS = {"warning": "warn", "error": "bad"}


class SizeActions(ThemeActions):
    """The one-line screen: keys mean what plays, and notices stand in the line."""

    starts_mini = False
    """Whether the screen opens in one line."""
    _untell: Timer | None = None

    @property
    def mini_line(self) -> MiniLine:
        return self.screen_stack[0].query_one(MiniLine)

    @property
    def is_mini(self) -> bool:
        """Whether the one line is all there is to see."""
        screen = self.screen_stack[0]
        return screen.has_class(_MINI) or screen.has_class(TINY)

    def set_size(self) -> None:
        """Open in one line where that was asked for."""
        self.screen_stack[0].set_class(self.starts_mini, _MINI)
        self._make_use_of(self.size.width, self.size.height)

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is."""
        self._make_use_of(event.size.width, event.size.height)

    @property
    def is_vast(self) -> bool:
        """Whether what plays has a column of its own beside the lists."""
        return self.screen_stack[0].has_class(_VAST)

    def _make_use_of(self, columns: int, lines: int) -> None:
        is_vast = columns >= _VAST_FROM[0] and lines >= _VAST_FROM[1]
        if is_vast != self.is_vast:
            self.screen_stack[0].set_class(is_vast, _VAST)
            self.read_stage()

    def action_mini(self) -> None:
        screen = self.screen_stack[0]
        screen.toggle_class(_MINI)
        if screen.has_class(_MINI):
            self.say(self.by_key("mini", "brings the lists back"))
        elif not screen.has_class(TINY):
            self.mini_line.tell("", "")
            self.show_pane("tracks")

    def on_mini_player_changed(self, player: PlayerState) -> None:
        """Repaint the line where it is seen."""
        if self.is_mini:
            self.mini_line.player_changed(player)

    def chosen(self) -> tuple[int, ...]:
        if self.is_mini and self.playing_id is not None:
            return (self.playing_id,)
        return super().chosen()

    def focus_list(self, pane: str, rows: VirtualList) -> None:
        """Who wants to see a list gets the lists back."""
        self.screen_stack[0].remove_class(_MINI)
        super().focus_list(pane, rows)

    def say(self, message: str, severity: str = "information", hint: str = "") -> None:
        if not self.screen_stack or len(self.screen_stack) > 1 or not self.is_mini:
            super().say(message, severity, hint)
            return
        words = f"{message}. {hint}" if hint else message
        self.mini_line.tell(clean(words), _INKS.get(severity, "amber"))
        if self._untell is not None:
            self._untell.stop()
        self._untell = self.set_timer(_TOLD_FOR_S, self._told)

    def _told(self) -> None:
        if self.screen_stack:
            self.mini_line.tell("", "")
