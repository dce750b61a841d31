"""One picture of the map: dots, the radio's way, marks and names, as strips of a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuiradio.ui.map_labels import Page, Word
from tuiradio.ui.map_raster import BRAILLE, Camera, Raster
from tuiradio.ui.map_shades import LEVELS

PENS = ("text", "strong", "needle", "amber")
"""Inks of the figures on the map by number; the classes' colours follow."""
PAST, HERE, MARKED = 1, 2, 3
COMING = HERE


def class_pen(code: int, level: int) -> int:
    """The number of a class's colour."""
    return len(PENS) + code * LEVELS + level


@dataclass(slots=True)
class Canvas:
    """Characters and pens of a window of cells, and words over them."""

    camera: Camera
    characters: NDArray[np.uint32] = field(init=False)
    pens: NDArray[np.int16] = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        shape = (self.camera.rows, self.camera.columns)
        self.characters = np.full(shape, ord(" "), np.uint32)
        self.pens = np.zeros(shape, np.int16)
        self.page = Page(self.camera)

    def dots(self, raster: Raster) -> None:
        """Draw the points as braille."""
        lit = raster.bits > 0
        self.characters[lit] = raster.bits[lit].astype(np.uint32) + BRAILLE
        pens = len(PENS) + raster.classes.astype(np.int16) * LEVELS + raster.levels
        self.pens[lit] = pens[lit]

    def stars(self, cells: NDArray[np.intp], codes: NDArray[np.uint8], sign: str) -> None:
        """Draw each point as a sign of its own, where they are few."""
        for (column, row), code in zip(cells.tolist(), codes.tolist(), strict=True):
            self.sign(column, row, sign, class_pen(code, LEVELS - 1))

    def line(self, bits: NDArray[np.uint8], pen: int) -> None:
        """Draw lines over the points."""
        lit = bits > 0
        self.characters[lit] = bits[lit].astype(np.uint32) + BRAILLE
        self.pens[lit] = pen
        self.page.reserve_all(lit)

    def sign(self, column: int, row: int, sign: str, pen: int) -> None:
        """Draw one narrow character, if its cell is in sight."""
        if 0 <= row < self.camera.rows and 0 <= column < self.camera.columns:
            self.characters[row, column] = ord(sign)
            self.pens[row, column] = pen

    def strips(self, pens: Sequence[Style], inks: dict[str, Style]) -> list[Strip]:
        """The picture; ``pens`` by number, ``inks`` by name for the words."""
        words: defaultdict[int, list[Word]] = defaultdict(list)
        for word in self.page.words:
            words[word.row].append(word)
        return [
            Strip(self._row(row, words[row], pens, inks), self.camera.columns)
            for row in range(self.camera.rows)
        ]

    def _row(
        self, row: int, words: list[Word], pens: Sequence[Style], inks: dict[str, Style]
    ) -> list[Segment]:
        segments: list[Segment] = []
        start = 0
        for word in sorted(words, key=lambda word: word.column):
            self._cells(segments, row, start, word.column, pens)
            segments.append(Segment(word.text, inks[word.ink]))
            start = word.column + word.cells
        self._cells(segments, row, start, self.camera.columns, pens)
        return segments

    def _cells(
        self, segments: list[Segment], row: int, start: int, stop: int, pens: Sequence[Style]
    ) -> None:
        if start >= stop:
            return
        numbers = self.pens[row, start:stop]
        edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), stop - start]
        text = self.characters[row, start:stop].tobytes().decode("utf-32-le")
        for left, right in pairwise(edges):
            segments.append(Segment(text[left:right], pens[numbers[left]]))
