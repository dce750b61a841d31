"""The cover of a track: pictures inside the file, then pictures in its folder; read-only."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass

from tuiradio.library import embedded
from tuiradio.library.files import open_regular
from tuiradio.library.tags import open_audio
from tuiradio.library.text import clean_text

_log = logging.getLogger(__name__)

LARGEST_BYTES = 32_000_000
"""Larger pictures are left alone."""

_MOST_EMBEDDED = 20
_NAMES = (b"cover", b"folder", b"front", b"album", b"albumart")
_SUFFIXES = (b".jpg", b".jpeg", b".png", b".webp")


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture as it was found; whether it can be drawn is not known yet."""

    data: bytes
    source: str
    """Where it was found, for the log: a file name, or ``tags``."""


def find_covers(path: bytes) -> Iterator[Cover]:
    """What may be the cover of an audio file, best first; read while iterating.

    Reads files, so not on the screen's loop. Never raises.
    """
    for data in _embedded(path):
        yield Cover(data, "tags")
    folder = os.path.dirname(path) or b"."
    for name in _in_folder(folder):
        shown = clean_text(os.fsdecode(name))
        try:
            with open_regular(os.path.join(folder, name)) as file:
                data = file.read(LARGEST_BYTES + 1)
        except OSError as error:
            _log.info("no cover from %r: %s", name, error)
            continue
        if len(data) > LARGEST_BYTES:
            _log.info("no cover from %r: larger than %s bytes", name, LARGEST_BYTES)
        elif data:
            yield Cover(data, shown)


def _embedded(path: bytes) -> list[bytes]:
    """Pictures of the file, the front cover first."""
    audio = open_audio(path)
    if audio is None:
        return []
    found: list[tuple[int, bytes]] = []
    try:
        for picture in embedded.pictures(audio):
            found.append(picture)
            if len(found) >= _MOST_EMBEDDED:
                break
    except Exception as error:
        # Hostile tags make mutagen's objects raise nearly anything.
        _log.info("pictures of %r: %s: %s", path, type(error).__name__, error)
    found.sort(key=lambda picture: picture[0] != embedded.FRONT_COVER)
    return [data for _, data in found if 0 < len(data) <= LARGEST_BYTES]


def _in_folder(folder: bytes) -> list[bytes]:
    """Names of the pictures of a folder that are covers, best first."""
    try:
        names = os.listdir(folder)
    except OSError as error:
        _log.info("no cover in %r: %s", folder, error)
        return []
    ranked: list[tuple[int, int, bytes]] = []
    for name in names:
        stem, suffix = os.path.splitext(name.lower())
        if stem in _NAMES and suffix in _SUFFIXES:
            ranked.append((_NAMES.index(stem), _SUFFIXES.index(suffix), name))
    return [name for *_, name in sorted(ranked)]
