"""Words for a grid of cells: any tag becomes text whose width every terminal agrees on."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, split_graphemes

ELLIPSIS = "…"

# Nobody reads more of a title than this, and a tag may hold 10 kB.
_LONGEST = 400
# More marks on one letter climb into the neighbouring rows.
_MARKS_PER_LETTER = 2
_REGIONAL_A = 0x1F1E6
_HANGUL_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


@lru_cache(maxsize=16384)
def clean(text: str) -> str:
    """The text without what moves the cursor or is as wide as a terminal pleases.

    Control, format (bidi overrides, joiners) and private characters go, line ends become
    spaces, flags become their two letters, emoji lose their modifiers: what stays has the
    width that ``rich.cells`` says in every terminal. Never raises, for any ``str``.
    """
    text = text[:_LONGEST]
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        plain, is_mark = _plain(character)
        if not plain:
            continue
        if is_mark:
            marks += 1
            if marks > _MARKS_PER_LETTER or not kept:
                continue
        else:
            marks = 0
        kept.append(plain)
    return "".join(kept)


def _plain(character: str) -> tuple[str, bool]:
    """What to show for one character, and whether it sits on the letter before."""
    code = ord(character)
    if _REGIONAL_A <= code <= _REGIONAL_A + 25:
        return chr(ord("A") + code - _REGIONAL_A), False
    if 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF or code >= 0xE0000:
        return "", False
    if character in _HANGUL_FILLERS:
        return "", False
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return character, True
    if category in ("Zl", "Zp", "Zs") or character in "\t\n\r\v\f":
        return " ", False
    if category == "Cs":
        return "\ufffd", False
    if category in ("Cc", "Cf", "Co", "Cn"):
        return "", False
    return character, False


@lru_cache(maxsize=16384)
def fit(text: str, width: int, *, right: bool = False) -> str:
    """The cleaned text in exactly ``width`` cells: cut with an ellipsis, or padded.

    Args:
        text: any string.
        width: cells; 0 or less gives "".
        right: pad on the left instead.
    """
    if width <= 0:
        return ""
    text = crop(clean(text), width)
    padding = " " * (width - cell_len(text))
    return padding + text if right else text + padding


def crop(text: str, width: int) -> str:
    """At most ``width`` cells of a cleaned text, ending in an ellipsis when cut."""
    if width <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= width else text[: width - 1] + ELLIPSIS
    spans, total = split_graphemes(text)
    if total <= width:
        return text
    taken, end = 0, 0
    for _, stop, size in spans:
        if taken + size > width - 1:
            break
        taken, end = taken + size, stop
    return text[:end] + ELLIPSIS


def clock(seconds: float) -> str:
    """``3:45`` or ``1:02:03``; 0 is ``0:00``."""
    whole = max(0, int(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def span(seconds: float) -> str:
    """A length of time in words: ``40 s``, ``12 min``, ``3 h 20``, ``9 days``."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 172_800:
        return f"{whole // 3600} h {whole % 3600 // 60:02}"
    return f"{whole // 86_400} days"


def number(count: int) -> str:
    """A count with its thousands apart: ``12,345``."""
    return f"{count:,}"


def percent(similarity: float) -> str:
    """A similarity of -1…1 as a percentage, never below 0."""
    return f"{max(0, round(similarity * 100))} %"
