"""On which line of a TOML text each key stands."""

from __future__ import annotations

import tomllib
from typing import Any

_LONGEST_STATEMENT_LINES = 500
"""Each line of a statement has all before it read again: 0.1 s for so many."""


def lines_of(text: str) -> dict[str, int]:
    """Dotted keys and tables of a text, each with the line it begins on, counted from 1.

    The parser of the standard library tells no places. It does tell where a statement
    ends: at the first line with which what was read since the last one is TOML by itself.
    What comes after a mistake, or after a statement of more than 500 lines, is not found.
    """
    found: dict[str, int] = {}
    table: tuple[str, ...] = ()
    statement, first = "", 1
    # By line feeds alone, as TOML counts; ``splitlines`` also breaks within texts.
    for number, line in enumerate(text.split("\n"), 1):
        if not statement:
            first = number
        elif number - first >= _LONGEST_STATEMENT_LINES:
            break
        statement += f"{line}\n"
        try:
            paths = _paths(tomllib.loads(statement))
        except (ValueError, RecursionError):
            continue
        is_header = statement.lstrip().startswith("[")
        within = () if is_header else table
        if is_header and paths:
            table = paths[-1]
        for path in paths:
            found.setdefault(".".join((*within, *path)), first)
        statement = ""
    return found


def _paths(data: dict[str, Any]) -> list[tuple[str, ...]]:
    """Every key with those above it, outermost first."""
    paths: list[tuple[str, ...]] = []
    for key, value in data.items():
        below = _paths(value) if isinstance(value, dict) else []
        paths += [(key,), *((key, *path) for path in below)]
    return paths
