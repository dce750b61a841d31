"""What the terminal can do, as one of the checks of the doctor. Draws nothing."""

from __future__ import annotations

import os

from tuiradio.config import CoverStyle
from tuiradio.engine.checks import Check, Level
from tuiradio.ui import cover_way


def terminal_check(columns: int, rows: int, encoding: str) -> Check:
    """How the terminal stands that the environment names.

    Args:
        encoding: of what is written to it.
    """
    name = os.environ.get("TERM", "")
    has_all = os.environ.get("COLORTERM") in ("truecolor", "24bit")
    colours = "true colour" if has_all else "256 colours or fewer"
    text = f"{name or 'unnamed'}, {columns}x{rows}, {colours}, {encoding}"
    if name in ("", "dumb"):
        return Check("terminal", Level.WARN, text, "Set TERM, for example to xterm-256color.")
    if not encoding.lower().startswith("utf"):
        return Check("terminal", Level.WARN, text, "Use a UTF-8 locale, such as LC_ALL=C.UTF-8.")
    if columns < 80 or rows < 24:
        return Check("terminal", Level.WARN, text, "The screen is made for 80x24 and more.")
    return Check("terminal", Level.OK, f"{text}; {_covers(name, has_all)}")


def _covers(terminal: str, has_all: bool) -> str:
    """How covers are drawn here, and what would draw them finer."""
    system = "truecolor" if has_all else "standard" if terminal == "linux" else "256"
    way, why_not = cover_way.how_to_draw(CoverStyle.AUTO, os.environ, system)
    coarse = why_not or cover_way.hint(way, os.environ)
    return f"covers as {way.value}" + (f" ({coarse})" if coarse else "")
