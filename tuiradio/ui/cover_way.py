"""Which way covers are drawn in this terminal, told from its name alone."""

from __future__ import annotations

from collections.abc import Mapping

from tuiradio.config import CoverStyle

FEW_COLOURS = (None, "standard", "windows")
"""Rich's names of colour systems with sixteen colours or none."""

_KONSOLE_WITH_SIXELS = 220400


def how_to_draw(
    wanted: CoverStyle, environ: Mapping[str, str], colours: str | None
) -> tuple[CoverStyle, str]:
    """How covers are drawn here, and why not when they are not.

    The terminal is never asked: its answer would arrive among the keys. Known by their
    names to place pictures under text: kitty and Ghostty; to draw sixels: foot, WezTerm,
    mlterm, Konsole from 22.04 on, Windows Terminal. xterm draws them in some builds only, and
    has to be told. tmux and screen pass pictures on in none or their own ways, so there it is
    half blocks.

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
    if _knows_sixels(environ):
        return CoverStyle.SIXEL, ""
    return CoverStyle.BLOCKS, ""


def hint(style: CoverStyle, environ: Mapping[str, str]) -> str:
    """Why covers are coarse here and what would help; "" where they are not."""
    if style is not CoverStyle.BLOCKS:
        return ""
    if _is_multiplexed(environ):
        return "tmux and screen pass no pictures on; outside of them covers may be finer"
    return 'kitty, Ghostty, foot, WezTerm and others draw finer covers; xterm: ui.cover = "sixel"'


def _is_multiplexed(environ: Mapping[str, str]) -> bool:
    term = environ.get("TERM", "")
    return "TMUX" in environ or "STY" in environ or term.startswith(("tmux", "screen"))


def _knows_sixels(environ: Mapping[str, str]) -> bool:
    if _is_multiplexed(environ):
        return False
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    konsole = environ.get("KONSOLE_VERSION", "")
    return (
        term.startswith(("foot", "mlterm"))
        or program == "WezTerm"
        or "WT_SESSION" in environ
        or (konsole.isdecimal() and int(konsole) >= _KONSOLE_WITH_SIXELS)
    )


def _places_pictures(environ: Mapping[str, str]) -> bool:
    if _is_multiplexed(environ):
        return False
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    return term in ("xterm-kitty", "xterm-ghostty") or program in ("kitty", "ghostty")
