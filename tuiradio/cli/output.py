"""What commands print: data on stdout, words on stderr, and nothing that breaks a terminal."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable

from tuiradio.library.track import Track


def say(words: str) -> None:
    """Words for the user, on stderr."""
    sys.stderr.write(plain(words) + "\n")
    sys.stderr.flush()


def line(text: str) -> None:
    """A line of data, made harmless for a terminal."""
    _write(_encoded(plain(text)) + b"\n")


def row(text: str) -> None:
    """A line of data for the eye: on a terminal it is cut to its width, in a pipe it is whole."""
    text = plain(text)
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):  # no terminal, or not even a file
        columns = 0
    line(shortened(text, columns) if columns > 0 else text)


def shortened(text: str, columns: int) -> str:
    """As much of ``text`` as fits ``columns`` cells of a terminal, "…" for the rest."""
    taken, end = 0, 0
    for place, letter in enumerate(text, 1):
        taken += _cells(letter)
        if taken > columns:
            return text[:end] + "…"
        if taken < columns:
            end = place
    return text


def path_line(path: bytes) -> None:
    """A path exactly as the file system has it."""
    _write(path + b"\n")


def raw(data: bytes) -> None:
    """Bytes as they are."""
    _write(data)


def json_line(value: object) -> None:
    """One JSON document. Undecodable bytes of paths are kept as lone surrogates."""
    _write(json.dumps(value, indent=2).encode("ascii") + b"\n")


def plain(text: str) -> str:
    """``text`` without anything that moves a cursor or turns the writing direction."""
    return "".join("\ufffd" if _is_harmful(letter) else letter for letter in text)


def name_of(track: Track) -> str:
    """How a track is called in a line of text."""
    return f"{track.artist} – {track.title}" if track.artist else track.title


def length_text(seconds: float) -> str:
    """``3:07`` or ``1:02:45``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def counted(number: int, thing: str) -> str:
    """``1 track``, ``12,345 tracks``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def table(rows: Iterable[tuple[str, str]]) -> None:
    """Two columns, the first as wide as its longest cell."""
    cells = list(rows)
    width = max((len(left) for left, _ in cells), default=0)
    for left, right in cells:
        line(f"{left:<{width}}  {right}")


def track_record(track: Track) -> dict[str, object]:
    """A track as ``--json`` shows it everywhere."""
    return {
        "id": track.id,
        "path": os.fsdecode(track.path),
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "genres": list(track.genres),
        "year": track.year,
        "duration_s": round(track.duration_s, 3),
        "liked": track.liked,
    }


def _encoded(text: str) -> bytes:
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _is_harmful(letter: str) -> bool:
    category = unicodedata.category(letter)
    # Cf holds the bidirectional controls, but also the joiners that scripts and emoji need.
    return (category in {"Cc", "Zl", "Zp"} and letter != "\t") or (
        category == "Cf" and unicodedata.bidirectional(letter) not in {"BN", "AL"}
    )


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _write(data: bytes) -> None:
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(data.decode("utf-8", "replace"))
    else:
        buffer.write(data)
