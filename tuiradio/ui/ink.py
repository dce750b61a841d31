"""Pens for widgets that draw their own lines, and the base of those widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tuiradio.ui.sturdy import Sturdy
from tuiradio.ui.text import crop

if TYPE_CHECKING:
    from tuiradio.ui.base import RadioBase


@dataclass(frozen=True, slots=True)
class _Ink:
    """Theme variables of one pen; "" leaves the widget's own colour."""

    colour: str = ""
    ground: str = ""
    bold: bool = False


_INKS = {
    "text": _Ink("foreground"),
    "strong": _Ink("foreground"),
    "dim": _Ink("ink-dim"),
    "faint": _Ink("ink-faint"),
    "amber": _Ink("primary"),
    "teal": _Ink("secondary"),
    "needle": _Ink("ink-needle", bold=True),
    "warn": _Ink("warning"),
    "bad": _Ink("error"),
    "playing": _Ink("primary", bold=True),
    "station": _Ink("primary", bold=True),
    "key": _Ink("secondary", bold=True),
}
_OVERLAYS = {
    "cursor": _Ink("cursor-foreground", "cursor-background"),
    "cursor-far": _Ink("cursor-far-foreground", "cursor-far-background"),
    "marked": _Ink("marked-foreground", "marked-background"),
    "hover": _Ink("", "hover-background"),
}


class Inked(Sturdy, Widget):
    """Rich styles by the name of an ink; colours come from the theme only.

    Textual's component classes would do the same, but each of them is matched against the
    style sheet for each widget on each change of a class: half of the time to first paint.
    """

    ALLOW_SELECT = False

    def ink(self, name: str) -> Style:
        """The style of an ink on this widget's ground; overlays leave the rest alone."""
        inks: dict[str, Style] = self.__dict__.setdefault("_inks", {})
        style = inks.get(name)
        if style is None:
            style = self._overlay(_OVERLAYS[name]) if name in _OVERLAYS else self._pen(_INKS[name])
            inks[name] = style
        return style

    def _pen(self, ink: _Ink) -> Style:
        return self.rich_style + self._overlay(ink)

    def _overlay(self, ink: _Ink) -> Style:
        colours = self.app.theme_variables
        # Where a theme names no colour for the words of a row, they keep their own.
        colour = colours.get(ink.colour, "")
        return Style(
            color=Color.parse(colour).rich_color if colour else None,
            bgcolor=Color.parse(colours[ink.ground]).rich_color if ink.ground else None,
            bold=ink.bold or None,
        )

    def render_lines(self, crop: Region) -> list[Strip]:
        try:
            return super().render_lines(crop)
        except Exception as error:
            net = self.radio_app.net
            if net is None or not net.catches(error):
                raise
            return [Strip.blank(crop.width)] * crop.height

    def notify_style_update(self) -> None:
        self.__dict__["_inks"] = {}
        super().notify_style_update()

    @property
    def radio_app(self) -> RadioBase:
        """The app, with its engine and tracks."""
        return self.app  # type: ignore[return-value]  # Textual types it as any App


@dataclass(frozen=True, slots=True)
class Piece:
    """A few cells of one ink; with an action they are a button."""

    text: str
    """Cleaned text."""
    ink: str = "text"
    action: str = ""


def width_of(pieces: Iterable[Piece]) -> int:
    """Cells the pieces take."""
    return sum(cell_len(piece.text) for piece in pieces)


def spread(left: list[Piece], right: list[Piece], width: int) -> list[Piece]:
    """Left and right ends of one line; the left is cut when both do not fit."""
    room = width - width_of(right)
    kept = cut(left, max(0, room - 1) if right else room)
    return [*kept, Piece(" " * max(0, room - width_of(kept))), *right]


def cut(pieces: Iterable[Piece], width: int) -> list[Piece]:
    """As many cells of the pieces as fit, the last one with an ellipsis."""
    kept: list[Piece] = []
    for piece in pieces:
        size = cell_len(piece.text)
        if size > width:
            kept.append(Piece(crop(piece.text, width), piece.ink, piece.action))
            break
        kept.append(piece)
        width -= size
    return kept


def runs_of(pieces: Sequence[Piece], width: int) -> list[tuple[str, str]]:
    """Text and ink of pieces that fill ``width`` cells, blanks of "text" behind them.

    Neighbours of one ink become one: each segment costs time at every repaint, and some forty
    bytes on their way to the terminal.
    """
    runs: list[tuple[str, str]] = []
    for piece in (*pieces, Piece(" " * (width - width_of(pieces)))):
        if runs and runs[-1][1] == piece.ink:
            runs[-1] = (runs[-1][0] + piece.text, piece.ink)
        elif piece.text:
            runs.append((piece.text, piece.ink))
    return runs


def action_at(pieces: Iterable[Piece], x: int) -> str:
    """The action of the piece that covers cell ``x``, "" for none."""
    for piece in pieces:
        size = cell_len(piece.text)
        if x < size:
            return piece.action
        x -= size
    return ""


class Drawn(Inked):
    """A widget of a few lines, drawn as pieces; pieces with an action can be clicked."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        """What to draw now: at most ``height`` lines."""
        raise NotImplementedError

    _lines: list[list[Piece]] | None = None
    """Of the repaint that goes on."""

    def render_lines(self, crop: Region) -> list[Strip]:
        self._lines = None
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._lines is None:
            self._lines = self.lines(width, height)
        return self.strip(self._lines[y] if y < len(self._lines) else [], width)

    def strip(self, pieces: Iterable[Piece], width: int) -> Strip:
        """The pieces as one line, exactly ``width`` cells."""
        runs = runs_of(cut(pieces, width), width)
        return Strip([Segment(text, self.ink(ink)) for text, ink in runs], width)

    def action_at(self, x: int, y: int) -> str:
        """The action under a cell, "" for none."""
        width, height = self.size
        lines = self.lines(width, height)
        return action_at(lines[y], x) if 0 <= y < len(lines) else ""

    def on_mouse_move(self, event: events.MouseMove) -> None:
        told = self.radio_app.told(self.action_at(event.x, event.y)) or None
        if told != self.tooltip:
            self.tooltip = told

    async def on_click(self, event: events.Click) -> None:
        if action := self.action_at(event.x, event.y):
            event.stop()
            await self.app.run_action(action)
