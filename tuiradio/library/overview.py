"""A few columns of every track at once, for views of the whole library."""

from __future__ import annotations

import sqlite3
from array import array
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
_UNKNOWN = float("nan")
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
    artists, genres = _Names(), _Names()
    ids, tempo_bpm, mood = array("q"), array("f"), array("f")
    heard: dict[str, str] = {}
    # Row by row: all of a large library at once would be 50 MB of Python objects.
    for track_id, artist, tagged, guesses, tempo, valence, arousal in connection.execute(_COLUMNS):
        ids.append(track_id)
        artists.add(artist)
        genres.add(tagged.partition(_SEPARATOR)[0] or _heard_genre(guesses, heard))
        tempo_bpm.append(tempo)
        mood.append(_UNKNOWN if valence is None else valence)
        mood.append(_UNKNOWN if arousal is None else arousal)
    return Overview(
        ids=np.array(ids, np.int64),
        artists=artists.column(),
        genres=genres.column(),
        tempo_bpm=np.array(tempo_bpm, np.float32),
        mood=np.array(mood, np.float32).reshape(len(ids), 2),
    )


def _heard_genre(guesses: str, known: dict[str, str]) -> str:
    found = known.get(guesses)
    if found is None:
        names = (line.rpartition("=")[0] for line in guesses.split("\n"))
        found = next((name for name in names if name.casefold() in _HEARD_GENRES), "")
        known[guesses] = found = found[:1].upper() + found[1:]
    return found


class _Names:
    """Names that differ in case or accents only count as one, the first written."""

    def __init__(self) -> None:
        self._names = [""]
        self._code_of = {"": 0}
        self._code_of_key: dict[str, int] = {}
        self._codes = array("i")

    def add(self, value: str) -> None:
        """The name of the next track."""
        code = self._code_of.get(value)
        if code is None:
            code = self._code_of_key.setdefault(sort_key(value), len(self._names))
            if code == len(self._names):
                self._names.append(value)
            self._code_of[value] = code
        self._codes.append(code)

    def column(self) -> Named:
        return Named(tuple(self._names), np.array(self._codes, np.int32))
