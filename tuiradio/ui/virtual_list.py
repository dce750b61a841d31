"""A list of any length: only the rows in sight are drawn, none is a widget."""

from __future__ import annotations

from collections.abc import Hashable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tuiradio.ui.ink import Inked, Piece, action_at, cut, runs_of

_STRIPS_KEPT = 400
_RIGHT = 3
"""The button of menus."""


class VirtualList(Inked, ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of equal height with a cursor; a subclass draws a row as pieces.

    Keys reach it through the app's key table; the mouse through its own handlers.
    """

    ROW_HEIGHT = 1

    class Activated(Message):
        """A row was double-clicked, or Enter was pressed on it."""

        def __init__(self, rows: VirtualList, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

    class CursorMoved(Message):
        """The cursor came to stand on another row."""

        def __init__(self, rows: VirtualList, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.cursor = 0
        self._hover = -1
        self._strips: LRUCache[Hashable, Strip] = LRUCache(_STRIPS_KEPT)

    # --- what a subclass says ---------------------------------------------------

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        """One line of a row."""
        raise NotImplementedError

    def is_marked(self, index: int) -> bool:
        """Whether the row is among the marked ones."""
        return False

    def row_key(self, index: int) -> Hashable | None:
        """All that a row's looks hang on beside cursor and width; None if it is not known."""
        return None

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        """One line of what stands there when there are no rows."""
        return []

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.__dict__.setdefault("_strips", LRUCache(_STRIPS_KEPT)).clear()

    # --- moving -----------------------------------------------------------------

    def rows_changed(self) -> None:
        """Fit the scroll area to the rows and the cursor to what is left; repaint."""
        self.virtual_size = Size(1, self.count * self.ROW_HEIGHT)
        self.cursor = max(0, min(self.cursor, self.count - 1))
        self.refresh()

    def on_resize(self) -> None:
        self.show_row(self.cursor)

    @property
    def page(self) -> int:
        """Rows in sight."""
        return max(1, self.scrollable_content_region.height // self.ROW_HEIGHT)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, the nearest one there is, and bring it into sight."""
        index = max(0, min(index, self.count - 1))
        before, self.cursor = self.cursor, index
        self.show_row(index)
        for row in {before, index}:
            self.refresh_lines(row * self.ROW_HEIGHT, self.ROW_HEIGHT)
        if before != index:
            self.post_message(self.CursorMoved(self, index))

    def move_by(self, rows: int) -> None:
        self.move_to(self.cursor + rows)

    def show_row(self, index: int, *, middle: bool = False) -> None:
        """Scroll as little as needed to see the row; or to have it in the middle."""
        top, bottom = index * self.ROW_HEIGHT, (index + 1) * self.ROW_HEIGHT
        height = self.scrollable_content_region.height
        if height <= 0:
            return
        first = self.scroll_offset.y
        if middle and not first <= top < first + height - self.ROW_HEIGHT:
            self.scroll_to(y=max(0, top - height // 2), animate=False)
        elif top < first:
            self.scroll_to(y=top, animate=False)
        elif bottom > first + height:
            self.scroll_to(y=bottom - height, animate=False)

    # --- mouse --------------------------------------------------------------------

    def line_at(self, event: events.MouseEvent) -> int:
        """The line of the whole list under the mouse, -1 outside the rows."""
        inside = event.get_content_offset(self)
        line = -1 if inside is None else inside.y + self.scroll_offset.y
        return line if line < self.count * self.ROW_HEIGHT else -1

    def row_at(self, event: events.MouseEvent) -> int:
        """The row under the mouse, -1 for none."""
        line = self.line_at(event)
        return line // self.ROW_HEIGHT if line >= 0 else -1

    async def on_click(self, event: events.Click) -> None:
        inside = event.get_content_offset(self)
        if self.count == 0 and inside is not None:
            width = self.scrollable_content_region.width
            if action := action_at(self.draw_empty(inside.y, width), inside.x):
                await self.app.run_action(action)
            return
        index = self.row_at(event)
        if index < 0:
            return
        event.stop()
        if event.button == _RIGHT and not self.screen.is_modal:
            self.move_to(index)
            await self.app.run_action(f"menu_at('', {event.screen_x}, {event.screen_y})")
            return
        self.clicked(index, event)

    def clicked(self, index: int, event: events.Click) -> None:
        """A row was clicked: the cursor goes there; twice activates it."""
        self.move_to(index)
        if event.chain == 2:
            self.post_message(self.Activated(self, index))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._set_hover(self.row_at(event))

    def on_leave(self) -> None:
        self._set_hover(-1)

    def _set_hover(self, index: int) -> None:
        before, self._hover = self._hover, index
        for row in {before, index} - {-1}:
            if before != index:
                self.refresh_lines(row * self.ROW_HEIGHT, self.ROW_HEIGHT)

    def on_focus(self) -> None:
        self.refresh_lines(self.cursor * self.ROW_HEIGHT, self.ROW_HEIGHT)

    def on_blur(self) -> None:
        self.refresh_lines(self.cursor * self.ROW_HEIGHT, self.ROW_HEIGHT)

    # --- drawing --------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index, line = divmod(y + self.scroll_offset.y, self.ROW_HEIGHT)
        if self.count == 0:
            return self._strip(self.draw_empty(y, width), width, None)
        if index >= self.count:
            return Strip.blank(width, self.ink("text"))
        row_key = self.row_key(index)
        if row_key is None:
            return self._strip(self.draw_row(index, line, width), width, self.over(index))
        over = self.over(index)
        key = (row_key, line, width, over)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strip(self.draw_row(index, line, width), width, over)
            self._strips.set(key, strip)
        return strip

    def over(self, index: int) -> Style | None:
        """What a row's state lays over its inks."""
        if index == self.cursor:
            return self.ink("cursor" if self.has_focus else "cursor-far")
        if self.is_marked(index):
            return self.ink("marked")
        return self.ink("hover") if index == self._hover else None

    def _strip(self, pieces: list[Piece], width: int, over: Style | None) -> Strip:
        runs = runs_of(cut(pieces, width), width)
        if over is None:
            return Strip([Segment(text, self.ink(ink)) for text, ink in runs], width)
        return Strip([Segment(text, self.ink(ink) + over) for text, ink in runs], width)
