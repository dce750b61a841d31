"""Text at the library's edge: cleaned for the screen, folded for searching, keyed for sorting."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TEXT_LIMIT_CHARS = 1_000
"""Longer tags are cut: a title of 10 kB is a mistake or an attack, never a title."""

UNKNOWN_KEY = "\uffff"
"""Sort key of an absent text: after everything that has a name."""

# Controls (C0, C1) and separators that would break a line of the screen.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\\s]+")
# Directional overrides reorder the text around them; a byte order mark shows as nothing.
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+")


def clean_text(text: str, limit_chars: int = TEXT_LIMIT_CHARS) -> str:
    """One line of harmless text.

    Controls become a space, directional overrides vanish, lone surrogates become
    U+FFFD, white space is collapsed, and the end is cut at ``limit_chars``.
    """
    head = text[: limit_chars * 4]
    head = _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", head))
    return _CONTROL.sub(" ", head).strip()[:limit_chars].rstrip()


def fold(text: str) -> str:
    """Without case and diacritics: ``fold("Björk")`` is ``"bjork"``."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", _SURROGATE.sub("\ufffd", text).casefold())
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    return bare.casefold()


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """Collation key: folded, without a leading "The "; ``UNKNOWN_KEY`` for nothing."""
    folded = " ".join(_CONTROL.sub(" ", fold(text)).split())
    bare = folded.removeprefix("the ")
    return bare or folded or UNKNOWN_KEY


def search_words(text: str) -> list[str]:
    """The folded words of a query or a tag, without punctuation."""
    return _WORD.findall(fold(text))
