"""The face of the radio: what plays, why, what comes next, and the dial of time."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset, Region
from textual.strip import Strip

from tuiradio.engine.protocol import PlayerState, PlayStatus, Seek, SetVolume
from tuiradio.library.track import Track
from tuiradio.radio import reasons
from tuiradio.ui import dial, estimates, meter
from tuiradio.ui.ink import Drawn, Piece, spread
from tuiradio.ui.meter import Meter
from tuiradio.ui.queue_list import PICK_SIGN, QueueList
from tuiradio.ui.text import clean, clock

SIGNS = {PlayStatus.PLAYING: "▶", PlayStatus.PAUSED: "‖", PlayStatus.STOPPED: "■"}

_VOLUME_CELLS = 10
_LOUDEST_PERCENT = 130.0
_RIGHT = 3
_METER_CELLS = 29
_METER_CELLS_NARROW = 17
_NEAR_CELLS = 21
_NEAR_TICK = 5
_WITH_NEARNESS = 100
"""Narrowest face that shows how near the track is to its seed."""
_WITH_VOLUME = 60
"""Narrowest face that shows the volume: before it the name of what plays needs the room."""
_METER_LINE = 2
"""Both layouts have room at the right end of their third line."""


class NowPlaying(Drawn):
    """Four lines where space is short, five otherwise; its needles can be dragged."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        if height >= 5:
            return [
                self._names(width, with_artist=False),
                self._album(width),
                spread(self._reason(), self._meter(width) or self._nearness(width), width),
                self._figures(width),
                self._dial(width),
            ]
        radio = [*self._radio(), Piece(" ")]
        if height <= 2:
            # What plays stands large above.
            sign = Piece(f" {SIGNS[self._player.status]} ", "needle", "toggle_pause")
            return [spread([sign, *radio], self._right(), width), self._dial(width)]
        return [
            self._names(width, with_artist=True),
            spread(self._reason(), radio, width),
            spread(self._next(), self._meter(width), width),
            self._dial(width),
        ]

    def render_line(self, y: int) -> Strip:
        # The line of the meter is drawn eight times a second: without the others.
        width, height = self.size
        if y != _METER_LINE or self.meter is None or height <= _METER_LINE:
            return super().render_line(y)
        before = self._reason() if height >= 5 else self._next()
        return self.strip(spread(before, self._meter(width), width), width)

    def player_changed(self, player: PlayerState) -> None:
        """Repaint what a new state changed: most often a figure and a needle."""
        _, cells = self._dial_span(self.size.width)
        duration_s = max(1.0, player.duration_s)
        needle = round(player.position_s / duration_s * cells)
        rest = (player.track_id, player.status, player.volume_percent, player.duration_s)
        if rest != self._drawn_rest:
            self.refresh()
        elif (needle, int(player.position_s)) != self._drawn_dial:
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))
        self._drawn_rest, self._drawn_dial = rest, (needle, int(player.position_s))

    def meter_changed(self, now: Meter | None) -> None:
        """Repaint the meter, unless it comes or goes."""
        before, self.meter = self.meter, now
        if (before is None) != (now is None):
            self.refresh()
        elif self._bow(before, self.size.width) != self._bow(now, self.size.width):
            cells = self._meter_cells(self.size.width) + 1
            self.refresh(Region(self.size.width - cells, _METER_LINE, cells, 1))

    def _bow(self, now: Meter | None, width: int) -> list[Piece]:
        return [] if now is None else meter.bow(now, self._meter_cells(width))

    meter: Meter | None = None
    """None shows none."""
    _drawn_rest: tuple[object, ...] = ()
    _drawn_dial: tuple[int, int] = (-1, -1)
    _held = ""
    """The needle in the mouse's hand: "time", "volume" or none."""
    _dragged: float | None = None
    """Where the needle of time is held, 0…1."""
    _set_percent = -1

    # --- what plays -----------------------------------------------------------------

    @property
    def _player(self) -> PlayerState:
        return self.radio_app.state.player

    @property
    def _track(self) -> Track | None:
        track_id = self._player.track_id
        return None if track_id is None else self.radio_app.tracks.get(track_id)

    def _names(self, width: int, *, with_artist: bool) -> list[Piece]:
        sign = Piece(f" {SIGNS[self._player.status]} ", "needle", "toggle_pause")
        track = self._track
        names = [sign]
        if track:
            names.append(Piece(clean(track.title), "playing", "find_playing"))
            if with_artist and track.artist:
                names.append(Piece(f"  {clean(track.artist)}", "dim"))
        else:
            names.append(Piece("Nothing plays", "dim"))
        return spread(names, self._right(), width)

    def _right(self) -> list[Piece]:
        track = self._track
        liked = track is not None and track.liked
        return [
            Piece(" ♥ " if liked else " ♡ ", "needle" if liked else "faint", "like"),
            Piece(" ◂◂ ", "dim", "previous"),
            Piece("▸▸ ", "dim", "next"),
            *(self._volume() if self.size.width >= _WITH_VOLUME else ()),
        ]

    def _volume(self) -> list[Piece]:
        percent = self._player.volume_percent
        return [
            Piece(" vol ", "faint"),
            *dial.scale(_VOLUME_CELLS, percent / _LOUDEST_PERCENT, (), "teal"),
            Piece(f"{percent:>4.0f} ", "dim"),
        ]

    def _album(self, width: int) -> list[Piece]:
        track = self._track
        if track is None and not self.radio_app.counts.tracks:
            key = self.radio_app.key_of("add_folder")
            return [Piece("   Press "), Piece(key, "key", "add_folder"),
                    Piece(" to add a folder of music", "dim", "add_folder")]  # fmt: skip
        if track is None:
            play, radio = (self.radio_app.key_of(name) for name in ("activate", "radio"))
            return [Piece("   Press "), Piece(play, "key"), Piece(" on a track, or ", "dim"),
                    Piece(radio, "key"), Piece(" for a radio", "dim")]  # fmt: skip
        tempo = track.bpm or track.estimates.tempo_bpm
        about = [
            clean(track.album),
            str(track.year or ""),
            clean(", ".join(track.genres[:2])),
            f"{tempo:.0f} BPM" if tempo else "",
            estimates.mood_words(track.estimates) if width >= 100 else "",
        ]
        artist = clean(track.artist)
        facts = " · ".join(words for words in about if words)
        dot = " · " if artist and facts else ""
        names = [Piece("   "), Piece(artist, "strong"), Piece(dot + facts, "dim")]
        return spread(names, [*self._radio(), Piece(" ")], width)

    def _radio(self) -> list[Piece]:
        radio = self.radio_app.state.radio
        if not radio.on:
            return [Piece("radio off", "faint")]
        seed = self.radio_app.tracks.get(radio.seed_ids[0]) if radio.seed_ids else None
        name = f"“{clean(radio.name or seed.title)[:28]}”" if seed else "…"
        is_several = len(radio.seed_ids) > 1 and not radio.name
        more = f" +{len(radio.seed_ids) - 1}" if is_several else ""
        return [Piece("◉ radio ", "teal", "tuner"), Piece(f"from {name}{more}", "dim", "tuner")]

    def _reason(self) -> list[Piece]:
        entry = self.radio_app.playing_entry
        if entry is None:
            return [Piece("")]
        if entry.pick is None:
            radio = self.radio_app.state.radio
            is_seed = radio.on and entry.track_id in radio.seed_ids
            seed = "one of the seeds" if len(radio.seed_ids) > 1 else "the seed"
            words = f"   {seed} of this radio" if is_seed else "   you chose it"
            return [Piece(words, "faint", "why")]
        words = reasons.one_line(entry.pick, self.radio_app.tracks.get)
        return [Piece(f" {PICK_SIGN} ", "teal"), Piece(clean(words), "teal", "why")]

    def _next(self) -> list[Piece]:
        entry = self.screen.query_one(QueueList).following()
        track = self.radio_app.tracks.get(entry.track_id) if entry else None
        if entry is None or track is None:
            return [Piece("   nothing up next", "faint")]
        names = [Piece(" ▸ ", "faint"), Piece(clean(track.title), "text", "side_panel")]
        if track.artist:
            names.append(Piece(f"  {clean(track.artist)}", "dim"))
        if entry.pick:
            words = reasons.one_line(entry.pick, self.radio_app.tracks.get)
            names.append(Piece(f"  {PICK_SIGN} {clean(words)}", "faint"))
        return names

    def _nearness(self, width: int) -> list[Piece]:
        """How well the radio is tuned in: what plays between far from its seed and near."""
        entry = self.radio_app.playing_entry
        if entry is None or entry.pick is None or width < _WITH_NEARNESS:
            return []
        ticks = tuple(range(0, _NEAR_CELLS, _NEAR_TICK))
        near = max(0.0, entry.pick.seed_similarity)
        scale = dial.scale(_NEAR_CELLS, near, ticks, "teal")
        return [
            Piece("far ", "faint"),
            *(Piece(piece.text, piece.ink, "why") for piece in scale),
            Piece(" near ", "faint"),
        ]

    def _meter_cells(self, width: int) -> int:
        return _METER_CELLS if width >= 100 else _METER_CELLS_NARROW

    def _meter(self, width: int) -> list[Piece]:
        if self.meter is None:
            return []
        return [*self._bow(self.meter, width), Piece(" ")]

    # --- the dial ---------------------------------------------------------------------

    def _dial_span(self, width: int) -> tuple[int, int]:
        """The first cell of the dial, and its cells."""
        return 9, max(0, width - 18)

    def _marks(self, cells: int) -> tuple[tuple[int, str], ...]:
        return dial.time_ticks(cells, self._player.duration_s)

    def _figures(self, width: int) -> list[Piece]:
        start, cells = self._dial_span(width)
        return [Piece(" " * start), Piece(dial.labels(cells, self._marks(cells)), "faint")]

    def _dial(self, width: int) -> list[Piece]:
        _, cells = self._dial_span(width)
        player = self._player
        has_track = player.track_id is not None and player.duration_s > 0
        position_s = player.position_s
        if self._dragged is not None:
            position_s = self._dragged * player.duration_s
        fraction = position_s / player.duration_s if has_track else None
        ticks = tuple(at for at, _ in self._marks(cells))
        passed = clock(position_s) if has_track else "-:--"
        left = f"-{clock(player.duration_s - position_s)}" if has_track else "-:--"
        return [
            Piece(f"{passed:>8} ", "amber"),
            *dial.scale(cells, fraction, ticks),
            Piece(f" {left:<8}", "dim"),
        ]

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.radio_app.action_louder()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.radio_app.action_softer()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        width, height = self.size
        start, cells = self._dial_span(width)
        if event.y == height - 1 and start <= event.x < start + cells:
            self._held = "time"
        elif event.y == 0 and self._is_volume(event.x):
            self._held = "volume"
        else:
            return
        event.stop()
        self.capture_mouse()
        self._drag_to(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            event.stop()
            self._drag_to(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The needle is let go: only then the music jumps."""
        if not self._held:
            return
        event.stop()
        self._drag_to(event.x)
        self.release_mouse()
        fraction, self._held, self._dragged = self._dragged, "", None
        if fraction is not None:
            self.radio_app.engine.submit(Seek(fraction * self._player.duration_s))
        self.refresh()

    def _is_volume(self, x: int) -> bool:
        is_shown = self.size.width >= _WITH_VOLUME
        return is_shown and 0 <= x - self._volume_at() < _VOLUME_CELLS

    def _volume_at(self) -> int:
        return self.size.width - _VOLUME_CELLS - 5

    def _drag_to(self, x: int) -> None:
        """Move the needle in hand: of time for the eye alone, of volume at once."""
        if self._held == "volume":
            fraction = _fraction(x - self._volume_at(), _VOLUME_CELLS)
            percent = round(fraction * _LOUDEST_PERCENT)
            if percent != self._set_percent:
                self._set_percent = percent
                self.radio_app.engine.submit(SetVolume(percent))
        elif self._player.duration_s > 0:
            start, cells = self._dial_span(self.size.width)
            self._dragged = _fraction(x - start, cells)
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))

    def needles(self) -> list[tuple[Offset, str]]:
        """Where the dials of time and volume begin, and what asks for a figure instead."""
        start, _ = self._dial_span(self.size.width)
        found = [(Offset(start, self.size.height - 1), "seek_to")]
        if self.size.width >= _WITH_VOLUME:
            found.append((Offset(self._volume_at(), 0), "volume_to"))
        return found

    async def on_click(self, event: events.Click) -> None:
        if event.button == _RIGHT:
            event.stop()
            await self.app.run_action(f"menu_at('now', {event.screen_x}, {event.screen_y})")
            return
        width, height = self.size
        start, cells = self._dial_span(width)
        is_dial = event.y == height - 1 and start <= event.x < start + cells
        if not is_dial:
            await super().on_click(event)


def _fraction(cell: int, cells: int) -> float:
    """Where a cell of a dial stands on it, 0…1."""
    return max(0.0, min(1.0, cell / max(1, cells - 1)))
