"""``tuiradio demo``: a small library of synthesized songs, written once, opened on the screen."""

from __future__ import annotations

import argparse
import os
import sys

from tuiradio.cli.output import counted, path_line, say
from tuiradio.paths import Paths


def run(arguments: argparse.Namespace) -> int:
    """Write the songs that are missing; then open them, or with ``--write-only`` say where."""
    paths = Paths.from_environment()
    _write(paths)
    if arguments.write_only:
        path_line(os.fsencode(paths.demo_dir))
        return 0
    from tuiradio.cli.screen import open_screen

    _keep_apart(paths)
    return open_screen([str(paths.demo_dir)])


def _write(paths: Paths) -> None:
    from tuiradio.demo.songs import SONGS
    from tuiradio.demo.writer import missing_songs, write_songs

    missing = missing_songs(paths.demo_dir)
    if not missing:
        return
    say(f"tuiradio: composing {counted(len(missing), 'song')} into {paths.demo_dir}")
    is_terminal = sys.stderr.isatty()
    for done, song in enumerate(
        write_songs(paths.demo_dir, missing), len(SONGS) - len(missing) + 1
    ):
        if is_terminal:
            sys.stderr.write(f"\r\x1b[K  {done}/{len(SONGS)}  {song.artist} – {song.title}")
            sys.stderr.flush()
    if is_terminal:
        sys.stderr.write("\r\x1b[K")


def _keep_apart(paths: Paths) -> None:
    """Give the demo a store and an engine of its own; the user's library stays as it is."""
    os.environ["TUIRADIO_DATA_DIR"] = str(paths.cache_dir / "demo-data")
    if "TUIRADIO_RUNTIME_DIR" in os.environ:
        os.environ["TUIRADIO_RUNTIME_DIR"] = str(paths.runtime_dir / "demo")
