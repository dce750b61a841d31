"""``keys.toml`` beside the configuration: the user's keys, read whole or told why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuiradio.config import read_text, toml_of
from tuiradio.errors import UsageError
from tuiradio.ui.key_table import Wanted

KEYS_FILE = "keys.toml"
_MOST_BYTES = 256 * 1024
_MOST_NAMES = 1_000
_MOST_KEYS = 50
"""Of one action; each key is compared with all others, on the screen's loop."""


@dataclass(frozen=True, slots=True)
class KeysRead:
    """What a key file says."""

    wishes: tuple[Wanted, ...] = ()
    troubles: tuple[str, ...] = ()
    stamp: tuple[int, int] = (0, 0)
    """Time of change in ns and size in bytes, to notice the next change; zeros for no file."""


def stamp_of(file: Path) -> tuple[int, int]:
    """Time of change and size; zeros when there is no such file."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def read_keys(file: Path) -> KeysRead:
    """The wishes of a key file, none checked; a missing file has none. Never raises.

    The names of actions may be written ``"station.liked"``, ``station.liked`` or under a
    heading ``[station]``; keys as ``"x"``, ``"x, ctrl+k"`` or a list.
    """
    stamp = stamp_of(file)
    try:
        if stamp[1] > _MOST_BYTES:
            return KeysRead((), (f"{file}: too large for a key map; it is left alone",), stamp)
        text = read_text(file)
        named = list(flat(toml_of(text, file)))
    except UsageError as error:
        return KeysRead((), (error.message,), stamp)
    except RecursionError:
        return KeysRead((), (f"{file}: its names are nested too deeply",), stamp)
    lines = _lines(text)
    wishes, troubles = [], []
    if len(named) > _MOST_NAMES:
        troubles.append(f"{file.name}: what comes after {_MOST_NAMES} names is left alone")
    for name, value in named[:_MOST_NAMES]:
        where = f"{file.name} line {lines.get(name) or lines.get(name.rpartition('.')[2], 1)}"
        keys = written_keys(value)
        if keys is None:
            troubles.append(f"{where}: {name} must be a key in quotes, or a list of such")
        elif len(keys) > _MOST_KEYS:
            troubles.append(f"{where}: {name} has more than {_MOST_KEYS} keys")
        else:
            wishes.append(Wanted(name, keys, where))
    return KeysRead(tuple(wishes), tuple(troubles), stamp)


def flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots for tables within tables."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def written_keys(value: Any) -> tuple[str, ...] | None:
    """The keys of one line of a key map, None when they are no words."""
    if isinstance(value, str):
        if value.strip() == ",":
            return ("comma",)
        parts = [part if part == " " else part.strip() for part in value.split(",")]
        return tuple(part for part in parts if part)
    if isinstance(value, list) and all(isinstance(key, str) for key in value):
        return tuple("comma" if key == "," else key for key in value)
    return None


def _lines(text: str) -> dict[str, int]:
    """The line, from 1, where each name is given its value; the last such."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        name, sign, _ = line.partition("=")
        if sign:
            found[name.strip().strip("\"'")] = number
    return found
