"""Words and pictures inside an audio file, for every family of tags; read-only.

What mutagen gives is told apart by what it can do, not by its class: ``tags`` alone imports
mutagen. Layouts: ID3v2.4 frames 4.8 (USLT), 4.9 (SYLT) and 4.14 (APIC); FLAC format, section
METADATA_BLOCK_PICTURE, which Vorbis comments carry in base64; APEv2 and ASF as mutagen's
documentation describes them.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import struct
from collections.abc import Iterator
from typing import Any

from tuiradio.library.lyrics import TimedText

FRONT_COVER = 3
"""Picture type of ID3 and FLAC."""

_LYRICS = (
    "syncedlyrics",
    "lyrics",
    "unsyncedlyrics",
    "unsynced lyrics",
    "\xa9lyr",
    "----:com.apple.iTunes:SYNCEDLYRICS",
    "----:com.apple.iTunes:LYRICS",
    "WM/Lyrics",
)
_MILLISECONDS = 2
_MOST_SYLLABLES = 20_000
_BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, struct.error)


def lyric_texts(audio: Any) -> Iterator[str]:
    """Every text that is said to be lyrics; it may hold LRC timestamps."""
    tags = getattr(audio, "tags", None)
    if tags is None:
        return
    for frame in _frames(tags, "USLT"):
        yield str(getattr(frame, "text", ""))
    for name in _LYRICS:
        for value in _values(tags, name):
            yield _text(value)


def timed_texts(audio: Any) -> Iterator[TimedText]:
    """ID3's synchronised lyrics; those counted in MPEG frames are left out."""
    for frame in _frames(getattr(audio, "tags", None), "SYLT"):
        if getattr(frame, "format", 0) != _MILLISECONDS:
            continue
        with contextlib.suppress(*_BROKEN):
            pieces = frame.text[:_MOST_SYLLABLES]
            yield tuple((str(text), float(at_ms) / 1000) for text, at_ms in pieces)


def pictures(audio: Any) -> Iterator[tuple[int, bytes]]:
    """Every picture with its type, see ``FRONT_COVER``."""
    tags = getattr(audio, "tags", None)
    for picture in [*(getattr(audio, "pictures", None) or ()), *_frames(tags, "APIC")]:
        yield int(getattr(picture, "type", 0)), bytes(getattr(picture, "data", b""))
    if tags is None:
        return
    for value in _values(tags, "metadata_block_picture"):
        with contextlib.suppress(binascii.Error, *_BROKEN):
            yield read_flac_picture(base64.b64decode(str(value)))
    for value in _values(tags, "coverart"):
        with contextlib.suppress(binascii.Error, *_BROKEN):
            yield FRONT_COVER, base64.b64decode(str(value))
    for value in _values(tags, "covr"):
        yield FRONT_COVER, bytes(value)
    for value in _values(tags, "Cover Art (Front)"):
        _, _, data = bytes(getattr(value, "value", b"")).partition(b"\0")
        yield FRONT_COVER, data
    for value in _values(tags, "WM/Picture"):
        with contextlib.suppress(*_BROKEN):
            yield _read_asf_picture(bytes(value.value))


def read_flac_picture(block: bytes) -> tuple[int, bytes]:
    """Type and bytes of the picture in a METADATA_BLOCK_PICTURE.

    Raises:
        struct.error: the block is cut off.
        ValueError: a length goes beyond the end.
    """
    kind, length = struct.unpack_from(">II", block)
    at = 8 + length
    (length,) = struct.unpack_from(">I", block, at)
    at += 4 + length + 16
    (length,) = struct.unpack_from(">I", block, at)
    data = block[at + 4 : at + 4 + length]
    if len(data) != length:
        raise ValueError("the picture is cut off")
    return kind, data


def _read_asf_picture(value: bytes) -> tuple[int, bytes]:
    """A type, a length, two UTF-16 names that end in zero, and the bytes."""
    kind, length = struct.unpack_from("<BI", value)
    return kind, value[-length:] if length else b""


def _frames(tags: Any, name: str) -> list[Any]:
    """Frames of ID3; none in other families."""
    if not hasattr(tags, "getall"):
        return []
    return list(tags.getall(name))


def _values(tags: Any, name: str) -> list[Any]:
    """The values of a field; each family refuses names it does not like in its own way."""
    if hasattr(tags, "getall"):
        return []
    try:
        value = tags[name]
    except _BROKEN:
        return []
    return list(value) if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
