"""The colours of a cover as a theme: a dark ground of its hue, and its liveliest colours as inks.

k-means in OKLab (Björn Ottosson, https://bottosson.github.io/posts/oklab/), where a mean of
colours looks like one. What comes out can be read: words have a contrast of 4.5 with every
ground they stand on, signs 3. Numpy is imported here, off the screen's loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.ui import colour, themes
from tuiradio.ui.colour import Lch
from tuiradio.ui.themes import READABLE, VISIBLE, Palette

SIDE_PX = 48
"""Pixels a side that are looked at."""

_CLUSTERS = 7
_ROUNDS = 12
_GREY = 0.03
"""Chroma below which a colour has no hue to speak of."""
_OTHER_HUE_DEG = 50.0

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One colour of a picture."""

    colour: Lch
    share: float
    """Of the pixels, 0…1."""


def oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Pixels [n, 3] in OKLab [n, 3]."""
    value = rgb.astype(np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T)


def clusters(rgb: NDArray[np.uint8]) -> list[Cluster]:
    """The main colours of pixels [n, 3], the largest first; the same for the same pixels."""
    lab = oklab(rgb)
    centres = _spread_out(lab, min(_CLUSTERS, len(lab)))
    owner = np.zeros(len(lab), dtype=np.intp)
    for _ in range(_ROUNDS):
        owner = ((lab[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            mine = lab[owner == number]
            if len(mine):
                centres[number] = mine.mean(axis=0)
    counts = np.bincount(owner, minlength=len(centres))
    found = [
        Cluster(colour.from_lab(*(float(x) for x in centre)), count / len(lab))
        for centre, count in zip(centres, counts.tolist(), strict=True)
        if count
    ]
    return sorted(found, key=lambda cluster: -cluster.share)


def _spread_out(lab: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """First centres: the pixel nearest to the mean, then each time the one farthest from all
    (Gonzalez 1985), so that a small bright spot has one, too.
    """
    first = ((lab - lab.mean(axis=0)) ** 2).sum(axis=1).argmin()
    chosen = [lab[first]]
    distance = ((lab - chosen[0]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(lab[distance.argmax()])
        distance = np.minimum(distance, ((lab - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def palette_of(rgb: NDArray[np.uint8]) -> Palette:
    """The theme of a picture.

    Args:
        rgb: pixels [n, 3], n ≥ 1.
    """
    found = clusters(rgb)
    first, second, third = _inks(found)
    ground_hue = found[0].colour if found[0].colour.chroma > _GREY else first
    ground = Lch(0.175, min(0.022, 0.4 * ground_hue.chroma), ground_hue.hue_deg)
    background = colour.to_hex(ground)
    grounds = tuple(
        colour.to_hex(ground.at(ground.lightness + up)) for up in (0.0, 0.02, 0.035, 0.05)
    )
    far = colour.to_hex(Lch(0.29, min(0.05, 0.5 * first.chroma), first.hue_deg))
    marked = colour.to_hex(Lch(0.29, min(0.05, 0.6 * second.chroma), second.hue_deg))
    everywhere = (*grounds, far, marked)
    return themes.completed(
        {
            "background": background,
            "surface": grounds[1],
            "hover": grounds[2],
            "panel": grounds[3],
            "cursor_far": far,
            "marked": marked,
            "text": colour.readable(
                Lch(0.93, min(0.02, first.chroma), first.hue_deg), everywhere, READABLE
            ),
            "primary": colour.readable(first, everywhere, READABLE),
            "secondary": colour.readable(second, everywhere, READABLE),
            "needle": colour.readable(third, everywhere, VISIBLE),
        }
    )


def _inks(found: list[Cluster]) -> tuple[Lch, Lch, Lch]:
    """The liveliest colour, another that can be told from it, and one for the needles."""
    lively = sorted(found, key=lambda c: -(c.colour.chroma * c.share**0.35))
    first = lively[0].colour
    if first.chroma < _GREY:
        # A grey cover: silver, and the needle of the house.
        silver = Lch(0.84, 0.012, 80.0)
        return silver, Lch(0.76, 0.03, 220.0), Lch(0.7, 0.2, 32.0)
    others = [c.colour for c in lively if c.colour.chroma >= _GREY]
    second = next((c for c in others if colour.apart(c, first) >= _OTHER_HUE_DEG), None)
    if second is None:
        second = Lch(first.lightness, first.chroma * 0.7, (first.hue_deg + 150) % 360)
    third = next(
        (
            c
            for c in others
            if colour.apart(c, first) >= _OTHER_HUE_DEG
            and colour.apart(c, second) >= _OTHER_HUE_DEG
        ),
        Lch(0.7, 0.2, _far_from(first, second)),
    )
    return _ink(first, 0.8), _ink(second, 0.78), Lch(0.7, max(0.17, third.chroma), third.hue_deg)


def _ink(lively: Lch, lightness: float) -> Lch:
    return Lch(lightness, max(0.07, min(0.15, lively.chroma)), lively.hue_deg)


def _far_from(first: Lch, second: Lch) -> float:
    """The house's red where it stands out from both, else the hue that does most."""
    hues = (32.0, 350.0, 95.0, 150.0, 250.0, 310.0)
    apart = [min(colour.apart(Lch(0, 1, hue), first), colour.apart(Lch(0, 1, hue), second))
             for hue in hues]  # fmt: skip
    return hues[0] if apart[0] >= _OTHER_HUE_DEG else hues[apart.index(max(apart))]
