"""What can be typed of settings; see ``parser``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tuiradio.cli.arguments import add_json


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="?",
        default="list",
        choices=("list", "get", "set", "unset"),
        metavar="WHAT",
        help="list (all, with their defaults and where they were set), get, set or unset one",
    )
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="such as radio.drift or ui.keys.next"
    )
    parser.add_argument(
        "value",
        nargs="*",
        metavar="VALUE",
        help="as config.toml has it; quotes may be left out, and lists are a, b, c",
    )
    add_json(parser)


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "config": ("list the settings, or change one", _config),
}
