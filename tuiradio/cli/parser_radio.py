"""What can be typed of the commands that steer the radio; see ``parser``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tuiradio.cli.arguments import (
    SEED_HELP,
    add_json,
    add_library,
    add_model,
    add_path_style,
    dial,
    positive,
    weights,
)

SUBSPACES = ("genre", "mood", "instruments", "tempo")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE.m3u8", help="write a playlist; - is stdout")
    add_path_style(parser)
    parser.add_argument("--paths", action="store_true", help="print paths only, one a line")
    add_json(parser)


def _weights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        type=weights,
        default=None,
        metavar="NAME=N,...",
        help="how much each part of the sound counts: genre=1,mood=0.5",
    )


def _journey(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("seeds", nargs="+", metavar="SEED", help=f"{SEED_HELP}; two or more")
    parser.add_argument(
        "--length", type=positive, default=15, help="how many tracks, the SEEDs among them (15)"
    )
    parser.add_argument(
        "--route", type=int, default=0, metavar="N", help="1, 2, ...: another way there (0)"
    )
    _weights(parser)
    _output(parser)
    add_model(parser)
    add_library(parser)


def _blend(parser: argparse.ArgumentParser) -> None:
    for name in SUBSPACES:
        parser.add_argument(f"--{name}", metavar="SEED", help=f"the track to meet in {name}")
    parser.add_argument("--length", type=positive, default=15, help="how many tracks (15)")
    parser.add_argument("--adventure", type=dial, default=0.0, help="0 the closest, 1 others too")
    parser.add_argument("--seed", type=int, metavar="N", help="the same blend again for the same N")
    _output(parser)
    add_model(parser)
    add_library(parser)


def _reorder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("playlist", metavar="PLAYLIST.m3u8", help="the playlist to put in order")
    parser.add_argument("--keep-first", action="store_true", help="begin as the playlist begins")
    _weights(parser)
    _output(parser)
    add_model(parser)
    add_library(parser)


def _said(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "seeds", nargs="*", metavar="SEED", help=f"{SEED_HELP}; nothing: what plays"
    )


def _like(parser: argparse.ArgumentParser) -> None:
    _said(parser)
    parser.add_argument("--undo", action="store_true", help="take it back")


def _ban(parser: argparse.ArgumentParser) -> None:
    _said(parser)
    scope = parser.add_mutually_exclusive_group()
    for name in ("artist", "album", "folder"):
        scope.add_argument(
            f"--{name}",
            dest="scope",
            action="store_const",
            const=name,
            default="track",
            help=f"the whole {name} of the track",
        )


def _bans(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lift", type=positive, metavar="N", help="allow number N of the list again"
    )
    add_json(parser)


def _preset(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    for name, words in (
        ("list", "list the presets"),
        ("save", "keep the dials of now, or others, under a name"),
        ("use", "set the dials to a preset"),
        ("delete", "forget a preset"),
    ):
        one = what.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        if name == "list":
            add_json(one)
        else:
            one.add_argument("name", metavar="NAME", help="name of the preset")
        if name == "save":
            one.add_argument("--drift", type=dial, help="0 stays on the seed, 1 follows")
            one.add_argument("--adventure", type=dial, help="0 plays the closest, 1 digs deep")
            _weights(one)


def _nothing(parser: argparse.ArgumentParser) -> None:
    """The command takes no arguments."""


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "journey": ("find a way from one track to another by even steps", _journey),
    "blend": ("meet the genre of one track, the tempo of another, the mood of a third", _blend),
    "reorder": ("put a playlist in an order in which each track leads to the next", _reorder),
    "preset": ("keep and use named settings of the tuner", _preset),
    "like": ("like a track", _like),
    "unlike": ("take a like back", _said),
    "more": ("play more like a track in the radio that is on", _said),
    "less": ("play less like a track in the radio that is on", _said),
    "ban": ("never let the radio play a track, artist, album or folder", _ban),
    "unban": ("let the radio play it again", _ban),
    "bans": ("list what the radio never plays", _bans),
    "undo": ("take back what was done last: a change, like, wish, ban or skip", _nothing),
}

TASTE = frozenset({"like", "unlike", "more", "less", "ban", "unban", "bans", "undo"})
"""Commands that one module runs."""
