"""What plays and what comes next, each pick of the radio with its reason."""

from __future__ import annotations

from tuiradio.engine.protocol import QueueEntry
from tuiradio.radio import reasons
from tuiradio.radio.pick import Pick
from tuiradio.ui import columns
from tuiradio.ui.ink import Piece, spread
from tuiradio.ui.text import clean, clock, span
from tuiradio.ui.virtual_list import VirtualList

PICK_SIGN = "⌁"


class QueueList(VirtualList):
    """Two lines a row: title and artist; the reason of a pick, or the album."""

    ROW_HEIGHT = 2

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.entries: tuple[QueueEntry, ...] = ()
        self._playing_entry: int | None = None

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def current(self) -> int:
        """Index of the entry that plays, -1 for none."""
        return next(
            (i for i, e in enumerate(self.entries) if e.entry_id == self._playing_entry), -1
        )

    def entry(self) -> QueueEntry | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if 0 <= self.cursor < self.count else None

    def following(self) -> QueueEntry | None:
        """The entry that comes next."""
        index = self.current + 1
        return self.entries[index] if index < self.count else None

    def show(self, entries: tuple[QueueEntry, ...], playing_entry: int | None) -> None:
        """Take new rows; the cursor stays on its entry, or follows what plays."""
        under = self.entry()
        moved_on = playing_entry != self._playing_entry
        changed = entries != self.entries
        if not changed and not moved_on:
            return
        self.entries, self._playing_entry = entries, playing_entry
        at = next((i for i, e in enumerate(entries) if under and e == under), -1)
        if at < 0 and under:
            at = next((i for i, e in enumerate(entries) if e.entry_id == under.entry_id), -1)
        if at >= 0 and self.has_focus:
            self.cursor = at
        elif not self.has_focus and self.current >= 0:
            self.cursor = self.current
        self.rows_changed()
        self.radio_app.tracks.want(
            [e.track_id for e in entries[max(0, self.current - 20) : self.current + 60]]
            + [e.pick.previous_id for e in entries if e.pick]
            + [e.pick.seed_id for e in entries if e.pick]
        )
        if not self.has_focus:
            self._show_current()

    def _show_current(self) -> None:
        top = max(0, self.current) * self.ROW_HEIGHT
        self.scroll_to(y=max(0, top - self.ROW_HEIGHT), animate=False)

    def on_resize(self) -> None:
        self._show_current()

    def title(self) -> str:
        """Words for the panel's edge: how many tracks lie ahead, and for how long."""
        ahead = self.entries[self.current + 1 :]
        if not ahead:
            return "Up next"
        tracks = (self.radio_app.tracks.get(entry.track_id) for entry in ahead[:500])
        length_s = sum(track.duration_s for track in tracks if track)
        return f"Up next · {len(ahead)} · {span(length_s)}"

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        entry = self.entries[index]
        current = self.current
        is_current, is_past = index == current, index < current
        if line == 0:
            return self._names(entry, width, is_current, is_past)
        return self._reason(entry, width, is_past)

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
            near = columns.cells(entry.pick.seed_similarity)
            words = clean(self._words(entry.pick))
            return [Piece("   "), Piece(f"{near} ", ink), Piece(words, ink)]
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
        words = (
            (("Nothing up next.", "dim"),),
            (),
            (("enter", "key"), (" plays a track and its list", "dim")),
            (("r", "key"), (" starts an endless radio", "dim")),
            (("a", "key"), (" puts a track here", "dim")),
        )
        if line >= len(words):
            return []
        return [Piece("   "), *(Piece(text, ink) for text, ink in words[line])]
