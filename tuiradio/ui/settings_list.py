"""The list of settings: a dial per figure, a switch per yes or no, choices side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.style import Style
from textual import events
from textual.message import Message

from tuiradio.config_table import Kind, Value
from tuiradio.ui import dial
from tuiradio.ui.action import key_names
from tuiradio.ui.ink import Piece, cut, width_of
from tuiradio.ui.settings_rows import (
    Heading,
    KeyRow,
    Row,
    SettingRow,
    at_dial,
    help_words,
    shown_value,
    source_words,
)
from tuiradio.ui.text import clean, crop, fit
from tuiradio.ui.virtual_list import VirtualList

_MARK = 3
_SOURCE = 14
_WORDS = 40
"""Room from which on a row has its words beside it."""
_TICKS = 11


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each part of a row."""

    name: int
    control: int
    value: int
    source: int

    @property
    def control_at(self) -> int:
        """Where the controls begin."""
        return _MARK + self.name


def columns(width: int) -> Columns:
    """How a row is divided on a list of ``width`` cells."""
    source = _SOURCE if width >= 70 else 0
    name = max(16, min(26, width // 4))
    value = 12
    return Columns(name, max(10, min(50, width - _MARK - name - value - source - 2)), value, source)


class SettingsList(VirtualList):
    """Rows under headings; the cursor walks over the rows only."""

    class Changed(Message):
        """A control was clicked or dragged."""

        def __init__(self, name: str, value: Value) -> None:
            super().__init__()
            self.name = name
            self.value = value

    def __init__(self) -> None:
        super().__init__("settings-rows")
        self.rows: Sequence[Row] = ()
        self._held = -1

    @property
    def count(self) -> int:
        return len(self.rows)

    def show(self, rows: Sequence[Row]) -> None:
        """Replace the rows; the cursor stays on the setting where it was."""
        name = self.name_at_cursor
        self.rows = rows
        names = [None if isinstance(row, Heading) else row.name for row in rows]
        if name in names:
            self.cursor = names.index(name)
        self.rows_changed()
        if self.rows and isinstance(self.rows[self.cursor], Heading):
            self.move_to(self.cursor)

    @property
    def row(self) -> SettingRow | KeyRow | None:
        """The row under the cursor."""
        row = self.rows[self.cursor] if self.cursor < len(self.rows) else None
        return None if isinstance(row, Heading) else row

    @property
    def name_at_cursor(self) -> str:
        """The setting under the cursor, "" for none."""
        return self.row.name if self.row is not None else ""

    def move_to(self, index: int) -> None:
        index = max(0, min(index, self.count - 1))
        step = -1 if index < self.cursor else 1
        for way in (step, -step):
            at = index
            while 0 <= at < self.count and isinstance(self.rows[at], Heading):
                at += way
            if 0 <= at < self.count:
                super().move_to(at)
                break
        if self.cursor and isinstance(self.rows[self.cursor - 1], Heading):
            self.show_row(self.cursor - 1)

    # --- mouse ------------------------------------------------------------------------

    def clicked(self, index: int, event: events.Click) -> None:
        row = self.rows[index]
        if isinstance(row, Heading):
            return
        self.move_to(index)
        if isinstance(row, SettingRow) and self._clicked_control(row, event):
            return
        if event.chain == 2:
            self.post_message(self.Activated(self, index))

    def _clicked_control(self, row: SettingRow, event: events.Click) -> bool:
        """Whether the click did something: flipped a switch, or took a choice."""
        x = self._x_in_control(event.x)
        if row.setting.kind is Kind.SWITCH and x >= 0:
            self.post_message(self.Changed(row.name, not row.value))
            return True
        if row.setting.choices and x >= 0:
            pieces = self._choices(row)
            ends = list(accumulate(width_of([piece]) for piece in pieces))
            at = next((i for i, end in enumerate(ends) if x < end), -1)
            if at >= 0 and pieces[at].action:
                self.post_message(self.Changed(row.name, pieces[at].action))
            return at >= 0
        return row.dial is not None and x >= 0

    def on_mouse_down(self, event: events.MouseDown) -> None:
        index = self.row_at(event)
        row = self.rows[index] if index >= 0 else None
        if isinstance(row, SettingRow) and row.dial and self._x_in_control(event.x) >= 0:
            event.stop()
            self.move_to(index)
            self._held = index
            self.capture_mouse()
            self._drag_to(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held >= 0:
            self._drag_to(event.x)
        else:
            super().on_mouse_move(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held >= 0:
            event.stop()
            self.release_mouse()
            self._held = -1

    def _x_in_control(self, x: int) -> int:
        """Cells from the left end of the controls, -1 outside."""
        split = columns(self.scrollable_content_region.width)
        x -= split.control_at
        return x if 0 <= x < split.control else -1

    def _drag_to(self, x: int) -> None:
        row = self.rows[self._held]
        if not isinstance(row, SettingRow) or row.dial is None:
            return
        split = columns(self.scrollable_content_region.width)
        fraction = max(0.0, min(1.0, (x - split.control_at) / max(1, split.control - 1)))
        span = row.dial.top - row.dial.bottom
        value = at_dial(row.setting, row.dial.bottom + fraction * span)
        if value != row.value:
            self.post_message(self.Changed(row.name, value))

    # --- drawing ------------------------------------------------------------------------

    def over(self, index: int) -> Style | None:
        if index == self.cursor:
            return self.ink("cursor-far")
        return None if isinstance(self.rows[index], Heading) else super().over(index)

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        row = self.rows[index]
        if isinstance(row, Heading):
            return [Piece(f" {row.words}  ", "station"), Piece(row.detail, "faint")]
        split = columns(width)
        pointer = "▸" if index == self.cursor and self.has_focus else " "
        mark = [Piece(f"{pointer}", "needle"), Piece("● " if row.is_changed else "  ", "amber")]
        source = [Piece(f"  {fit(source_words(row.known), split.source)}", "dim")]
        source = source if split.source else []
        if isinstance(row, KeyRow):
            keys = cut(self._keys(row, split), split.name + split.control + split.value)
            room = split.name + split.control + split.value - width_of(keys)
            return [*mark, *keys, Piece(" " * room), *source]
        name = fit(row.label, split.name - 1) + " "
        control = cut(self._control(row, split.control), split.control)
        filler = " " * (split.control - width_of(control))
        value = self._value(row, split)
        left = [*mark, Piece(name, "strong"), *control, Piece(filler), *value, *source]
        room = width - width_of(left) - 2
        if room < _WORDS:
            return left
        return [*left, Piece(f" {crop(clean(help_words(row)), room)}", "faint")]

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        return [Piece(" Nothing of that name. esc shows all.", "dim")] if line == 0 else []

    def _keys(self, row: KeyRow, split: Columns) -> list[Piece]:
        names = key_names(row.action)
        room = split.name + split.control - 1
        keys = [piece for name in names for piece in (Piece(f"{name}", "key"), Piece("  "))]
        keys = keys or [Piece("no key", "faint")]
        return [Piece(fit(row.action.tooltip, room), "text"), Piece(" "), *keys]

    def _control(self, row: SettingRow, width: int) -> list[Piece]:
        if row.setting.kind is Kind.SWITCH:
            return _switch(bool(row.value))
        if row.setting.choices:
            return self._choices(row)
        if row.dial is not None and isinstance(row.value, int | float):
            span = row.dial.top - row.dial.bottom
            ticks = tuple(round(i * (width - 1) / (_TICKS - 1)) for i in range(_TICKS))
            return dial.scale(width, (row.value - row.dial.bottom) / span, ticks)
        is_set = row.value not in (None, (), "")
        words = shown_value(row) if is_set else _nothing(row)
        if row.choices:
            return [Piece("‹ ", "faint"), Piece(words, "amber" if is_set else "dim"),
                    Piece(" ›", "faint")]  # fmt: skip
        return [Piece(words, "amber" if is_set else "dim")]

    def _choices(self, row: SettingRow) -> list[Piece]:
        pieces: list[Piece] = []
        for choice in row.setting.choices:
            if pieces:
                pieces.append(Piece("  "))
            words = f"[{choice}]" if choice == row.value else f" {choice} "
            pieces.append(Piece(words, "amber" if choice == row.value else "dim", choice))
        return pieces

    def _value(self, row: SettingRow, split: Columns) -> list[Piece]:
        has_figure = row.dial is not None
        words = shown_value(row) if has_figure else ""
        ink = "amber" if row.is_changed else "text"
        if row.tuned is not None and has_figure:
            words, ink = f"{words} ≠", "teal"
        return [Piece(fit(words, split.value, right=True), ink)]


def _switch(is_on: bool) -> list[Piece]:
    if is_on:
        return [Piece("──", "amber"), Piece("┃", "needle"), Piece(" on", "amber")]
    return [Piece("┃", "needle"), Piece("──", "faint"), Piece(" off", "dim")]


def _nothing(row: SettingRow) -> str:
    """What holds where nothing is set, from the words of the setting."""
    _, _, meaning = row.setting.help.partition('"" = ')
    return clean(meaning.rstrip(".")) if meaning else "none"
