"""Walking through the map: keys, mouse, and a cursor that always stands on a song."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from textual import events
from textual.message import Message

from tuiradio.ui.action import Context
from tuiradio.ui.bottom_lines import KeyLine
from tuiradio.ui.keyed import Keyed
from tuiradio.ui.map_atlas import Atlas
from tuiradio.ui.map_face import MapFace
from tuiradio.ui.map_raster import Camera, whole
from tuiradio.ui.map_shades import Shade, classes

_REACH_CELLS = 4
_SNAP_CELLS = 12
_EDGE = 3
_ZOOM = 1.5
_WHEEL = 1.25


class MapView(MapFace, Keyed, can_focus=True, inherit_bindings=False):
    """Dots of braille where songs are; a cursor that always stands on one of them."""

    CONTEXTS = (Context.MAP,)

    class Chosen(Message):
        """A song was double-clicked."""

        def __init__(self, track_id: int) -> None:
            super().__init__()
            self.track_id = track_id

    _held: tuple[int, int] | None = None
    """Where on the screen the mouse holds the map."""
    _was_dragged = False
    _began_at: int | None = None
    """Where the cursor was put without being asked."""

    # --- what is shown ----------------------------------------------------------------

    def show(self, atlas: Atlas) -> None:
        """Take a new map; view and cursor stay where they are when there was one."""
        before = self.atlas
        self.atlas = atlas
        self._kinds = classes(atlas, self.shade)
        self._pens = None
        self._hover = -1
        if before is None or before.is_sketch or not len(before):
            self.camera = whole(atlas.places, *self.window())
        else:
            self.camera = self.camera.resized(*self.window(), atlas.places)
        if atlas.row(self.cursor_id) < 0 or self.cursor_id == self._began_at:
            self.set_cursor(self._first_row())
            self._began_at = self.cursor_id
        self.repaint(moved=True)

    def forget_view(self) -> None:
        """Show all of the map that comes next."""
        if self.atlas is not None:
            self.atlas = replace(self.atlas, is_sketch=True)

    def set_shade(self, shade: Shade) -> None:
        """Colour by something else."""
        self.shade = shade
        if self.atlas is not None:
            self._kinds = classes(self.atlas, shade)
            self.camera = self.camera.resized(*self.window(), self.atlas.places)
        self._pens = None
        self.repaint(moved=True)

    def _first_row(self) -> int:
        """Where the cursor begins: on what plays, else in the middle."""
        assert self.atlas is not None
        row = self.atlas.row(self.radio_app.playing_id)
        if row < 0 and len(self.atlas):
            row = self._nearest(self.camera.columns / 2, self.camera.rows / 2, None)
        return row

    # --- the cursor -------------------------------------------------------------------

    def set_cursor(self, row: int) -> None:
        """Put the cursor on a song and bring it into sight."""
        if self.atlas is None or not 0 <= row < len(self.atlas):
            return
        self.cursor_id = int(self.atlas.ids[row])
        self.radio_app.tracks.want([self.cursor_id])
        column, line = (int(value) for value in self.camera.cells(self.atlas.places[[row]])[0])
        columns, rows = self.camera.columns, self.camera.rows
        edge_x, edge_y = min(2 * _EDGE, columns // 3), min(_EDGE, rows // 3)
        right = _beyond(column, edge_x, columns - 1 - edge_x)
        down = _beyond(line, edge_y, rows - 1 - edge_y)
        if right or down:
            self.camera = self.camera.panned(right, down)
            self._raster = None
        self.repaint()

    def step(self, right: int, down: int) -> None:
        """To the next song in a direction; the map moves where there is none."""
        row = self.cursor_row
        if self.atlas is None or row < 0:
            return
        dots = self.camera.dots(self.atlas.places)
        away = dots - dots[row]
        along = away[:, 0] * right + away[:, 1] * down
        across = np.abs(away[:, 1] * right) + np.abs(away[:, 0] * down)
        cost = np.where(along >= (2 if right else 4), along + 2.0 * across, np.inf)
        cost[across > 2.0 * along + 4.0] = np.inf
        best = int(cost.argmin())
        if np.isfinite(cost[best]):
            self.set_cursor(best)
        else:
            self.pan(4 * right, 2 * down)

    def pan(self, columns: int, rows: int) -> None:
        """Look elsewhere; the cursor stays on its song."""
        self._look(self.camera.panned(columns, rows))

    def pan_part(self, right: int, down: int) -> None:
        """A quarter of the window on."""
        self.pan(right * (self.camera.columns // 4), down * (self.camera.rows // 4))

    def zoom(self, steps: int) -> None:
        """Nearer to the song under the cursor, or back."""
        column, row = self.camera.columns / 2, self.camera.rows / 2
        if self.atlas is not None and self.cursor_row >= 0:
            at = self.camera.cells(self.atlas.places[[self.cursor_row]])[0]
            if 0 <= at[0] < self.camera.columns and 0 <= at[1] < self.camera.rows:
                column, row = float(at[0]), float(at[1])
        self._look(self.camera.zoomed(_ZOOM**steps, column, row))

    def see_all(self) -> None:
        """The whole map."""
        if self.atlas is not None:
            self._look(whole(self.atlas.places, *self.window()))

    def go_to(self, track_id: int | None) -> bool:
        """Cursor and view to a track; False when it is not on the map."""
        row = -1 if self.atlas is None else self.atlas.row(track_id)
        if row < 0 or self.atlas is None:
            return False
        self.camera = self.camera.centred(self.atlas.places[row])
        self._raster = None
        self.set_cursor(row)
        return True

    def around(self, track_id: int, count: int) -> tuple[int, ...]:
        """A track and the nearest to it on the map, nearest first."""
        row = -1 if self.atlas is None else self.atlas.row(track_id)
        if row < 0 or self.atlas is None:
            return (track_id,)
        away = ((self.atlas.places - self.atlas.places[row]) ** 2).sum(axis=1)
        away[row] = -1.0
        nearest = np.argsort(away, kind="stable")[:count]
        return tuple(self.atlas.ids[nearest].tolist())

    def _look(self, camera: Camera) -> None:
        self.camera = camera
        self.repaint(moved=True)

    def _nearest(self, column: float, row: float, reach_cells: float | None) -> int:
        """The song nearest to a cell, -1 when none is within reach."""
        if self.atlas is None or not len(self.atlas):
            return -1
        dots = self.camera.dots(self.atlas.places)
        away = ((dots - ((column + 0.5) * 2, (row + 0.5) * 4)) ** 2).sum(axis=1)
        best = int(away.argmin())
        far = reach_cells is not None and away[best] > (2 * reach_cells) ** 2
        return -1 if far else best

    # --- mouse ------------------------------------------------------------------------

    def _cell(self, event: events.MouseEvent) -> tuple[int, int, bool]:
        """Column and row under the mouse, and whether that is on the map itself."""
        inside = event.get_content_offset(self)
        if inside is None:
            return -1, -1, False
        return inside.x, inside.y, inside.y < self.camera.rows and self.atlas is not None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        *_, is_map = self._cell(event)
        if is_map and event.button == 1:
            self._held, self._was_dragged = (event.screen_x, event.screen_y), False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held is not None:
            x, y = self._held
            if (event.screen_x, event.screen_y) != (x, y):
                self._was_dragged = True
                self._held = (event.screen_x, event.screen_y)
                self.pan(x - event.screen_x, y - event.screen_y)
        else:
            column, row, is_map = self._cell(event)
            self._set_hover(self._nearest(column, row, _REACH_CELLS) if is_map else -1)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held is not None:
            self._held = None
            self.release_mouse()

    def on_leave(self) -> None:
        self._set_hover(-1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._turn_wheel(event, _WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._turn_wheel(event, 1.0 / _WHEEL)

    def _turn_wheel(self, event: events.MouseEvent, factor: float) -> None:
        column, row, is_map = self._cell(event)
        event.stop()
        if is_map:
            self._look(self.camera.zoomed(factor, column, row))

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        column, line, is_map = self._cell(event)
        if self._was_dragged:
            self._was_dragged = False
        elif not is_map:
            if action := self.action_below(column, line):
                await self.app.run_action(action)
        elif (row := self._nearest(column, line, _SNAP_CELLS)) >= 0:
            self.set_cursor(row)
            if event.button != 1 or event.ctrl:
                await self.app.run_action("map_mark")
            elif event.chain == 2 and self.cursor_id is not None:
                self.post_message(self.Chosen(self.cursor_id))

    def _set_hover(self, row: int) -> None:
        if row != self._hover:
            self._hover = row
            if row >= 0 and self.atlas is not None:
                self.radio_app.tracks.want([int(self.atlas.ids[row])])
            self.repaint()

    def on_resize(self) -> None:
        if self.atlas is not None:
            self.camera = self.camera.resized(*self.window(), self.atlas.places)
        self.repaint(moved=True)

    def on_show(self) -> None:
        self._tell_keys()

    def on_hide(self) -> None:
        self._tell_keys()

    def _tell_keys(self) -> None:
        """The keys of the map are told while it is in sight."""
        for line in self.screen.query(KeyLine):
            line.refresh()

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()


def _beyond(at: int, low: int, high: int) -> int:
    """How far a cell lies outside of a span, with its sign."""
    return min(0, at - low) + max(0, at - high)
