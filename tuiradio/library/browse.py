"""Rows of the store as tracks, artists, albums, genres and folders."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tuiradio.library.order import relative_to
from tuiradio.library.rows import AlbumRow, ArtistRow, CreditRow, FolderRow, GenreRow
from tuiradio.library.text import UNKNOWN_KEY, clean_text, sort_key
from tuiradio.library.track import Estimates, Failure, FailureKind, Status, Track

SEPARATOR = "\x1f"
"""Between the genres of a track; cleaned text never holds it."""

_TRACK = """
SELECT t.id, r.path, t.relative_path, t.size_bytes, t.mtime_ns, t.title, t.artist, t.album,
    t.album_artist, t.genres, t.year, t.track_number, t.disc_number, t.duration_s, t.bpm,
    t.added_s, t.status, t.missing OR r.missing, t.liked, t.banned, t.play_count,
    t.last_played_s, t.tempo_bpm, t.valence, t.arousal, t.guesses, t.track_gain_db
FROM tracks t JOIN roots r ON r.id = t.root_id WHERE t.id IN ({marks})
"""

# A scan failure (model 0) comes before one of listening.
_FAILURE = """
SELECT f.track_id, f.kind, f.reason FROM failures f
WHERE f.track_id IN ({marks})
    AND f.model IN (0, (SELECT id FROM models WHERE current)) ORDER BY f.model DESC
"""


def tracks_by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Track]:
    """The tracks that exist among ``ids``."""
    marks = ",".join("?" * len(ids))
    rows = connection.execute(_TRACK.format(marks=marks), ids).fetchall()
    failed = [row[0] for row in rows if row[16] == "failed"]
    failures = _failures(connection, failed) if failed else {}
    return {row[0]: _track(row, failures.get(row[0])) for row in rows}


def _failures(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Failure]:
    rows = connection.execute(_FAILURE.format(marks=",".join("?" * len(ids))), ids).fetchall()
    return {number: Failure(FailureKind(kind), reason) for number, kind, reason in rows}


def _track(row: tuple[Any, ...], failure: Failure | None) -> Track:
    tempo_bpm, valence, arousal, guesses, track_gain_db = row[22:]
    return Track(
        id=row[0],
        root=row[1],
        relative_path=row[2],
        size_bytes=row[3],
        mtime_ns=row[4],
        title=row[5],
        artist=row[6],
        album=row[7],
        album_artist=row[8],
        genres=tuple(row[9].split(SEPARATOR)) if row[9] else (),
        year=row[10],
        track_number=row[11],
        disc_number=row[12],
        duration_s=row[13],
        bpm=row[14],
        added_s=row[15],
        status=Status(row[16]),
        failure=failure,
        missing=bool(row[17]),
        liked=bool(row[18]),
        banned=bool(row[19]),
        play_count=row[20],
        last_played_s=row[21],
        estimates=Estimates(tempo_bpm, valence, arousal, read_guesses(guesses)),
        track_gain_db=track_gain_db,
    )


def write_guesses(guesses: Sequence[tuple[str, float]]) -> str:
    """The model's tags in one column: ``name=probability``, one a line."""
    return "\n".join(f"{clean_text(name)}={value:.4g}" for name, value in guesses)


def read_guesses(text: str) -> tuple[tuple[str, float], ...]:
    """What ``write_guesses`` wrote."""
    pairs = (line.rpartition("=") for line in text.split("\n") if line)
    return tuple((name, float(value)) for name, _, value in pairs)


def count_albums(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many albums and how many artists there are."""
    (albums,) = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT shelf_key, album_key FROM tracks "
        "WHERE album_key != ?)",
        (UNKNOWN_KEY,),
    ).fetchone()
    (artists,) = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT shelf_key FROM tracks WHERE shelf_key != ?)",
        (UNKNOWN_KEY,),
    ).fetchone()
    return albums, artists


def credit_rows(connection: sqlite3.Connection) -> list[CreditRow]:
    """See ``StoreReader.credits``."""
    rows = connection.execute(
        "SELECT artist, album_artist, album, count(*) FROM tracks WHERE NOT missing "
        "GROUP BY artist, album_artist, album"
    )
    return [CreditRow(*row) for row in rows.fetchall()]


def artists(connection: sqlite3.Connection) -> list[ArtistRow]:
    """See ``StoreReader.artists``."""
    rows = connection.execute(
        "SELECT (SELECT shelf FROM tracks WHERE shelf_key = g.shelf_key LIMIT 1), "
        "sum(album_key != ?), sum(tracks) FROM (SELECT shelf_key, album_key, count(*) AS tracks "
        "FROM tracks GROUP BY shelf_key, album_key) g GROUP BY shelf_key ORDER BY shelf_key",
        (UNKNOWN_KEY,),
    ).fetchall()
    return [ArtistRow(*row) for row in rows]


def albums(connection: sqlite3.Connection, artist: str | None) -> list[AlbumRow]:
    """See ``StoreReader.albums``."""
    key = None if artist is None else sort_key(artist)
    rows = connection.execute(
        "SELECT min(shelf), min(album), max(year), count(*), total(duration_s) FROM tracks "
        f"WHERE album_key != ? {'AND shelf_key = ?' if key is not None else ''} "
        "GROUP BY shelf_key, album_key ORDER BY shelf_key, "
        f"{'max(year), ' if key is not None else ''}album_key",
        (UNKNOWN_KEY,) if key is None else (UNKNOWN_KEY, key),
    ).fetchall()
    return [AlbumRow(*row) for row in rows]


def genres(connection: sqlite3.Connection) -> list[GenreRow]:
    """See ``StoreReader.genres``."""
    rows = connection.execute(
        "SELECT min(name), count(*) FROM track_genres GROUP BY genre_key "
        "ORDER BY count(*) DESC, genre_key"
    ).fetchall()
    return [GenreRow(*row) for row in rows]


def folders(connection: sqlite3.Connection, parent: bytes | None) -> list[FolderRow]:
    """See ``StoreReader.folders``."""
    roots = connection.execute(
        "SELECT id, path, (SELECT count(*) FROM tracks WHERE root_id = roots.id) "
        "FROM roots ORDER BY id"
    ).fetchall()
    if parent is None:
        return [FolderRow(path, tracks) for _, path, tracks in roots]
    for root_id, path, _ in roots:
        inside = relative_to(parent, path)
        if inside is not None:
            return _children(connection, root_id, path, inside)
    return []


def _children(
    connection: sqlite3.Connection, root_id: int, root: bytes, inside: bytes
) -> list[FolderRow]:
    prefix = inside + b"/" if inside else b""
    # "0" follows "/"; names below a root have no common upper bound but no bytes above 0xff.
    end = inside + b"0" if inside else b"\xff" * 256
    rows = connection.execute(
        "SELECT relative_path FROM tracks WHERE root_id = ? "
        "AND relative_path >= ? AND relative_path < ?",
        (root_id, prefix, end),
    )
    start = len(prefix)
    tally = Counter(
        path[start : path.index(b"/", start)] for (path,) in rows if path.find(b"/", start) >= 0
    )
    children = sorted(
        tally.items(), key=lambda item: (sort_key(item[0].decode("utf-8", "replace")), item[0])
    )
    base = root.rstrip(b"/") + b"/" + prefix
    return [FolderRow(base + name, tracks) for name, tracks in children]
