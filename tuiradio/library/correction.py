"""Search that forgives: words that find nothing are read as those they may have meant."""

from __future__ import annotations

import math
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, product

from tuiradio.library.search import has_any, search_ids
from tuiradio.library.spelling import SHORTEST_LETTERS, Guess, Vocabulary, edits_allowed
from tuiradio.library.text import TEXT_LIMIT_CHARS, search_words

_FEW = 3
"""With fewer hits, words that nearly everyone spells otherwise are looked for too."""

_COMMONER = 10
"""How many times as often another spelling has to be found where there are some hits."""

# Readings are tried the likeliest first; each costs a look into the word index.
_TRIED_AT_MOST = 12
_READINGS_AT_MOST = 100
_GUESSES_AT_MOST = 6
_WORDS_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    ids: array[int]
    """Tracks, ``array('q')``: those that the words name as written, best first, then others."""
    instead: str
    """The words that were looked for instead, or as well; empty when none were."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What all the words may have meant."""

    words: tuple[str, ...]
    edits: float
    commonness: float


class Finder:
    """Searches over one connection, keeping the library's words once they were needed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._vocabulary: Vocabulary | None = None
        self._read_at = -1

    def prepare(self) -> None:
        """Read the library's words if they changed: 0.1 s at 100,000 tracks."""
        (revision,) = self._connection.execute(
            "SELECT value FROM counters WHERE name = 'tags_revision'"
        ).fetchone()
        if self._vocabulary is None or revision != self._read_at:
            self._vocabulary = Vocabulary(_read_words(self._connection))
            # The words of before are not to be kept for the sake of what was asked about them.
            _options.cache_clear()
            self._read_at = revision

    def find(self, words: str, limit: int) -> Found:
        """As ``search_ids``, and with little or nothing found, by corrected words too."""
        ids = search_ids(self._connection, words, limit)
        tokens = search_words(words[:TEXT_LIMIT_CHARS])
        if len(ids) >= min(_FEW, limit) or not 0 < len(tokens) <= _WORDS_AT_MOST:
            return Found(ids, "")
        if self._vocabulary is None:
            self.prepare()
        assert self._vocabulary is not None
        for reading in readings(self._vocabulary, tokens, words[-1:].isalnum()):
            if ids and reading.edits > 1:
                break
            if has_any(self._connection, reading.words):
                return self._joined(ids, " ".join(reading.words), limit)
        return Found(ids, "")

    def _joined(self, ids: array[int], instead: str, limit: int) -> Found:
        enough = max(limit, _COMMONER * _FEW)
        others = search_ids(self._connection, instead, enough)
        if len(others) < _COMMONER * len(ids):
            return Found(ids, "")
        return Found(array("q", dict.fromkeys(chain(ids, others)))[:limit], instead)


def readings(vocabulary: Vocabulary, words: list[str], is_typing: bool) -> Iterator[_Reading]:
    """What ``words`` may have meant, likeliest first, never the words themselves.

    Args:
        is_typing: the end of the last word may not be typed yet.
    """
    last = len(words) - 1
    options = [
        _options(vocabulary, word, is_typing and at == last) for at, word in enumerate(words)
    ]
    uncertain = sum(len(guesses) > 1 for guesses in options)
    each = int(_READINGS_AT_MOST ** (1 / max(1, uncertain)))
    found = [
        _Reading(
            tuple(chain.from_iterable(guess.word.split() for guess in guesses)),
            sum(guess.edits for guess in guesses),
            sum(math.log1p(guess.tracks) for guess in guesses),
        )
        for guesses in product(*(guesses[: max(1, each)] for guesses in options))
    ]
    found += _without_a_blank(vocabulary, words)
    found.sort(key=lambda reading: (reading.edits, -reading.commonness, reading.words))
    meant = (reading for reading in found if reading.words != tuple(words))
    return islice(meant, _TRIED_AT_MOST)


# Typing on, the words before stay: each is looked up once.
@lru_cache(maxsize=256)
def _options(vocabulary: Vocabulary, word: str, is_typing: bool) -> tuple[Guess, ...]:
    """What one word may have meant; as written comes first if any track has it."""
    edits = edits_allowed(word)
    is_known = edits == 0 or vocabulary.begins(word)
    guesses = [Guess(word, 0, 0)] if is_known else []
    if edits:
        near = vocabulary.near(word, edits, _GUESSES_AT_MOST)
        if is_typing:
            near += vocabulary.near_beginnings(word, edits, _GUESSES_AT_MOST)
            near.sort(key=lambda guess: (guess.edits, -guess.tracks))
        guesses += near
    if not is_known and len(word) >= SHORTEST_LETTERS:
        guesses += filter(None, [vocabulary.split(word)])
    return tuple(sorted(guesses, key=lambda guess: guess.edits)) or (Guess(word, 0, 0),)


def _without_a_blank(vocabulary: Vocabulary, words: list[str]) -> Iterator[_Reading]:
    """Readings with two neighbouring words as one."""
    for at in range(len(words) - 1):
        joined = words[at] + words[at + 1]
        if tracks := vocabulary.tracks_with(joined):
            yield _Reading((*words[:at], joined, *words[at + 2 :]), 1, math.log1p(tracks))


def _read_words(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every word of the store, and how many tracks have it."""
    with _temporary_tables(connection):
        connection.execute("DROP TABLE IF EXISTS temp.vocabulary")
        connection.execute(
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab ('main', 'words', 'row')"
        )
        rows = connection.execute("SELECT term, doc FROM temp.vocabulary").fetchall()
        connection.execute("DROP TABLE temp.vocabulary")
    return rows


@contextmanager
def _temporary_tables(connection: sqlite3.Connection) -> Iterator[None]:
    """Let a connection that is told never to write do so into its own temporary tables."""
    (query_only,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = OFF")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA query_only = {query_only}")
