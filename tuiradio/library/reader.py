"""Reading the store: fast enough to be asked while drawing."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuiradio.library import browse, comparisons, playlists, taste
from tuiradio.library.comparisons import Comparison
from tuiradio.library.connection import open_read_only, store_errors
from tuiradio.library.correction import Finder, Found
from tuiradio.library.filtering import Base
from tuiradio.library.names import Names, read_names
from tuiradio.library.order import MISSING, folder_condition, ids_of, ordered_ids, relative_to
from tuiradio.library.overview import Overview, overview
from tuiradio.library.playlists import KnownPlaylist, PlaylistRow
from tuiradio.library.rows import (
    AlbumRow,
    ArtistRow,
    Counts,
    CreditRow,
    Feedback,
    FolderRow,
    GenreRow,
    KnownFile,
    Play,
    Preset,
    Root,
    Scope,
    Sort,
)
from tuiradio.library.search import matching_ids, search_ids
from tuiradio.library.track import Banned, Track

# SQLite's own limit on variables is 32,766; statements of this size stay in its cache.
_PAGE = 500

_EVERYTHING = Scope()


class StoreReader:
    """A read-only view of the store, working beside a live writer.

    One per reading thread or process: a reader is used by one thread at a time.
    Every answer is complete when returned; no read transaction stays open.

    Raises:
        StoreError: (any method) the file is absent, damaged or of a newer schema.
    """

    _finder: Finder | None = None
    base = Base()

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connection = open_read_only(file)
        self._album_counts: tuple[int, int, int] | None = None

    def close(self) -> None:
        """Close the connection; may be repeated."""
        self._connection.close()

    def revision(self) -> int:
        """Grows with every committed change."""
        return self._counter("revision")

    def vector_revision(self) -> int:
        """Grows when vectors of any model are added, replaced or removed."""
        return self._counter("vector_revision")

    def tags_revision(self) -> int:
        """Grows when tracks come, go, or change what they say of themselves."""
        return self._counter("tags_revision")

    def counts(self) -> Counts:
        """The library in numbers, under the current model; about 20 ms at 100,000 tracks."""
        with store_errors(self.file):
            groups = {
                status: (tracks, duration_s)
                for status, tracks, duration_s in self._connection.execute(
                    "SELECT status, count(*), total(duration_s) FROM tracks GROUP BY status"
                )
            }
            missing = self._one(f"SELECT count(*) FROM ({MISSING})")
            albums, artists = self._count_albums()
        return Counts(
            tracks=sum(tracks for tracks, _ in groups.values()),
            heard=groups.get("heard", (0, 0))[0],
            failed=groups.get("failed", (0, 0))[0],
            pending=groups.get("pending", (0, 0))[0],
            missing=missing,
            albums=albums,
            artists=artists,
            total_duration_s=sum(duration_s for _, duration_s in groups.values()),
        )

    def roots(self) -> tuple[Root, ...]:
        """The library's directories, in the order in which they were added."""
        rows = self._rows(
            "SELECT path, missing, (SELECT count(*) FROM tracks WHERE root_id = roots.id) "
            "FROM roots ORDER BY id"
        )
        return tuple(Root(path, bool(missing), tracks) for path, missing, tracks in rows)

    def track(self, track_id: int) -> Track | None:
        """One track; None when there is none of this id."""
        found = self.tracks((track_id,))
        return found[0] if found else None

    def tracks(self, ids: Sequence[int]) -> list[Track]:
        """The tracks in the order given; unknown ids are left out."""
        found: dict[int, Track] = {}
        with store_errors(self.file):
            for start in range(0, len(ids), _PAGE):
                page = [int(number) for number in ids[start : start + _PAGE]]
                found.update(browse.tracks_by_id(self._connection, page))
        return [found[number] for number in ids if number in found]

    def track_ids(
        self, scope: Scope = _EVERYTHING, sort: Sort = Sort.ARTIST, descending: bool = False
    ) -> array[int]:
        """Ids (``array('q')``) of the tracks within ``scope``, sorted."""
        with store_errors(self.file):
            return ordered_ids(self._connection, scope, sort, descending)

    def search(self, words: str, limit: int = 500) -> array[int]:
        """Tracks in which every word begins a word of title, artist, album, genre or path.

        Best first; case and diacritics do not matter; any string is legal.
        """
        with store_errors(self.file):
            return search_ids(self._connection, words, limit)

    def find(self, words: str, limit: int = 500) -> Found:
        """As ``search``; words that find next to nothing are corrected by the library's own."""
        with store_errors(self.file):
            return self._searcher().find(words, limit)

    def matching(self, words: str) -> array[int]:
        """All tracks that ``search`` might find, unranked."""
        with store_errors(self.file):
            return matching_ids(self._connection, words)

    def names(self) -> Names:
        """The names of artists, albums, genres, playlists and folders."""
        with store_errors(self.file):
            return read_names(self._connection)

    def prepare_find(self) -> None:
        """Spare the next ``find`` the reading of the library's words; 0.1 s at 100,000 tracks."""
        with store_errors(self.file):
            self._searcher().prepare()

    def _searcher(self) -> Finder:
        if self._finder is None:
            self._finder = Finder(self._connection)
        return self._finder

    def credits(self) -> list[CreditRow]:
        """Every artist, album artist and album that are named together, in no order."""
        with store_errors(self.file):
            return browse.credit_rows(self._connection)

    def artists(self) -> list[ArtistRow]:
        """Album artists (artists without one), collated, the unknown last."""
        with store_errors(self.file):
            return browse.artists(self._connection)

    def albums(self, artist: str | None = None) -> list[AlbumRow]:
        """Albums of everyone by artist, or of one artist by year; loose tracks are left out."""
        with store_errors(self.file):
            return browse.albums(self._connection, artist)

    def genres(self) -> list[GenreRow]:
        """Genres, most tracks first."""
        with store_errors(self.file):
            return browse.genres(self._connection)

    def folders(self, parent: bytes | None = None) -> list[FolderRow]:
        """The folders directly in ``parent`` (absolute) that hold tracks; None: the roots."""
        with store_errors(self.file):
            return browse.folders(self._connection, parent)

    def playlists(self) -> list[PlaylistRow]:
        """Playlists with anything in them, by name."""
        with store_errors(self.file):
            return playlists.rows(self._connection)

    def known_playlists(self) -> dict[bytes, KnownPlaylist]:
        """What the store knows of each playlist file, by its absolute path."""
        with store_errors(self.file):
            return playlists.known(self._connection)

    def overview(self) -> Overview:
        """A few columns of every track whose file is there, to be drawn all at once."""
        with store_errors(self.file):
            return overview(self._connection)

    def failures(self) -> list[Track]:
        """Tracks that could not be read or listened to, by path."""
        return self.tracks(self.track_ids(Scope(failed=True), Sort.PATH))

    def pending_ids(self, model_id: str) -> array[int]:
        """Tracks with neither vector nor failure for this model; missing ones are left out."""
        with store_errors(self.file):
            return ids_of(
                self._connection.execute(
                    "WITH m AS (SELECT (SELECT id FROM models WHERE name = ?) AS id) "
                    "SELECT id FROM tracks WHERE NOT missing "
                    "AND root_id IN (SELECT id FROM roots WHERE NOT missing) "
                    "AND NOT EXISTS (SELECT 1 FROM vectors v, m "
                    "WHERE v.model = m.id AND v.track_id = tracks.id) "
                    "AND NOT EXISTS (SELECT 1 FROM failures f, m "
                    "WHERE f.track_id = tracks.id AND f.model IN (0, m.id)) ORDER BY id",
                    (model_id,),
                )
            )

    def vectors(self, model_id: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids ``int64[n]``, ascending, and vectors ``float32[n, dim]``; (0, 0) without any."""
        rows = self._rows(
            "SELECT track_id, vector FROM vectors JOIN models ON models.id = vectors.model "
            "WHERE models.name = ? ORDER BY track_id",
            (model_id,),
        )
        ids = np.array([track_id for track_id, _ in rows], dtype=np.int64)
        if not rows:
            return ids, np.zeros((0, 0), dtype=np.float32)
        flat = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4")
        return ids, flat.reshape(len(rows), -1).astype(np.float32)

    def vectors_of(self, model_id: str, track_ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors, float32 [dim], that this model has of these tracks."""
        found: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(track_ids), _PAGE):
            page = [int(number) for number in track_ids[start : start + _PAGE]]
            rows = self._rows(
                "SELECT track_id, vector FROM vectors WHERE model = "
                "(SELECT id FROM models WHERE name = ?) "
                f"AND track_id IN ({','.join('?' * len(page))})",
                (model_id, *page),
            )
            found.update((number, np.frombuffer(blob, "<f4")) for number, blob in rows)
        return found

    def heard_by_model(self) -> dict[str, int]:
        """How many tracks each model that ever listened here has a vector of, by model id."""
        return dict(
            self._rows(
                "SELECT name, (SELECT count(*) FROM vectors WHERE model = models.id) "
                "FROM models ORDER BY name"
            )
        )

    def history(self, limit: int) -> list[Play]:
        """The last plays, newest first."""
        rows = self._rows(
            "SELECT track_id, started_s, played_s, duration_s, skipped FROM plays "
            "ORDER BY started_s DESC, id DESC LIMIT ?",
            (max(0, limit),),
        )
        return [Play(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

    def last_plays(self, limit: int) -> dict[int, float]:
        """When each track of the last ``limit`` plays was started last; for planning."""
        return dict(
            self._rows(
                "SELECT track_id, max(started_s) FROM (SELECT track_id, started_s FROM plays "
                "ORDER BY started_s DESC LIMIT ?) GROUP BY track_id",
                (max(0, limit),),
            )
        )

    def liked_ids(self) -> frozenset[int]:
        """Every liked track, in no order: a millisecond where ``track_ids`` sorts them."""
        rows = self._rows("SELECT id FROM tracks INDEXED BY only_liked WHERE liked")
        return frozenset(track_id for (track_id,) in rows)

    def feedback(
        self, radio: int | None = None, limit: int = 1_000, include_undone: bool = False
    ) -> list[Feedback]:
        """What was said of the music, newest first; of one radio, or at any time."""
        with store_errors(self.file):
            return taste.feedback(self._connection, radio, limit, include_undone)

    def bans(self) -> list[Banned]:
        """Everything the radio never plays: artists, albums and folders, then tracks."""
        with store_errors(self.file):
            return taste.bans(self._connection)

    def presets(self) -> list[Preset]:
        """The named dials, by name."""
        with store_errors(self.file):
            return taste.presets(self._connection)

    def comparisons(self) -> list[Comparison]:
        """Which of two tracks was called closer to a third, oldest first."""
        with store_errors(self.file):
            return comparisons.all_of(self._connection)

    def resolve(self, seed: str) -> tuple[int, ...]:
        """What ``seed`` names, best first: a file or folder of the library, else words.

        Paths are absolute, relative to the current directory, or begin with ``~``.
        """
        written = _path_of(seed.strip())
        if written:
            path = os.path.abspath(written)
            found = self._at_path(path) or self._at_path(os.path.realpath(path))
            if found:
                return found
        return tuple(self.search(seed))

    def track_at(self, path: bytes) -> int | None:
        """The track whose file has this absolute path, with or without following links."""
        for written in dict.fromkeys((path, os.path.realpath(path))):
            found = self._file_at(written)
            if found is not None:
                return found
        return None

    def state(self, key: str) -> str | None:
        """A value kept by ``StoreWriter.set_state``."""
        rows = self._rows("SELECT value FROM state WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def known_files(self, root: bytes) -> dict[bytes, KnownFile]:
        """What the store knows of each file below ``root``, by relative path."""
        rows = self._rows(
            "SELECT relative_path, size_bytes, mtime_ns, missing, EXISTS (SELECT 1 FROM failures f "
            "WHERE f.track_id = tracks.id AND f.kind IN ('unreadable', 'vanished')) "
            "FROM tracks WHERE root_id = (SELECT id FROM roots WHERE path = ?)",
            (root,),
        )
        return {
            path: KnownFile(size_bytes, mtime_ns, bool(missing), bool(unread))
            for path, size_bytes, mtime_ns, missing, unread in rows
        }

    def model_id(self) -> str | None:
        """The model to which ``Track.status`` and ``Counts`` refer; None before the first."""
        rows = self._rows("SELECT name FROM models WHERE current")
        return str(rows[0][0]) if rows else None

    def _file_at(self, path: bytes) -> int | None:
        for root_id, root in self._rows("SELECT id, path FROM roots"):
            inside = relative_to(path, root)
            if inside:
                rows = self._rows(
                    "SELECT id FROM tracks WHERE root_id = ? AND relative_path = ?",
                    (root_id, inside),
                )
                if rows:
                    return int(rows[0][0])
        return None

    def _at_path(self, path: bytes) -> tuple[int, ...]:
        found = self._file_at(path)
        if found is not None:
            return (found,)
        with store_errors(self.file):
            condition, values = folder_condition(self._connection, [path])
        rows = self._rows(
            f"SELECT id FROM tracks WHERE {condition} ORDER BY root_id, relative_path", values
        )
        return tuple(track_id for (track_id,) in rows)

    def _count_albums(self) -> tuple[int, int]:
        """Albums and artists, counted again only when tags changed: they are polled often."""
        revision = self._counter("tags_revision")
        if self._album_counts is None or self._album_counts[0] != revision:
            self._album_counts = (revision, *browse.count_albums(self._connection))
        return self._album_counts[1:]

    def _counter(self, name: str) -> int:
        with store_errors(self.file):
            return self._one("SELECT value FROM counters WHERE name = ?", (name,))

    def _one(self, sql: str, values: Sequence[object] = ()) -> int:
        return int(self._connection.execute(sql, values).fetchone()[0])

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with store_errors(self.file):
            return self._connection.execute(sql, values).fetchall()


def _path_of(text: str) -> bytes | None:
    """``text`` as a path; None when no path can be written like that."""
    if text == "~" or text.startswith("~/"):
        text = os.path.expanduser("~") + text[1:]
    try:
        return None if "\0" in text else os.fsencode(text)
    except UnicodeEncodeError:
        return None
