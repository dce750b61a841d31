"""The list of tracks in the middle: ids for all rows, tracks for those in sight."""

from __future__ import annotations

from array import array
from collections.abc import Container, Hashable, Sequence

from textual import events
from textual.geometry import Region
from textual.strip import Strip

from tuiradio.library.rows import Sort
from tuiradio.library.track import Track
from tuiradio.ui import columns
from tuiradio.ui.greeting import wrapped
from tuiradio.ui.ink import Drawn, Piece
from tuiradio.ui.virtual_list import VirtualList


class ColumnHeader(Drawn):
    """Names of the columns over the list; a click sorts."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        rows = self.screen.query_one(TrackList)
        placed = rows.columns(rows.scrollable_content_region.width)
        return [columns.header(placed, rows.sort, rows.descending)]


class TrackList(VirtualList):
    """Tracks of a source, a search or a likeness; 100,000 rows cost what 40 do."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.ids: Sequence[int] = array("q")
        self.kind = ""
        self.sort: Sort | None = None
        self.descending = False
        self.empty: list[list[Piece]] = []
        """What is said when there is no row."""
        self.marked: dict[int, None] = {}
        """Ids of the marked tracks in the order they were marked; they outlive the rows."""
        self._similarities: Sequence[float] = ()
        self._anchor = 0

    @property
    def count(self) -> int:
        return len(self.ids)

    def show(self, ids: Sequence[int], kind: str = "", similarities: Sequence[float] = ()) -> None:
        """Replace the rows.

        Args:
            similarities: one per row, for the kind "similar".
        """
        self.ids, self.kind, self._similarities = ids, kind, similarities
        self.rows_changed()

    def track_at(self, index: int) -> Track | None:
        if not 0 <= index < self.count:
            return None
        return self.radio_app.tracks.get(self.ids[index])

    def chosen(self) -> tuple[int, ...]:
        """Ids of the marked tracks as marked, else of the row under the cursor."""
        if self.marked:
            return tuple(self.marked)
        return (self.ids[self.cursor],) if self.count else ()

    def mark(self, index: int) -> None:
        """Mark a row, or take the mark away."""
        if 0 <= index < self.count:
            track_id = self.ids[index]
            if track_id in self.marked:
                del self.marked[track_id]
            else:
                self.marked[track_id] = None
            self._anchor = index
            self.refresh_line(index)

    def mark_all(self) -> None:
        """Mark every row, or none when all are."""
        if all(track_id in self.marked for track_id in self.ids):
            self.marked.clear()
        else:
            self.marked.update(dict.fromkeys(self.ids))
        self.refresh()

    def is_marked(self, index: int) -> bool:
        return self.ids[index] in self.marked

    def clicked(self, index: int, event: events.Click) -> None:
        if event.ctrl or event.meta:
            self.move_to(index)
            self.mark(index)
        elif event.shift:
            low, high = sorted((self._anchor, index))
            self.marked.update(dict.fromkeys(self.ids[low : high + 1]))
            self.move_to(index)
            self.refresh()
        else:
            self._anchor = index
            super().clicked(index, event)

    def render_lines(self, crop: Region) -> list[Strip]:
        first = self.scroll_offset.y
        height = self.scrollable_content_region.height
        ids = self.ids
        self.radio_app.tracks.want(
            [*ids[first : first + height], *ids[first + height : first + 2 * height],
             *ids[max(0, first - height) : first]]
        )  # fmt: skip
        return super().render_lines(crop)

    def tracks_changed(self, ids: Container[int]) -> None:
        """Repaint those of these tracks that are in sight."""
        first = self.scroll_offset.y
        for row, track_id in enumerate(self.ids[first : first + self.size.height], first):
            if track_id in ids:
                self.refresh_line(row)

    def row_key(self, index: int) -> Hashable | None:
        track = self.track_at(index)
        if track is None:
            return None
        similarity = self._similarities[index] if index < len(self._similarities) else None
        app = self.radio_app
        sign = app.playing_sign if track.id == app.playing_id else ""
        return (track, self.kind, similarity, sign, self._place(index))

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        track = self.track_at(index)
        if track is None:
            return [Piece("   ┄", "faint")]
        similarity = self._similarities[index] if index < len(self._similarities) else None
        sign = self.radio_app.playing_sign if track.id == self.radio_app.playing_id else ""
        return columns.row(track, self.columns(width), sign, similarity, self._place(index))

    def columns(self, width: int) -> tuple[columns.Column, ...]:
        """The columns of a list ``width`` cells wide."""
        return columns.layout(width, self.kind, self.radio_app.config.columns)

    def _place(self, index: int) -> int:
        """The number in a playlist, while it is in its own order."""
        if self.kind != "playlist" or self.sort is not Sort.PLACE:
            return 0
        return self.count - index if self.descending else index + 1

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        lines = wrapped(self.empty, width)
        return lines[line] if line < len(lines) else []
