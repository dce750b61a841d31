"""What the map shows: places and a few columns of every track, read off the loop."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuiradio.errors import TuiradioError
from tuiradio.library.overview import Named
from tuiradio.similarity import map_cache
from tuiradio.similarity.cache import Doubt

if TYPE_CHECKING:
    from tuiradio.library.store import StoreReader

Places = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Atlas:
    """Every track on the map, by ascending id; arrays of one length."""

    ids: NDArray[np.int64]
    places: Places
    """float32 [n, 2]."""
    genres: Named
    artists: Named
    tempo_bpm: NDArray[np.float32]
    mood: NDArray[np.float32]
    is_sketch: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, track_id: int | None) -> int:
        """The row of a track, -1 when it is not on the map."""
        return -1 if track_id is None else int(self.rows((track_id,))[0])

    def rows(self, track_ids: Iterable[int]) -> NDArray[np.intp]:
        """The row of each track, -1 for those that are not on the map."""
        wanted = np.fromiter(track_ids, np.int64)
        if not len(self.ids):
            return np.full(len(wanted), -1, np.intp)
        at = np.searchsorted(self.ids, wanted).clip(max=len(self.ids) - 1)
        return np.where(self.ids[at] == wanted, at, -1)


def read_atlas(reader: StoreReader, file: bytes) -> Atlas:
    """The map in ``file`` with what the store says of its tracks; called off the loop.

    Raises:
        TuiradioError: the file is gone or damaged, or the store cannot be read.
    """
    try:
        drawn = map_cache.read(Path(os.fsdecode(file))).projection
    except Doubt as doubt:
        raise TuiradioError(f"The map cannot be read: {doubt}", "0 draws it anew.") from doubt
    columns = reader.overview()
    _, on_map, in_store = np.intersect1d(
        drawn.ids, columns.ids, assume_unique=True, return_indices=True
    )
    return Atlas(
        drawn.ids[on_map],
        drawn.places[on_map],
        _kept(columns.genres, in_store),
        _kept(columns.artists, in_store),
        columns.tempo_bpm[in_store],
        columns.mood[in_store],
        drawn.is_sketch,
    )


def _kept(column: Named, rows: NDArray[np.intp]) -> Named:
    return Named(column.names, column.codes[rows])
