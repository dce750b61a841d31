"""What the colours of the map stand for: classes of genre, mood or tempo, and their colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tuiradio.ui.map_atlas import Atlas

MOST_GENRES = 9
LEVELS = 3
"""How brightly a cell can shine."""

_TEMPOS_BPM = (80.0, 100.0, 120.0, 140.0)
_TEMPO_NAMES = ("under 80", "80–100", "100–120", "120–140", "over 140 BPM")
_MOOD_NAMES = ("bright, lively", "bright, calm", "gloomy, calm", "gloomy, lively")
_MOOD_HUES = (75.0, 150.0, 255.0, 5.0)
_TEMPO_HUES = (265.0, 205.0, 145.0, 85.0, 30.0)
_FADES = (0.5, 0.76, 1.0)
_ANSI = ("yellow", "cyan", "red", "green", "magenta", "blue", "bright_yellow", "bright_cyan",
         "bright_red")  # fmt: skip
_ANSI_TEMPO = ("blue", "cyan", "green", "yellow", "red")
_ANSI_MOOD = ("yellow", "green", "blue", "red")


class Shade(StrEnum):
    """What the colours stand for."""

    GENRE = "genre"
    MOOD = "mood"
    TEMPO = "tempo"

    @property
    def following(self) -> Shade:
        """The next one, in a circle."""
        every = list(Shade)
        return every[(every.index(self) + 1) % len(every)]


@dataclass(frozen=True, slots=True)
class Classes:
    """Which colour each track has."""

    names: tuple[str, ...]
    """Of the colours; the last is for the rest."""
    codes: NDArray[np.uint8]
    has_rest: bool = True
    """Whether any track is of the last class."""


def classes(atlas: Atlas, shade: Shade) -> Classes:
    """The class of every track of the map; uint8 [n]."""
    if shade is Shade.GENRE:
        return _genres(atlas)
    if shade is Shade.MOOD:
        bright, lively = atlas.mood[:, 0] >= 0.0, atlas.mood[:, 1] >= 0.0
        codes = np.where(bright, np.where(lively, 0, 1), np.where(lively, 3, 2))
        codes[~np.isfinite(atlas.mood).all(axis=1)] = len(_MOOD_NAMES)
        return _made(_MOOD_NAMES, codes)
    codes = np.searchsorted(_TEMPOS_BPM, atlas.tempo_bpm, side="right")
    codes[~(atlas.tempo_bpm > 0.0)] = len(_TEMPO_NAMES)
    return _made(_TEMPO_NAMES, codes)


def _genres(atlas: Atlas) -> Classes:
    """The largest genres; round the map and round the circle of hues in the same order."""
    codes = atlas.genres.codes
    sizes = np.bincount(codes, minlength=len(atlas.genres.names))
    sizes[0] = 0
    largest = [int(code) for code in np.argsort(-sizes, kind="stable")[:MOST_GENRES] if sizes[code]]
    middles = {code: np.median(atlas.places[codes == code], axis=0) for code in largest}
    largest.sort(key=lambda code: (math.atan2(middles[code][1], middles[code][0]), code))
    class_of = np.full(len(atlas.genres.names), len(largest))
    class_of[largest] = range(len(largest))
    return _made(tuple(atlas.genres.names[code] for code in largest), class_of[codes], "other")


def _made(names: tuple[str, ...], codes: NDArray[np.intp], rest: str = "not known") -> Classes:
    has_rest = bool((codes == len(names)).any())
    return Classes((*names, rest), codes.astype(np.uint8), has_rest)


def colours(
    shade: Shade, count: int, anchor: str, background: str, *, dark: bool, ansi: bool
) -> list[str]:
    """A colour per class but the last, as Textual writes them.

    Equal lightness and chroma in OKLCh (Ottosson 2020), so that no class looks more
    important than another on either kind of ground.

    Args:
        count: classes beside the rest.
        anchor: hexadecimal colour of the theme from whose hue the genres start.
        background: hexadecimal colour behind the map.
    """
    if ansi:
        names = {Shade.GENRE: _ANSI, Shade.MOOD: _ANSI_MOOD, Shade.TEMPO: _ANSI_TEMPO}[shade]
        return [f"ansi_{names[at % len(names)]}" for at in range(count)]
    if shade is Shade.GENRE:
        start = _hue(anchor)
        hues = tuple(start + 360.0 * at / max(1, count) for at in range(count))
    else:
        hues = _MOOD_HUES if shade is Shade.MOOD else _TEMPO_HUES
    lightness = 0.78 if dark else 0.55
    if dark and max(_rgb(background)) == 0.0:
        lightness = 0.84
    return [_hex(lightness, 0.135, hue) for hue in hues]


def faded(colour: str, background: str, level: int) -> str:
    """A colour as it shines at one of the ``LEVELS``; colours without figures stay as they are."""
    if not colour.startswith("#") or not background.startswith("#"):
        return colour
    share = _FADES[level]
    mixed = (
        share * c + (1.0 - share) * b for c, b in zip(_rgb(colour), _rgb(background), strict=True)
    )
    return _written(tuple(mixed))


def _rgb(colour: str) -> tuple[float, float, float]:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    r, g, b = (int(digits[at : at + 2], 16) / 255.0 for at in (0, 2, 4))
    return r, g, b


def _written(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in rgb)


def _hue(colour: str) -> float:
    """The OKLCh hue of a hexadecimal colour, in degrees; 70 of one without."""
    if not colour.startswith("#"):
        return 70.0
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
               for part in _rgb(colour))  # fmt: skip
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return math.degrees(math.atan2(b, a)) if abs(a) + abs(b) > 1e-4 else 70.0


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """The colour, with less chroma where the screen cannot show so much."""
    while chroma > 0.0:
        rgb = _linear(lightness, chroma, hue)
        if all(-1e-3 <= part <= 1.001 for part in rgb):
            break
        chroma -= 0.01
    else:
        rgb = _linear(lightness, 0.0, hue)
    return _written(
        tuple(
            12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
            for part in (max(0.0, part) for part in rgb)
        )
    )


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
