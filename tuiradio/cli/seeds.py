"""Artists, albums, genres and playlists as seeds of a radio."""

from __future__ import annotations

import argparse

from tuiradio.cli.listed import playlist_tracks
from tuiradio.cli.meant import meant_name
from tuiradio.cli.output import counted, say
from tuiradio.cli.session import Seed
from tuiradio.errors import NoSuchTrack
from tuiradio.library.reader import StoreReader
from tuiradio.library.store import Scope
from tuiradio.radio.artists import fold

_MOST = 200
"""More tracks would not make a seed clearer."""


def collections(reader: StoreReader, arguments: argparse.Namespace) -> list[Seed]:
    """What ``--artist``, ``--album``, ``--genre`` and ``--playlist`` name.

    Raises:
        NoSuchTrack: nothing in the library is called so.
    """
    seeds = []
    if arguments.artist is not None:
        seeds.append(_seed(_artist(reader, arguments.artist), f"artist {arguments.artist!r}"))
    if arguments.album is not None:
        seeds.append(_seed(_album(reader, arguments.album), f"album {arguments.album!r}"))
    if arguments.genre is not None:
        genre = meant_name(arguments.genre, [row.name for row in reader.genres()], "genre")
        seeds.append(_seed(tuple(reader.track_ids(Scope(genre=genre))), f"genre {genre!r}"))
    if arguments.playlist is not None:
        found, absent = playlist_tracks(reader, arguments.playlist)
        if absent:
            say(f"tuiradio: left out, as they are not in the library: {counted(absent, 'track')}")
        seeds.append(_seed(found, f"playlist {arguments.playlist}"))
    return seeds


def _artist(reader: StoreReader, name: str) -> tuple[int, ...]:
    """Everything of an artist, who may only be a guest; album artists mend what is misspelt."""
    ids = tuple(reader.track_ids(Scope(artist=name)))
    if ids:
        return ids
    artist = meant_name(name, [row.name for row in reader.artists()], "artist")
    return tuple(reader.track_ids(Scope(artist=artist)))


def _album(reader: StoreReader, name: str) -> tuple[int, ...]:
    """The album of that name, the longest where there are several."""
    albums = reader.albums()
    wanted = fold(meant_name(name, [row.album for row in albums], "album"))
    rows = [row for row in albums if fold(row.album) == wanted]
    best = max(rows, key=lambda row: row.tracks)
    if len(rows) > 1:
        say(f"tuiradio: took {best.album} by {best.album_artist}")
    return tuple(reader.track_ids(Scope(album=(best.album_artist, best.album))))


def _seed(ids: tuple[int, ...], what: str) -> Seed:
    if not ids:
        raise NoSuchTrack(f"the library has no {what}", "Look for it with: tuiradio")
    return Seed(ids[:: -(-len(ids) // _MOST)], is_folder=True)
