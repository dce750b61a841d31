"""What a file says of itself (mutagen, read-only), as one frozen ``Tags`` for every format.

One reader per family of tags, because mutagen's "easy" interface is not uniform: it
skips WAV and AIFF, lacks fields in MP4 and raises on unknown keys
(https://github.com/quodlibet/mutagen/issues/632, /116, /48).
"""

from __future__ import annotations

import codecs
import logging
import math
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import mutagen
from mutagen._vorbis import VCommentDict
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from tuiradio.library.text import TEXT_LIMIT_CHARS, clean_text
from tuiradio.library.track import Failure, FailureKind, Tags

_log = logging.getLogger(__name__)

Fields = dict[str, list[str]]
"""Texts by field: title, artist, album, albumartist, genre, date, track, disc, bpm, gains."""

_HEAD_BYTES = 4_096
_LARGEST_NUMBER = 9_999
_LONGEST_S = 7 * 24 * 3600.0
_MOST_GENRES = 20

# R128 gains of Opus refer to -23 LUFS, ReplayGain to -18.
_R128_TO_REPLAYGAIN_DB = 5.0


def read_tags(path: bytes) -> Tags | Failure:
    """The tags of a file; ``Tags()`` when it has none that mutagen can read. Never raises.

    A failure means that there is nothing to play: the file is empty, unreadable, gone,
    or text. A file that only mutagen cannot read may well be music (Matroska, a damaged
    header), so it is no failure here: listening will tell.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        return Failure(FailureKind.VANISHED, "The file is no longer there.")
    except PermissionError:
        return Failure(FailureKind.UNREADABLE, "You have no permission to read this file.")
    except OSError as error:
        return Failure(FailureKind.UNREADABLE, f"Opening it failed: {error.strerror}.")
    if not head:
        return Failure(FailureKind.EMPTY, "The file is empty.")
    if _is_text(head):
        return Failure(FailureKind.NOT_AUDIO, "The file holds text, not music.")
    try:
        return _read(os.fsdecode(path))
    except OSError as error:
        return Failure(FailureKind.UNREADABLE, f"Reading it failed: {error.strerror or error}.")
    except Exception as error:
        # Hostile files make mutagen raise nearly anything; the file name has to do.
        _log.info("no tags from %r: %s: %s", path, type(error).__name__, error)
        return Tags()


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        # Not final: the last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < _HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in head)
    return controls * 100 < len(head)


def _read(path: str) -> Tags:
    audio = _open(path)
    if audio is None:
        return Tags()
    fields = _fields(audio.tags)
    if not fields and path.lower().endswith(".mp3"):
        fields = _ape_only(path)
    return _build(fields, float(getattr(audio.info, "length", 0.0) or 0.0))


def open_audio(path: bytes) -> Any | None:
    """mutagen's object of a file, opened read-only; None when mutagen cannot read it.

    For the other readers of this room, which do not import mutagen. Never raises.
    """
    try:
        return _open(os.fsdecode(path))
    except Exception as error:
        _log.info("nothing to read in %r: %s: %s", path, type(error).__name__, error)
        return None


def _open(path: str) -> Any:
    try:
        return mutagen.File(path)
    except mutagen.MutagenError as error:
        # mutagen wraps the file system's errors; those are worth telling.
        if isinstance(error.__cause__ or error.__context__, PermissionError):
            raise PermissionError(str(error)) from error
        raise


def _ape_only(path: str) -> Fields:
    """Some old MP3 files carry APEv2 tags alone, which mutagen's MP3 does not look for."""
    try:
        return _from_ape(APEv2(path))
    except mutagen.MutagenError:
        return {}


def _fields(tags: Any) -> Fields:
    if tags is None:
        return {}
    for family, reader in _READERS:
        if isinstance(tags, family):
            return reader(tags)
    return {}


_ID3 = {
    "TIT2": "title",
    "TPE1": "artist",
    "TALB": "album",
    "TPE2": "albumartist",
    "TDRC": "date",
    "TYER": "date",
    "TDOR": "date",
    "TRCK": "track",
    "TPOS": "disc",
    "TBPM": "bpm",
}


def _from_id3(tags: Any) -> Fields:
    fields: Fields = {}
    for frame_id, name in _ID3.items():
        for frame in tags.getall(frame_id):
            fields.setdefault(name, [str(text) for text in frame.text])
    for frame in tags.getall("TCON"):
        fields["genre"] = list(frame.genres)
    for frame in tags.getall("TXXX"):
        fields.setdefault(str(frame.desc).lower(), [str(text) for text in frame.text])
    for frame in tags.getall("RVA2"):
        name = "album" if "album" in str(frame.desc).lower() else "track"
        fields.setdefault(f"replaygain_{name}_gain", [str(frame.gain)])
    return fields


_NAMES = {
    "album artist": "albumartist",
    "year": "date",
    "tracknumber": "track",
    "discnumber": "disc",
    "tempo": "bpm",
    "wm/albumtitle": "album",
    "wm/albumartist": "albumartist",
    "author": "artist",
    "wm/genre": "genre",
    "wm/year": "date",
    "wm/tracknumber": "track",
    "wm/partofset": "disc",
    "wm/beatsperminute": "bpm",
}


def _from_pairs(pairs: Iterable[tuple[str, list[str]]]) -> Fields:
    fields: Fields = {}
    for key, texts in pairs:
        name = key.lower()
        fields.setdefault(_NAMES.get(name, name), []).extend(texts)
    return fields


def _from_vorbis(tags: Any) -> Fields:
    return _from_pairs((str(key), [str(text)]) for key, text in list(tags))


def _from_ape(tags: Any) -> Fields:
    # Binary values are pictures; texts are joined by NUL.
    return _from_pairs(
        (str(key), str(value).split("\0")) for key, value in tags.items() if value.kind == 0
    )


def _from_asf(tags: Any) -> Fields:
    return _from_pairs((str(key), [str(value)]) for key, value in list(tags))


_MP4 = {
    "\xa9nam": "title",
    "\xa9ART": "artist",
    "\xa9alb": "album",
    "aART": "albumartist",
    "\xa9gen": "genre",
    "\xa9day": "date",
    "tmpo": "bpm",
}
_MP4_PAIRS = {"trkn": "track", "disk": "disc"}
_MP4_FREE = "----:com.apple.itunes:"


def _from_mp4(tags: Any) -> Fields:
    fields: Fields = {}
    for key, values in tags.items():
        if key in _MP4:
            fields[_MP4[key]] = [str(value) for value in values]
        elif key in _MP4_PAIRS and values:
            fields[_MP4_PAIRS[key]] = [str(values[0][0])]
        elif key.lower().startswith(_MP4_FREE):
            texts = [bytes(value).decode("utf-8", "replace") for value in values]
            fields.setdefault(key[len(_MP4_FREE) :].lower(), texts)
    return fields


_READERS: tuple[tuple[type, Callable[[Any], Fields]], ...] = (
    (ID3, _from_id3),
    (VCommentDict, _from_vorbis),
    (MP4Tags, _from_mp4),
    (APEv2, _from_ape),
    (ASFTags, _from_asf),
)


def _build(fields: Fields, duration_s: float) -> Tags:
    return Tags(
        title=_text(fields, "title"),
        artist=_text(fields, "artist"),
        album=_text(fields, "album"),
        album_artist=_text(fields, "albumartist"),
        genres=_genres(fields.get("genre", [])),
        year=_year(fields),
        track_number=_whole(fields, "track"),
        disc_number=_whole(fields, "disc"),
        duration_s=duration_s if 0 < duration_s < _LONGEST_S else 0.0,
        bpm=_bpm(fields),
        track_gain_db=_gain_db(fields, "track"),
        album_gain_db=_gain_db(fields, "album"),
    )


def _text(fields: Fields, name: str) -> str:
    texts = (clean_text(text) for text in fields.get(name, [])[:50])
    return ", ".join(dict.fromkeys(filter(None, texts)))[:TEXT_LIMIT_CHARS]


def _genres(texts: list[str]) -> tuple[str, ...]:
    """Split at NUL and ``;`` only: "Drum/Bass" and "R&B" are names."""
    names = (clean_text(name) for text in texts for name in re.split("[\0;]", text[:10_000]))
    return tuple(dict.fromkeys(filter(None, names)))[:_MOST_GENRES]


def _first_number(fields: Fields, name: str, pattern: str) -> float | None:
    for text in fields.get(name, []):
        found = re.search(pattern, text[:100], re.ASCII)
        if found:
            return float(found[0])
    return None


def _whole(fields: Fields, name: str) -> int:
    """The number before the slash in "3/12"; 0 when absent or absurd."""
    number = _first_number(fields, name, r"\d+")
    return int(number) if number is not None and number <= _LARGEST_NUMBER else 0


def _year(fields: Fields) -> int:
    year = _first_number(fields, "date", r"(?<!\d)[12]\d{3}(?!\d)")
    if year is None:
        # 20240131 is a date without dashes.
        year = _first_number(fields, "date", r"(?<!\d)[12]\d{3}(?=[01]\d[0-3]\d(?!\d))")
    return int(year or 0)


def _bpm(fields: Fields) -> float:
    bpm = _first_number(fields, "bpm", r"\d+(\.\d+)?")
    return bpm if bpm is not None and 0 < bpm < 1_000 else 0.0


def _gain_db(fields: Fields, name: str) -> float | None:
    gain = _first_number(fields, f"replaygain_{name}_gain", r"[-+]?\d+(\.\d+)?")
    if gain is None:
        r128 = _first_number(fields, f"r128_{name}_gain", r"[-+]?\d+")
        gain = None if r128 is None else r128 / 256 + _R128_TO_REPLAYGAIN_DB
    return gain if gain is not None and math.isfinite(gain) and abs(gain) <= 100 else None
