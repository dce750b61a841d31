"""What a misspelt word may have meant, out of the words that a library has.

An edit is a letter too much, missing or wrong, or two neighbours swapped: the restricted
Damerau-Levenshtein distance ("optimal string alignment"; Damerau, "A technique for computer
detection and correction of spelling errors", CACM 7(3), 1964). It is computed for all
candidates at once, a band around the diagonal, after their letters have ruled most words out
(a filter as in Ukkonen, "Approximate string-matching with q-grams", TCS 92, 1992, with q = 1).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTEST_LETTERS = 4
"""Among shorter words every one is an edit away from another."""

LONGEST_LETTERS = 20
_LONG_LETTERS = 8

_FAR = 100
_BEYOND = 0xFFFF


def edits_allowed(word: str) -> int:
    """How many edits a word may be away from what was meant: 0, 1 or 2 by its length."""
    if not SHORTEST_LETTERS <= len(word) <= LONGEST_LETTERS or not word.isalpha():
        return 0
    return 2 if len(word) >= _LONG_LETTERS else 1


@dataclass(frozen=True, slots=True)
class Guess:
    """What a word may have meant."""

    word: str
    """A word of the library, or how one begins; two words where a blank was left out."""
    edits: float
    """Edits away; half of one more where it only begins a word."""
    tracks: int
    """Tracks with that word."""


class Vocabulary:
    """The words of a library, to be asked for those near another. Immutable.

    Args:
        words: folded words, in any order, and how many tracks have each; words without
            letters alone, or longer than ``LONGEST_LETTERS``, are left out.
    """

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        fitting = sorted(
            (word, tracks)
            for word, tracks in words
            if 0 < len(word) <= LONGEST_LETTERS and word.isalpha() and ord(max(word)) < _BEYOND
        )
        self._words = [word for word, _ in fitting]
        self._tracks = np.array([tracks for _, tracks in fitting], dtype=np.int64)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int8)
        self._letters = _as_letters(self._words)
        self._signatures = _signatures(self._letters)

    def __len__(self) -> int:
        return len(self._words)

    def tracks_with(self, word: str) -> int:
        """How many tracks have exactly this word."""
        at = bisect_left(self._words, word)
        is_known = at < len(self._words) and self._words[at] == word
        return int(self._tracks[at]) if is_known else 0

    def begins(self, start: str) -> bool:
        """Whether any word begins so."""
        at = bisect_left(self._words, start)
        return at < len(self._words) and self._words[at].startswith(start)

    def near(self, word: str, edits: int, count: int) -> list[Guess]:
        """Up to ``count`` other words at most ``edits`` away: nearest first, then commonest."""
        missing, surplus = self._differing_letters(word)
        lengths_apart = np.abs(self._lengths - len(word))
        rows = np.flatnonzero((missing <= edits) & (surplus <= edits) & (lengths_apart <= edits))
        grid = _distances(word, self._letters[:, rows], edits)
        distances = grid[self._lengths[rows], np.arange(len(rows))]
        return self._best(
            (
                Guess(self._words[row], int(distance), int(self._tracks[row]))
                for row, distance in zip(rows, distances, strict=True)
                if 0 < distance <= edits
            ),
            count,
        )

    def near_beginnings(self, word: str, edits: int, count: int) -> list[Guess]:
        """As ``near``, for a word of which the end is not typed yet; the first letter is right."""
        missing, _ = self._differing_letters(word)
        rows = np.flatnonzero(
            (missing <= edits)
            & (self._lengths >= len(word) - edits)
            & (self._letters[0] == min(ord(word[0]), _BEYOND))
        )
        grid = _distances(word, self._letters[:, rows], edits)
        grid[np.arange(len(grid))[:, None] > self._lengths[rows]] = _FAR
        # Of equally near beginnings the first: as many letters as were typed, then more, then less.
        ends = sorted(_band(len(word), edits), key=lambda end: (abs(end - len(word)), -end))
        nearest = np.argmin(grid[ends], axis=0)
        distances = np.min(grid[ends], axis=0)
        found: dict[str, Guess] = {}
        for at in np.flatnonzero((distances > 0) & (distances <= edits)):
            start = self._words[rows[at]][: ends[nearest[at]]]
            before = found.get(start)
            tracks = int(self._tracks[rows[at]]) + (before.tracks if before else 0)
            found[start] = Guess(start, int(distances[at]) + 0.5, tracks)
        return self._best(found.values(), count)

    def split(self, word: str) -> Guess | None:
        """The commonest two words that ``word`` is without the blank between them."""
        pairs = (
            Guess(f"{word[:at]} {word[at:]}", 1, tracks)
            for at in range(2, len(word) - 1)
            if (tracks := min(self.tracks_with(word[:at]), self.tracks_with(word[at:])))
        )
        return max(pairs, key=lambda guess: guess.tracks, default=None)

    def _differing_letters(self, word: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Lower bounds on the letters each word lacks, and has too many; an edit mends one."""
        own = _signatures(_as_letters([word]))[0]
        return (
            np.bitwise_count(own & ~self._signatures),
            np.bitwise_count(self._signatures & ~own),
        )

    @staticmethod
    def _best(guesses: Iterable[Guess], count: int) -> list[Guess]:
        return sorted(guesses, key=lambda guess: (guess.edits, -guess.tracks, guess.word))[:count]


def _as_letters(words: list[str]) -> NDArray[np.uint16]:
    """The letters of words, [LONGEST_LETTERS, words], one word per column, 0 after its end."""
    points = np.array(words, dtype=f"U{LONGEST_LETTERS}").view(np.uint32)
    columns = points.reshape(len(words), LONGEST_LETTERS).T
    # What lies beyond 16 bits is in no word of a vocabulary, and equals none.
    return np.ascontiguousarray(np.minimum(columns, _BEYOND).astype(np.uint16))


def _signatures(letters: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Which letters each word has: a set of 64 bits, into which letters are strewn, [words]."""
    found = np.zeros(letters.shape[1], dtype=np.uint64)
    one = np.uint64(1)
    for row in letters:
        found |= np.where(row > 0, one << (row.astype(np.uint64) % np.uint64(64)), np.uint64(0))
    return found


def _distances(word: str, letters: NDArray[np.uint16], edits: int) -> NDArray[np.int8]:
    """Edits from ``word`` to the first *j* letters of each column, [LONGEST_LETTERS + 1, words].

    Exact up to ``edits``; beyond, some larger number.
    """
    shape = (LONGEST_LETTERS + 1, letters.shape[1])
    before, row = np.full(shape, _FAR, np.int8), np.full(shape, _FAR, np.int8)
    row[: edits + 1] = np.arange(edits + 1, dtype=np.int8)[:, None]
    for i, letter in enumerate(word, start=1):
        after = np.full(shape, _FAR, np.int8)
        if i <= edits:
            after[0] = i
        for j in _band(i, edits):
            differs = letters[j - 1] != ord(letter)
            cell = np.minimum(row[j - 1] + differs, np.minimum(row[j], after[j - 1]) + 1)
            if i > 1 and j > 1:
                swapped = (letters[j - 2] == ord(letter)) & (letters[j - 1] == ord(word[i - 2]))
                np.minimum(cell, before[j - 2] + 1, out=cell, where=swapped)
            after[j] = cell
        before, row = row, after
    return row


def _band(i: int, edits: int) -> Iterator[int]:
    yield from range(max(1, i - edits), min(i + edits, LONGEST_LETTERS) + 1)
