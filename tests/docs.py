"""The parts of the README that are made from the code: ``python -m tests.docs`` renews them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from pathlib import Path

from tuiradio import config
from tuiradio.cli.parser import command_names, summary
from tuiradio.radio import pick
from tuiradio.ui.keymap import ACTIONS, Action, key_names

README = Path(__file__).parents[1] / "README.md"


def keys() -> str:
    """Every action with its keys, under the headings of the help screen."""
    rows = ["| keys | what it does |", "| --- | --- |"]
    for group, actions in groupby(ACTIONS, key=lambda action: action.group):
        rows.append(f"| **{group}** | |")
        rows += [f"| {_key_cell(action)} | {action.tooltip} |" for action in actions]
    return "\n".join(rows)


def commands() -> str:
    """Every command with its one line."""
    rows = ["| command | what it does |", "| --- | --- |"]
    rows += [f"| `tuiradio {name}` | {summary(name)} |" for name in command_names()]
    return "\n".join(rows)


def settings() -> str:
    """Every setting with its default, from the docstrings under the fields."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    rows += _setting_rows(config.Config(), "")
    return "\n".join(rows)


PARTS: dict[str, Callable[[], str]] = {"keys": keys, "commands": commands, "settings": settings}


def renewed(text: str) -> str:
    """The README with every generated part made anew.

    Raises:
        ValueError: the markers of a part are missing.
    """
    for name, make in PARTS.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if begin not in text or end not in text:
            raise ValueError(f"the README lacks {begin} … {end}")
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n{make()}\n{end}{tail}"
    return text


def _key_cell(action: Action) -> str:
    return " ".join(f"`{name}`" for name in key_names(action))


def _setting_rows(values: object, prefix: str) -> Iterator[str]:
    assert is_dataclass(values)
    words = _field_words(type(values))
    for field in fields(values):
        value = getattr(values, field.name)
        name = f"{prefix}{field.name}"
        if is_dataclass(value):
            yield from _setting_rows(value, f"{name}.")
        else:
            yield f"| `{name}` | `{_shown(value)}` | {words[field.name]} |"


def _field_words(kind: type) -> dict[str, str]:
    """The docstring under each field of a dataclass."""
    module = pick if kind.__module__ == pick.__name__ else config
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    body = next(
        n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind.__name__
    )
    words = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            assert isinstance(field.target, ast.Name)
            said = ast.literal_eval(text.value)
            words[field.target.id] = re.sub(r"\s+", " ", said).replace("``", "`").strip()
    return words


def _shown(value: object) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str | StrEnum) else f"{value}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
