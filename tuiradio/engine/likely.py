"""Which tracks are probably like one, by where they stand: to be listened to first."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tuiradio.library.store import Scope, StoreReader
from tuiradio.library.track import Track


def likely_groups(reader: StoreReader, track: Track) -> list[list[int]]:
    """Ids of the tracks of its album, its folder, its artist and each of its genres."""
    return [
        [track_id for track_id in reader.track_ids(scope) if track_id != track.id]
        for scope in _scopes(track)
    ]


def _scopes(track: Track) -> Iterator[Scope]:
    if track.album:
        yield Scope(album=(track.album_artist or track.artist, track.album), include_missing=False)
    yield Scope(folder=os.path.dirname(track.path), include_missing=False)
    if track.artist:
        yield Scope(artist=track.artist, include_missing=False)
    for genre in track.genres:
        yield Scope(genre=genre, include_missing=False)
