"""Playlists: what the scan found of them, and those that were exported."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tuiradio.engine.arranging import KeepPlaylist
from tuiradio.engine.house import House
from tuiradio.library.playlist_files import is_playlist
from tuiradio.library.playlist_scan import looked_at
from tuiradio.library.playlists import PlaylistChange


class PlaylistDesk:
    """Writes playlists into the store; part of the library's desk."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.handlers: dict[type, Callable[[Any], None]] = {KeepPlaylist: self._keep}

    def take(self, changes: Sequence[PlaylistChange]) -> None:
        """Store what a scan found."""
        if changes:
            self._house.store.apply_playlists(changes)
            self._house.rows_changed(True)

    def _keep(self, command: KeepPlaylist) -> None:
        """Read a playlist on a thread of its own: its disk may sleep."""
        if not os.path.isabs(command.path) or not is_playlist(command.path):
            return
        roots = tuple(root.path for root in self._house.store.roots())

        def read() -> None:
            change = looked_at(command.path, roots)
            self._house.post(partial(self.take, (change,)))

        threading.Thread(target=read, name="playlist", daemon=True).start()
