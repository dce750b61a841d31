"""Artists, albums, genres and playlists as seeds of a radio."""

from __future__ import annotations

import argparse

from tuiradio.cli.listed import playlist_tracks
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
        ids = tuple(reader.track_ids(Scope(artist=arguments.artist)))
        seeds.append(_seed(ids, f"artist {arguments.artist!r}"))
    if arguments.album is not None:
        seeds.append(_seed(_album(reader, arguments.album), f"album {arguments.album!r}"))
    if arguments.genre is not None:
        ids = tuple(reader.track_ids(Scope(genre=arguments.genre)))
        seeds.append(_seed(ids, f"genre {arguments.genre!r}"))
    if arguments.playlist is not None:
        found, absent = playlist_tracks(reader, arguments.playlist)
        if absent:
            say(f"tuiradio: left out, as they are not in the library: {counted(absent, 'track')}")
        seeds.append(_seed(found, f"playlist {arguments.playlist}"))
    return seeds


def _album(reader: StoreReader, name: str) -> tuple[int, ...]:
    """The album of that name, the longest where there are several."""
    wanted = fold(name)
    rows = [row for row in reader.albums() if fold(row.album) == wanted]
    if not rows:
        return ()
    best = max(rows, key=lambda row: row.tracks)
    if len(rows) > 1:
        say(f"tuiradio: took {best.album} by {best.album_artist}")
    return tuple(reader.track_ids(Scope(album=(best.album_artist, best.album))))


def _seed(ids: tuple[int, ...], what: str) -> Seed:
    if not ids:
        raise NoSuchTrack(f"the library has no {what}", "Look for it with: tuiradio")
    return Seed(ids[:: -(-len(ids) // _MOST)], is_folder=True)
