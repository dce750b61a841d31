"""The parts of the README that are made from the code: ``python -m tests.docs`` renews them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path

from tuiradio import config_table
from tuiradio.cli.parser import command_names, summary
from tuiradio.ui.action import Group
from tuiradio.ui.keymap import ACTIONS, Action, key_names

README = Path(__file__).parents[1] / "README.md"


_EVERYWHERE = (Group.PLAY, Group.RADIO, Group.LIST, Group.QUEUE, Group.VIEW, Group.APP)


def keys() -> str:
    """Every action with its keys, under the headings of the help screen; what holds in one
    place only is folded away."""
    groups = {
        group: list(actions) for group, actions in groupby(ACTIONS, key=lambda one: one.group)
    }
    near = [group for group in groups if group not in _EVERYWHERE]
    return "\n".join(
        [
            *_key_table(_EVERYWHERE, groups),
            "",
            "<details><summary>Keys of the map, the tuner and the sheets</summary>",
            "",
            *_key_table(near, groups),
            "",
            "</details>",
        ]
    )


def _key_table(wanted: Iterable[Group], groups: Mapping[Group, list[Action]]) -> list[str]:
    rows = ["| keys | what it does |", "| --- | --- |"]
    for group in wanted:
        rows.append(f"| **{group}** | |")
        rows += [f"| {_key_cell(action)} | {action.tooltip} |" for action in groups[group]]
    return rows


def commands() -> str:
    """Every command with its one line."""
    rows = ["| command | what it does |", "| --- | --- |"]
    rows += [f"| `tuiradio {name}` | {summary(name)} |" for name in command_names()]
    return "\n".join(rows)


def settings() -> str:
    """Every setting with its default and its words."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    rows += [
        f"| `{row.name}` | `{config_table.shown(row.default)}` | {row.help} |"
        for row in config_table.settings()
    ]
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
    return " ".join("`` ` ``" if name == "`" else f"`{name}`" for name in key_names(action))


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
