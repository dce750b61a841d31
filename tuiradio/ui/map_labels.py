"""Names on the map: what is most particular to each region, and where a name may stand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from tuiradio.library.overview import Named
from tuiradio.ui.map_atlas import Atlas, Places
from tuiradio.ui.map_raster import DOTS_X, DOTS_Y, Camera
from tuiradio.ui.text import clean, crop

_REGION_COLUMNS, _REGION_ROWS = 26, 8
_FEWEST = 3
_LEAST_SHARE = 0.12
_RUNNER_UP = 0.4
_LARGE = 0.03
_LONGEST = 22
_ARTISTS_FROM = 1.9
"""Zoom from which artists are named beside genres."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name with the place it is about."""

    text: str
    """As tagged."""
    x: float
    y: float
    score: float
    ink: str


@dataclass(frozen=True, slots=True)
class Word:
    """Text on a row of the window; words do not overlap."""

    column: int
    row: int
    text: str
    """Cleaned; as wide as ``cells``."""
    cells: int
    ink: str


def region_names(atlas: Atlas, camera: Camera) -> list[Name]:
    """What to call the regions in sight at this distance, best first.

    Regions are fixed to the plane, not to the window, so that panning moves names along
    instead of choosing others.
    """
    tiles, rows = _regions(atlas, camera)
    found = _particular(atlas.places, atlas.genres, tiles, rows, "map-genre")
    if camera.zoom >= _ARTISTS_FROM or len(found) < 2:
        # Genres first: an artist's name takes what room is left.
        names = _particular(atlas.places, atlas.artists, tiles, rows, "map-artist")
        found += [Name(n.text, n.x, n.y, n.score * 1e-6, n.ink) for n in names]
    return sorted(found, key=lambda name: -name.score)


def window_regions(
    camera: Camera,
) -> tuple[tuple[float, float], tuple[int, int], tuple[int, int]]:
    """What the names in sight depend on: scale, and first and number of the regions touched."""
    scale_x, scale_y = camera.scale
    wide, high = _REGION_COLUMNS * DOTS_X / scale_x, _REGION_ROWS * DOTS_Y / scale_y
    left, top = camera.place(-0.5, -0.5)
    right, bottom = camera.place(camera.columns - 0.5, camera.rows - 0.5)
    first = math.floor(left / wide), math.floor(top / high)
    last = math.floor(right / wide), math.floor(bottom / high)
    return (scale_x, scale_y), first, (last[0] - first[0] + 1, last[1] - first[1] + 1)


def _regions(atlas: Atlas, camera: Camera) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The regions that touch the window, numbered: of each of their points, and which those are."""
    scale, first, shape = window_regions(camera)
    size = np.array([_REGION_COLUMNS * DOTS_X, _REGION_ROWS * DOTS_Y], np.float32) / scale
    tiles = np.floor(atlas.places / np.float32(size)) - np.array(first, np.float32)
    inside = (tiles[:, 0] >= 0) & (tiles[:, 0] < shape[0])
    inside &= (tiles[:, 1] >= 0) & (tiles[:, 1] < shape[1])
    rows = np.flatnonzero(inside)
    columns = tiles[rows].astype(np.intp)
    return columns[:, 0] * shape[1] + columns[:, 1], rows


def _particular(
    places: Places, column: Named, tiles: NDArray[np.intp], rows: NDArray[np.intp], ink: str
) -> list[Name]:
    """For each region the name that is far more frequent in it than elsewhere."""
    named = column.codes[rows] > 0
    tiles, rows = tiles[named], rows[named]
    if not len(rows):
        return []
    pair_of = tiles * len(column.names) + column.codes[rows]
    pairs, held = np.unique(pair_of, return_counts=True)
    regions, names = pairs // len(column.names), pairs % len(column.names)
    share = held / np.bincount(tiles)[regions]
    everywhere = np.bincount(column.codes, minlength=len(column.names))
    overall = everywhere[names] / max(1, int(everywhere[1:].sum()))
    score = held * (0.3 + np.log(np.maximum(share / overall, 1e-9)))
    score[(held < _FEWEST) | (share < _LEAST_SHARE)] = 0.0
    found = []
    chosen = _best_of_each(regions, score)
    for at in chosen + _passed_over(names, held, set(names[chosen].tolist()), len(rows)):
        middle = np.median(places[rows[pair_of == pairs[at]]], axis=0)
        text = column.names[int(names[at])]
        found.append(Name(text, float(middle[0]), float(middle[1]), float(score[at]), ink))
    return found


def _best_of_each(regions: NDArray[np.intp], score: NDArray[np.float64]) -> list[int]:
    """The best of each region, and the second when it is nearly as good."""
    order = np.lexsort((-score, regions))
    is_first = np.diff(regions[order], prepend=-1) != 0
    first, second = order[is_first], order[1:][is_first[:-1] & ~is_first[1:]]
    best = dict(zip(regions[first].tolist(), score[first].tolist(), strict=True))
    chosen = [int(at) for at in first if score[at] > 0.0]
    return chosen + [int(at) for at in second if score[at] > _RUNNER_UP * best[int(regions[at])]]


def _passed_over(
    names: NDArray[np.intp], held: NDArray[np.intp], told: set[int], total: int
) -> list[int]:
    """Where most of each large name stands that is the best of no region."""
    totals = np.bincount(names, weights=held)
    large = np.flatnonzero(totals >= max(_FEWEST, _LARGE * total)).tolist()
    missed = [np.flatnonzero(names == name) for name in large if name not in told]
    return [int(ats[held[ats].argmax()]) for ats in missed]


class Page:
    """Places words on a window so that none lies over another."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._taken = np.zeros((camera.rows, camera.columns), np.bool_)
        self._kept = np.zeros((camera.rows, camera.columns), np.bool_)
        self.words: list[Word] = []

    def reserve(self, column: int, row: int, cells: int = 1) -> None:
        """Keep cells free of words."""
        if 0 <= row < self._camera.rows:
            self._taken[row, max(0, column) : max(0, column + cells)] = True

    def reserve_all(self, cells: NDArray[np.bool_]) -> None:
        """Keep these cells free of names; bool [rows, columns]."""
        self._kept |= cells

    def put(
        self,
        text: str,
        column: int,
        row: int,
        ink: str,
        *,
        longest: int = _LONGEST,
        gap: int = 1,
        over_lines: bool = False,
    ) -> bool:
        """Write words from a column on, cut at ``longest`` cells; False when there is no room."""
        shown = crop(clean(text), longest)
        cells = cell_len(shown)
        width = self._camera.columns
        if not cells or not 0 <= row < self._camera.rows or column < 0 or column + cells > width:
            return False
        around = slice(max(0, column - gap), column + cells + gap)
        if self._taken[row, around].any() or (not over_lines and self._kept[row, around].any()):
            return False
        self._taken[row, column : column + cells] = True
        self.words.append(Word(column, row, shown, cells, ink))
        return True

    def put_beside(
        self, text: str, column: int, row: int, ink: str, longest: int, *, needed: bool = False
    ) -> bool:
        """Write words right or left of a cell, or failing that below or above it.

        Only words that are ``needed`` cover the radio's way, when there is no other room.
        """
        cells = min(longest, cell_len(clean(text)))
        right, left, middle = column + 2, column - 1 - cells, column - cells // 2
        tries = ((right, row), (left, row), (right, row - 1), (right, row + 1), (left, row - 1),
                 (left, row + 1), (middle, row + 1), (middle, row - 1))  # fmt: skip
        return any(
            self.put(text, x, y, ink, longest=longest, over_lines=over)
            for over in ((False, True) if needed else (False,))
            for x, y in tries
        )

    def put_names(self, names: Iterable[Name]) -> None:
        """Write as many names as have room, best first, no name twice near itself."""
        placed: list[tuple[str, int, int]] = []
        for name in names:
            place = np.array([[name.x, name.y]], np.float32)
            column, row = (int(value) for value in self._camera.cells(place)[0])
            twice = (
                text == name.text
                and abs(x - column) < 2 * _REGION_COLUMNS
                and abs(y - row) < 2 * _REGION_ROWS
                for text, x, y in placed
            )
            if any(twice):
                continue
            cells = min(_LONGEST, cell_len(clean(name.text)))
            for down in (0, 1, -1, 2, -2):
                if self.put(name.text, column - cells // 2, row + down, name.ink):
                    placed.append((name.text, column, row))
                    break
