"""Search as you type over title, artist, album, genre and path (FTS5)."""

from __future__ import annotations

import sqlite3
from array import array
from itertools import chain

from tuiradio.library.order import ids_of
from tuiradio.library.text import TEXT_LIMIT_CHARS, UNKNOWN_KEY, search_words, sort_key

# SQLite's parser limits the depth of an expression.
_MOST_WORDS = 32

# Ranking touches every match: beyond this many the first ones stand for all.
_RANKED_AT_MOST = 4_000

# A hit in the title is worth more than one in the path.
_WEIGHTS = "10.0, 8.0, 5.0, 2.0, 1.0"

_EXACT = (
    "SELECT id FROM tracks WHERE title_key = ? ORDER BY title_key, shelf_key LIMIT ?",
    (
        "SELECT id FROM tracks WHERE shelf_key = ? "
        "ORDER BY shelf_key, album_key, disc_number, track_number, title_key LIMIT ?"
    ),
)
_BEGINNING = (
    "SELECT id FROM tracks WHERE title_key >= ? AND title_key < ? ORDER BY title_key LIMIT ?",
    "SELECT id FROM tracks WHERE shelf_key >= ? AND shelf_key < ? ORDER BY shelf_key LIMIT ?",
)

_WITHIN = (
    "SELECT id FROM tracks WHERE instr(title_key, ?) OR instr(shelf_key, ?) "
    "ORDER BY title_key, shelf_key LIMIT ?"
)


def search_ids(connection: sqlite3.Connection, words: str, limit: int) -> array[int]:
    """Tracks in which every word of ``words`` begins a word, best first. Any string is legal.

    A title or an artist named exactly so comes first. Without a single letter ("!!!"),
    titles and artists that begin like that are found; in scripts that put no blanks
    between words, also what lies within.
    """
    key = sort_key(words[:TEXT_LIMIT_CHARS])
    if limit <= 0 or key == UNKNOWN_KEY:
        return array("q")
    tokens = search_words(words[:TEXT_LIMIT_CHARS])[:_MOST_WORDS]
    if tokens:
        found = [ids_of(connection.execute(sql, (key, limit))) for sql in _EXACT]
        found.append(_ranked(connection, tokens, limit))
    else:
        span = (key, key + "\U0010ffff", limit)
        found = [ids_of(connection.execute(sql, span)) for sql in _BEGINNING]
    if not any(found) and not key.isascii():
        found = [ids_of(connection.execute(_WITHIN, (key, key, limit)))]
    return array("q", dict.fromkeys(chain.from_iterable(found)))[:limit]


def _ranked(connection: sqlite3.Connection, tokens: list[str], limit: int) -> array[int]:
    query = " AND ".join(f'"{token}"*' for token in tokens)
    return ids_of(
        connection.execute(
            "SELECT id FROM (SELECT rowid AS id, "
            f"bm25(words, {_WEIGHTS}) AS score FROM words WHERE words MATCH ? LIMIT ?) "
            "ORDER BY score LIMIT ?",
            (query, _RANKED_AT_MOST, limit),
        )
    )
