"""The stage: the cover, what the network hears, the meter, and the words of what plays."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip

from tuiradio.library.lyrics import Lyrics
from tuiradio.ui import estimates, meter
from tuiradio.ui.cover_art import CoverArt
from tuiradio.ui.ink import Drawn, Piece
from tuiradio.ui.lyrics_list import NOTHING, LyricsList
from tuiradio.ui.meter import Meter
from tuiradio.ui.text import clean

_METER_LINES = 3


class Facts(Drawn):
    """The estimates of the track that plays, and at the bottom the meter."""

    meter: Meter | None = None

    def meter_changed(self, now: Meter | None) -> None:
        """Repaint the meter alone, unless it comes or goes."""
        before, self.meter = self.meter, now
        if (before is None) != (now is None):
            self.refresh()
        elif before != now:
            width, height = self.size
            self.refresh(Region(0, max(0, height - _METER_LINES), width, 2))

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        line = y - max(0, height - _METER_LINES)
        if self.meter is None or not 0 <= line < _METER_LINES:
            return super().render_line(y)
        return self.strip(meter.scales(self.meter, max(10, width - 2))[line], width)

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
        return [*lines, *meter.scales(self.meter, max(10, width - 2))]


class Stage(Horizontal):
    """What stands in place of the lists while the words are looked at."""

    def compose(self) -> ComposeResult:
        with Vertical(id="stage-left"):
            yield CoverArt(id="art")
            yield Facts(id="facts")
        yield LyricsList("lyrics")

    @property
    def words(self) -> LyricsList:
        return self.query_one(LyricsList)

    @property
    def facts(self) -> Facts:
        return self.query_one(Facts)

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
