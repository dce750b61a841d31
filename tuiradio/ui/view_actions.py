"""The actions that change what is looked at: stations, search, likeness, panels, rows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

from textual.widgets import Input

from tuiradio.engine.protocol import FindSimilar, SimilarTracks
from tuiradio.errors import TuiradioError
from tuiradio.library.reader import StoreReader
from tuiradio.library.rows import Scope, Sort
from tuiradio.ui.asked import asked
from tuiradio.ui.browse_list import BrowseList, Shelf, ShelfRow, read_shelf
from tuiradio.ui.greeting import empty_list
from tuiradio.ui.help_screen import HelpScreen
from tuiradio.ui.listing import Listing
from tuiradio.ui.stations import BY_ID, StationDial
from tuiradio.ui.taste_actions import TasteActions
from tuiradio.ui.text import clean, number
from tuiradio.ui.track_list import ColumnHeader
from tuiradio.ui.virtual_list import VirtualList
from tuiradio.ui.why_panel import Explained, WhyPanel

_SIMILAR_COUNT = 60
_ROWS_FOR_BOTH_PANELS = 44


class ViewActions(TasteActions):
    """Everything about what the panels show."""

    listing = Listing()
    shelf = Shelf("artists")
    _shelves_above: tuple[tuple[Shelf, int], ...] = ()
    _left_at: tuple[int, int] = (0, -1)
    """Where the cursor was before a search: row and track."""
    _instead = ""
    """What was searched for instead of what was typed."""

    @property
    def browse_list(self) -> BrowseList:
        return self.screen_stack[0].query_one(BrowseList)

    @property
    def search_input(self) -> Input:
        return self.screen_stack[0].query_one("#search", Input)

    # --- stations -----------------------------------------------------------------------

    def action_station(self, station_id: str) -> None:
        """Turn the dial to a source."""
        station = BY_ID[station_id]
        self._leave_search()
        self.listing = Listing(station, station.scope, station.sort, station.descending)
        screen = self.screen_stack[0]
        screen.query_one(StationDial).select(station_id)
        screen.set_class(station.browses, "-browsing")
        self.track_list.cursor = 0
        self.track_list.scroll_to(y=0, animate=False)
        if station.browses:
            self._shelves_above = ()
            self.open_shelf(Shelf(station_id))
            self.show_pane("browse")
        else:
            self.reload()
            self.show_pane("tracks")

    def open_shelf(self, shelf: Shelf, cursor: int = 0, scope: Scope | None = None) -> None:
        """Read a list of artists, albums, genres, folders or playlists and show it.

        Args:
            scope: the tracks of the row that the cursor is to stand on, if it is there.
        """
        self.shelf = shelf
        self.library.do(
            "shelf",
            lambda reader: read_shelf(reader, shelf),
            lambda rows: self._show_shelf(shelf, rows, cursor, scope),
            self.complain,
        )

    def _show_shelf(
        self, shelf: Shelf, rows: Sequence[ShelfRow], cursor: int, scope: Scope | None
    ) -> None:
        if shelf != self.shelf or not self.listing.station.browses:
            return
        self.browse_list.show(rows, cursor)
        at = -1 if scope is None else self.browse_list.row_of(scope)
        if at >= 0:
            self.browse_list.move_to(at)
        self.browse_list.border_title = self._shelf_title(shelf)
        self.follow_shelf()

    def _shelf_title(self, shelf: Shelf) -> str:
        if shelf.artist is not None:
            return f"‹ {clean(shelf.artist)}"
        if shelf.folder is not None:
            return f"‹ {clean(shelf.folder.decode('utf-8', 'replace'))[-40:]}"
        return f"{self.listing.station.name} · {number(len(self.browse_list.rows))}"

    def follow_shelf(self) -> None:
        """Show the tracks of the row under the cursor of the shelf."""
        row = self.browse_list.row()
        if row is None:
            self.listing = replace(self.listing, scope=self._whole_scope(), within="", aside="")
        elif row.scope == self.listing.scope:
            # Read again: who reads the tracks below keeps the place.
            self.listing = replace(self.listing, within=row.label, aside=row.aside)
        else:
            self.listing = replace(self.listing, scope=row.scope, within=row.label, aside=row.aside)
            self.track_list.cursor = 0
            self.track_list.scroll_to(y=0, animate=False)
        self.reload()

    def _whole_scope(self) -> Scope:
        """The tracks of a shelf without rows: of no playlist none, else what is in no row."""
        station = self.listing.station
        return Scope(playlist=0) if station.id == "playlists" else station.scope

    def open_row(self, row: ShelfRow) -> None:
        """Go one level down, or over to the tracks when there is none."""
        if row.opens is None:
            self.show_pane("tracks")
            return
        self._shelves_above = (*self._shelves_above, (self.shelf, self.browse_list.cursor))
        self.open_shelf(row.opens)

    # --- the list in the middle -----------------------------------------------------------

    def reload(self) -> None:
        """Read the ids of the listing again and show them."""
        at = self.listing
        if at.like_id is not None:
            return
        self.library.do(
            "ids",
            at.read,
            lambda found: self._show_ids(at, found.ids, found.instead),
            self.library_failed,
        )

    def library_failed(self, error: TuiradioError) -> None:
        """The store cannot be read, which on a first run only means that it is not there yet."""
        if self.state.store_revision:
            self.complain(error)
        self._show_ids(self.listing, array("q"))

    def _show_ids(self, at: Listing, ids: Sequence[int], instead: str = "") -> None:
        if at != self.listing:
            return
        rows, self._instead = self.track_list, instead
        under = rows.ids[rows.cursor] if rows.cursor < rows.count else None
        rows.sort = at.sort if at.is_sorted else None
        rows.descending = at.descending
        self.fill_empty()
        rows.show(ids, at.kind)
        if under is not None and rows.cursor and under in ids:
            rows.cursor = ids.index(under)
        self.title_changed()

    def fill_empty(self) -> None:
        """Say in the empty list what is the matter."""
        at = self.listing
        tracks, folder = self.counts.tracks, self.music_at_hand
        state = self.state if self.knows_engine else None
        self.track_list.empty = self.browse_list.empty = empty_list(
            state, at.station, at.words, tracks, folder, self.key_of
        )
        if not self.browse_list.count:
            self.browse_list.refresh()

    def title_changed(self) -> None:
        """Write the words on the edge of the list, and its header."""
        at, rows = self.listing, self.track_list
        if at.like_id is not None:
            track = self.tracks.get(at.like_id)
            name = f"Sounds like “{clean(track.title) if track else '…'}”"
        elif at.words is not None:
            name = f"Search in {clean(at.name)}" if at.filters else "Search"
        else:
            name = clean(at.name)
        aside = f" · {at.aside}" if at.aside and at.words is None and at.like_id is None else ""
        marked = f" · {number(len(rows.marked))} marked" if rows.marked else ""
        centre = self.screen_stack[0].query_one("#centre")
        instead = f" · showing results for “{self._instead}”" if at.words and self._instead else ""
        title = f"{name} · {number(rows.count)}{aside}{marked}{instead}"
        centre.border_title = title.replace("[", "\\[")
        self.screen_stack[0].query_one(ColumnHeader).refresh()

    def action_sort(self) -> None:
        """Sort by the next column that can be."""
        sorts = [c.sort for c in self.track_list.columns(self.track_list.size.width) if c.sort]
        at = sorts.index(self.listing.sort) if self.listing.sort in sorts else -1
        self.action_sort_by(sorts[(at + 1) % len(sorts)].value)

    def action_sort_by(self, name: str) -> None:
        """Sort by a column; the same one again turns the order around."""
        if not self.listing.is_sorted or self.listing.kind == "failed":
            return
        sort = Sort(name)
        descending = sort is self.listing.sort and not self.listing.descending
        self.listing = replace(self.listing, sort=sort, descending=descending)
        self.reload()

    def action_sort_turn(self) -> None:
        self.action_sort_by(self.listing.sort.value)

    # --- search and likeness ------------------------------------------------------------------

    def action_search(self) -> None:
        rows = self.track_list
        if self.listing.words is None:
            self._left_at = (rows.cursor, rows.ids[rows.cursor] if rows.count else -1)
        self.listing = replace(self.listing, words=self.listing.words or "", like_id=None)
        self.screen_stack[0].add_class("-searching")
        self.show_pane("tracks")
        self.search_input.focus()
        self.library.do("words", StoreReader.prepare_find, lambda _: None)
        self.reload()

    def search_typed(self, words: str) -> None:
        """Search for what was typed so far; the desk drops what was typed over."""
        if self.listing.words is None:
            return
        self.listing = replace(self.listing, words=words)
        self.track_list.cursor = 0
        self.track_list.scroll_to(y=0, animate=False)
        self.reload()

    def _leave_search(self) -> None:
        screen = self.screen_stack[0]
        if screen.has_class("-searching"):
            screen.remove_class("-searching")
            with self.prevent(Input.Changed):
                self.search_input.value = ""

    def action_similar(self) -> None:
        track_id = self.one_chosen()
        if track_id is None:
            return
        rows = self.track_list
        if self.listing.words is None and self.listing.like_id is None:
            self._left_at = (rows.cursor, rows.ids[rows.cursor] if rows.count else -1)
        self.tracks.want([track_id])
        weights = self.state.radio.settings.weights
        query = FindSimilar((track_id,), _SIMILAR_COUNT, weights)
        self.say("Listening for what sounds like it…")
        self.asking.do(
            "similar",
            lambda engine: asked(engine, query, 60),
            lambda answer: self._show_similar(track_id, answer),
            self.complain,
        )

    def _show_similar(self, track_id: int, answer: object) -> None:
        if not isinstance(answer, SimilarTracks):
            return
        self._leave_search()
        self.listing = replace(self.listing, like_id=track_id, words=None)
        rows = self.track_list
        rows.cursor, rows.sort = 0, None
        found = answer.neighbours
        rows.show([n.track_id for n in found], "similar", [n.similarity for n in found])
        rows.scroll_to(y=0, animate=False)
        self.title_changed()
        self.show_pane("tracks")

    # --- panes ------------------------------------------------------------------------------

    def panes(self) -> list[tuple[str, VirtualList]]:
        """The lists that can be in focus, left to right."""
        found: list[tuple[str, VirtualList]] = [("tracks", self.track_list)]
        if self.listing.station.browses and self.listing.words is None:
            found.insert(0, ("browse", self.browse_list))
        found.append(("side", self.queue_list))
        if self.screen_stack[0].has_class("-tuning"):
            found.append(("side", self.tuner))
        return found

    def show_pane(self, name: str) -> None:
        """Bring a pane to the front where only one fits, and give its list the keys."""
        wanted = next((rows for pane, rows in self.panes() if pane == name), self.track_list)
        self.focus_list(name, wanted)

    def focus_list(self, pane: str, rows: VirtualList) -> None:
        """Give a list the keys; a narrow screen shows its pane."""
        screen = self.screen_stack[0]
        for other in ("browse", "tracks", "side"):
            screen.set_class(other == pane, f"-pane-{other}")
        rows.focus()

    def _step_pane(self, step: int) -> None:
        panes = self.panes()
        lists = [rows for _, rows in panes]
        focused = self.focused
        at = lists.index(focused) if isinstance(focused, VirtualList) and focused in lists else -1
        self.focus_list(*panes[(at + step) % len(panes)])

    def action_focus_next(self) -> None:
        if len(self.screen_stack) > 1:
            self.screen.focus_next()
        else:
            self._step_pane(1)

    def action_focus_previous(self) -> None:
        if len(self.screen_stack) > 1:
            self.screen.focus_previous()
        else:
            self._step_pane(-1)

    def action_side_panel(self) -> None:
        """To what comes next."""
        self.show_pane("side")

    def action_why(self) -> None:
        screen = self.screen_stack[0]
        screen.toggle_class("-explaining")
        if screen.size.height < _ROWS_FOR_BOTH_PANELS:
            screen.remove_class("-tuning")
        self.explain()
        if screen.has_class("-explaining") and screen.has_class("-narrow"):
            self.show_pane("side")

    def action_tuner(self) -> None:
        screen = self.screen_stack[0]
        screen.toggle_class("-tuning")
        if screen.size.height < _ROWS_FOR_BOTH_PANELS:
            screen.remove_class("-explaining")
        if screen.has_class("-tuning"):
            self.focus_list("side", self.tuner)
        elif self.focused is self.tuner or self.focused is None:
            self.show_pane("tracks")

    def explain(self) -> None:
        """Tell the story of the pick under the queue's cursor, that plays, or that comes next."""
        playing, following = self.playing_entry, self.queue_list.following()
        shown = (self.queue_list.entry() or playing) if self.focused is self.queue_list else playing
        about = Explained(before=self.why_chosen(shown))
        if shown is not None and shown.pick is not None:
            label = {playing: "▶", following: "next"}.get(shown, "later")
            about = Explained(shown.pick, label=label)
        elif following is not None and following.pick is not None and shown == playing:
            about = Explained(following.pick, about.before, "next")
        self.screen_stack[0].query_one(WhyPanel).show(about)

    async def action_back(self) -> None:
        """Out of the tuner, a search or a likeness, up a shelf; unmark; close; to the tracks."""
        screen = self.screen_stack[0]
        if self.focused is self.tuner:
            self.action_tuner()
        elif self.listing.words is not None or self.listing.like_id is not None:
            self._back_to_station()
        elif isinstance(self.focused, BrowseList) and self._shelves_above:
            shelf, cursor = self._shelves_above[-1]
            self._shelves_above = self._shelves_above[:-1]
            self.open_shelf(shelf, cursor)
        elif self.track_list.marked:
            self.track_list.marked.clear()
            self.track_list.refresh()
            self.title_changed()
        elif screen.has_class("-explaining") or screen.has_class("-tuning"):
            screen.remove_class("-explaining", "-tuning")
        else:
            self.show_pane("browse" if self.focused is self.track_list else "tracks")

    def _back_to_station(self) -> None:
        self._leave_search()
        self.listing = replace(self.listing, words=None, like_id=None)
        row, _ = self._left_at
        self.track_list.show((), self.listing.kind)
        self.show_pane("tracks")
        at = self.listing
        self.library.do(
            "ids",
            lambda reader: reader.track_ids(at.scope, at.sort, at.descending),
            lambda ids: self._return_to(at, ids, row),
            self.library_failed,
        )

    def _return_to(self, at: Listing, ids: Sequence[int], row: int) -> None:
        self._show_ids(at, ids)
        self.track_list.cursor = max(0, min(row, len(ids) - 1))
        self.track_list.show_row(self.track_list.cursor, middle=True)

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self.key_table, self.key_contexts()))
