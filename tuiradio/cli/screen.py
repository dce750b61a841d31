"""``tuiradio [DIR …]``: the screen."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from tuiradio.errors import NotATerminal


def run(arguments: argparse.Namespace) -> int:
    """Open the screen, with the directories added to the library."""
    return open_screen(arguments.directories, arguments.model, mini=arguments.mini)


def open_screen(directories: Sequence[str], model: str | None = None, *, mini: bool = False) -> int:
    """Start or join the engine, add the directories, show the screen until it is left.

    Raises:
        NotATerminal: stdin or stdout is no terminal.
        TuiradioError: configuration or engine stand in the way.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotATerminal(
            "the screen needs a terminal",
            "Without one: tuiradio scan, similar, radio, play, … (tuiradio --help)",
        )
    if os.environ.get("TERM") == "dumb":
        raise NotATerminal(
            "this terminal says that it cannot draw (TERM=dumb)",
            "Open another one. If it can draw: TERM=xterm-256color tuiradio\n"
            "Without the screen: tuiradio scan, similar, radio, play, … (tuiradio --help)",
        )
    # What draws is loaded only once it is certain that there is something to draw on.
    from tuiradio.cli.model_choice import check_model, with_model
    from tuiradio.cli.session import root_of
    from tuiradio.config import load_config
    from tuiradio.engine.protocol import AddRoots
    from tuiradio.engine.spawn import open_engine
    from tuiradio.log import log_to_file
    from tuiradio.paths import Paths
    from tuiradio.ui.app import run_screen

    paths = Paths.from_environment()
    config = with_model(load_config(paths.config_file), model)
    log_to_file(paths.log_file)
    roots = tuple(dict.fromkeys(root_of(directory) for directory in directories))
    engine = open_engine(paths, config, headless=False)
    try:
        check_model(engine, config, model)
        if roots:
            engine.submit(AddRoots(roots))
        return run_screen(engine, paths, config, mini=mini)
    finally:
        engine.close()
