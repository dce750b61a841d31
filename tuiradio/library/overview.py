"""A few columns of every track at once, for views of the whole library."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.text import sort_key

# Of what the model hears, these name a genre; "female vocalists" and "90s" do not.
_HEARD_GENRES = frozenset(
    """acoustic, alternative, alternative rock, ambient, blues, classic rock, classical, country,
    dance, disco, electro, electronic, electronica, experimental, folk, funk, hard rock,
    heavy metal, hip-hop, house, indie, indie pop, indie rock, jazz, metal, new age, opera, pop,
    progressive rock, punk, rap, reggae, rnb, rock, soul, techno""".replace("\n    ", " ").split(
        ", "
    )
)
_NO_NAME = ""
_SEPARATOR = "\x1f"

_COLUMNS = """
SELECT t.id, t.artist, t.genres, t.guesses, t.tempo, t.valence, t.arousal
FROM tracks t JOIN roots r ON r.id = t.root_id
WHERE NOT t.missing AND NOT r.missing ORDER BY t.id
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A column of names: those there are, and which each track has."""

    names: tuple[str, ...]
    """The first is "", for tracks without."""
    codes: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Overview:
    """All tracks whose files are there, by ascending id; arrays of one length."""

    ids: NDArray[np.int64]
    artists: Named
    genres: Named
    """The first genre of the tags; without one, the likeliest genre heard."""
    tempo_bpm: NDArray[np.float32]
    """0 when not known."""
    mood: NDArray[np.float32]
    """[n, 2]: valence and arousal, -1…1; NaN when not known."""


def overview(connection: sqlite3.Connection) -> Overview:
    """See ``StoreReader.overview``."""
    rows = connection.execute(_COLUMNS).fetchall()
    heard: dict[str, str] = {}
    genres = (
        genre.partition(_SEPARATOR)[0] or _heard_genre(guesses, heard)
        for _, _, genre, guesses, *_ in rows
    )
    mood = [(row[5], row[6]) for row in rows]
    return Overview(
        ids=np.array([row[0] for row in rows], np.int64),
        artists=_named(row[1] for row in rows),
        genres=_named(genres),
        tempo_bpm=np.array([row[4] for row in rows], np.float32),
        mood=np.array(mood, np.float32).reshape(len(rows), 2),
    )


def _heard_genre(guesses: str, known: dict[str, str]) -> str:
    found = known.get(guesses)
    if found is None:
        names = (line.rpartition("=")[0] for line in guesses.split("\n"))
        found = next((n for n in names if n.casefold() in _HEARD_GENRES), _NO_NAME)
        known[guesses] = found = found[:1].upper() + found[1:]
    return found


def _named(values: Iterable[str]) -> Named:
    """Names that differ in case or accents only count as one, the first written."""
    code_of: dict[str, int] = {_NO_NAME: 0}
    key_of: dict[str, int] = {"": 0}
    names = [_NO_NAME]
    codes = []
    for value in values:
        code = code_of.get(value)
        if code is None:
            code = key_of.setdefault(sort_key(value), len(names))
            if code == len(names):
                names.append(value)
            code_of[value] = code
        codes.append(code)
    return Named(tuple(names), np.array(codes, np.int32))
