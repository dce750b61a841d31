"""The whole screen in one line: what plays, the dial of time, and what comes next and why."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events

from tuiradio.engine.protocol import PlayerState, Seek
from tuiradio.radio import reasons
from tuiradio.ui import dial
from tuiradio.ui.ink import Drawn, Piece, cut, spread, width_of
from tuiradio.ui.queue_list import PICK_SIGN, QueueList
from tuiradio.ui.text import clean, clock

_DIAL_FROM = 46
"""Cells of a line that has room for the dial."""
_NEXT_FROM = 90
_WIDEST_DIAL = 40


class MiniLine(Drawn):
    """One line; its dial can be clicked, and the wheel turns the volume."""

    words: tuple[str, str] = ("", "")
    """What is to be told, with its ink, in place of what comes next."""
    _drawn: tuple[object, ...] = ()

    def player_changed(self, player: PlayerState) -> None:
        """Repaint when a figure or the needle moved."""
        _, cells = self._dial_span(self.size.width)
        needle = round(player.position_s / max(1.0, player.duration_s) * cells)
        now = (player.track_id, player.status, player.duration_s, int(player.position_s), needle)
        if now != self._drawn:
            self._drawn = now
            self.refresh()

    def tell(self, words: str, ink: str) -> None:
        """Show words until others come; "" shows what comes next again."""
        self.words = (words, ink)
        self.refresh()

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        start, cells = self._dial_span(width)
        times = self._times(width)
        left = spread(self._names(), [], max(0, start))
        middle = [*dial.scale(cells, self._fraction(), ())] if cells else []
        line = [*left, *middle, *times]
        room = width - width_of(line)
        return [[*line, *spread(cut(self._next(), room), [], room)]]

    def _dial_span(self, width: int) -> tuple[int, int]:
        """The first cell of the dial, and its cells: 0 for none."""
        cells = min(_WIDEST_DIAL, width // 5) if width >= _DIAL_FROM else 0
        after = width_of(self._times(width)) + self._next_cells(width)
        return max(0, width - cells - after), cells

    def _next_cells(self, width: int) -> int:
        """Cells of what comes next; of words that are told where there is no room for it."""
        if width >= _NEXT_FROM:
            return width * 2 // 5
        return min(width // 2, cell_len(self.words[0]) + 1) if self.words[0] else 0

    @property
    def _player(self) -> PlayerState:
        return self.radio_app.state.player

    def _fraction(self) -> float | None:
        player = self._player
        if player.track_id is None or player.duration_s <= 0:
            return None
        return player.position_s / player.duration_s

    def _names(self) -> list[Piece]:
        sign = Piece(f" {self.radio_app.playing_sign} ", "needle", "toggle_pause")
        track_id = self._player.track_id
        track = None if track_id is None else self.radio_app.tracks.get(track_id)
        if track is None:
            return [sign, Piece("Nothing plays", "dim")]
        liked = [Piece("♥ ", "needle", "like")] if track.liked else []
        names = [sign, *liked, Piece(clean(track.title), "playing")]
        if track.artist:
            names.append(Piece(f"  {clean(track.artist)}", "dim"))
        return names

    def _times(self, width: int) -> list[Piece]:
        player = self._player
        if player.track_id is None or width < 24:
            return []
        whole = f"/{clock(player.duration_s)}" if width >= _DIAL_FROM else ""
        return [Piece(f" {clock(player.position_s)}", "amber"), Piece(f"{whole} ", "dim")]

    def _next(self) -> list[Piece]:
        words, ink = self.words
        if words:
            return [Piece(f" {words}", ink)]
        entry = self.screen.query_one(QueueList).following()
        track = self.radio_app.tracks.get(entry.track_id) if entry else None
        if entry is None or track is None:
            return []
        names = [Piece(" ▸ ", "faint"), Piece(clean(track.title), "text", "next")]
        if entry.pick is None:
            return [*names, Piece(f"  {clean(track.artist)}", "dim")]
        why = reasons.one_line(entry.pick, self.radio_app.tracks.get)
        return [*names, Piece(f"  {PICK_SIGN} {clean(why)}", "teal")]

    async def on_click(self, event: events.Click) -> None:
        start, cells = self._dial_span(self.size.width)
        duration_s = self._player.duration_s
        if duration_s > 0 and start <= event.x < start + cells:
            event.stop()
            fraction = (event.x - start) / max(1, cells - 1)
            self.radio_app.engine.submit(Seek(fraction * duration_s))
        else:
            await super().on_click(event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.radio_app.action_louder()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.radio_app.action_softer()
