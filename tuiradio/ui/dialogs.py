"""Questions that stand in front of the screen: for a path, a name or a figure."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tuiradio.ui.action import Action, Context, first_key
from tuiradio.ui.keyed import Keyed
from tuiradio.ui.sheet import Button, SheetKeys


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
            yield SheetKeys(())

    def take_keys(self, actions: tuple[Action, ...]) -> None:
        super().take_keys(actions)
        told = [action for context in self.CONTEXTS for action in actions
                if action.context is context and action.keys]  # fmt: skip
        # What goes ahead first, what gives up last.
        told.sort(
            key=lambda action: action.context is not Context.PROMPT or action.runs != "submit"
        )
        buttons = [Button(first_key(a), a.label, a.command) for a in told]
        for line in self.query(SheetKeys):
            line.show(buttons)

    def action_submit(self) -> None:
        """Take what was typed; nothing typed is no answer."""
        self.dismiss(self.query_one(Input).value.strip() or None)

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
