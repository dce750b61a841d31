"""The cover on the screen: in kitty's own way where that is safe, else in half blocks.

Not through textual-image: 0.12 asks the terminal when it is imported, which has to be before
Textual starts and delays the first paint by a tenth of a second for each question that stays
unanswered; and it sends pictures through stdout, past Textual's writer, so that they can land
in the middle of another sequence.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from tuiradio.config import CoverStyle
from tuiradio.ui import cover_kitty
from tuiradio.ui.ink import Inked
from tuiradio.ui.themes import FEW_COLOURS

if TYPE_CHECKING:
    from tuiradio.ui.cover_picture import Box, Picture

_NUMBERS = itertools.count(random.randrange(1 << 12, 1 << 23))
"""Of the pictures sent to the terminal: other programs in it count, too."""


def how_to_draw(
    wanted: CoverStyle, environ: Mapping[str, str], colours: str | None
) -> tuple[CoverStyle, str]:
    """How covers are drawn here, and why not when they are not.

    The terminal is never asked: its answer would arrive among the keys. Known by their
    names to place pictures under text: kitty and Ghostty. tmux and screen pass such
    pictures on in none or their own ways, so there it is half blocks.

    Args:
        environ: the environment of the process.
        colours: the colour system of Textual's console.
    """
    if wanted is CoverStyle.OFF:
        return CoverStyle.OFF, "covers are off in the configuration (ui.cover)"
    if wanted is not CoverStyle.AUTO:
        return wanted, ""
    if colours in FEW_COLOURS:
        return CoverStyle.OFF, "this terminal has too few colours for a cover"
    if colours == "truecolor" and _places_pictures(environ):
        return CoverStyle.KITTY, ""
    return CoverStyle.BLOCKS, ""


def _places_pictures(environ: Mapping[str, str]) -> bool:
    term = environ.get("TERM", "")
    if "TMUX" in environ or "STY" in environ or term.startswith(("tmux", "screen")):
        return False
    program = environ.get("TERM_PROGRAM", "")
    return term in ("xterm-kitty", "xterm-ghostty") or program in ("kitty", "ghostty")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A picture drawn for one size."""

    picture: Picture
    size: Size
    box: Box
    strips: list[Strip]
    message: str = ""
    """What the terminal is told before."""
    number: int = 0


class CoverArt(Inked):
    """One place where the cover shows; drawn anew, off the loop, for each size."""

    picture: Picture | None = None
    _drawing: _Drawing | None = None

    def show(self, picture: Picture | None) -> None:
        """Show another cover, or none."""
        if picture is not self.picture:
            self.picture = picture
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def on_unmount(self) -> None:
        self._take(None)

    def _draw(self) -> None:
        picture, size, app = self.picture, self.size, self.radio_app
        if picture is None or size.area == 0:
            self._take(None)
        elif self._drawing is None or (self._drawing.picture, self._drawing.size) != (
            picture,
            size,
        ):
            style = app.cover_style
            app.art.do(
                f"draw {self.id}",
                lambda _: _drawn(picture, size, style),
                self._drawn,
                app.complain,
            )

    def _drawn(self, drawing: _Drawing) -> None:
        if drawing.picture is self.picture and drawing.size == self.size:
            self._take(drawing)

    def _take(self, drawing: _Drawing | None) -> None:
        before, self._drawing = self._drawing, drawing
        message = cover_kitty.forgotten(before.number) if before and before.number else ""
        message += drawing.message if drawing else ""
        driver = self.app._driver
        if message and driver is not None:
            # Through Textual's own writer: a second one could write into the middle of a frame.
            driver.write(message)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, drawing = self.size.width, self._drawing
        ground = self.ink("text")
        line = -1 if drawing is None else y - drawing.box.top
        if drawing is None or not 0 <= line < len(drawing.strips):
            return Strip.blank(width, ground)
        box = drawing.box
        right = max(0, width - box.left - box.width)
        before, after = Segment(" " * box.left, ground), Segment(" " * right, ground)
        return Strip([before, *drawing.strips[line], after], width)


def _drawn(picture: Picture, size: Size, style: CoverStyle) -> _Drawing:
    from tuiradio.ui import cover_picture

    box = cover_picture.fitted(picture, size.width, size.height)
    if style is CoverStyle.KITTY and max(box.width, box.height) <= cover_kitty.LARGEST:
        number = next(_NUMBERS)
        png = cover_picture.as_png(picture, box.width, box.height)
        message = cover_kitty.sent(number, png, box.width, box.height)
        strips = cover_kitty.cells(number, box.width, box.height)
        return _Drawing(picture, size, box, strips, message, number)
    strips = cover_picture.half_blocks(picture, box.width, box.height)
    return _Drawing(picture, size, box, strips)
