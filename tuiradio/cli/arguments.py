"""What several commands take: values as they are typed, and options in common."""

from __future__ import annotations

import argparse

SEED_HELP = 'a path, or words that find a track: "come and find me"'


def weights(text: str) -> tuple[tuple[str, float], ...]:
    """``genre=1,tempo=0.5`` as pairs; an argparse type."""
    pairs = []
    for part in filter(None, text.split(",")):
        name, _, number = part.partition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = -1.0
        if not (name.strip() and 0 <= weight <= 100):
            raise argparse.ArgumentTypeError(f"{part!r} is not like genre=0.5")
        pairs.append((name.strip(), weight))
    return tuple(pairs)


def position(text: str) -> tuple[float, bool]:
    """``1:30``, ``90``, ``+10``, ``-10``: seconds, and whether they are relative."""
    seconds = 0.0
    try:
        for part in text.lstrip("+-").split(":"):
            seconds = seconds * 60 + float(part)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1:30, 90, +10 or -10") from None
    return (-seconds if text.startswith("-") else seconds), text[:1] in ("+", "-")


def level(text: str) -> tuple[float, bool]:
    """``80``, ``+5``, ``-5``: percent, and whether they are relative."""
    try:
        return float(text.rstrip("%")), text[:1] in ("+", "-")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 80, +5 or -5") from None


def dial(text: str) -> float:
    """``0.5``: 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return value


def positive(text: str) -> int:
    """``12``: a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def minutes(text: str) -> float:
    """``90`` or ``1.5``."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes")
    return value


def add_library(parser: argparse.ArgumentParser) -> None:
    """``--music`` and ``--no-wait``: for commands that need the library heard."""
    parser.add_argument(
        "--music",
        action="append",
        default=[],
        metavar="DIR",
        help="add this directory to the library first (may be repeated)",
    )
    parser.add_argument(
        "--no-wait",
        action="store_true",
        help="do not wait until the whole library was listened to; use what is known",
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """``--model``: for commands that listen."""
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="listen with this model: a name (tuiradio models), or the path of an ONNX file",
    )


def add_seeds(parser: argparse.ArgumentParser) -> None:
    """``SEED …``, ``--current`` and ``--weights``."""
    parser.add_argument("seeds", nargs="*", metavar="SEED", help=SEED_HELP)
    parser.add_argument("--current", action="store_true", help="the track that plays now")
    parser.add_argument(
        "--weights",
        type=weights,
        default=None,
        metavar="NAME=N,...",
        help="how much each part of the sound counts: genre=1,mood=0.5",
    )


def add_collections(parser: argparse.ArgumentParser) -> None:
    """``--artist``, ``--album``, ``--genre``, ``--playlist``: many tracks as one seed."""
    for name in ("artist", "album", "genre"):
        parser.add_argument(
            f"--{name}", metavar="NAME", help=f"everything of this {name} is the seed"
        )
    parser.add_argument("--playlist", metavar="FILE.m3u8", help="its tracks are the seed")


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_path_style(parser: argparse.ArgumentParser) -> None:
    """``--relative`` or ``--absolute``: for commands that write a playlist."""
    style = parser.add_mutually_exclusive_group()
    style.add_argument(
        "--relative",
        action="store_true",
        help="paths in the playlist relative to it, so that both can move together",
    )
    style.add_argument("--absolute", action="store_true", help="absolute paths (the default)")
