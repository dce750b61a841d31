"""Signs for the Linux console, whose font has 256: those of code page 437, the PC's own.

Everything that is drawn passes here, borders and scroll bars among it. What the font lacks
becomes what it has, as wide as before; a letter loses its accent, and what is left is ``?``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_LOW = "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂"
FONT = frozenset([*map(chr, range(32, 127)), *bytes(range(128, 255)).decode("cp437"), *_LOW, "\n"])
"""What can be drawn."""

_INSTEAD = dict(
    zip(
        "━┻┃╋╸╺┳▶‖◉◎●◌♡◂▸▹▾▴⌁▰▱⊘✗✓…“”„‘’‚–—−×›‹⇧⌫⏎│▏▎▍▕▁▂▃▅▆▇▔╭╮╰╯◆◇★☆",
        "═╧█╬══╤►║OO•o°◄►►▼▲~■·xx√.\"\"\"'''---x><^<┘│▌▌▌▐_▄▄███-┌┐└┘♦♦**",
        strict=True,
    )
)
_BRAILLE = range(0x2800, 0x2900)
_DOTS = " ···:::▒▒"
"""By the number of dots, 0 … 8."""


def is_console(environ: Mapping[str, str]) -> bool:
    """Whether this is the Linux console itself, told by its name."""
    return environ.get("TERM", "").startswith("linux")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text in signs of the font, in as many cells."""
    return "".join(sign if sign in FONT else _plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if sign in _INSTEAD:
        return _INSTEAD[sign]
    code = ord(sign)
    if code in _BRAILLE:
        return _DOTS[(code - _BRAILLE.start).bit_count()]
    width = cell_len(sign)
    base = unicodedata.normalize("NFKD", sign)[:1]
    return base if width == 1 and base in FONT else "?" * width


class PlainGlyphs(LineFilter):
    """Puts every line into signs of the font, as the last thing before it is written."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(plain(segment.text), segment.style)
            for segment in segments
        ]
