"""What can be reached on a screen, and the letters that stand for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.css.query import NoMatches
from textual.errors import NoWidget
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.widget import Widget

from tuiradio.ui.bottom_lines import KeyLine
from tuiradio.ui.ink import Drawn, Piece, width_of
from tuiradio.ui.sheet import SheetKeys
from tuiradio.ui.virtual_list import VirtualList

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The ones under the fingers first."""
_TOLD_ANYWAY = (KeyLine, SheetKeys)
"""Each thing on these stands beside its own key."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the screen, and what going there does."""

    at: Offset
    go: Callable[[], Awaitable[None]]
    is_row: bool = False


@runtime_checkable
class HasNeedles(Protocol):
    """A widget with dials that the mouse drags."""

    def needles(self) -> Sequence[tuple[Offset, str]]:
        """Where each dial begins, within the widget, and the action that asks for a figure."""
        ...


def labels(count: int) -> list[str]:
    """As many labels, none the beginning of another: one letter each while these last.

    With k letters and p of them kept to begin two-letter labels there are k - p + p·k,
    so 676 at most.
    """
    letters = len(LETTERS)
    kept = min(letters, max(0, -(-(count - letters) // (letters - 1))))
    singles = list(LETTERS[: letters - kept])
    pairs = [first + second for first in LETTERS[letters - kept :] for second in LETTERS]
    return [*singles, *pairs][:count]


def spots(screen: Screen[object]) -> list[Spot]:
    """Buttons, dials and fields first, in reading order; then the rows in sight."""
    found = [
        spot
        for widget, region in _in_sight(screen)
        for spot in _of(widget, region)
        if region.contains_point(spot.at)
    ]
    return sorted(found, key=lambda spot: (spot.is_row, spot.at.y, spot.at.x))


def _in_sight(screen: Screen[object]) -> Iterator[tuple[Widget, Region]]:
    for widget in screen.walk_children(Widget):
        try:
            shown = screen.find_widget(widget).visible_region
        except (NoWidget, NoMatches):
            continue
        if widget.visible and shown.area:
            yield widget, shown


def _of(widget: Widget, shown: Region) -> Iterator[Spot]:
    if isinstance(widget, _TOLD_ANYWAY):
        return
    if isinstance(widget, VirtualList):
        yield from _rows(widget)
    elif isinstance(widget, Drawn):
        yield from _buttons(widget)
    elif widget.can_focus:
        yield Spot(shown.offset, _focuser(widget))
    if isinstance(widget, HasNeedles):
        for offset, action in widget.needles():
            yield Spot(widget.content_region.offset + offset, _runner(widget, action))


def _rows(rows: VirtualList) -> Iterator[Spot]:
    at = rows.content_region.offset
    top, height = rows.scroll_offset.y, rows.scrollable_content_region.height
    if not rows.count:
        yield Spot(at, _focuser(rows))
        width = rows.scrollable_content_region.width
        yield from _pieces(rows, [rows.draw_empty(line, width) for line in range(height)])
    first = -(-top // rows.ROW_HEIGHT)
    for index in range(first, min(rows.count, (top + height) // rows.ROW_HEIGHT)):
        y = index * rows.ROW_HEIGHT - top
        yield Spot(at + Offset(0, y), _row_chooser(rows, index), is_row=True)


def _buttons(widget: Drawn) -> Iterator[Spot]:
    width, height = widget.size
    yield from _pieces(widget, widget.lines(width, height))


def _pieces(widget: Widget, lines: Sequence[Sequence[Piece]]) -> Iterator[Spot]:
    """One spot for each action, where it stands first."""
    seen: set[str] = set()
    for y, pieces in enumerate(lines):
        x, is_blank = 0, False
        for piece in pieces:
            text = piece.text
            if piece.action and piece.action not in seen and text.strip():
                seen.add(piece.action)
                # Before the words where nothing stands, so that they can still be read.
                before = len(text) - len(text.lstrip())
                before -= 1 if before or is_blank else 0
                at = widget.content_region.offset + Offset(x + before, y)
                yield Spot(at, _runner(widget, piece.action))
            x += width_of([piece])
            is_blank = text.endswith(" ")


def _runner(widget: Widget, action: str) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await widget.app.run_action(action)

    return run


def _focuser(widget: Widget) -> Callable[[], Awaitable[None]]:
    async def focus() -> None:
        widget.focus()

    return focus


def _row_chooser(rows: VirtualList, index: int) -> Callable[[], Awaitable[None]]:
    async def choose() -> None:
        rows.focus()
        rows.move_to(index)

    return choose
