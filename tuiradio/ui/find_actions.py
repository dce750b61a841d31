"""Searching over everything or within a list, and opening what is found beside tracks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tuiradio.engine.protocol import Engine
from tuiradio.library.names import Named, NameKind, Names
from tuiradio.ui.browse_list import Shelf
from tuiradio.ui.desk import Desk
from tuiradio.ui.face_actions import FaceActions
from tuiradio.ui.hit_list import HitList, ScopeLabel
from tuiradio.ui.ink import Piece
from tuiradio.ui.listing import Listing
from tuiradio.ui.text import clean
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.library.store import StoreReader

_STATION_OF = {
    NameKind.ARTIST: "artists",
    NameKind.ALBUM: "albums",
    NameKind.GENRE: "genres",
    NameKind.PLAYLIST: "playlists",
    NameKind.FOLDER: "folders",
}
_SHORTEST = 2
"""Letters from which names are looked for; every name begins with one letter."""
_FEW_LINES = 34


class FindActions(FaceActions):
    """The scope of the search, and the names found by it."""

    _names: Names | None = None
    _names_at = -1

    def __init__(
        self, engine: Engine, open_reader: Callable[[], StoreReader], **named: Any
    ) -> None:
        super().__init__(engine, open_reader, **named)
        # Reading all names takes a while, which the first letters must not wait for.
        self.naming: Desk[StoreReader] = Desk(
            "screen-names", open_reader, lambda reader: reader.close(), self.post_message
        )
        self._desks = (*self._desks, self.naming)

    @property
    def hit_list(self) -> HitList:
        return self.screen_stack[0].query_one(HitList)

    # --- where is searched ---------------------------------------------------------------

    def action_search(self) -> None:
        self._search_within(filters=False)

    def action_filter(self) -> None:
        """Search within the list that is shown, in its own order."""
        self._search_within(filters=True)

    def action_search_scope(self) -> None:
        """Search everywhere instead of within the list, or the other way round."""
        self._search_within(filters=not self.listing.filters)

    def _search_within(self, *, filters: bool) -> None:
        self.listing = replace(self.listing, filters=filters)
        super().action_search()
        self._scope_changed()
        self.naming.do("names", self._read_names, lambda _: self._find_names())

    def _scope_changed(self) -> None:
        at = self.listing
        self.screen_stack[0].query_one(ScopeLabel).show(at.name if at.filters else "")

    def _read_names(self, reader: StoreReader) -> None:
        revision = reader.tags_revision()
        if self._names is None or revision != self._names_at:
            self._names, self._names_at = reader.names(), revision

    def _leave_search(self) -> None:
        super()._leave_search()
        self.listing = replace(self.listing, filters=False)
        self._show_hits(())

    def fill_empty(self) -> None:
        at = self.listing
        if at.words is not None and at.words.strip() and at.filters:
            self.track_list.empty = [
                [],
                [Piece("  Nothing there is called ", "dim"), Piece(clean(at.words), "text"),
                 Piece(".", "dim")],
                [Piece("  Search everywhere instead", "text", "search"), Piece("  /", "key")],
            ]  # fmt: skip
        else:
            super().fill_empty()

    # --- names -----------------------------------------------------------------------------

    def _show_ids(self, at: Listing, ids: Sequence[int], instead: str = "") -> None:
        super()._show_ids(at, ids, instead)
        if at == self.listing and at.words is not None:
            self._find_names()

    def _find_names(self) -> None:
        at, names, instead = self.listing, self._names, self._instead
        words = at.words or ""
        if names is None or at.filters or len(words.strip()) < _SHORTEST:
            self._show_hits(())
            return
        most = 1 if self.screen_stack[0].size.height < _FEW_LINES else 2
        self.naming.do(
            "find",
            lambda _: _found(names, words, most) or _found(names, instead, most),
            lambda hits: self._show_hits(hits) if at == self.listing else None,
        )

    def _show_hits(self, hits: Sequence[Named]) -> None:
        screen = self.screen_stack[0]
        if not screen.query(HitList):
            return
        rows = self.hit_list
        had_focus = rows.has_focus
        rows.show(hits)
        # By itself and not by a class of the screen, which would style every widget again.
        rows.display = bool(hits)
        if had_focus and not hits:
            self.show_pane("tracks")

    def open_hit(self, hit: Named) -> None:
        """Go to what was found: its row on its shelf, and its tracks."""
        self.action_station(_STATION_OF[hit.kind])
        parent = None
        if hit.kind is NameKind.FOLDER and hit.scope.folder is not None:
            parent = hit.scope.folder.rpartition(b"/")[0]
            self._shelves_above = ((Shelf("folders"), 0),)
        self.open_shelf(Shelf(_STATION_OF[hit.kind], folder=parent), 0, hit.scope)
        self.show_pane("tracks")

    # --- keys ------------------------------------------------------------------------------

    def panes(self) -> list[tuple[str, VirtualList]]:
        found = super().panes()
        if self.hit_list.display and not self.face:
            found.insert(0, ("tracks", self.hit_list))
        return found

    def show_pane(self, name: str) -> None:
        super().show_pane(name)
        if name == "tracks" and self.focused is self.hit_list:
            self.track_list.focus()

    def action_cursor_up(self) -> None:
        rows = self.rows
        if rows is self.track_list and rows.cursor == 0 and self.hit_list.count:
            self.hit_list.focus()
            self.hit_list.move_to(self.hit_list.count - 1)
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        rows = self.rows
        if rows is self.hit_list and rows.cursor == rows.count - 1:
            self.track_list.focus()
        else:
            super().action_cursor_down()

    def chosen(self) -> tuple[int, ...]:
        if self.focused is self.hit_list:
            return ()
        return super().chosen()

    def action_radio(self) -> None:
        if self.focused is self.hit_list and (hit := self.hit_list.hit()):
            self.radio_from(hit.name, hit.scope)
        else:
            super().action_radio()

    def activate(self, rows: VirtualList, index: int) -> None:
        if rows is self.hit_list and (hit := self.hit_list.hit()):
            self.open_hit(hit)
        else:
            super().activate(rows, index)


def _found(names: Names, words: str, most: int) -> list[Named]:
    """Names, without folders that are called as what is in them, as most are."""
    found = names.find(words, most)
    others = {hit.name.casefold() for hit in found if hit.kind is not NameKind.FOLDER}
    return [
        hit for hit in found if hit.kind is not NameKind.FOLDER or hit.name.casefold() not in others
    ]
