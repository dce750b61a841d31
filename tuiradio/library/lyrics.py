"""The words of a song, with times where they are known; ``lyrics_files`` finds them.

LRC as players write it: https://en.wikipedia.org/wiki/LRC_(file_format). A line may carry
several timestamps, words may carry their own, ``[offset:+250]`` shows everything 250 ms
sooner; the order in the file means nothing.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuiradio.library.text import clean_text

_MOST_LINES = 5_000
_LONGEST_LINE_CHARS = 400
_LONGEST_OFFSET_S = 600.0

_STAMP = r"\[(\d{1,3}):(\d{1,2})(?:[.:,](\d{1,3}))?\]"
_STAMPS = re.compile(rf"\s*{_STAMP}")
_WORD_STAMP = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:,]\d{1,3})?>|\[\d{1,3}:\d{1,2}(?:[.:,]\d{1,3})?\]")
_HEADER = re.compile(
    r"\s*\[(#|al|ar|au|by|encoding|id|la|lang|length|lr|offset|re|ti|tool|ve):([^\]]*)\]\s*$",
    re.IGNORECASE,
)

TimedText = tuple[tuple[str, float], ...]
"""Pieces of text, each with the second at which it is sung."""


@dataclass(frozen=True, slots=True)
class LyricLine:
    """One line as sung."""

    text: str
    """Harmless text; "" where nothing is sung."""
    at_s: float | None = None
    """When it begins; None when nobody knows."""


@dataclass(frozen=True, slots=True)
class Lyrics:
    """The words of a song, in their order."""

    lines: tuple[LyricLine, ...]
    source: str = ""
    """Where they were found, for the eye: a file name, or ``tags``."""

    @property
    def is_synced(self) -> bool:
        """Whether the lines know their times; all do, or none."""
        return bool(self.lines) and self.lines[0].at_s is not None

    def line_at(self, position_s: float) -> int:
        """The line sung at this second; -1 before the first, or without times."""
        if not self.is_synced:
            return -1
        return bisect_right(self.lines, position_s, key=lambda line: line.at_s or 0.0) - 1


def parse(text: str, source: str = "") -> Lyrics:
    """LRC, or plain words when no line has a time. Any string is legal."""
    timed: list[LyricLine] = []
    plain: list[LyricLine] = []
    offset_s = 0.0
    for raw in text.splitlines()[:_MOST_LINES]:
        if header := _HEADER.match(raw):
            offset_s = _offset_s(header[1], header[2], offset_s)
            continue
        stamps, words = _split(raw)
        plain.append(LyricLine(words))
        if stamps:
            timed += [LyricLine(words, at_s) for at_s in stamps]
        elif timed and words:
            # A line broken in two: the second half is sung with the first.
            timed.append(LyricLine(words, timed[-1].at_s))
    if timed:
        return Lyrics(_in_order(timed[:_MOST_LINES], offset_s), source)
    return Lyrics(_trimmed(plain), source)


def from_pieces(pieces: TimedText, source: str = "") -> Lyrics:
    """Lines of syllables; a line begins where a piece begins or follows a line end."""
    has_breaks = any("\n" in text or "\r" in text for text, _ in pieces)
    lines: list[tuple[str, float]] = []
    begins = True
    for text, at_s in pieces:
        plain = text.replace("\r", "\n")
        begins = begins or plain.startswith("\n") or not has_breaks
        words = plain.strip("\n")
        if words and begins:
            lines.append((words, at_s))
        elif words:
            before, first_s = lines[-1]
            lines[-1] = (before + words, first_s)
        begins = plain.endswith("\n") or (begins and not words)
    timed = [LyricLine(_clean(text), at_s) for text, at_s in lines]
    return Lyrics(_in_order(timed[:_MOST_LINES], 0.0), source)


def decode(raw: bytes) -> str:
    """Text of whatever encoding it seems to be in: UTF-8, UTF-16, else Latin-1."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw[:200]:
        # The zero of an ASCII letter comes first in big-endian text.
        order = "utf-16-be" if raw[:2].startswith(b"\0") else "utf-16-le"
        return raw.decode(order, "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _split(raw: str) -> tuple[list[float], str]:
    """The seconds at which a line is sung, and its words."""
    stamps: list[float] = []
    at = 0
    while stamp := _STAMPS.match(raw, at):
        minutes, seconds, fraction = stamp.groups()
        stamps.append(60 * int(minutes) + int(seconds) + float(f"0.{fraction or 0}"))
        at = stamp.end()
    return stamps, _clean(_WORD_STAMP.sub("", raw[at : at + 4 * _LONGEST_LINE_CHARS]))


def _offset_s(name: str, value: str, before_s: float) -> float:
    if name.lower() != "offset":
        return before_s
    try:
        offset_s = int(value) / 1000
    except ValueError:
        return before_s
    return offset_s if abs(offset_s) <= _LONGEST_OFFSET_S else before_s


def _in_order(lines: Iterable[LyricLine], offset_s: float) -> tuple[LyricLine, ...]:
    moved = [LyricLine(line.text, max(0.0, (line.at_s or 0.0) - offset_s)) for line in lines]
    return tuple(sorted(moved, key=lambda line: line.at_s or 0.0))


def _trimmed(lines: Sequence[LyricLine]) -> tuple[LyricLine, ...]:
    """Without empty lines at the ends, and never two of them in a row."""
    kept: list[LyricLine] = []
    for line in lines:
        if line.text or (kept and kept[-1].text):
            kept.append(line)
    if kept and not kept[-1].text:
        kept.pop()
    return tuple(kept)


def _clean(words: str) -> str:
    return clean_text(words, _LONGEST_LINE_CHARS)
