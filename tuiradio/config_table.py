"""Every setting as data: what it is called, what it may be, what it means, when it counts.

README, ``tuiradio config``, the settings view and the engine read this one table; it is
made from the dataclasses of the configuration and the texts under their fields.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from types import NoneType
from typing import Any, get_args, get_type_hints

from tuiradio.config import HIGHEST_WEIGHT, RANGES, TABLES, Config, value_as
from tuiradio.errors import UsageError

Value = bool | int | float | str | tuple[str, ...] | None
"""A setting's value as it travels; what is chosen from a list is its word."""


class Kind(StrEnum):
    """What can be done with a value."""

    SWITCH = "true or false"
    WHOLE = "a whole number"
    FIGURE = "a number"
    CHOICE = "one of"
    TEXT = "text"
    LIST = "a list"
    TABLE = "a table"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table."""

    name: str
    """Dotted, as in ``radio.drift``."""
    kind: Kind
    default: Value
    help: str
    lowest: float | None = None
    highest: float | None = None
    choices: tuple[str, ...] = ()
    may_be_none: bool = False
    is_live: bool = True
    """Whether a change counts at once, or from the next start."""

    @property
    def section(self) -> str:
        """The table of the file it stands in, "" at the top."""
        return self.name.rpartition(".")[0]

    @property
    def unit(self) -> str:
        """Of the figure, for the eye."""
        last = self.name.rpartition("_")[2]
        return {"s": "s", "percent": "%", "hours": "h", "window": "tracks"}.get(last, "")


# Read when the engine starts, and never again.
_FROM_THE_NEXT_START = {"playback.resume"}
_KINDS: dict[object, Kind] = {
    bool: Kind.SWITCH,
    int: Kind.WHOLE,
    float: Kind.FIGURE,
    str: Kind.TEXT,
}
_YES = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


@lru_cache(maxsize=1)
def settings() -> tuple[Setting, ...]:
    """Every setting, in the order of the README."""
    return tuple(_rows(Config(), ""))


def setting(name: str) -> Setting:
    """The row of a setting; ``radio.weights.tempo`` and ``ui.keys.next`` are settings, too.

    Raises:
        UsageError: there is none of that name.
    """
    found = {row.name: row for row in settings()}
    if name in found:
        return found[name]
    table, _, key = name.partition(".")[2].partition(".")
    table = f"{name.partition('.')[0]}.{table}"
    if key and table in TABLES:
        return _entry(found[table], name)
    near = difflib.get_close_matches(name, found, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else "All settings: tuiradio config"
    raise UsageError(f"there is no setting {name}", hint)


def value_of(config: Config, name: str) -> Value:
    """What a configuration says of a setting.

    Raises:
        UsageError: there is none of that name, or it is a whole table.
    """
    row = setting(name)
    table = _table_of(name)
    if table:
        pairs = dict(_at(config, table))
        return pairs.get(name[len(table) + 1 :], row.default)
    if row.kind is Kind.TABLE:
        raise UsageError(f"{name} is a table", f"Name one of its keys: {name}.…")
    return _plain(_at(config, name))


def is_default(config: Config, row: Setting) -> bool:
    """Whether nothing else was set."""
    if row.kind is Kind.TABLE:
        return not _at(config, row.name)
    return value_of(config, row.name) == row.default


def with_value(config: Config, name: str, value: Value) -> Config:
    """The configuration with one value replaced.

    Raises:
        UsageError: no such setting, a wrong type, or outside of the range.
    """
    setting(name)
    table = _table_of(name)
    if table:
        pairs = {**dict(_at(config, table)), name[len(table) + 1 :]: value}
        return _put(config, table, value_as(table, pairs))
    return _put(config, name, value_as(name, list(value) if isinstance(value, tuple) else value))


def without(config: Config, name: str) -> Config:
    """The configuration with one setting, or one whole table, at its default.

    Raises:
        UsageError: no such setting.
    """
    row = setting(name)
    table = _table_of(name)
    if table:
        key = name[len(table) + 1 :]
        return _put(config, table, tuple(p for p in _at(config, table) if p[0] != key))
    if row.kind is Kind.TABLE:
        return _put(config, name, ())
    return with_value(config, name, row.default)


def names_in(config: Config) -> Iterator[str]:
    """Every setting by name, the tables by the keys that are set in them."""
    for row in settings():
        if row.kind is Kind.TABLE:
            yield from (f"{row.name}.{key}" for key, _ in _at(config, row.name))
        else:
            yield row.name


def changed(before: Config, after: Config) -> tuple[str, ...]:
    """The settings in which two configurations differ."""
    names = dict.fromkeys((*names_in(before), *names_in(after)))
    return tuple(name for name in names if value_of(before, name) != value_of(after, name))


def parsed(name: str, text: str) -> Value:
    """A value as somebody typed it: TOML, or a bare word where words are meant.

    Raises:
        UsageError: no such setting, or it may not be that.
    """
    row, text = setting(name), text.strip()
    value: Any = text
    if row.may_be_none and text in ("", "none"):
        value = None
    elif row.kind is Kind.SWITCH:
        value = _YES.get(text.lower(), text)
    elif row.kind is Kind.LIST:
        value = _list(text)
    elif row.kind in (Kind.WHOLE, Kind.FIGURE):
        value = _number(text, whole=row.kind is Kind.WHOLE)
    elif text[:1] in ("'", '"'):
        value = _toml(text)
    if isinstance(value, str) and row.kind not in (Kind.TEXT, Kind.CHOICE):
        raise UsageError(f"{name} cannot be {text!r}", f"It is {_expected(row)}.")
    if row.choices and value not in row.choices:
        raise UsageError(f"{name} cannot be {text!r}", f"It is {_expected(row)}.")
    with_value(Config(), name, value)
    return value  # type: ignore[no-any-return]  # with_value has checked it


def shown(value: Value) -> str:
    """A value as TOML writes it; "none" for nothing."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(shown(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else f"{value}"


def _expected(row: Setting) -> str:
    if row.choices:
        return f"one of {', '.join(row.choices)}"
    limits = "" if row.lowest is None else f" between {row.lowest:g} and {row.highest:g}"
    return f"{row.kind.value}{limits}"


# --- values -------------------------------------------------------------------


def _number(text: str, whole: bool) -> int | float | str:
    convert: Callable[[str], int | float] = int if whole else float
    try:
        return convert(text.replace(",", "."))
    except ValueError:
        return text


def _list(text: str) -> tuple[str, ...] | str:
    value = _toml(text) if text.startswith("[") else [part.strip() for part in text.split(",")]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(filter(None, value))
    return text


def _toml(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _table_of(name: str) -> str:
    return next((table for table in TABLES if name.startswith(f"{table}.")), "")


def _at(config: Config, name: str) -> Any:
    value: Any = config
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _put(config: Config, name: str, value: Any) -> Config:
    section, _, key = name.rpartition(".")
    if not section:
        return replace(config, **{key: value})
    changed_section = replace(getattr(config, section), **{key: value})
    return replace(config, **{section: changed_section})


def _plain(value: Any) -> Value:
    return value.value if isinstance(value, StrEnum) else value


# --- the table ----------------------------------------------------------------


def _rows(values: object, prefix: str) -> Iterator[Setting]:
    assert is_dataclass(values)
    kind = type(values)
    hints, words = get_type_hints(kind), _field_words(kind)
    for field in fields(values):
        value, name = getattr(values, field.name), f"{prefix}{field.name}"
        if is_dataclass(value):
            yield from _rows(value, f"{name}.")
        else:
            yield _row(name, hints[field.name], value, words.get(field.name, ""))


def _row(name: str, hint: Any, default: Any, words: str) -> Setting:
    kinds = [one for one in get_args(hint) if one is not NoneType]
    may_be_none = NoneType in get_args(hint)
    plain_hint = kinds[0] if may_be_none else hint
    lowest, highest = RANGES.get(name, (None, None))
    choices: tuple[str, ...] = ()
    if isinstance(plain_hint, type) and issubclass(plain_hint, StrEnum):
        kind, choices = Kind.CHOICE, tuple(plain_hint)
    elif name in TABLES:
        kind = Kind.TABLE
    else:
        kind = _KINDS.get(plain_hint, Kind.LIST)
    return Setting(
        name,
        kind,
        _plain(default),
        words,
        lowest,
        highest,
        tuple(str(choice) for choice in choices),
        may_be_none,
        name not in _FROM_THE_NEXT_START,
    )


def _entry(table: Setting, name: str) -> Setting:
    """A row of a table of the user's."""
    if table.name == "radio.weights":
        return Setting(name, Kind.FIGURE, 1.0, table.help, 0.0, HIGHEST_WEIGHT)
    return Setting(name, Kind.TEXT, None, table.help)


def _field_words(kind: type) -> dict[str, str]:
    """The text under each field; {} where the program is installed without its source."""
    # 20 ms, for which a command that only pauses the music must not wait.
    import ast
    import inspect

    try:
        tree = ast.parse(inspect.getsource(sys.modules[kind.__module__]))
    except OSError:
        return {}
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    body = next(node.body for node in classes if node.name == kind.__name__)
    words = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            said = ast.literal_eval(text.value)
            words[field.target.id] = re.sub(r"\s+", " ", said).replace("``", "`").strip()
    return words
