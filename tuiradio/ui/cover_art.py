"""The cover on the screen: in kitty's own way or as sixels where that is safe, else half blocks.

Sixels are painted over half blocks once these are drawn, and drawn again whenever text was:
who does not know sixels ignores them and shows the blocks, and a sheet or a notice in front of
the cover has blocks behind it.

Not through textual-image: 0.12 asks the terminal when it is imported, which has to be before
Textual starts and delays the first paint by a tenth of a second for each question that stays
unanswered; and it sends pictures through stdout, past Textual's writer, so that they can land
in the middle of another sequence.
"""

from __future__ import annotations

import itertools
import os
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widgets._toast import Toast

from tuiradio.config import CoverStyle
from tuiradio.ui import cover_kitty, terminal
from tuiradio.ui.ink import Inked

if TYPE_CHECKING:
    from tuiradio.ui.cover_picture import Box, Picture

_MOST_PX = 1_000_000
_NUMBERS = itertools.count(random.randrange(1 << 12, 1 << 23))
"""Of the pictures sent to the terminal: other programs in it count, too."""


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
    sixels: str = ""
    """What is painted over it afterwards."""


class CoverArt(Inked):
    """One place where the cover shows; drawn anew, off the loop, for each size."""

    picture: Picture | None = None
    _drawing: _Drawing | None = None
    _paint_waits = False

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

    def render_lines(self, crop: Region) -> list[Strip]:
        # Text is about to be written where the sixels are.
        if self._drawing is not None and self._drawing.sixels and not self._paint_waits:
            self._paint_waits = True
            self.call_after_refresh(self._paint)
        return super().render_lines(crop)

    def _paint(self) -> None:
        """Paint the sixels over the blocks, unless something stands in front of them."""
        self._paint_waits = False
        drawing, driver, region = self._drawing, self.app._driver, self.region
        if drawing is None or driver is None or driver.is_inline or not self.is_on_screen:
            return
        covered = len(self.app.screen_stack) > 1 or any(
            toast.region.overlaps(region) for toast in self.screen.query(Toast)
        )
        is_whole = region.area > 0 and self.screen.region.contains_region(region)
        if drawing.sixels and not covered and is_whole:
            column, row = region.x + drawing.box.left, region.y + drawing.box.top
            driver.write(terminal.painted_at(drawing.sixels, column, row))
            driver.flush()

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
    sixels = _sixels(picture, box) if style is CoverStyle.SIXEL else ""
    return _Drawing(picture, size, box, strips, sixels=sixels)


def _sixels(picture: Picture, box: Box) -> str:
    """The picture for these cells; "" where the size of a cell is not known, or is too large."""
    from tuiradio.ui import cover_picture, cover_sixel

    cell = terminal.cell_px(os.environ)
    if cell is None:
        return ""
    width, height = box.width * cell[0], box.height * cell[1]
    # A band that reaches into the next line could scroll the screen.
    height -= height % cover_sixel.BAND_PX
    if not 0 < width * height <= _MOST_PX:
        return ""
    drawn = cover_picture.quantised(picture, width, height, cover_sixel.MOST_COLOURS)
    return cover_sixel.encoded(*drawn)
