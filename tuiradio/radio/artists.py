"""Who is on a track: artist names taken apart, but never inside a name that is one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_FEATURING = re.compile(
    r"\s*[\(\[]?\s*(?<!\w)(?:feat\.?|ft\.?|featuring)(?!\w)\.?\s*", re.IGNORECASE
)
_SPLIT = re.compile(
    r"\s*(?:[,;&×]|(?<=\s)/(?=\s)|(?<!\S)(?:with|x|vs\.?)(?=\s\S))\s*", re.IGNORECASE
)
_TITLE_FEATURING = re.compile(r"[\(\[\s](?:feat\.?|ft\.?|featuring)\s+([^\)\]]+)", re.IGNORECASE)
_NOBODY = frozenset(
    {"", "unknown", "unknown artist", "various", "various artists", "va", "v a", "n a", "none"}
)
_LONGEST_NAME = 500
"""A longer artist tag is not a name; taking it apart would only cost time."""


def fold(text: str) -> str:
    """Text for comparing: no case, no accents, no punctuation, single spaces.

    Names of punctuation alone (``!!!``) keep it, so that they differ from nothing.
    """
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_NAME]).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    words = " ".join(re.sub(r"[\W_]+", " ", letters).split())
    return words or " ".join(letters.split())


def artist_key(name: str) -> str:
    """Folded name without a leading "the"; "" for nobody in particular."""
    key = fold(name)
    key = key.removeprefix("the ")
    return "" if key in _NOBODY else key


def split_artists(name: str, whole: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Keys of everyone an artist tag names, the main one first; () for nobody.

    Args:
        name: The tag, such as ``"A feat. B & C"``.
        whole: Keys (``artist_key``) of names never to be taken apart, such as that of
            "Simon & Garfunkel"; see ``whole_names``.
    """
    found: list[str] = []
    for part in _FEATURING.split(name[:_LONGEST_NAME]):
        found += _take_apart(part.strip(" ()[]"), whole)
    return tuple(dict.fromkeys(key for key in found if key))


def featured_in_title(title: str, whole: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Keys of those whom a title names after "feat."."""
    match = _TITLE_FEATURING.search(title[:_LONGEST_NAME])
    if match is None:
        return ()
    names = re.sub(r"(?i)\sand\s", ", ", match.group(1))
    return split_artists(names, whole)


def whole_names(artists: Iterable[str]) -> frozenset[str]:
    """Keys of those artist names of a library which look joined but are one name.

    "Simon & Garfunkel" is one when neither "Simon" nor "Garfunkel" is an artist of the
    library alone; "Jay-Z & Linkin Park" is two when either is. "feat." always joins.
    """
    names = tuple(dict.fromkeys(artists))
    alone = {artist_key(name) for name in names if not _SPLIT.search(name)}
    whole = set()
    for name in names:
        if _FEATURING.search(name) or not _SPLIT.search(name):
            continue
        if not any(artist_key(part) in alone for part in _SPLIT.split(name)):
            whole.add(artist_key(name))
    return frozenset(whole)


def _take_apart(name: str, whole: frozenset[str]) -> tuple[str, ...]:
    pieces = _SPLIT.split(name)
    joins = _SPLIT.findall(name)
    if len(pieces) == 1 or artist_key(name) in whole:
        return (artist_key(name),)
    # The longest run of pieces that is a whole name stays together: "X, Simon & Garfunkel".
    for length in range(len(pieces) - 1, 1, -1):
        for start in range(len(pieces) - length + 1):
            run = "".join(
                piece + join
                for piece, join in zip(
                    pieces[start : start + length],
                    [*joins[start : start + length - 1], ""],
                    strict=True,
                )
            )
            if artist_key(run) in whole:
                before = tuple(artist_key(piece) for piece in pieces[:start])
                after = tuple(artist_key(piece) for piece in pieces[start + length :])
                return (*before, artist_key(run), *after)
    return tuple(artist_key(piece) for piece in pieces)
