"""On which line of a TOML text each key stands."""

from __future__ import annotations

import tomllib
from typing import Any


def lines_of(text: str) -> dict[str, int]:
    """Dotted keys and tables of a text, each with the line it begins on, counted from 1.

    The parser of the standard library tells no places. It does tell where a statement
    ends: at the first line with which what was read since the last one is TOML by itself.
    What comes after a mistake is not found.
    """
    found: dict[str, int] = {}
    table: tuple[str, ...] = ()
    statement, first = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if not statement:
            first = number
        statement += f"{line}\n"
        try:
            data = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        is_header = statement.lstrip().startswith("[")
        within = () if is_header else table
        paths = _paths(data)
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
