"""Questions that stand in front of the screen: for a path, a name or a figure."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tuiradio.ui.action import Context
from tuiradio.ui.keyed import Keyed


class PathPrompt(Keyed, ModalScreen[str | None]):
    """Asks for a path; answers None when the user thinks better of it."""

    CONTEXTS: ClassVar[tuple[Context, ...]] = (Context.PROMPT,)

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

    CONTEXTS: ClassVar = (Context.EXPORT, Context.PROMPT)
    OTHER = "\0"
    """The answer that asks for another list; no path holds it."""

    def action_other(self) -> None:
        self.dismiss(self.OTHER)
