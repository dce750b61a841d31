"""Covers and words for the pictures of the program: drawn here, since the songs come without."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuiradio.ui import colour
from tuiradio.ui.colour import Lch

_SIDE_PX = 240
_WORDS = """\
[00:00.00]♪
[00:12.00]The dial is glowing in the dark
[00:18.00]somebody plays a song I knew
[00:24.00]it sounds like rain on a tin roof
[00:30.00]it sounds like coming home to you
[00:37.00]♪
[00:41.00]Turn it a little to the left
[00:47.00]leave it a little in between
[00:53.00]one for the songs that I have heard
[00:59.00]two for the songs I have not seen
[01:06.00]♪
[01:12.00]And every needle finds its place
[01:18.00]and every station has a name
[01:24.00]it never plays the same one twice
[01:30.00]it never is the same
"""


def dressed(music: Path, into: Path) -> Path:
    """Copy songs, and put a cover into each folder and words beside each song.

    Returns:
        The directory of the copies.
    """
    for directory, _, names in os.walk(music):
        to = into / Path(directory).relative_to(music)
        to.mkdir(parents=True, exist_ok=True)
        songs = [name for name in names if Path(name).suffix.lower() not in (".md", ".txt")]
        for name in songs:
            shutil.copyfile(Path(directory, name), to / name)
            (to / name).with_suffix(".lrc").write_text(_WORDS, "utf-8")
        if songs:
            _save(cover(str(to.relative_to(into))), to / "cover.png")
    return into


def cover(name: str) -> NDArray[np.uint8]:
    """A cover of its own for each name: [240, 240, 3]."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    hue = random.uniform(0, 360)
    sky, ground = (_rgb(Lch(l, 0.11, hue + turn)) for l, turn in ((0.34, 0), (0.72, 60)))  # noqa: E741
    sun, band = (_rgb(Lch(l, 0.15, hue + turn)) for l, turn in ((0.88, 120), (0.5, 200)))  # noqa: E741
    y, x = np.mgrid[0 : 1 : _SIDE_PX * 1j, 0 : 1 : _SIDE_PX * 1j]
    picture = sky + (ground - sky) * y[..., None]
    kind = random.integers(3)
    middle, radius = random.uniform(0.35, 0.65, 2), random.uniform(0.16, 0.3)
    distance = np.hypot(x - middle[0], y - middle[1])
    if kind == 0:
        picture[distance < radius] = sun
        picture[y > random.uniform(0.66, 0.8)] = band
    elif kind == 1:
        picture[(distance * random.integers(9, 16)).astype(int) % 2 == 0] = band
        picture[distance < radius / 2] = sun
    else:
        picture[((x + y * random.uniform(0.3, 1.4)) * 7).astype(int) % 2 == 0] = band
        picture[distance < radius] = sun
    return np.asarray(picture, dtype=np.uint8)


def _rgb(lch: Lch) -> NDArray[np.float64]:
    text = colour.to_hex(Lch(lch.lightness, lch.chroma, lch.hue_deg % 360))
    return np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)


def _save(pixels: NDArray[np.uint8], file: Path) -> None:
    from tuiradio.ui import cover_picture

    file.write_bytes(cover_picture.png_of(pixels))
