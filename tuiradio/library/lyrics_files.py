"""Where the words of a song are found: beside its file, and in its tags; read-only."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

from tuiradio.library import embedded
from tuiradio.library.files import open_regular
from tuiradio.library.lyrics import Lyrics, decode, from_pieces, parse
from tuiradio.library.tags import open_audio
from tuiradio.library.text import clean_text

_log = logging.getLogger(__name__)

_LARGEST_BYTES = 1_000_000
_BESIDE_SYNCED, _BESIDE_PLAIN = ".lrc", ".txt"


def read_lyrics(path: bytes) -> Lyrics | None:
    """The words of an audio file: synced ones first, the file beside it before the tags.

    Reads files, so not on the screen's loop. Never raises; None when there are none.
    """
    plain: Lyrics | None = None
    for lyrics in _found(path):
        if lyrics.is_synced:
            return lyrics
        plain = plain or (lyrics if lyrics.lines else None)
    return plain


def _found(path: bytes) -> Iterator[Lyrics]:
    """Every source, best first; what a better one makes needless is never read."""
    yield from _beside(path, _BESIDE_SYNCED)
    yield from _in_tags(path)
    yield from _beside(path, _BESIDE_PLAIN)


def _in_tags(path: bytes) -> list[Lyrics]:
    audio = open_audio(path)
    if audio is None:
        return []
    try:
        timed = [from_pieces(pieces, "tags") for pieces in embedded.timed_texts(audio)]
        texts = embedded.lyric_texts(audio)
        return timed + [parse(text[:_LARGEST_BYTES], "tags") for text in texts]
    except Exception as error:
        # Hostile tags make mutagen's objects raise nearly anything.
        _log.info("lyrics of %r: %s: %s", path, type(error).__name__, error)
        return []


def _beside(path: bytes, suffix: str) -> Iterator[Lyrics]:
    """``SONG.lrc`` or ``SONG.mp3.lrc``, however it is cased."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    end = suffix.encode()
    wanted = [(stem + end).lower(), (name + end).lower()]
    try:
        there = [entry for entry in os.listdir(folder or b".") if entry.lower() in wanted]
        for entry in sorted(there, key=lambda entry: wanted.index(entry.lower())):
            with open_regular(os.path.join(folder, entry)) as file:
                raw = file.read(_LARGEST_BYTES)
            yield parse(decode(raw), clean_text(os.fsdecode(entry)))
    except OSError as error:
        _log.info("no lyrics beside %r: %s", path, error)
