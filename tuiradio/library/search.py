"""Search as you type over title, artist, album, genre and path (FTS5)."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain

from tuiradio.library.order import ids_of
from tuiradio.library.text import TEXT_LIMIT_CHARS, UNKNOWN_KEY, search_words, sort_key

# SQLite's parser limits the depth of an expression.
_MOST_WORDS = 32
_MANY = 100_000

# Ranking reads the length of every match (2 µs): where there are more, none stands out.
_RANKED_AT_MOST = 1_000

# A hit in the title is worth more than one in the path.
_WEIGHTS = "10.0, 8.0, 5.0, 2.0, 1.0"
_FIELDS = ("{title}", "{title artist album genre}", "{title artist album genre path}")

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
        if _is_crowded(connection, _query(tokens)):
            # Of "the ka", the key no longer says "the": not all that begins like it fits.
            is_whole = search_words(key)[:_MOST_WORDS] == tokens
            found += _of_crowd(connection, tokens, key if is_whole else "", limit)
        else:
            found.append(_ranked(connection, _query(tokens), limit))
    else:
        found = list(_beginning(connection, tokens, key, limit))
    if not any(found) and not key.isascii():
        found = [ids_of(connection.execute(_WITHIN, (key, key, limit)))]
    return array("q", dict.fromkeys(chain.from_iterable(found)))[:limit]


def matching_ids(connection: sqlite3.Connection, words: str) -> array[int]:
    """Every track in which every word of ``words`` begins a word, in no order."""
    tokens = search_words(words[:TEXT_LIMIT_CHARS])[:_MOST_WORDS]
    if not tokens:
        return search_ids(connection, words, _MANY)
    sql = "SELECT rowid FROM words WHERE words MATCH ?"
    return ids_of(connection.execute(sql, (_query(tokens),)))


def has_any(connection: sqlite3.Connection, tokens: Sequence[str]) -> bool:
    """Whether any track has words beginning with all of ``tokens``."""
    sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT 1"
    return connection.execute(sql, (_query(tokens),)).fetchone() is not None


def _query(tokens: Sequence[str]) -> str:
    """All tokens; one that another begins with says nothing of its own, but costs as much."""
    distinct = dict.fromkeys(tokens)
    telling = [
        token
        for token in distinct
        if not any(other != token and other.startswith(token) for other in distinct)
    ]
    return " AND ".join(f'"{token}"*' for token in telling)


def _is_crowded(connection: sqlite3.Connection, query: str) -> bool:
    sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT 1 OFFSET ?"
    return connection.execute(sql, (query, _RANKED_AT_MOST)).fetchone() is not None


def _of_crowd(
    connection: sqlite3.Connection, tokens: Sequence[str], key: str, limit: int
) -> Iterator[array[int]]:
    """What begins with ``key``, has the words whole, or in better fields, until it is enough."""
    found: set[int] = set()
    for read in (_beginning, _whole, _in_fields):
        for ids in read(connection, tokens, key, limit):
            found.update(ids)
            yield ids
            if len(found) >= limit:
                return


def _beginning(
    connection: sqlite3.Connection, _tokens: Sequence[str], key: str, limit: int
) -> Iterator[array[int]]:
    """Titles, then artists that begin with ``key``, by name."""
    if key:
        for sql in _BEGINNING:
            yield ids_of(connection.execute(sql, (key, key + "\U0010ffff", limit)))


def _whole(
    connection: sqlite3.Connection, tokens: Sequence[str], _key: str, limit: int
) -> Iterator[array[int]]:
    query = " AND ".join(f'"{token}"' for token in dict.fromkeys(tokens))
    if not _is_crowded(connection, query):
        yield _ranked(connection, query, limit)


def _in_fields(
    connection: sqlite3.Connection, tokens: Sequence[str], _key: str, limit: int
) -> Iterator[array[int]]:
    sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?"
    for fields in _FIELDS:
        yield ids_of(connection.execute(sql, (f"{fields} : ({_query(tokens)})", limit)))


def _ranked(connection: sqlite3.Connection, query: str, limit: int) -> array[int]:
    return ids_of(
        connection.execute(
            f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, {_WEIGHTS}) LIMIT ?",
            (query, limit),
        )
    )
