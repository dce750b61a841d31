"""Excerpts of a track, spread over its length, without decoding the rest of it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from tuiradio.library.track import Failure, FailureKind
from tuiradio.listening.resample import resample
from tuiradio.listening.sound import WHOLE, CannotDecode, NoDecoder, Samples, SoundReader, Span
from tuiradio.listening.soundfiles import SoundFileReader

SHORTEST_S = 1.0
"""Below it there is too little to tell how a track sounds."""

# -80 dB of full scale: under the hiss of any recording, over dither.
_SILENCE = 1e-4
_BLOCK_S = 0.05
# An excerpt that sounds for less than this share of the time of the one that sounds longest is the
# silence before or behind the music, with a note at its edge. As one excerpt of three it counted
# like the music: to version 2 of the default model a song before 10 s of silence was 0.917 like
# itself (lowest of nine), without it 0.986. It changes none of 51 real tracks.
_MOSTLY = 0.5
# How much is read to find out where a file really ends.
_TAIL_S = 0.25
# A decoder that gets this far has read the file; below it the other one may get farther.
_WHOLE = 0.95
_MAGIC = (
    b"fLaC",
    b"OggS",
    b"RIFF",
    b"FORM",
    b"ID3",
    b"MAC ",
    b"wvpk",
    b"\x1aE\xdf\xa3",
    b"0&\xb2u",
)


@dataclass(frozen=True, slots=True)
class Excerpts:
    """Parts of a track, as the encoder wants them."""

    samples: Samples
    """float32 [n, samples], mono, n ≥ 1; parts that are mostly silent are left out."""
    duration_s: float
    """Length of the track as read, not as its header claims."""


def read_excerpts(
    path: bytes, rate_hz: int, excerpt_s: float, count: int, span: Span = WHOLE
) -> Excerpts | Failure:
    """Up to ``count`` excerpts of ``excerpt_s`` at ``rate_hz``, evenly spread, never overlapping.

    Nothing outside of ``span`` is heard. A track shorter than one excerpt is repeated to fill it.
    What a damaged file still gives is used. Never raises on what a file contains, and holds the
    excerpts only, however long it is.
    """
    failure = _look(path)
    if failure is not None:
        return failure
    best: _Heard | None = None
    # Of the exception only its words: kept whole it would hold this frame and its samples.
    undecodable_format = ""
    for opener in (SoundFileReader, _open_pyav):
        try:
            heard = _listen(opener, path, excerpt_s, count, span)
        except NoDecoder as error:
            undecodable_format = str(error)
            continue
        except CannotDecode:
            continue
        if best is None or heard.frames / heard.rate_hz > best.frames / best.rate_hz:
            best = heard
        if heard.is_whole:
            break
    if best is None or not best.parts:
        return _why_nothing(path, best, undecodable_format)
    return _finish(best, rate_hz, excerpt_s)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one decoder gave."""

    rate_hz: int
    frames: int
    parts: tuple[Samples, ...]
    is_whole: bool


def _open_pyav(path: bytes) -> SoundReader:
    # FFmpeg's libraries take 60 ms to load; a library of MP3 and FLAC never needs them.
    from tuiradio.listening.pyav import PyAvReader

    return PyAvReader(path)


def _look(path: bytes) -> Failure | None:
    """What can be said without decoding."""
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode):
            return Failure(FailureKind.UNREADABLE, "This is not a file but a folder or a device.")
        if state.st_size == 0:
            return Failure(FailureKind.EMPTY, "The file is empty.")
        with open(path, "rb") as file:
            file.read(1)
    except OSError as error:
        return _unreadable(error)
    return None


def _unreadable(error: OSError) -> Failure:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Failure(FailureKind.VANISHED, "The file is no longer there.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Failure(FailureKind.UNREADABLE, "You have no permission to read this file.")
    return Failure(FailureKind.UNREADABLE, f"Reading it failed: {error.strerror}.")


def _listen(
    opener: Callable[[bytes], SoundReader], path: bytes, excerpt_s: float, count: int, span: Span
) -> _Heard:
    with closing(opener(path)) as reader:
        frames = _true_frames(reader)
        first, end = span.frames(frames)
        length = round(excerpt_s * reader.rate_hz)
        spots = _spots(end - first, length, count)
        if end < frames:
            # Of a whole track the file's end is the limit, wherever it really is.
            length = min(length, end - first)
        parts = [_read_spot(reader, first + spot, length, end) for spot in spots]
        audible = tuple(part for part in parts if len(part))
        enough = frames >= _WHOLE * reader.claimed_frames and len(audible) == len(parts)
        enough = enough and reader.is_length_told
        return _Heard(reader.rate_hz, frames, audible, is_whole=bool(parts) and enough)


def _spots(frames: int, length: int, count: int) -> list[int]:
    """Start frames: the middles of equal shares of the track, as many as fit side by side."""
    if frames <= length:
        return [0] if frames else []
    number = min(count, frames // length)
    share = frames / number
    return [int(share * (i + 0.5) - length / 2) for i in range(number)]


def _read_spot(reader: SoundReader, start: int, length: int, frames: int) -> Samples:
    """An excerpt; past damage within it, the longer of the parts before and behind."""
    samples = reader.read(start, length)
    missing = min(length, frames - start) - len(samples)
    if missing <= 0:
        return samples
    again = reader.read(min(start + length, max(0, frames - length)), length)
    return max(samples, again, key=len)


def _true_frames(reader: SoundReader) -> int:
    """Length as far as can be read: headers lie, and files are cut off."""
    tail = round(_TAIL_S * reader.rate_hz)
    low, high = 0, max(0, reader.claimed_frames - tail)
    end = reader.read(high, 4 * tail)
    if len(end):
        return high + len(end)
    # Nothing at the claimed end: halve towards the last place that can be read.
    while high - low > tail:
        middle = (low + high) // 2
        if len(reader.read(middle, tail)):
            low = middle
        else:
            high = middle
    return low + len(reader.read(low, 2 * tail))


def _finish(heard: _Heard, rate_hz: int, excerpt_s: float) -> Excerpts | Failure:
    duration_s = heard.frames / heard.rate_hz
    if duration_s < SHORTEST_S or max(map(len, heard.parts)) < SHORTEST_S * heard.rate_hz * 0.99:
        return Failure(
            FailureKind.TOO_SHORT,
            f"Only {duration_s:.1f} s can be heard; it takes 1 s to tell how a track sounds.",
        )
    audible = _mostly_sounding(heard)
    if not audible:
        return Failure(FailureKind.SILENT, "There is nothing but silence in it.")
    longest = max(map(len, audible))
    whole = [part for part in audible if len(part) >= _WHOLE * longest]
    length = round(excerpt_s * rate_hz)
    rows = [_fill(resample(part, heard.rate_hz, rate_hz), length) for part in whole]
    return Excerpts(np.stack(rows), duration_s)


def _mostly_sounding(heard: _Heard) -> list[Samples]:
    """The parts that are not mostly silent, unless all are; none when nothing sounds."""
    shares = [_sounding_share(part, round(_BLOCK_S * heard.rate_hz)) for part in heard.parts]
    least = _MOSTLY * max(shares)
    pairs = zip(heard.parts, shares, strict=True)
    return [part for part, share in pairs if share > 0 and share >= least]


def _sounding_share(samples: Samples, block: int) -> float:
    """Share of the blocks of so many samples in which anything can be heard."""
    peaks = np.maximum.reduceat(np.abs(samples), np.arange(0, len(samples), block))
    return float((peaks > _SILENCE).mean())


def _fill(samples: Samples, length: int) -> Samples:
    """Exactly ``length`` samples: cut, or repeated from the start."""
    return np.resize(samples, length) if len(samples) < length else samples[:length]


def _why_nothing(path: bytes, heard: _Heard | None, undecodable_format: str) -> Failure:
    if heard is None and undecodable_format:
        reason = f"There is no decoder for its format, {undecodable_format}."
        return Failure(FailureKind.NO_DECODER, reason)
    try:
        with open(path, "rb") as file:
            head = file.read(12)
    except OSError as error:
        return _unreadable(error)
    if heard is not None or head.startswith(_MAGIC) or head[4:8] == b"ftyp":
        return Failure(FailureKind.BROKEN, "The file is damaged: no sound can be read from it.")
    return Failure(FailureKind.NOT_AUDIO, "This is not an audio file, whatever its name says.")
