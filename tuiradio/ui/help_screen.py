"""All keys, from the key table: what can be pressed here comes first; typing finds the rest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tuiradio.ui.action import Action, Context, Group, key_names
from tuiradio.ui.keyed import Keyed

_KEYS_WIDTH = 13
_KEYS_SHOWN = 3
_NARROWEST_COLUMN = 44


def sections(
    actions: Iterable[Action], here: tuple[Context, ...], words: str = ""
) -> list[tuple[Group, list[Action]]]:
    """The actions under their headings: those of the contexts in ``here`` first.

    Args:
        words: each must be in the sentence, the label, the heading or be one of the keys.
    """
    wanted = words.casefold().split()
    groups: dict[Group, list[Action]] = {}
    table = list(actions)
    for group in Group:
        found = [a for a in table if a.group is group and all(_has(a, word) for word in wanted)]
        if found:
            groups[group] = found
    near = [context for context in here if context is not Context.EVERYWHERE]
    first = {a.group for a in table if a.context in near}
    return sorted(groups.items(), key=lambda one: one[0] not in first)


def _has(action: Action, word: str) -> bool:
    names = key_names(action)
    said = f"{action.tooltip} {action.label} {action.group}".casefold()
    return word in said or word in (name.casefold() for name in names)


class HelpScreen(Keyed, ModalScreen[None]):
    """All keys; letters narrow them down."""

    CONTEXTS: ClassVar[tuple[Context, ...]] = (Context.HELP,)

    def __init__(self, actions: tuple[Action, ...], here: tuple[Context, ...] = ()) -> None:
        super().__init__()
        self._actions, self._here = actions, here

    def compose(self) -> ComposeResult:
        panel = Vertical(id="help")
        panel.border_title = "Keys"
        panel.border_subtitle = "type to find · esc closes"
        with panel:
            words = Input(placeholder="type to find a key or what it does", id="help-find")
            words.cursor_blink = False
            yield words
            with VerticalScroll(id="help-rows"):
                yield Static("", id="help-left")
                yield Static("", id="help-right")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._write()

    def take_keys(self, actions: tuple[Action, ...]) -> None:
        super().take_keys(actions)
        self._actions = actions
        if self.is_mounted:
            self._write()

    def on_resize(self) -> None:
        self.call_after_refresh(self._write)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._write()
        self.query_one("#help-rows").scroll_home(animate=False)

    def action_scroll(self, rows: int) -> None:
        self.query_one("#help-rows").scroll_relative(y=rows, animate=False)

    def action_scroll_page(self, pages: int) -> None:
        rows = self.query_one("#help-rows")
        rows.scroll_relative(y=pages * max(1, rows.size.height - 2), animate=False)

    def action_close(self) -> None:
        """Forget what is looked for; then close."""
        words = self.query_one(Input)
        if words.value:
            words.value = ""
        else:
            self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)

    def _write(self) -> None:
        found = sections(self._actions, self._here, self.query_one(Input).value)
        room = self.query_one("#help-rows").size.width
        is_wide = room >= 2 * _NARROWEST_COLUMN
        self.set_class(is_wide, "-two-columns")
        left, right = _halves(found) if is_wide else (found, [])
        width = (room // 2 if is_wide else room) - 2
        self.query_one("#help-left", Static).update(self._column(left, width))
        self.query_one("#help-right", Static).update(self._column(right, width))

    def _pen(self, name: str, *, bold: bool = False) -> Style:
        return Style(color=Color.parse(self.app.theme_variables[name]).rich_color, bold=bold)

    def _column(self, groups: list[tuple[Group, list[Action]]], width: int) -> Text:
        primary, secondary = self._pen("primary", bold=True), self._pen("secondary")
        text = Text(no_wrap=True)
        if not groups and not self.query_one("#help-left", Static).size.width:
            return text
        for group, actions in groups:
            text.append(f"{group.value}\n", primary)
            for action in actions:
                keys = " ".join(key_names(action)[:_KEYS_SHOWN])
                words = textwrap.wrap(action.tooltip, max(12, width - _KEYS_WIDTH))
                text.append(f"{keys:>{_KEYS_WIDTH - 2}}  ", secondary)
                text.append(f"\n{'':{_KEYS_WIDTH}}".join(words) + "\n")
            text.append("\n")
        return text


def _halves(
    groups: list[tuple[Group, list[Action]]],
) -> tuple[list[tuple[Group, list[Action]]], list[tuple[Group, list[Action]]]]:
    """The groups in two columns of about the same height, in order."""
    rows = [len(actions) + 2 for _, actions in groups]
    total, passed = sum(rows), 0
    for at, height in enumerate(rows):
        if passed + height / 2 > total / 2:
            return groups[:at], groups[at:]
        passed += height
    return groups, []
