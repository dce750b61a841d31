"""The columns of what is up next where it has the whole width, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tuiradio.library.track import Track
from tuiradio.ui import columns
from tuiradio.ui.columns import MARKS_WIDTH, Column
from tuiradio.ui.ink import Piece
from tuiradio.ui.text import clock, fit

_GAP = 2
_COLUMNS = (
    Column("place", "#", width=4, from_width=44, right=True, ink="faint"),
    Column("title", "Title", flex=5, ink="strong"),
    Column("artist", "Artist", flex=4, from_width=36, ink="text"),
    Column("near", "Near", width=11, from_width=72, ink="amber"),
    Column("why", "Why", flex=7, from_width=96, ink="teal"),
    Column("album", "Album", flex=3, from_width=160, ink="dim"),
    Column("tempo", "BPM", width=4, from_width=140, right=True, ink="dim"),
    Column("liked", "♥", width=1, from_width=30, ink="needle"),
    Column("length", "Time", width=6, right=True, ink="dim"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a row tells beside its track."""

    sign: str
    """Playing, picked by the radio, skipped."""
    sign_ink: str
    place: int = 0
    """1 is what comes next; 0 shows none."""
    near: float | None = None
    why: str = ""
    why_ink: str = "teal"
    is_past: bool = False
    is_playing: bool = False


@lru_cache(maxsize=32)
def layout(width: int) -> tuple[Column, ...]:
    """The columns of a list ``width`` cells wide; they fill it exactly."""
    return columns.spread_out([c for c in _COLUMNS if width >= c.from_width], width)


def header(width: int) -> list[Piece]:
    """The line of column names."""
    pieces = [Piece(" " * MARKS_WIDTH)]
    for column in layout(width):
        text = fit(column.label, column.width, right=column.right)
        pieces += [Piece(text, "faint"), Piece(" " * _GAP)]
    return pieces[:-1]


def row(track: Track | None, told: Told, width: int) -> list[Piece]:
    """One row as pieces; without a track it is not read yet."""
    pieces = [Piece(f" {told.sign} ", told.sign_ink)]
    for column in layout(width):
        text = fit(_value(track, told, column.key), column.width, right=column.right)
        pieces += [Piece(text, _ink(column, told)), Piece(" " * _GAP)]
    return pieces[:-1]


def _ink(column: Column, told: Told) -> str:
    if column.key == "why":
        return "faint" if told.is_past else told.why_ink
    if told.is_playing and column.key in ("title", "artist"):
        return "playing"
    return "faint" if told.is_past and column.key != "liked" else column.ink


def _value(track: Track | None, told: Told, key: str) -> str:
    if key == "place":
        return str(told.place or "")
    if key == "why":
        return told.why
    if key == "near":
        return "" if told.near is None else columns.bar(told.near)
    if track is None:
        return "┄" if key == "title" else ""
    if key == "title":
        return track.title
    if key == "artist":
        return track.artist
    if key == "album":
        return track.album
    if key == "tempo":
        tempo = track.bpm or track.estimates.tempo_bpm or 0.0
        return f"{tempo:.0f}" if tempo else ""
    if key == "liked":
        return "♥" if track.liked else ""
    return clock(track.duration_s) if track.duration_s else ""
