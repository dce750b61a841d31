"""kitty's way to show a picture: it is sent once, and text stands where it shows.

The picture is sent without being shown, given a virtual placement, and then each cell of it
is a private character with two marks that name its row and column, in a colour that names the
picture (https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders). To Textual
they are cells like others: they scroll, are covered and vanish as text does.
"""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_CHUNK = 4096
_PLACEHOLDER = "\U0010eeee"
# The first marks of kitty's list of row and column diacritics, by number.
_MARKS = (
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352"
    "\u0357\u035b\u0363\u0364\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f"
    "\u0483\u0484\u0485\u0486\u0487\u0592\u0593\u0594\u0595\u0597\u0598\u0599\u059c\u059d\u059e"
    "\u059f\u05a0\u05a1\u05a8\u05a9\u05ab\u05ac\u05af\u05c4\u0610\u0611\u0612\u0613\u0614\u0615"
)
LARGEST = len(_MARKS)
"""Cells a side."""


def sent(number: int, png: str, width: int, height: int) -> str:
    """What the terminal has to be told before the cells are drawn; nothing of it is answered.

    Args:
        number: of the picture, 1 … 0xFFFFFF.
        png: in base64.
        width: cells of the placement, as ``height``.
    """
    head = f"a=t,f=100,i={number},q=2,"
    told: list[str] = []
    for at in range(0, len(png), _CHUNK):
        more = int(at + _CHUNK < len(png))
        told.append(f"\x1b_G{head}m={more};{png[at : at + _CHUNK]}\x1b\\")
        head = "q=2,"
    return "".join([*told, f"\x1b_Ga=p,U=1,i={number},c={width},r={height},q=2\x1b\\"])


def forgotten(number: int) -> str:
    """What frees the picture in the terminal."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def cells(number: int, width: int, height: int) -> list[Strip]:
    """The lines of text that stand for the picture."""
    style = Style(color=Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255))
    return [
        Strip(
            [Segment(_PLACEHOLDER + _MARKS[y] + _MARKS[x], style) for x in range(width)],
            width,
        )
        for y in range(height)
    ]
