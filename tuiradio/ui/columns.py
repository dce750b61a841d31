"""Which columns of a track fit into a width, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from tuiradio.library.rows import Sort
from tuiradio.library.track import Status, Track
from tuiradio.ui.estimates import mood_words
from tuiradio.ui.ink import Piece
from tuiradio.ui.text import clock, fit


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``width`` is its cells without the gap, ``flex`` its share of what is free."""

    key: str
    label: str
    sort: Sort | None = None
    width: int = 0
    flex: int = 0
    right: bool = False
    from_width: int = 0
    """Narrowest list that shows the column."""
    ink: str = "text"


MARKS_WIDTH = 3
_GAP = 2
_NARROWEST = 5
"""Cells below which a column of words is not worth its place."""

_COLUMNS = (
    Column("title", "Title", Sort.TITLE, flex=6, ink="strong"),
    Column("artist", "Artist", Sort.ARTIST, flex=4, ink="text"),
    Column("album", "Album", Sort.ALBUM, flex=4, from_width=68, ink="dim"),
    Column("genre", "Genre", Sort.GENRE, width=14, from_width=108, ink="dim"),
    Column("year", "Year", Sort.YEAR, width=4, from_width=86, right=True, ink="dim"),
    Column("tempo", "BPM", Sort.TEMPO, width=4, from_width=116, right=True, ink="dim"),
    Column("plays", "Plays", Sort.PLAYS, width=5, from_width=100, right=True, ink="dim"),
    Column("liked", "♥", None, width=1, ink="needle"),
    Column("length", "Time", Sort.LENGTH, width=6, right=True, ink="dim"),
)
_OTHERS = (
    Column("number", "No", None, width=3, right=True, ink="dim"),
    Column("mood", "Mood", None, width=16, ink="dim"),
    Column("played", "Played", Sort.PLAYED, width=10, ink="dim"),
    Column("added", "Added", Sort.ADDED, width=10, ink="dim"),
)
"""Shown only where the user asks for them."""

NAMES = tuple(column.key for column in (*_COLUMNS, *_OTHERS))
"""What ``ui.columns`` may hold."""

_PLACE = Column("place", "#", Sort.PLACE, width=4, right=True, ink="faint")
_FAILURES = (
    Column("title", "Title", None, flex=4, ink="strong"),
    Column("kind", "What", None, width=12, from_width=60, ink="warn"),
    Column("reason", "Why it could not be listened to", None, flex=7, ink="text"),
)
_SAME_IN_ALL = {"artist": ("artist",), "album": ("artist", "album", "year"), "genre": ("genre",)}
_SIMILARITY = Column("similarity", "Near", None, width=11, ink="amber")


@lru_cache(maxsize=64)
def layout(width: int, kind: str = "", wanted: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of a list ``width`` cells wide, with their widths; they fill it exactly.

    Args:
        width: cells of the list.
        kind: "" for tracks; "similar" with a column of similarity; "failed" for failures;
            "artist", "album" and "genre" without what all rows share; "playlist" with places.
        wanted: names of columns in the user's own order, of which the last go first where
            there is little room; () gives those that suit the width.
    """
    columns = _FAILURES if kind == "failed" else _chosen(wanted) if wanted else _COLUMNS
    if kind == "similar":
        columns = (_SIMILARITY, *columns)
    if kind == "playlist":
        columns = (_PLACE, *columns)
    hidden = _SAME_IN_ALL.get(kind, ())
    room = width + 30 * len(hidden)
    shown = [c for c in columns if room >= c.from_width and c.key not in hidden]
    while len(shown) > 1 and _free(shown, width) < _NARROWEST * sum(c.flex > 0 for c in shown):
        # What only a wide list would show goes first; the title never does.
        others = [c for c in shown if c.key != "title"]
        shown.remove(max(others, key=lambda c: (c.from_width, c.flex, c is not _SIMILARITY)))
    return spread_out(shown, width)


def _chosen(wanted: tuple[str, ...]) -> tuple[Column, ...]:
    known = {column.key: column for column in (*_COLUMNS, *_OTHERS)}
    keys = [key for key in dict.fromkeys(wanted) if key in known]
    keys = keys if "title" in keys else ["title", *keys]
    # Its place decides what goes, instead of the width it is made for.
    return tuple(replace(known[key], from_width=n - len(keys)) for n, key in enumerate(keys))


def spread_out(shown: Sequence[Column], width: int) -> tuple[Column, ...]:
    """The columns with what is free shared among those of words; they fill the list."""
    free = max(0, _free(shown, width))
    shares = sum(column.flex for column in shown)
    placed: list[Column] = []
    for column in shown:
        if column.flex:
            share = free * column.flex // shares
            shares -= column.flex
            free -= share
            column = replace(column, width=share)
        placed.append(column)
    return tuple(placed)


def _free(shown: Sequence[Column], width: int) -> int:
    """Cells left for the columns that share what is free."""
    fixed = sum(column.width for column in shown) + _GAP * (len(shown) - 1)
    return width - MARKS_WIDTH - 1 - fixed


def header(columns: tuple[Column, ...], sort: Sort | None, descending: bool) -> list[Piece]:
    """The line of column names; a click sorts."""
    pieces = [Piece(" " * MARKS_WIDTH)]
    for column in columns:
        is_sorted = sort is not None and column.sort is sort
        label = f"{column.label}{'▾' if descending else '▴'}" if is_sorted else column.label
        action = f"sort_by('{column.sort.value}')" if column.sort else ""
        text = fit(label, column.width, right=column.right)
        pieces += [Piece(text, "amber" if is_sorted else "faint", action), Piece(" " * _GAP)]
    return pieces[:-1]


def row(
    track: Track,
    columns: tuple[Column, ...],
    playing: str = "",
    similarity: float | None = None,
    place: int = 0,
) -> list[Piece]:
    """One track as pieces.

    Args:
        playing: the sign of the player's state when this is the track that plays, else "".
        place: its number in a playlist, 0 outside of one or in another order.
    """
    pieces = [_marks(track, playing)]
    for column in columns:
        value = str(place or "") if column is _PLACE else _value(track, column.key, similarity)
        text = fit(value, column.width, right=column.right)
        ink = "playing" if playing and column.key in ("title", "artist") else column.ink
        if track.missing or track.banned:
            ink = "faint"
        pieces += [Piece(text, ink), Piece(" " * _GAP)]
    return pieces[:-1]


def _marks(track: Track, playing: str) -> Piece:
    """Playing, or how far listening is; nothing for the usual case of a heard track."""
    if playing:
        return Piece(f" {playing} ", "needle")
    if track.missing:
        return Piece(" ? ", "warn")
    if track.banned:
        return Piece(" ⊘ ", "bad")
    if track.status is Status.FAILED:
        return Piece(" ✗ ", "bad")
    return Piece(" · ", "faint") if track.status is Status.PENDING else Piece("   ")


def _value(track: Track, key: str, similarity: float | None) -> str:
    if key == "title":
        return track.title
    if key == "artist":
        return track.artist
    if key == "album":
        return track.album
    if key == "genre":
        return ", ".join(track.genres)
    if key == "year":
        return str(track.year or "")
    if key == "tempo":
        tempo = track.bpm or track.estimates.tempo_bpm or 0.0
        return f"{tempo:.0f}" if tempo else ""
    if key == "plays":
        return str(track.play_count or "")
    if key == "liked":
        return "♥" if track.liked else ""
    if key == "length":
        return clock(track.duration_s) if track.duration_s else ""
    if key == "number":
        return str(track.track_number or "")
    if key == "mood":
        return mood_words(track.estimates)
    if key in ("played", "added"):
        return day(track.last_played_s if key == "played" else track.added_s)
    if key == "kind":
        return track.failure.kind.value if track.failure else ""
    if key == "reason":
        return track.failure.reason if track.failure else ""
    return bar(similarity) if similarity is not None else ""


def day(unix_s: float) -> str:
    """A date such as ``2026-11-21``; "" for none, or one that no calendar holds."""
    try:
        return datetime.fromtimestamp(unix_s).strftime("%Y-%m-%d") if unix_s > 0 else ""
    except (OverflowError, OSError, ValueError):
        return ""


def cells(similarity: float, count: int = 5) -> str:
    """A similarity as a small bar: ``▰▰▰▱▱``."""
    full = round(max(0.0, min(1.0, similarity)) * count)
    return "▰" * full + "▱" * (count - full)


def bar(similarity: float, count: int = 5) -> str:
    """A similarity as a small bar and a percentage: ``▰▰▰▱▱  62 %``."""
    return f"{cells(similarity, count)}{max(0, round(similarity * 100)):>4} %"
