"""The few things that stand in front of the screen: help, and a question for a path."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tuiradio.ui import keymap

_KEYS_WIDTH = 11


class HelpScreen(ModalScreen[None]):
    """All keys, from the key table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,ctrl+q,f1", "app.pop_screen", "Close", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, actions: tuple[keymap.Action, ...]) -> None:
        super().__init__()
        self._actions = actions

    def compose(self) -> ComposeResult:
        panel = VerticalScroll(id="help")
        panel.border_title = "Keys"
        panel.border_subtitle = "esc closes · every action is in the palette, ^p"
        with panel:
            yield Static("", id="help-left")
            yield Static("", id="help-right")

    def on_mount(self) -> None:
        self._write()

    def on_resize(self) -> None:
        self.call_after_refresh(self._write)

    def action_scroll(self, rows: int) -> None:
        self.query_one("#help", VerticalScroll).scroll_relative(y=rows, animate=False)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.app.pop_screen()

    def _write(self) -> None:
        groups = list(keymap.Group)
        for name, half in (("help-left", groups[:3]), ("help-right", groups[3:])):
            column = self.query_one(f"#{name}", Static)
            column.update(self._column(half, column.size.width or 50))

    def _column(self, groups: list[keymap.Group], width: int) -> Text:
        colours = self.app.theme_variables
        text = Text(no_wrap=True)
        for group in groups:
            text.append(f"{group.value}\n", f"bold {colours['primary']}")
            for action in self._actions:
                if action.group is group:
                    keys = " ".join(keymap.key_names(action)[:2])
                    words = textwrap.wrap(action.tooltip, max(12, width - _KEYS_WIDTH))
                    text.append(f"{keys:>9}  ", colours["secondary"])
                    text.append(f"\n{'':{_KEYS_WIDTH}}".join(words) + "\n")
            text.append("\n")
        return text


class PathPrompt(ModalScreen[str | None]):
    """Asks for a path; answers None when the user thinks better of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+q", "give_up", "Cancel", show=False, priority=True)
    ]

    def __init__(self, title: str, suggestion: str, hint: str) -> None:
        super().__init__()
        self._title, self._suggestion, self._hint = title, suggestion, hint

    def compose(self) -> ComposeResult:
        panel = Vertical(id="prompt")
        panel.border_title = self._title
        panel.border_subtitle = self._hint
        with panel:
            path = Input(self._suggestion, id="path")
            path.cursor_blink = False
            yield path

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip() or None)

    def action_give_up(self) -> None:
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)


class PlaylistPrompt(PathPrompt):
    """Asks where a list goes; tab asks for another list instead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other", "Another list", show=False, priority=True)
    ]
    OTHER = "\0"
    """The answer that asks for another list; no path holds it."""

    def action_other(self) -> None:
        self.dismiss(self.OTHER)
