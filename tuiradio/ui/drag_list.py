"""A list whose rows can be dragged to another place with the mouse."""

from __future__ import annotations

from textual import events

from tuiradio.ui.virtual_list import VirtualList

_LEFT = 1


class DragList(VirtualList):
    """A row is taken up when the mouse leaves it, and put down between two others."""

    drop = -1
    """The row before which the one in hand would be put down, -1 for none."""
    _held = -1

    def first_place(self) -> int:
        """The row before which a row can be put down at the earliest."""
        return 0

    def may_drag(self, row: int) -> bool:
        """Whether this row can be taken up."""
        raise NotImplementedError

    def put_down(self, row: int, before: int) -> None:
        """A row was dragged to the place before another; ``count`` is the end."""
        raise NotImplementedError

    def on_mouse_down(self, event: events.MouseDown) -> None:
        row = self.row_at(event)
        is_plain = event.button == _LEFT and not (event.shift or event.ctrl or event.meta)
        if is_plain and row >= 0 and self.may_drag(row):
            self._held = row
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held < 0:
            super().on_mouse_move(event)
            return
        # The mouse may be anywhere while a row is held; over the edge the list scrolls along.
        if event.y < 0 or event.y >= self.size.height:
            self.scroll_relative(y=-1 if event.y < 0 else 1, animate=False)
        line = event.y + self.scroll_offset.y + self.ROW_HEIGHT // 2
        drop = max(self.first_place(), min(self.count, line // self.ROW_HEIGHT))
        is_elsewhere = drop not in (self._held, self._held + 1) or self.drop >= 0
        if is_elsewhere and drop != self.drop:
            self.drop = drop
            self.refresh()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        held, drop, self._held, self.drop = self._held, self.drop, -1, -1
        if held < 0:
            return
        self.release_mouse()
        if drop >= 0:
            event.stop()
            self.refresh()
            self.put_down(held, drop)
