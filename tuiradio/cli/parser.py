"""What can be typed. Each command names the module of this package that runs it."""

from __future__ import annotations

import argparse
import difflib
import os
from collections.abc import Callable, Sequence
from typing import NoReturn

from tuiradio import __version__
from tuiradio.cli import parser_models, parser_radio, parser_settings
from tuiradio.cli.arguments import (
    SEED_HELP,
    add_collections,
    add_json,
    add_library,
    add_model,
    add_path_style,
    add_seeds,
    dial,
    level,
    minutes,
    position,
    positive,
)
from tuiradio.cli.near_directory import near_directory
from tuiradio.errors import UsageError

_EPILOG = """\
commands:
{commands}

exit status:
  0 done                      4 the library's store cannot be used
  1 any other trouble         5 no engine answers, or another one is in the way
  2 cannot understand that    6 the model cannot be used
  3 no such track             7 libmpv cannot be loaded
                              130 interrupted

stdout carries data, stderr words. Nothing ever leaves this machine.
"tuiradio COMMAND --help" tells more."""


class _Parser(argparse.ArgumentParser):
    """Tells mistakes as ``UsageError``, in the words of every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"See: {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command line as a namespace; ``module`` names the command's module.

    Raises:
        UsageError: it cannot be understood.
        SystemExit: ``--help`` or ``--version`` was asked for and answered.
    """
    if argv and argv[0] in _COMMANDS:
        name, *rest = argv
        line, add_arguments = _COMMANDS[name]
        parser = _Parser(
            prog=f"tuiradio {name}",
            description=line[0].upper() + line[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        add_arguments(parser)
        arguments = parser.parse_args(_with_negative_values(rest))
        arguments.module = _module_of(name)
        arguments.command = name
        return arguments
    arguments = _screen_parser().parse_args(argv)
    for directory in arguments.directories:
        _check_directory(directory)
    arguments.module = "screen"
    return arguments


def _module_of(command: str) -> str:
    if command in _PLAYER_COMMANDS:
        return "player"
    return "taste" if command in parser_radio.TASTE else command


def command_names() -> tuple[str, ...]:
    """Every command, in the order of the help."""
    return tuple(_COMMANDS)


def summary(command: str) -> str:
    """What a command does, in one line.

    Raises:
        KeyError: no such command.
    """
    return _COMMANDS[command][0]


def _with_negative_values(arguments: Sequence[str]) -> list[str]:
    """``seek -1:30``: a sign and a digit begin a value, never an option."""
    for index, argument in enumerate(arguments):
        if argument[:1] == "-" and argument[1:2].isdigit() and "--" not in arguments[:index]:
            is_value_of_option = index > 0 and arguments[index - 1].startswith("-")
            if not is_value_of_option:
                return [*arguments[:index], "--", *arguments[index:]]
    return list(arguments)


def _check_directory(directory: str) -> None:
    path = os.path.expanduser(directory)
    if os.path.isdir(path):
        return
    if os.path.exists(path):
        raise UsageError(
            f"{directory} is a file, not a directory",
            f"Play it with: tuiradio play {directory}",
        )
    if near := difflib.get_close_matches(directory, _COMMANDS, n=1):
        hint = f"Did you mean: tuiradio {near[0]}"
    else:
        hint = near_directory(path) or "Commands and options: tuiradio --help"
    raise UsageError(f"there is no directory {directory}", hint)


def _screen_parser() -> argparse.ArgumentParser:
    width = max(map(len, _COMMANDS))
    listing = "\n".join(f"  {name:<{width}}  {line}" for name, (line, _) in _COMMANDS.items())
    parser = _Parser(
        prog="tuiradio",
        usage="tuiradio [--mini] [--model NAME] [DIR ...]\n       tuiradio COMMAND ...",
        description="A terminal music player that knows what your music sounds like.\n"
        "Without a command: open the screen, with these directories added to the library.",
        epilog=_EPILOG.format(commands=listing),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directories", nargs="*", metavar="DIR", help="a directory of music")
    parser.add_argument("--mini", action="store_true", help="in one line, under the prompt")
    add_model(parser)
    parser.add_argument("--version", action="version", version=f"tuiradio {__version__}")
    return parser


def _scan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directories", nargs="*", metavar="DIR", help="directories to add")
    parser.add_argument(
        "--no-wait", action="store_true", help="read the files' tags, but listen another time"
    )
    add_model(parser)
    add_json(parser)


def _similar(parser: argparse.ArgumentParser) -> None:
    add_seeds(parser)
    parser.add_argument("-n", "--count", type=positive, default=10, help="how many (10)")
    parser.add_argument("--paths", action="store_true", help="print paths only, one a line")
    add_json(parser)
    add_model(parser)
    add_library(parser)


def _radio(parser: argparse.ArgumentParser) -> None:
    add_seeds(parser)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--length", type=positive, default=50, help="how many tracks (50)")
    amount.add_argument("--minutes", type=minutes, default=None, help="about how long")
    parser.add_argument("--out", metavar="FILE.m3u8", help="write a playlist; - is stdout")
    add_path_style(parser)
    parser.add_argument("--play", action="store_true", help="play it, endlessly, in the background")
    parser.add_argument("--paths", action="store_true", help="print paths only, one a line")
    add_json(parser)
    parser.add_argument("--drift", type=dial, help="0 stays on the seed, 1 follows the last track")
    parser.add_argument("--adventure", type=dial, help="0 plays the closest, 1 digs deep")
    parser.add_argument("--seed", type=int, metavar="N", help="the same radio again for the same N")
    parser.add_argument("--preset", metavar="NAME", help="the dials of a preset of the tuner")
    add_collections(parser)
    add_model(parser)
    add_library(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("file", nargs="?", default="-", metavar="FILE.m3u8", help="- is stdout")
    # As the other commands have it.
    where.add_argument("--out", dest="file", default="-", help=argparse.SUPPRESS)
    add_path_style(parser)


def _play(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("seeds", nargs="*", metavar="SEED", help=SEED_HELP)
    parser.add_argument("--radio", action="store_true", help="go on with similar tracks, endlessly")
    parser.add_argument(
        "--music", action="append", default=[], metavar="DIR", help="add this first"
    )
    add_model(parser)


def _seek(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("position", type=position, help="1:30 or 90; +10 and -10 seconds from here")


def _volume(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "level", nargs="?", type=level, help="0 to 130; +5 and -5; nothing: tell it"
    )


def _teach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=positive, metavar="N", help="stop after N answers")
    parser.add_argument("--status", action="store_true", help="tell what was learned, ask nothing")
    switch = parser.add_mutually_exclusive_group()
    for name, words in (("on", "use the ear where it is better"), ("off", "never use it")):
        switch.add_argument(
            f"--{name}", dest="switch", action="store_const", const=name, default="", help=words
        )
    parser.add_argument("--reset", action="store_true", help="forget all answers, for good")
    parser.add_argument("--export", metavar="FILE.json", help="write the answers; - is stdout")
    parser.add_argument(
        "--import", dest="taken_over", metavar="FILE.json", help="take answers over; - is stdin"
    )
    add_json(parser)
    add_library(parser)


def _failures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--retry", action="store_true", help="listen to them again")
    add_json(parser)


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write-only", action="store_true", help="write the songs, print where")


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--radio",
        action="store_true",
        help="measure the radio on your library, beside plainer ways to choose",
    )
    parser.add_argument(
        "--radios", type=positive, default=100, help="with --radio: how many to play (100)"
    )
    parser.add_argument(
        "--length", type=positive, default=50, help="with --radio: tracks in each (50)"
    )
    add_json(parser)
    add_model(parser)
    add_library(parser)


def _nothing(parser: argparse.ArgumentParser) -> None:
    """The command takes no arguments."""


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "scan": ("add directories, look at every file again, listen to what is new", _scan),
    "similar": ("list what sounds most like a track", _similar),
    "radio": ("make a playlist that goes on from a track", _radio),
    "export": ("write what plays and what comes next as an M3U8 playlist", _export),
    "play": ("play a track, or go on", _play),
    "pause": ("pause", _nothing),
    "next": ("play the next track", _nothing),
    "prev": ("back to the start, or to the track before", _nothing),
    "seek": ("go to a place in the track", _seek),
    "volume": ("tell or set the volume", _volume),
    **parser_radio.COMMANDS,
    "teach": ("teach it your ear: say which of two tracks is closer to a third", _teach),
    "status": ("tell what plays", add_json),
    "quit": ("end the engine and the music", _nothing),
    "failures": ("list what could not be listened to, and why", _failures),
    **parser_settings.COMMANDS,
    "paths": ("tell where tuiradio keeps its files", add_json),
    "doctor": ("check the installation, or measure the radio, and say what to mend", _doctor),
    **parser_models.COMMANDS,
    "demo": ("open a small library of synthesized songs", _demo),
}

_PLAYER_COMMANDS = frozenset({"play", "pause", "next", "prev", "seek", "volume"})
