"""Points to cells: where the map is looked at from, and dots of braille; numpy, no Textual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tuiradio.ui.map_atlas import Places
from tuiradio.ui.map_shades import LEVELS

BRAILLE = 0x2800
DOTS_X, DOTS_Y = 2, 4
"""Dots of a cell."""

# A cell is twice as high as wide, so that braille dots stand on a square grid.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
_MARGIN = 0.94
_MOST_STRETCH = 2.2
_FARTHEST = 0.7
_NEAREST = 600.0
_REST_WEIGHS = 0.35

Cells = NDArray[np.intp]
Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Camera:
    """What part of the plane is seen, in a window of cells."""

    columns: int
    rows: int
    x: float = 0.0
    y: float = 0.0
    """The place in the middle."""
    fit_x: float = 1.0
    fit_y: float = 1.0
    """Dots per unit of the plane at which everything is seen."""
    zoom: float = 1.0

    @property
    def scale(self) -> tuple[float, float]:
        """Dots per unit of the plane."""
        return self.fit_x * self.zoom, self.fit_y * self.zoom

    def dots(self, places: Places) -> Places:
        """Places in dots from the left and the top; float32 [n, 2]."""
        scale_x, scale_y = self.scale
        found = np.empty((len(places), 2), np.float32)
        found[:, 0] = (places[:, 0] - self.x) * scale_x + self.columns * DOTS_X / 2
        found[:, 1] = (places[:, 1] - self.y) * scale_y + self.rows * DOTS_Y / 2
        return found

    def cells(self, places: Places) -> Cells:
        """Column and row of each place, perhaps outside of the window; intp [n, 2]."""
        return np.floor(self.dots(places) / (DOTS_X, DOTS_Y)).astype(np.intp)

    def place(self, column: float, row: float) -> tuple[float, float]:
        """The place in the middle of a cell."""
        scale_x, scale_y = self.scale
        return (
            self.x + ((column + 0.5) * DOTS_X - self.columns * DOTS_X / 2) / scale_x,
            self.y + ((row + 0.5) * DOTS_Y - self.rows * DOTS_Y / 2) / scale_y,
        )

    def panned(self, columns: float, rows: float) -> Camera:
        """Looking so many cells further right and down."""
        scale_x, scale_y = self.scale
        return replace(
            self, x=self.x + columns * DOTS_X / scale_x, y=self.y + rows * DOTS_Y / scale_y
        )

    def zoomed(self, factor: float, column: float, row: float) -> Camera:
        """Nearer or farther, with the place at this cell kept there."""
        zoom = max(_FARTHEST, min(_NEAREST, self.zoom * factor))
        x, y = self.place(column, row)
        nearer = replace(self, zoom=zoom)
        at_x, at_y = nearer.place(column, row)
        return replace(nearer, x=self.x + x - at_x, y=self.y + y - at_y)

    def centred(self, place: Places) -> Camera:
        """With this place in the middle."""
        return replace(self, x=float(place[0]), y=float(place[1]))

    def resized(self, columns: int, rows: int, places: Places) -> Camera:
        """The same view in another window."""
        fitted = whole(places, columns, rows)
        return replace(fitted, x=self.x, y=self.y, zoom=self.zoom)


def whole(places: Places, columns: int, rows: int) -> Camera:
    """Everything in a window; a wide window stretches the map a little."""
    if not len(places):
        return Camera(columns, rows)
    low, high = places.min(axis=0), places.max(axis=0)
    spans = np.maximum(high - low, 1e-3).tolist()
    fit_x = columns * DOTS_X * _MARGIN / spans[0]
    fit_y = rows * DOTS_Y * _MARGIN / spans[1]
    fit_x, fit_y = min(fit_x, fit_y * _MOST_STRETCH), min(fit_y, fit_x * _MOST_STRETCH)
    x, y = ((low + high) / 2.0).tolist()
    return Camera(columns, rows, x, y, fit_x, fit_y)


@dataclass(frozen=True, slots=True)
class Raster:
    """The points as cells; arrays of rows × columns."""

    bits: Bits
    """Lit dots, as the low byte of a braille character."""
    classes: NDArray[np.uint8]
    """The class that most of the cell's points are of."""
    levels: NDArray[np.uint8]
    """How brightly it shines, 0 … ``LEVELS`` - 1."""
    visible: NDArray[np.intp]
    """Rows of the points in sight."""


def rasterise(places: Places, codes: NDArray[np.uint8], camera: Camera, class_count: int) -> Raster:
    """Dots where points are, fewer where few are, so that regions do not run together.

    Args:
        codes: uint8 [n], the class of each point, below ``class_count``; the last class
            shows where it is by far the largest only.
    """
    columns, rows = camera.columns, camera.rows
    dots = camera.dots(places)
    x, y = np.floor(dots[:, 0]).astype(np.intp), np.floor(dots[:, 1]).astype(np.intp)
    visible = np.flatnonzero((x >= 0) & (x < columns * DOTS_X) & (y >= 0) & (y < rows * DOTS_Y))
    x, y = x[visible], y[visible]
    cell = (y // DOTS_Y) * columns + x // DOTS_X
    counts = np.bincount(
        cell * 8 + (y % DOTS_Y) * DOTS_X + x % DOTS_X, minlength=rows * columns * 8
    ).reshape(rows * columns, 8)
    totals = counts.sum(axis=1)
    shining = totals[totals > 0]
    typical = float(np.quantile(shining, 0.92)) if len(shining) else 1.0
    glow = np.log1p(totals) / max(np.log1p(typical), np.log1p(2.0))
    lit = _lit(counts, np.ceil(8.0 * np.sqrt(np.minimum(1.0, totals / max(typical, 8.0)))))
    votes = np.bincount(
        cell * class_count + codes[visible], minlength=rows * columns * class_count
    ).reshape(rows * columns, class_count) * np.ones(class_count)
    votes[:, -1] *= _REST_WEIGHS
    levels = np.clip(np.floor(glow * LEVELS), 0, LEVELS - 1)
    return Raster(
        (lit * _BITS.ravel()).sum(axis=1, dtype=np.uint8).reshape(rows, columns),
        votes.argmax(axis=1).astype(np.uint8).reshape(rows, columns),
        levels.astype(np.uint8).reshape(rows, columns),
        visible,
    )


def _lit(counts: Cells, wanted: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The fullest dots of each cell, as many as wanted; at least those of lone points."""
    ranks = np.argsort(np.argsort(-counts, axis=1, kind="stable"), axis=1)
    return np.asarray((counts > 0) & (ranks < wanted[:, None]), np.bool_)


def lines(camera: Camera, places: Places, dash: int = 0) -> Bits:
    """Straight lines from place to place; uint8 [rows, columns], as ``Raster.bits``.

    Args:
        places: float32 [k, 2], in the order of the way.
        dash: every how many dots one is left out; 0 for a whole line.
    """
    bits = np.zeros((camera.rows, camera.columns), np.uint8)
    dots = camera.dots(places).astype(np.float64)
    for start, end in pairwise(dots):
        span = _clipped(start, end, camera.columns * DOTS_X, camera.rows * DOTS_Y)
        if span is None:
            continue
        first, last = span
        steps = int(np.abs(last - first).max()) + 1
        way = np.floor(first + np.linspace(0.0, 1.0, steps + 1)[:, None] * (last - first))
        if dash:
            way = way[np.arange(len(way)) % dash != dash - 1]
        x, y = way[:, 0].astype(np.intp), way[:, 1].astype(np.intp)
        inside = (x >= 0) & (x < camera.columns * DOTS_X) & (y >= 0) & (y < camera.rows * DOTS_Y)
        x, y = x[inside], y[inside]
        np.bitwise_or.at(bits, (y // DOTS_Y, x // DOTS_X), _BITS[y % DOTS_Y, x % DOTS_X])
    return bits


def _clipped(
    start: NDArray[np.float64], end: NDArray[np.float64], width: int, height: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The part of a line within the window (Liang & Barsky 1984); None when there is none."""
    way = end - start
    enters, leaves = 0.0, 1.0
    for step, room_before, room_after in (
        (way[0], start[0], width - start[0]),
        (way[1], start[1], height - start[1]),
    ):
        if step == 0.0:
            if room_before < 0.0 or room_after < 0.0:
                return None
            continue
        first, last = sorted((-room_before / step, room_after / step))
        enters, leaves = max(enters, first), min(leaves, last)
    if enters > leaves:
        return None
    return start + enters * way, start + leaves * way
