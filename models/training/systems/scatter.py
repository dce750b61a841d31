"""Small pictures of points in the plane, by class; needs Pillow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

# Told apart by most colour-blind people too (Okabe & Ito 2008), grey for the eighth.
COLOURS = (
    "#e69f00",
    "#56b4e9",
    "#009e73",
    "#f0e442",
    "#0072b2",
    "#d55e00",
    "#cc79a7",
    "#555555",
)
_PANEL, _MARGIN, _TITLE, _LEGEND = 220, 12, 18, 20
_SCALE = 3
"""Drawn larger and reduced, for smooth edges."""
_RADIUS = 2.6
_PALETTE = 64


@dataclass(frozen=True, slots=True)
class Row:
    """Pictures of the same tracks side by side."""

    panels: Mapping[str, NDArray[np.floating]]
    """Title → places [n, 2]."""
    label: NDArray[np.int64]
    """[n] place in ``names``, below 8."""
    names: Sequence[str]


def save(rows: Sequence[Row], file: Path) -> None:
    """A PNG of all rows, each with its legend below."""
    width = _MARGIN + max(len(row.panels) for row in rows) * (_PANEL + _MARGIN)
    height = len(rows) * (_TITLE + _PANEL + _LEGEND + _MARGIN) + _MARGIN
    picture = Image.new("RGB", (width * _SCALE, height * _SCALE), "white")
    draw = ImageDraw.Draw(picture)
    for place, row in enumerate(rows):
        top = _MARGIN + place * (_TITLE + _PANEL + _LEGEND + _MARGIN)
        for column, (title, points) in enumerate(row.panels.items()):
            left = _MARGIN + column * (_PANEL + _MARGIN)
            _write(draw, left, top, title)
            _panel(draw, left, top + _TITLE, points, row.label)
        _legend(draw, top + _TITLE + _PANEL + 4, row.names)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    small.quantize(_PALETTE).save(file, optimize=True)


def _panel(
    draw: ImageDraw.ImageDraw,
    left: float,
    top: float,
    points: NDArray[np.floating],
    label: NDArray[np.int64],
) -> None:
    box = [left * _SCALE, top * _SCALE, (left + _PANEL) * _SCALE, (top + _PANEL) * _SCALE]
    draw.rectangle(box, outline="#bbbbbb", width=_SCALE)
    low, high = points.min(0), points.max(0)
    room = _PANEL - 4 * _RADIUS
    spots = (points - low) / np.maximum(high - low, 1e-9) * room + 2 * _RADIUS
    for (x, y), of in zip(spots, label, strict=True):
        _dot(draw, left + x, top + y, COLOURS[of])


def _legend(draw: ImageDraw.ImageDraw, top: float, names: Sequence[str]) -> None:
    left = float(_MARGIN)
    for name, colour in zip(names, COLOURS, strict=False):
        _dot(draw, left + _RADIUS, top + 6, colour)
        _write(draw, left + 4 * _RADIUS, top, name)
        left += 8 * _RADIUS + draw.textlength(name, font=_font()) / _SCALE


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, colour: str) -> None:
    corners = [x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS]
    draw.ellipse([value * _SCALE for value in corners], fill=colour)


def _write(draw: ImageDraw.ImageDraw, x: float, y: float, words: str) -> None:
    draw.text((x * _SCALE, y * _SCALE), words, fill="#222222", font=_font())


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(11 * _SCALE)
