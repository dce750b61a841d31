"""The stage: the cover, what the network hears, the meter, and the words of what plays."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip

from tuiradio.library.lyrics import Lyrics
from tuiradio.library.track import Track
from tuiradio.ui import estimates, meter
from tuiradio.ui.cover_art import CoverArt
from tuiradio.ui.ink import Drawn, Piece
from tuiradio.ui.lyrics_list import NOTHING, LyricsList
from tuiradio.ui.meter import Meter
from tuiradio.ui.spectrum import Spectrum
from tuiradio.ui.text import clean

_METER_LINES = 3
_MARK_CELLS = 2
"""Before a scale: whose it is."""


class Facts(Drawn):
    """The estimates of the track that plays, and at the bottom the meter."""

    meter: Meter | None = None
    _told: Track | None = None

    def track_changed(self, track: Track | None) -> None:
        """Repaint what is told of another track, or of one that is known better now."""
        before, self._told = self._told, track
        if before != track:
            self.refresh()

    def meter_changed(self, now: Meter | None) -> None:
        """Repaint the meter alone, unless it comes or goes."""
        before, self.meter = self.meter, now
        if (before is None) != (now is None):
            self.refresh()
        elif moved := tuple(self._moved(before or Meter(), now or Meter())):
            self.refresh(*moved)

    def _moved(self, before: Meter, now: Meter) -> Iterator[Region]:
        """The cells of the meter that look otherwise now."""
        cells = self._scale_cells(self.size.width)
        needles = ((before.left, now.left), (before.right, now.right))
        for line, (was, needle) in enumerate(needles):
            span = meter.stand(needle, cells).changed(meter.stand(was, cells))
            if span is not None:
                first, last = span
                top = max(0, self.size.height - _METER_LINES)
                yield Region(_MARK_CELLS + first, top + line, last - first + 1, 1)

    @staticmethod
    def _scale_cells(width: int) -> int:
        return max(10, width - _MARK_CELLS)

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        line = y - max(0, height - _METER_LINES)
        if self.meter is None or not 0 <= line < _METER_LINES:
            return super().render_line(y)
        return self.strip(meter.scales(self.meter, self._scale_cells(width))[line], width)

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        app = self.radio_app
        playing = app.playing_id
        track = None if playing is None else app.tracks.get(playing)
        lines = estimates.described(track, width)
        if self.meter is None:
            return lines
        room = max(0, height - _METER_LINES)
        lines = lines[: max(0, room - 1)]
        lines += [[Piece("")] for _ in range(room - len(lines))]
        return [*lines, *meter.scales(self.meter, self._scale_cells(width))]


class Stage(Horizontal):
    """What stands in place of the lists while the words are looked at."""

    def compose(self) -> ComposeResult:
        with Vertical(id="stage-left"):
            yield CoverArt(id="art")
            yield Facts(id="facts")
            yield Spectrum(id="spectrum")
        yield LyricsList("lyrics")

    @property
    def words(self) -> LyricsList:
        return self.query_one(LyricsList)

    @property
    def facts(self) -> Facts:
        return self.query_one(Facts)

    @property
    def spectrum(self) -> Spectrum:
        return self.query_one(Spectrum)

    def show(self, lyrics: Lyrics | None, file_name: str) -> None:
        """Words of a song; None when there are none."""
        words = self.words
        words.empty = _no_words(file_name) if lyrics is None else ()
        words.show(lyrics or NOTHING)
        self.title_changed()

    def title_changed(self) -> None:
        """Write the edge: where the words are from, and whether they follow the music."""
        words = self.words
        source = words.lyrics.source
        self.border_title = f"Lyrics · {clean(source)}".removesuffix(" · ").replace("[", "\\[")
        paused = words.lyrics.is_synced and not words.is_following
        self.border_subtitle = "esc follows the music again" if paused else ""


def _no_words(file_name: str) -> tuple[tuple[str, str], ...]:
    if not file_name:
        return (("Nothing plays.", "dim"),)
    stem = file_name.rpartition(".")[0] or file_name
    return (
        ("No lyrics", "strong"),
        ("", "dim"),
        ("Put this file beside the song:", "dim"),
        (f"{stem}.lrc", "teal"),
        ("", "dim"),
        ("or words into its tags", "faint"),
    )
