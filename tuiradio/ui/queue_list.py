"""What plays and what comes next, each pick of the radio with its reason.

Beside the lists a row has two lines; with the whole width to itself it has one, in columns,
and what was played before stands above. Rows are marked, dragged and moved together.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.timer import Timer

from tuiradio.engine.protocol import QueueEntry
from tuiradio.radio import reasons
from tuiradio.radio.pick import Pick
from tuiradio.ui import columns, queue_columns
from tuiradio.ui.drag_list import DragList
from tuiradio.ui.ink import Drawn, Piece, spread
from tuiradio.ui.model import named_by
from tuiradio.ui.queue_columns import Told
from tuiradio.ui.text import clean, clock, span

PICK_SIGN = "⌁"
_ROWS_BEHIND = 2
"""Of what was played before, in sight over what plays."""
_NEWS_S = 4.0
"""How long the edge tells that what comes next was planned anew."""


@dataclass(frozen=True, slots=True)
class PastPlay:
    """A track that was played before what the queue knows of."""

    track_id: int
    when: str
    """For people."""
    skipped: bool = False


class QueueHeader(Drawn):
    """Names of the columns over a queue with the whole width."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        rows = self.screen.query_one(QueueList)
        return [queue_columns.header(rows.scrollable_content_region.width)]


class QueueList(DragList):
    """Played, playing and to come; the cursor may also stand on what was played before."""

    ROW_HEIGHT = 2

    class Dragged(Message):
        """Rows were dropped at another place: that of the entry which then follows them."""

        def __init__(self, entry_ids: tuple[int, ...], index: int) -> None:
            super().__init__()
            self.entry_ids = entry_ids
            self.index = index
            """Among the entries without those that were dragged."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.entries: tuple[QueueEntry, ...] = ()
        self.past: tuple[PastPlay, ...] = ()
        """Shown above the entries, oldest first."""
        self.marked: dict[int, None] = {}
        """Ids of the marked entries, in the order they were marked."""
        self._playing_entry: int | None = None
        self._anchor = 0
        self._titled = ""
        self._awaits_plan = self._is_planned_anew = False
        self._news: Timer | None = None

    @property
    def count(self) -> int:
        return len(self.past) + len(self.entries)

    @property
    def is_wide(self) -> bool:
        """Whether a row has one line, in columns."""
        return self.ROW_HEIGHT == 1

    @property
    def current(self) -> int:
        """Row of the entry that plays, -1 for none."""
        return self.row_of(self._playing_entry)

    def row_of(self, entry_id: int | None) -> int:
        """The row of an entry, -1 when there is none."""
        start = len(self.past)
        return next((start + i for i, e in enumerate(self.entries) if e.entry_id == entry_id), -1)

    def entry_at(self, row: int) -> QueueEntry | None:
        """The entry of a row; None for what was played before."""
        index = row - len(self.past)
        return self.entries[index] if 0 <= index < len(self.entries) else None

    def entry(self) -> QueueEntry | None:
        """The entry under the cursor."""
        return self.entry_at(self.cursor)

    def track_ids(self) -> tuple[int, ...]:
        """Tracks of the marked rows, else of the row under the cursor."""
        if self.marked:
            return tuple(e.track_id for e in self.entries if e.entry_id in self.marked)
        entry = self.entry()
        if entry is not None:
            return (entry.track_id,)
        return (self.past[self.cursor].track_id,) if self.cursor < len(self.past) else ()

    def chosen(self) -> tuple[int, ...]:
        """Ids of the marked entries as they stand, else of the one under the cursor."""
        if self.marked:
            return tuple(e.entry_id for e in self.entries if e.entry_id in self.marked)
        entry = self.entry()
        return (entry.entry_id,) if entry is not None else ()

    def following(self) -> QueueEntry | None:
        """The entry that comes next."""
        current = self.current
        return self.entry_at(current + 1 if current >= 0 else len(self.past))

    # --- rows -----------------------------------------------------------------------

    def show(self, entries: tuple[QueueEntry, ...], playing_entry: int | None) -> None:
        """Take new rows; the cursor stays on its entry, or follows what plays."""
        under = self.entry()
        moved_on = playing_entry != self._playing_entry
        changed = entries != self.entries
        if not changed and not moved_on:
            return
        self.entries, self._playing_entry = entries, playing_entry
        if changed and self._awaits_plan:
            self.planned(is_done=True)
        there = {entry.entry_id for entry in entries}
        self.marked = {entry_id: None for entry_id in self.marked if entry_id in there}
        at = self.row_of(under.entry_id) if under else -1
        if at >= 0 and self.has_focus:
            self.cursor = at
        elif (not self.has_focus or under is None) and self.current >= 0:
            self.cursor = self.current
        self.rows_changed()
        self._want()
        if not self.has_focus:
            self.show_current()

    def planned(self, *, is_done: bool) -> None:
        """Dials were turned, or what comes next has followed, which the edge tells a while."""
        self._awaits_plan, self._is_planned_anew = not is_done, is_done
        if self._news is not None:
            self._news.stop()
        self._news = self.set_timer(_NEWS_S, self.news_are_old)

    def news_are_old(self) -> None:
        """Tell of the new plan no longer."""
        self._awaits_plan = self._is_planned_anew = False
        self.title_changed()

    def show_past(self, past: tuple[PastPlay, ...]) -> None:
        """Take what was played before; () shows none of it."""
        if past != self.past:
            more = len(past) - len(self.past)
            self.past, self.cursor = past, max(0, self.cursor + more)
            self.rows_changed()
            self._want()
            self.show_row(self.cursor)

    def widen(self, is_wide: bool) -> None:
        """One line a row, in columns, or two."""
        if is_wide != self.is_wide:
            self.ROW_HEIGHT = 1 if is_wide else 2
            self.rows_changed()
            self.call_after_refresh(self.show_current)

    def _want(self) -> None:
        at = max(0, self.current - len(self.past))
        near = self.entries[max(0, at - 20) : at + 60]
        self.radio_app.tracks.want(
            [e.track_id for e in near]
            + [e.pick.previous_id for e in self.entries if e.pick]
            + [e.pick.seed_id for e in self.entries if e.pick]
            + [play.track_id for play in self.past]
        )

    def tracks_changed(self, ids: Set[int]) -> None:
        """Repaint the rows in sight that name one of these tracks, and the words on the edge."""
        first = self.scroll_offset.y // self.ROW_HEIGHT
        for row in range(first, min(self.count, first + self.page + 1)):
            if not ids.isdisjoint(self._named(row)):
                self.refresh_lines(row * self.ROW_HEIGHT, self.ROW_HEIGHT)
        self.title_changed()

    def _named(self, row: int) -> tuple[int, ...]:
        entry = self.entry_at(row)
        return (self.past[row].track_id,) if entry is None else named_by(entry)

    def show_current(self) -> None:
        """Have what plays near the top, with what was played before just above."""
        row = self.current if self.current >= 0 else self.cursor
        # Where few rows fit, it must not push out of sight what plays.
        behind = min(_ROWS_BEHIND if self.is_wide else 1, (self.page - 1) // 2)
        self.scroll_to(y=max(0, (row - behind) * self.ROW_HEIGHT), animate=False)

    def on_resize(self) -> None:
        self.show_current()

    def title(self) -> str:
        """Words for the panel's edge: how many tracks lie ahead, and for how long."""
        current = self.current
        ahead = self.entries[current + 1 - len(self.past) if current >= 0 else 0 :]
        marked = f" · {len(self.marked)} marked" if self.marked else ""
        if not ahead:
            return f"Up next{marked}"
        tracks = (self.radio_app.tracks.get(entry.track_id) for entry in ahead[:500])
        length_s = sum(track.duration_s for track in tracks if track)
        picked = sum(entry.pick is not None for entry in ahead) if self.is_wide else 0
        by_radio = f" · {picked} {PICK_SIGN} by the radio" if picked else ""
        anew = " · planned anew" if self._is_planned_anew else ""
        return f"Up next · {len(ahead)} · {span(length_s)}{by_radio}{marked}{anew}"

    # --- marks ------------------------------------------------------------------------

    def is_marked(self, index: int) -> bool:
        entry = self.entry_at(index)
        return entry is not None and entry.entry_id in self.marked

    def mark(self, index: int) -> None:
        """Mark a row, or take the mark away; what was played before cannot be moved."""
        entry = self.entry_at(index)
        if entry is not None:
            if entry.entry_id in self.marked:
                del self.marked[entry.entry_id]
            else:
                self.marked[entry.entry_id] = None
            self._anchor = index
            self._marks_changed()

    def mark_all(self) -> None:
        """Mark every entry, or none when all are."""
        if len(self.marked) == len(self.entries):
            self.marked.clear()
        else:
            self.marked = dict.fromkeys(entry.entry_id for entry in self.entries)
        self._marks_changed()

    def unmark(self) -> None:
        """Take all marks away."""
        self.marked.clear()
        self._marks_changed()

    def title_changed(self) -> None:
        """Write the words on the edge, of the header where that is the edge."""
        # Textual repaints the whole widget for a title, also for the one it has.
        if (title := self.title()) == self._titled:
            return
        self.border_title = self._titled = title
        for header in self.screen.query(QueueHeader):
            header.border_title = self.border_title

    def _marks_changed(self) -> None:
        self.title_changed()
        self.refresh()

    def clicked(self, index: int, event: events.Click) -> None:
        if event.ctrl or event.meta:
            self.move_to(index)
            self.mark(index)
        elif event.shift:
            low, high = sorted((self._anchor, index))
            rows = (self.entry_at(row) for row in range(low, high + 1))
            self.marked.update({entry.entry_id: None for entry in rows if entry})
            self.move_to(index)
            self._marks_changed()
        else:
            self._anchor = index
            super().clicked(index, event)

    # --- dragging -----------------------------------------------------------------------

    def first_place(self) -> int:
        return len(self.past)

    def may_drag(self, row: int) -> bool:
        return self.entry_at(row) is not None

    def put_down(self, row: int, before: int) -> None:
        entry = self.entry_at(row)
        if entry is None:
            return
        moving = self.chosen() if entry.entry_id in self.marked else (entry.entry_id,)
        held = frozenset(moving)
        above = self.entries[: before - len(self.past)]
        index = sum(one.entry_id not in held for one in above)
        self.post_message(self.Dragged(moving, index))

    # --- drawing ------------------------------------------------------------------------

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        pieces = self._drawn(index, line, width)
        if index == self.drop and line == 0:
            return [Piece("▔▸ " if pieces else "", "needle"), *pieces[1:]]
        return pieces

    def _drawn(self, index: int, line: int, width: int) -> list[Piece]:
        entry = self.entry_at(index)
        if entry is None:
            return self._before(self.past[index], line, width)
        current = self.current
        is_current, is_past = index == current, index < current
        if self.is_wide:
            track = self.radio_app.tracks.get(entry.track_id)
            told = self._told(entry, index - max(current, len(self.past) - 1), is_current, is_past)
            return queue_columns.row(track, told, width)
        if line == 0:
            return self._names(entry, width, is_current, is_past)
        return self._reason(entry, width, is_past)

    def _before(self, play: PastPlay, line: int, width: int) -> list[Piece]:
        """A row of what was played before the queue's first entry."""
        if line:
            return []
        why = f"{'skipped' if play.skipped else 'played'} {play.when}"
        told = Told("↷" if play.skipped else "·", "faint", why=why, is_past=True)
        return queue_columns.row(self.radio_app.tracks.get(play.track_id), told, width)

    def _told(self, entry: QueueEntry, place: int, is_current: bool, past: bool) -> Told:
        sign, ink = (PICK_SIGN, "teal") if entry.pick else (" ", "faint")
        if is_current:
            sign, ink = self.radio_app.playing_sign or "▶", "needle"
        place = 0 if past or is_current else place
        if entry.pick is None:
            words = "played" if past else self._chosen_words(entry)
            return Told(sign, ink, place, None, words, "faint", past, is_current)
        words = self._words(entry.pick)
        is_seed = entry.pick.seed_id == entry.track_id
        near = None if is_seed else entry.pick.seed_similarity
        # The figure has a column of its own.
        figure = reasons.percent(entry.pick.seed_similarity)
        words = words.removeprefix(figure).removeprefix(" · ").strip()
        words = words or f"like {reasons.title_of(entry.pick.seed_id, self.radio_app.tracks.get)}"
        return Told(sign, "faint" if past else ink, place, near, words, "teal", past, is_current)

    def _chosen_words(self, entry: QueueEntry) -> str:
        radio = self.radio_app.state.radio
        is_seed = radio.on and entry.track_id in radio.seed_ids
        return "the seed of this radio" if is_seed else "you chose it"

    def _names(self, entry: QueueEntry, width: int, is_current: bool, past: bool) -> list[Piece]:
        track = self.radio_app.tracks.get(entry.track_id)
        sign = Piece(f" {PICK_SIGN} " if entry.pick else "   ", "faint" if past else "teal")
        if is_current:
            sign = Piece(f" {self.radio_app.playing_sign or '▶'} ", "needle")
        if track is None:
            return [sign, Piece("┄", "faint")]
        ink = "faint" if past else "playing" if is_current else "strong"
        artist = f"  {clean(track.artist)}" if track.artist else ""
        names = [
            sign,
            Piece(clean(track.title), ink),
            Piece(artist, "faint" if past else "dim"),
        ]
        length = clock(track.duration_s) if track.duration_s else ""
        liked = [Piece(" ♥", "needle")] if track.liked else []
        return spread(names, [*liked, Piece(f" {length} ", "faint" if past else "dim")], width)

    def _reason(self, entry: QueueEntry, width: int, past: bool) -> list[Piece]:
        ink = "faint" if past else "teal"
        if entry.pick:
            is_seed = entry.pick.seed_id == entry.track_id
            near = "" if is_seed else f"{columns.cells(entry.pick.seed_similarity)} "
            return [Piece("   "), Piece(near, ink), Piece(clean(self._words(entry.pick)), ink)]
        track = self.radio_app.tracks.get(entry.track_id)
        return [Piece("   "), Piece(clean(track.album) if track else "", "faint")]

    def _words(self, pick: Pick) -> str:
        """The reason in one line; the only seed is named once, beside the player."""
        tracks = self.radio_app.tracks.get
        words = reasons.one_line(pick, tracks)
        figure = reasons.percent(pick.seed_similarity)
        start = f"{figure} like {reasons.title_of(pick.seed_id, tracks)}"
        if self.radio_app.state.radio.seed_ids == (pick.seed_id,) and words.startswith(start):
            return figure + words[len(start) :]
        return words

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        key_of = self.radio_app.key_of
        words = (
            (("Nothing up next.", "dim"),),
            (),
            ((key_of("activate"), "key"), (" plays a track and its list", "dim")),
            ((key_of("radio"), "key"), (" starts an endless radio", "dim")),
            ((key_of("enqueue"), "key"), (" puts a track here", "dim")),
        )
        if line >= len(words):
            return []
        return [Piece("   "), *(Piece(text, ink) for text, ink in words[line])]
