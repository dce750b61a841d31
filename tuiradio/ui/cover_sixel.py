"""Sixels: a picture as text that a terminal paints over its cells.

Six rows of pixels are a band; within it each colour has a line of its own, a letter per column
whose bits are the six pixels, runs counted (DEC STD 070, chapter 9; VT330/VT340 Programmer
Reference Manual, volume 2, chapter 14).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_COLOURS = 128
BAND_PX = 6

_FIRST = 63
"""The letter without a pixel is ``?``."""
_SHORTEST_RUN = 4
"""Shorter ones take fewer letters written out."""


def encoded(indices: NDArray[np.uint8], palette: NDArray[np.uint8]) -> str:
    """The picture as one sequence, which leaves the text around it alone.

    Args:
        indices: of each pixel's colour, uint8 [height, width].
        palette: sRGB, uint8 [colours, 3].
    """
    height, width = indices.shape
    head = f'\x1bP0;1;0q"1;1;{width};{height}'
    colours = "".join(
        f"#{number};2;{red};{green};{blue}"
        for number, (red, green, blue) in enumerate(np.rint(palette / 2.55).astype(int).tolist())
    )
    bands = [_band(indices[top : top + BAND_PX]) for top in range(0, height, BAND_PX)]
    return f"{head}{colours}{'-'.join(bands)}\x1b\\"


def _band(rows: NDArray[np.uint8]) -> str:
    """A line per colour in the band, each from its left edge."""
    lines = []
    for colour in np.unique(rows).tolist():
        bits = np.zeros(rows.shape[1], dtype=np.uint8)
        for number, row in enumerate(rows):
            bits |= (row == colour).astype(np.uint8) << np.uint8(number)
        lines.append(f"#{colour}{_runs(bits)}")
    return "$".join(lines)


def _runs(bits: NDArray[np.uint8]) -> str:
    """Letters with their runs counted; empty columns at the end are left out."""
    starts = np.flatnonzero(np.diff(bits, prepend=bits[0] ^ 1))
    lengths = np.diff(starts, append=len(bits)).tolist()
    values = bits[starts].tolist()
    if values and values[-1] == 0:
        lengths.pop()
        values.pop()
    return "".join(
        f"!{length}{chr(_FIRST + value)}"
        if length >= _SHORTEST_RUN
        else chr(_FIRST + value) * length
        for value, length in zip(values, lengths, strict=True)
    )
