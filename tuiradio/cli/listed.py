"""The tracks of a playlist file, for commands that take one."""

from __future__ import annotations

import os
from pathlib import Path

from tuiradio.library.playlist_files import is_playlist, read_playlist
from tuiradio.library.reader import StoreReader


def playlist_tracks(reader: StoreReader, file: str) -> tuple[tuple[int, ...], int]:
    """The tracks of a playlist in its order, and how many of it the library does not hold.

    Raises:
        TuiradioError: the playlist cannot be read.
    """
    listed = read_playlist(os.fsencode(Path(file).expanduser()))
    found = [reader.track_at(path) for path in listed.paths]
    known = tuple(track_id for track_id in found if track_id is not None)
    return known, len(found) - len(known)


def names_a_playlist(text: str) -> bool:
    """Whether a SEED is the path of a playlist file."""
    path = os.path.expanduser(text)
    return "\0" not in path and is_playlist(os.fsencode(path)) and os.path.isfile(path)
