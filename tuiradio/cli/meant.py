"""The name of the library that a slip of the keyboard means."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from tuiradio.cli.output import say, shortened
from tuiradio.errors import NoSuchTrack
from tuiradio.radio.artists import fold

_LIKE_ENOUGH = 0.7
_LONGEST = 100


def meant_name(typed: str, names: Sequence[str], what: str) -> str:
    """The one of ``names`` that is meant; says which, where it is not what was typed.

    Names that hold all of what was typed go before those that only look like it.

    Raises:
        NoSuchTrack: none is near.
    """
    by_folded = {fold(name): name for name in reversed(names)}
    wanted = fold(typed)
    if wanted in by_folded:
        return by_folded[wanted]
    holding = [name for folded, name in by_folded.items() if wanted and wanted in folded]
    near = sorted(holding, key=len) or [
        by_folded[folded]
        for folded in difflib.get_close_matches(wanted, by_folded, n=3, cutoff=_LIKE_ENOUGH)
    ]
    if not near:
        raise NoSuchTrack(f"the library has no {what} {shortened(typed, _LONGEST)!r}", _some(names))
    others = f"; also near: {', '.join(near[1:3])}" if near[1:] else ""
    say(f"tuiradio: no {what} is called {shortened(typed, _LONGEST)!r}: took {near[0]}{others}")
    return near[0]


def _some(names: Sequence[str]) -> str:
    return f"There are: {', '.join(names[:8])}{' …' if names[8:] else ''}" if names else ""
