"""Commands about rows of the queue and about playlists; part of ``protocol``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MoveEntries:
    """Move entries, in the order in which they stand, so that they stand together.

    ``index`` is that of the first of them in the queue as it is without them.
    """

    entry_ids: tuple[int, ...]
    index: int


@dataclass(frozen=True, slots=True)
class KeepPlaylist:
    """Have a playlist file among the library's playlists, wherever it lies."""

    path: bytes
    """Absolute."""
