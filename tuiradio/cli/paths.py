"""``tuiradio paths``: where everything is kept."""

from __future__ import annotations

import argparse

from tuiradio.cli.output import json_line, table
from tuiradio.paths import Paths, models_dir


def run(arguments: argparse.Namespace) -> int:
    """Print the files and directories of this installation; nothing is created."""
    paths = Paths.from_environment()
    found = {
        "config": paths.config_file,
        "store": paths.store_file,
        "index": paths.index_file,
        "log": paths.log_file,
        "socket": paths.socket_file,
        "cache": paths.cache_dir,
        "demo": paths.demo_dir,
        "models": models_dir(),
    }
    if arguments.json:
        json_line({name: str(path) for name, path in found.items()})
    else:
        table((name, str(path)) for name, path in found.items())
    return 0
