"""Decoding and drawing of covers; the only module that imports Pillow.

Nothing here runs on the screen's loop: importing Pillow alone takes longer than a frame.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_MOST_PIXELS = 60_000_000
_KEPT_PX = 640
_CELL_PX = (10, 20)
"""What a cell is sent with; the terminal fits it to its own."""
_UPPER = "▀"


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded cover, at most 640 pixels a side."""

    image: Image


@dataclass(frozen=True, slots=True)
class Box:
    """The cells a picture takes within those it may have."""

    left: int
    top: int
    width: int
    height: int


class NoPicture(ValueError):
    """The bytes cannot be drawn; the message says why."""


def decode(data: bytes) -> Picture:
    """The picture in these bytes.

    Raises:
        NoPicture: they are damaged, too large, or no picture; or Pillow is missing.
    """
    try:
        from PIL import Image, ImageOps

        with warnings.catch_warnings():
            # Pillow warns of what is refused below anyway.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                if found.width * found.height > _MOST_PIXELS:
                    raise NoPicture(f"{found.width} × {found.height} pixels are too many")
                found.draft("RGB", (_KEPT_PX, _KEPT_PX))
                image = ImageOps.exif_transpose(found)
                image.thumbnail((_KEPT_PX, _KEPT_PX))
                return Picture(_opaque(image))
    except NoPicture:
        raise
    except Exception as error:
        # Damaged pictures make Pillow raise nearly anything, SyntaxError among it.
        raise NoPicture(f"{type(error).__name__}: {error}") from error


def _opaque(image: Image) -> Image:
    """On black where it was transparent."""
    import PIL.Image

    if image.has_transparency_data:
        layered = image.convert("RGBA")
        ground = PIL.Image.new("RGBA", layered.size, "black")
        return PIL.Image.alpha_composite(ground, layered).convert("RGB")
    return image.convert("RGB")


def fitted(picture: Picture, width: int, height: int) -> Box:
    """Where the picture stands within ``width`` × ``height`` cells, twice as high as wide."""
    across, down = picture.image.size
    zoom = min(width / across, 2 * height / down)
    cells = max(1, min(width, round(across * zoom)))
    lines = max(1, min(height, round(down * zoom / 2)))
    return Box((width - cells) // 2, (height - lines) // 2, cells, lines)


def half_blocks(picture: Picture, width: int, height: int) -> list[Strip]:
    """Lines of half blocks, two pixels a cell; they are as long as the picture is wide."""
    small = picture.image.resize((width, 2 * height), reducing_gap=3.0)
    pixels = small.tobytes()
    rows = [pixels[at : at + 3 * width] for at in range(0, len(pixels), 3 * width)]
    return [
        Strip(list(_cells(upper, lower)), width)
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def _cells(upper: bytes, lower: bytes) -> Iterable[Segment]:
    for at in range(0, len(upper), 3):
        style = Style(
            color=Color.from_rgb(*upper[at : at + 3]), bgcolor=Color.from_rgb(*lower[at : at + 3])
        )
        yield Segment(_UPPER, style)


def pixels(picture: Picture, side: int) -> NDArray[np.uint8]:
    """The picture squeezed to ``side`` × ``side`` pixels: uint8 [side², 3]."""
    import numpy as np

    small = picture.image.resize((side, side), reducing_gap=3.0)
    return np.frombuffer(small.tobytes(), dtype=np.uint8).reshape(-1, 3)


def quantised(
    picture: Picture, width: int, height: int, colours: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The picture in ``width`` × ``height`` pixels of a few colours.

    Returns:
        The number of each pixel's colour, uint8 [height, width], and the colours, [n, 3].
    """
    import numpy as np

    small = picture.image.resize((width, height), reducing_gap=3.0).quantize(colours)
    palette = np.array(small.getpalette() or [0, 0, 0], dtype=np.uint8).reshape(-1, 3)
    return np.asarray(small, dtype=np.uint8), palette


def as_png(picture: Picture, width: int, height: int) -> str:
    """The picture for ``width`` × ``height`` cells, as PNG in base64."""
    across, down = _CELL_PX
    image = picture.image.resize((width * across, height * down), reducing_gap=3.0)
    raw = io.BytesIO()
    image.save(raw, "PNG", compress_level=3)
    return base64.b64encode(raw.getvalue()).decode("ascii")


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels [height, width, 3] as PNG."""
    import PIL.Image

    raw = io.BytesIO()
    PIL.Image.fromarray(pixels).save(raw, "PNG")
    return raw.getvalue()


def fewer_colours(png: bytes, colours: int) -> bytes:
    """A PNG with a palette, a tenth of the size for a picture of text."""
    import PIL.Image

    raw = io.BytesIO()
    with PIL.Image.open(io.BytesIO(png)) as found:
        # Median cut would give the few cells of a needle to their neighbours.
        few = found.convert("RGB").quantize(
            colours, PIL.Image.Quantize.FASTOCTREE, dither=PIL.Image.Dither.NONE
        )
        few.save(raw, "PNG", optimize=True)
    return raw.getvalue()
