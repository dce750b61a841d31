"""The directory that a misspelt path means."""

from __future__ import annotations

import difflib
import os


def near_directory(path: str) -> str:
    """A hint for a directory that is not there: one of that name nearby, or where it ends.

    "" when nothing of the path is there.
    """
    parent, name = os.path.split(os.path.abspath(path))
    try:
        with os.scandir(parent) as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return ""
    folded = {one.casefold(): one for one in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    if near:
        return f"Did you mean: {os.path.join(parent, folded[near[0]])}"
    return f"{parent} is there, but has none of that name."
