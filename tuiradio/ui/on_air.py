"""What plays, large: the head of the radio's own view."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from tuiradio.library.track import Track
from tuiradio.ui import big_letters, estimates
from tuiradio.ui.cover_art import CoverArt
from tuiradio.ui.ink import Drawn, Piece
from tuiradio.ui.text import clean, clock

Lines = list[list[Piece]]

_HIGH_ENOUGH = 8
"""Lines below which a title in large letters would crowd out the rest."""
_HIGH = 16
"""Lines from which it may take two lines of letters, and from 24 three."""


class AirFace(Drawn):
    """Title, artist, album, and what the network hears."""

    def lines(self, width: int, height: int) -> Lines:
        app = self.radio_app
        playing = app.playing_id
        track = None if playing is None else app.tracks.get(playing)
        if track is None:
            return [
                [],
                [Piece(" Nothing plays", "dim")],
                [],
                [Piece(" r", "key"), Piece("  an endless radio from the track under the cursor")],
                [Piece(" N", "key"), Piece("  back to the lists", "text")],
            ]
        lines = self._title(track, width, height)
        if track.artist:
            lines.append([Piece(f" {clean(track.artist)}", "strong")])
        lines.append([Piece(f" {_about(track)}", "dim")])
        room = height - len(lines) - 1
        heard = [[Piece(" "), *line] for line in estimates.described(track, width - 1)]
        return [*lines, [], *heard[:room]] if room > 0 else lines

    def _title(self, track: Track, width: int, height: int) -> Lines:
        title = clean(track.title)
        if height >= _HIGH_ENOUGH:
            most = max(1, 1 + (height - _HIGH) // 8)
            large = big_letters.wrapped(title, width - 2, most)
            if large:
                return [*([Piece(f" {line}", "playing")] for line in large), []]
        return [[Piece(f" {title}", "playing")]]


def _about(track: Track) -> str:
    parts = [
        clean(track.album),
        str(track.year or ""),
        clean(", ".join(track.genres[:2])),
        clock(track.duration_s) if track.duration_s else "",
    ]
    return " · ".join(filter(None, parts))


class OnAir(Horizontal):
    """The cover beside the face."""

    def compose(self) -> ComposeResult:
        yield CoverArt(id="portrait")
        yield AirFace(id="air-face")
