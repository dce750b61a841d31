"""Maps with known places, for the screen's tests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tuiradio.engine.studies import MapDrawn
from tuiradio.library.overview import Named
from tuiradio.similarity import map_cache
from tuiradio.similarity.map_cache import SavedMap
from tuiradio.similarity.projection import Places, Projection
from tuiradio.ui.map_atlas import Atlas

GENRES = ("Rock", "Folk", "Jazz", "Ambient", "Electronic", "Metal", "Soul", "Blues", "Pop", "Ska")


def grid(count: int, columns: int = 6) -> Places:
    """Places in rows and columns, one apart."""
    at = np.arange(count)
    return np.stack([at % columns, at // columns], axis=1).astype(np.float32)


def drawn_map(
    directory: Path, ids: Sequence[int], places: Places, *, is_sketch: bool = False
) -> MapDrawn:
    """A saved map, as the engine answers it."""
    order = np.argsort(np.asarray(ids))
    projection = Projection(
        np.asarray(ids, np.int64)[order],
        places[order],
        np.zeros(len(ids), np.float32),
        len(ids),
        is_sketch,
    )
    file = directory / ("map-sketch.npz" if is_sketch else "map-whole.npz")
    map_cache.write(file, SavedMap(projection, "test-model", 1))
    return MapDrawn(os.fsencode(file), len(ids), is_sketch)


def crowded(count: int = 4_000, genres: Sequence[str] = GENRES) -> Atlas:
    """Islands of many songs, each of one genre and a few artists; the same each time."""
    rng = np.random.default_rng(8)
    island = rng.integers(0, len(genres), count)
    turn = 2.0 * np.pi * island / len(genres)
    middles = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (0.5 + 0.4 * (island[:, None] % 2))
    places = middles + rng.normal(0.0, 0.11, (count, 2))
    artist = island * 8 + rng.integers(0, 8, count)
    return Atlas(
        np.arange(1, count + 1),
        places.astype(np.float32),
        Named(("", *genres), (1 + island).astype(np.int32)),
        Named(
            ("", *(f"Artist {n}" for n in range(8 * len(genres)))), (1 + artist).astype(np.int32)
        ),
        (80.0 + 8.0 * island).astype(np.float32),
        np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32),
    )
