"""Colours as the eye sees them: OKLab, lightness and hue, and contrast after WCAG 2.

OKLab is Björn Ottosson's (https://bottosson.github.io/posts/oklab/): equal steps look equal,
and a colour keeps its hue when it is made lighter. Pure functions on floats; no theme here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_GREY_CHROMA = 1e-4


@dataclass(frozen=True, slots=True)
class Lch:
    """A colour by lightness (0…1), chroma (0…0.4 or so) and hue (degrees)."""

    lightness: float
    chroma: float
    hue_deg: float

    def at(self, lightness: float) -> Lch:
        """The same hue and chroma, lighter or darker."""
        return Lch(max(0.0, min(1.0, lightness)), self.chroma, self.hue_deg)


def from_hex(text: str) -> Lch:
    """The colour of ``#rrggbb``."""
    return from_rgb(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def from_rgb(red: int, green: int, blue: int) -> Lch:
    """The colour of an sRGB triplet, 0…255 each."""
    r, g, b = (_linear(value / 255) for value in (red, green, blue))
    l = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)  # noqa: E741  # OKLab's own names
    m = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    return from_lab(
        lightness,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


def from_lab(lightness: float, a: float, b: float) -> Lch:
    """The colour of a point in OKLab."""
    chroma = math.hypot(a, b)
    hue_deg = math.degrees(math.atan2(b, a)) % 360 if chroma > _GREY_CHROMA else 0.0
    return Lch(lightness, chroma, hue_deg)


def to_lab(colour: Lch) -> tuple[float, float, float]:
    """The point in OKLab."""
    hue = math.radians(colour.hue_deg)
    return colour.lightness, colour.chroma * math.cos(hue), colour.chroma * math.sin(hue)


def to_hex(colour: Lch) -> str:
    """``#rrggbb``; what no screen can show loses chroma until it can."""
    lightness = max(0.0, min(1.0, colour.lightness))
    low, high = 0.0, colour.chroma
    triplet = _triplet(Lch(lightness, high, colour.hue_deg))
    if not _is_shown(triplet):
        for _ in range(12):
            middle = (low + high) / 2
            if _is_shown(_triplet(Lch(lightness, middle, colour.hue_deg))):
                low = middle
            else:
                high = middle
        triplet = _triplet(Lch(lightness, low, colour.hue_deg))
    return "#" + "".join(f"{round(255 * max(0.0, min(1.0, value))):02x}" for value in triplet)


def _triplet(colour: Lch) -> tuple[float, float, float]:
    """sRGB, 0…1 where a screen can show it."""
    lightness, a, b = to_lab(colour)
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        _gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        _gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s),
    )


def _is_shown(triplet: tuple[float, float, float]) -> bool:
    return all(-0.002 <= value <= 1.002 for value in triplet)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    if value <= 0.0031308:
        return 12.92 * value
    return float(1.055 * value ** (1 / 2.4) - 0.055)


def luminance(text: str) -> float:
    """Relative luminance of ``#rrggbb``, 0…1 (WCAG 2.2)."""
    red, green, blue = (_linear(int(text[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb``, 1…21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(colour: Lch, grounds: tuple[str, ...], ratio: float) -> str:
    """``#rrggbb`` of this hue, made lighter or darker until it stands out from every ground.

    The way that the first ground leaves more room for is taken; where even its end is not
    enough for all grounds, the end it is.
    """
    step = 0.01 if luminance(grounds[0]) < 0.18 else -0.01
    while True:
        shown = to_hex(colour)
        if all(contrast(shown, ground) >= ratio for ground in grounds):
            return shown
        if not 0.0 < colour.lightness + step < 1.0:
            return "#ffffff" if step > 0 else "#000000"
        colour = colour.at(colour.lightness + step)


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two, ``share`` (0…1) of the way to the other, straight through OKLab."""
    start, end = to_lab(from_hex(one)), to_lab(from_hex(other))
    return to_hex(from_lab(*(a + (b - a) * share for a, b in zip(start, end, strict=True))))


def apart(one: Lch, other: Lch) -> float:
    """Degrees between two hues, 0…180."""
    turn = abs(one.hue_deg - other.hue_deg) % 360
    return min(turn, 360 - turn)
