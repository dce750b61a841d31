"""What can be typed of the commands that are about models; see ``parser``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tuiradio.cli.arguments import add_json, add_library, positive


def _eval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="names of shipped models or paths of ONNX files; the first is compared with the "
        "others (the one in use, and mfcc)",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        default=1000,
        metavar="N",
        help="ask about this many tracks at most, drawn by artist (1000)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another draw of tracks for another N (1)"
    )
    add_json(parser)
    add_library(parser)


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "eval": ("measure on your own library how well models hear", _eval),
    "models": ("list the models, and what was listened to with each", add_json),
}
