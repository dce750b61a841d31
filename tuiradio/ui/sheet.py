"""A sheet in front of the screen: words, rows to choose from, and the keys that act on them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import ModalScreen

from tuiradio.ui.action import Action, Context, first_key
from tuiradio.ui.ink import Drawn, Piece, spread, width_of
from tuiradio.ui.keyed import Keyed
from tuiradio.ui.text import clean
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.ui.base import RadioBase

_FRAME_LINES = 5
"""Border, padding and the gap over the keys."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet."""

    left: tuple[Piece, ...]
    """Cleaned text."""
    right: tuple[Piece, ...] = ()
    key: str = ""
    """A letter that chooses it at once."""


@dataclass(frozen=True, slots=True)
class Button:
    """A key that is told, with its words, and what Textual runs."""

    shown: str
    label: str
    action: str


class SheetWords(Drawn):
    """Sentences over the rows."""

    def __init__(self) -> None:
        super().__init__(id="sheet-words")
        self.words: tuple[tuple[str, str], ...] = ()

    def say(self, *words: tuple[str, str]) -> None:
        """Show sentences, each with its ink."""
        self.words = words
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width, 0))

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        return [
            [Piece(line, ink)]
            for sentence, ink in self.words
            for line in textwrap.wrap(clean(sentence), max(10, width)) or [""]
        ]


class SheetRows(VirtualList):
    """The rows of a sheet."""

    def __init__(self) -> None:
        super().__init__("sheet-rows")
        self.rows: Sequence[Row] = ()
        self.nothing = ""

    @property
    def count(self) -> int:
        return len(self.rows)

    def show(self, rows: Sequence[Row], cursor: int | None = None) -> None:
        """Replace the rows; the cursor stays where it is unless told otherwise."""
        self.rows = rows
        if cursor is not None:
            self.cursor = cursor
        self.styles.height = max(1, len(rows))
        self.rows_changed()
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Leave room for the words and keys of the sheet, and scroll."""
        sheet, width = self.screen, self.size.width
        around = sheet.query_one(SheetWords).lines(width, 0)
        below = sheet.query_one(SheetKeys).lines(width, 0)
        room = int(sheet.size.height * 0.9) - len(around) - len(below) - _FRAME_LINES
        self.styles.max_height = max(2, room)

    def clicked(self, index: int, event: events.Click) -> None:
        if self.rows[index].key:
            self.move_to(index)
            self.post_message(self.Activated(self, index))
        else:
            super().clicked(index, event)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self.fit)

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        row = self.rows[index]
        key = [Piece(f" {row.key} ", "key")] if row.key else [Piece(" ")]
        return spread([*key, *row.left], [*row.right, Piece(" ")], width)

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        return [Piece(f" {self.nothing}", "dim")] if line == 0 else []


class SheetKeys(Drawn):
    """The keys of a sheet; each can be clicked."""

    def __init__(self, buttons: Sequence[Button]) -> None:
        super().__init__(id="sheet-keys")
        self._buttons = buttons

    def show(self, buttons: Sequence[Button]) -> None:
        """Tell other keys."""
        self._buttons = buttons
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width, 0))

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        lines: list[list[Piece]] = []
        for button in self._buttons:
            named = "." in button.action.partition("(")[0]
            action = button.action if named else f"screen.{button.action}"
            label = f" {button.label}" if button.label else ""
            pieces = [Piece(button.shown, "key", action), Piece(label, "dim", action)]
            if lines and width_of([*lines[-1], *pieces]) + 2 <= width:
                lines[-1] += [Piece("  "), *pieces]
            else:
                lines.append(pieces)
        return lines


class Sheet(Keyed, ModalScreen[object]):
    """Base of the sheets; a subclass names its title and contexts and fills the rows.

    Rows whose ``key`` is set are chosen by that letter or one click, others by Enter or
    a double click; either calls ``choose``.
    """

    TITLE = ""
    CONTEXTS: ClassVar[tuple[Context, ...]] = (Context.SHEET,)

    def __init__(self) -> None:
        super().__init__()
        self.words = SheetWords()
        self.rows = SheetRows()

    def compose(self) -> ComposeResult:
        panel = Vertical(id="sheet")
        panel.border_title = clean(self.TITLE).replace("[", "\\[")
        with panel:
            yield self.words
            yield self.rows
            yield SheetKeys(self.buttons())

    def on_mount(self) -> None:
        self.fill()
        self.rows.focus()

    def take_keys(self, actions: tuple[Action, ...]) -> None:
        super().take_keys(actions)
        for line in self.query(SheetKeys):
            line.show(self.buttons())

    @property
    def radio_app(self) -> RadioBase:
        """The app, with its keys."""
        return self.app  # type: ignore[return-value]  # Textual types it as any App

    def buttons(self) -> tuple[Button, ...]:
        """The keys that are told below the rows."""
        own = [context for context in self.CONTEXTS if context is not Context.SHEET]
        told = [
            Button(first_key(action), action.label, action.command)
            for action in self.radio_app.key_table
            if (action.context in own or action.id == "sheet.close") and action.keys
        ]
        return tuple(told)

    def fill(self) -> None:
        """Write words and rows."""

    def choose(self, index: int) -> None:
        """A row was chosen."""

    def action_close(self) -> None:
        self.dismiss(None)

    def action_move(self, rows: int) -> None:
        self.rows.move_by(rows)

    def action_enter(self) -> None:
        if self.rows.count:
            self.choose(self.rows.cursor)

    def on_key(self, event: events.Key) -> None:
        for index, row in enumerate(self.rows.rows):
            if row.key and row.key == event.character:
                event.stop()
                self.choose(index)
                return

    def on_virtual_list_activated(self, message: VirtualList.Activated) -> None:
        message.stop()
        self.choose(message.index)

    def on_virtual_list_cursor_moved(self, message: VirtualList.CursorMoved) -> None:
        message.stop()

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)
