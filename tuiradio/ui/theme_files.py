"""Themes of the user's own: ``themes/NAME.toml`` in the configuration directory.

A file names colours as ``themes.Palette`` does. What it leaves out comes from its ``base``,
or is made to go with its ``background`` and ``text``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from textual.color import Color, ColorParseError

from tuiradio.ui import themes
from tuiradio.ui.text import clean
from tuiradio.ui.themes import NAMES, PALETTES, Palette

_MOST_FILES = 60
_LARGEST_BYTES = 65_536
_NAME = re.compile(r"[\w.-]{1,40}")

Fingerprint = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file."""


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A file that was read; without a palette, why not and what to do."""

    name: str
    """Of the theme: the file's without ``.toml``."""
    palette: Palette | None = None
    problem: str = ""
    hint: str = ""


class _Wrong(ValueError):
    """What is wrong with a file, and what to do about it."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def fingerprint(directory: Path) -> Fingerprint:
    """What tells whether a file was added, changed or deleted; empty without a directory."""
    found = []
    for file in _files(directory):
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((file.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


def read_themes(directory: Path) -> tuple[ThemeFile, ...]:
    """The theme files of a directory, by name; never raises."""
    return tuple(_read(file) for file in _files(directory))


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(directory.glob("*.toml"))[:_MOST_FILES]
    except OSError:
        return []


def _read(file: Path) -> ThemeFile:
    name = clean(file.stem)
    try:
        if not _NAME.fullmatch(file.stem) or file.stem in themes.THEMES:
            raise _Wrong("this name is taken or has odd signs", "Rename the file.")
        if not file.is_file() or file.stat().st_size > _LARGEST_BYTES:
            raise _Wrong("this is no theme file", f"Up to {_LARGEST_BYTES // 1024} kB of TOML.")
        return ThemeFile(name, _palette(tomllib.loads(file.read_text("utf-8"))))
    except _Wrong as wrong:
        return ThemeFile(name, None, wrong.problem, wrong.hint)
    except (ValueError, RecursionError) as error:
        # Not of the parser's own kind for numbers of thousands of digits and for deep nests.
        return ThemeFile(name, None, f"not valid TOML: {clean(str(error))}", "Correct that place.")
    except OSError as error:
        return ThemeFile(name, None, f"cannot be read: {error.strerror}", "See to its permissions.")


def _palette(data: dict[str, object]) -> Palette:
    base = data.pop("base", "")
    if not isinstance(base, str) or (base and base not in PALETTES):
        raise _Wrong(
            f"no theme is called {clean(str(base))!r}", f"base is one of {_all(PALETTES)}."
        )
    given = {name: _hex(name, value) for name, value in data.items()}
    if base:
        return Palette(**{**asdict(PALETTES[base]), **given})
    for name in ("background", "text"):
        if name not in given:
            raise _Wrong(f"it names no {name}", 'Add it, or start from a theme: base = "valve".')
    return themes.completed(given)


def _hex(name: str, value: object) -> str:
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"Colours: {_all(NAMES)}."
        raise _Wrong(f"unknown colour {clean(name)}", hint)
    try:
        parsed = Color.parse(str(value))
    except ColorParseError:
        parsed = None
    if parsed is None or parsed.ansi is not None or not isinstance(value, str):
        words = clean(str(value))[:30]
        raise _Wrong(
            f"{name} is {words!r}, which is no colour", 'Write "#rrggbb" or a name: "teal".'
        )
    return parsed.hex6.lower()


def _all(names: Iterable[str]) -> str:
    return ", ".join(names)
