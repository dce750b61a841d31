"""The looks of the house; every colour of the screen comes from here.

A look is a handful of named colours; what Textual needs beside them follows from those.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from textual.theme import Theme

from tuiradio.ui import colour
from tuiradio.ui.colour import Lch

READABLE = 4.5
"""Least contrast of words with their ground (WCAG 2.2, 1.4.3)."""
VISIBLE = 3.0
"""Least contrast of scales and signs with their ground (WCAG 2.2, 1.4.11)."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The named colours of a theme, ``#rrggbb`` each."""

    background: str
    """Behind everything."""
    text: str
    """Titles and names."""
    primary: str
    """What plays, the passed part of a dial, the panel in focus."""
    secondary: str
    """The radio's reasons, keys, volume."""
    needle: str
    """The needles of the dials, and hearts."""
    surface: str
    """Behind the bar of what plays, and sheets."""
    panel: str
    """Behind fields and notices."""
    dim: str
    """Words of less weight."""
    faint: str
    """Scales, column names, what is past."""
    warning: str
    error: str
    success: str
    cursor: str
    """Behind the row under the cursor."""
    cursor_text: str
    """The words of that row."""
    cursor_far: str
    """Behind that row in a panel without the keys."""
    marked: str
    """Behind marked rows."""
    hover: str
    """Behind the row under the mouse."""


NAMES = tuple(field.name for field in fields(Palette))

_VARIABLES = {
    "ink-dim": "dim",
    "ink-faint": "faint",
    "ink-needle": "needle",
    "cursor-background": "cursor",
    "cursor-foreground": "cursor_text",
    "cursor-far-background": "cursor_far",
    "marked-background": "marked",
    "hover-background": "hover",
    "block-cursor-background": "cursor",
    "block-cursor-foreground": "cursor_text",
    "scrollbar-hover": "primary",
    "scrollbar-active": "primary",
    "scrollbar-background": "surface",
    "scrollbar-background-hover": "surface",
    "scrollbar-background-active": "surface",
}


def theme_of(name: str, palette: Palette) -> Theme:
    """The theme that draws with these colours."""
    variables = {name: getattr(palette, key) for name, key in _VARIABLES.items()}
    variables["input-selection-background"] = f"{palette.secondary} 35%"
    variables["scrollbar"] = colour.mixed(palette.background, palette.primary, 0.3)
    return Theme(
        name=name,
        primary=palette.primary,
        secondary=palette.secondary,
        accent=palette.needle,
        warning=palette.warning,
        error=palette.error,
        success=palette.success,
        foreground=palette.text,
        background=palette.background,
        surface=palette.surface,
        panel=palette.panel,
        dark=colour.luminance(palette.background) < 0.18,
        variables=variables,
    )


def completed(given: dict[str, str]) -> Palette:
    """A whole palette from some of its colours.

    What is made up here can be read: words stand out from each ground by ``READABLE``, signs
    by ``VISIBLE``. What is given stays as it is.

    Args:
        given: ``background`` and ``text`` at least; names and ``#rrggbb``.
    """
    have = dict(given)
    ground = colour.from_hex(have["background"])
    towards = 1 if colour.luminance(have["background"]) < 0.18 else -1
    for name, step in (("surface", 0.02), ("hover", 0.035), ("panel", 0.05)):
        have.setdefault(name, colour.to_hex(ground.at(ground.lightness + towards * step)))
    grounds = tuple(have[name] for name in ("background", "surface", "panel", "hover"))
    text = colour.from_hex(have["text"])
    warm = Lch(0.78 if towards > 0 else 0.5, 0.13, 68.0)
    for name, hue_deg in (("primary", 68.0), ("secondary", 185.0)):
        lch = Lch(warm.lightness, warm.chroma, hue_deg)
        have.setdefault(name, colour.readable(lch, grounds, READABLE))
    for name, hue_deg in (("needle", 32.0), ("warning", 85.0), ("error", 22.0), ("success", 140.0)):
        lch = Lch(0.68 if towards > 0 else 0.52, 0.19, hue_deg)
        have.setdefault(name, colour.readable(lch, grounds, READABLE))
    for name, key in (("cursor_far", "primary"), ("marked", "secondary")):
        tint = colour.from_hex(have[key])
        lightness = ground.lightness + towards * 0.1
        lch = Lch(max(0.0, min(1.0, lightness)), min(0.05, tint.chroma), tint.hue_deg)
        have.setdefault(name, colour.to_hex(lch))
    everywhere = (*grounds, have["cursor_far"], have["marked"])
    have.setdefault("dim", colour.readable(_between(text, ground, 0.34), everywhere, READABLE))
    have.setdefault("faint", colour.readable(_between(text, ground, 0.6), everywhere, VISIBLE))
    have.setdefault("cursor", have["primary"])
    have.setdefault("cursor_text", _over(have["cursor"], have["background"], have["text"]))
    return Palette(**have)


def _between(one: Lch, other: Lch, share: float) -> Lch:
    lightness = one.lightness + (other.lightness - one.lightness) * share
    return Lch(lightness, min(one.chroma, 0.04), one.hue_deg)


def _over(ground: str, *candidates: str) -> str:
    """The one that reads best on the ground; black or white when none of them does."""
    best = max(candidates, key=lambda candidate: colour.contrast(candidate, ground))
    if colour.contrast(best, ground) >= READABLE:
        return best
    return max(("#000000", "#ffffff"), key=lambda end: colour.contrast(end, ground))


PALETTES: dict[str, Palette] = {
    "valve": completed(
        {
            "background": "#14110e",
            "surface": "#1a1612",
            "panel": "#241e18",
            "text": "#eadfcb",
            "dim": "#a89a82",
            "faint": "#837764",
            "primary": "#f2a33a",
            "secondary": "#4fb8ac",
            "needle": "#ff5d3b",
            "warning": "#f2c14e",
            "error": "#f0595b",
            "success": "#8fbf6a",
            "cursor_text": "#17120c",
            "cursor_far": "#33291c",
            "marked": "#18322f",
            "hover": "#231d16",
        }
    ),
    "dusk": completed(
        {
            "background": "#1d1523",
            "surface": "#241a2c",
            "panel": "#2f2339",
            "text": "#f3e4e6",
            "primary": "#ffb08a",
            "secondary": "#c9a2f2",
            "needle": "#ff6f91",
            "warning": "#ffd08a",
            "error": "#ff7b7b",
            "success": "#a6d189",
            "cursor_text": "#241527",
            "cursor_far": "#392a47",
        }
    ),
    "phosphor": completed(
        {
            "background": "#060d08",
            "surface": "#0a140c",
            "panel": "#102016",
            "text": "#b6f5c0",
            "primary": "#5dff8a",
            "secondary": "#a8d65c",
            "needle": "#f4ffd0",
            "warning": "#e6e35a",
            "error": "#ff8a5c",
            "success": "#5dff8a",
            "cursor_text": "#04140a",
        }
    ),
    "midnight": completed(
        {
            "background": "#0b0f19",
            "surface": "#0f1422",
            "panel": "#171e30",
            "text": "#dfe6f5",
            "dim": "#8d9ab8",
            "primary": "#8fb7ff",
            "secondary": "#c3a6ff",
            "needle": "#ff7eb6",
            "warning": "#f5cf7a",
            "error": "#ff6b81",
            "success": "#8ad8a0",
            "cursor_text": "#0b0f19",
            "cursor_far": "#1e2a46",
            "marked": "#2c2450",
            "hover": "#141b2d",
        }
    ),
    "paper": completed(
        {
            "background": "#f4eee1",
            "surface": "#efe7d6",
            "panel": "#e6dcc6",
            "text": "#2b241b",
            "primary": "#8f430e",
            "secondary": "#14675f",
            "needle": "#c8321e",
            "warning": "#7d5700",
            "error": "#b3261e",
            "success": "#3d6b1f",
            "cursor_text": "#fdf8ee",
            "cursor_far": "#e2d5b8",
            "marked": "#cfe3dc",
            "hover": "#eae0cb",
        }
    ),
    "contrast": completed(
        {
            "background": "#000000",
            "surface": "#000000",
            "panel": "#1a1a1a",
            "text": "#ffffff",
            "dim": "#e0e0e0",
            "faint": "#b0b0b0",
            "primary": "#ffd400",
            "secondary": "#00e5ff",
            "needle": "#ff6b6b",
            "warning": "#ffd400",
            "error": "#ff6b6b",
            "success": "#00ff7f",
            "cursor_text": "#000000",
            "cursor_far": "#2e2e2e",
            "marked": "#004d57",
            "hover": "#202020",
        }
    ),
}

SIXTEEN = Theme(
    name="sixteen",
    ansi=True,
    primary="ansi_yellow",
    secondary="ansi_cyan",
    accent="ansi_red",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ink-dim": "ansi_white",
        "ink-faint": "ansi_bright_black",
        "ink-needle": "ansi_bright_red",
        "cursor-background": "ansi_yellow",
        "cursor-foreground": "ansi_black",
        "cursor-far-background": "ansi_blue",
        "cursor-far-foreground": "ansi_bright_white",
        "marked-background": "ansi_magenta",
        "marked-foreground": "ansi_bright_white",
        "hover-background": "ansi_default",
        "block-cursor-background": "ansi_yellow",
        "block-cursor-foreground": "ansi_black",
        "border": "ansi_bright_black",
        "border-blurred": "ansi_bright_black",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
        "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_yellow",
        "scrollbar-active": "ansi_yellow",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
    },
)

DEFAULT = "valve"
"""Shown until the user picks another."""
COVER = "cover"
"""Coloured by the cover of what plays; the default's colours while there is none."""
ALL = (
    *(theme_of(name, palette) for name, palette in PALETTES.items()),
    SIXTEEN,
    theme_of(COVER, PALETTES[DEFAULT]),
)
THEMES = tuple(theme.name for theme in ALL)
