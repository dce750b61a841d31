"""``tuiradio export``: what plays and what comes next, as a playlist."""

from __future__ import annotations

import argparse
from pathlib import Path

from tuiradio.cli import session as shared
from tuiradio.cli.playlist import STDOUT, write
from tuiradio.errors import EngineUnavailable, NoSuchTrack


def run(arguments: argparse.Namespace) -> int:
    """Write the queue of the running engine from the current track on."""
    if arguments.file != STDOUT:
        shared.check_writable(Path(arguments.file).expanduser())
    with shared.running() as session:
        if session is None:
            raise EngineUnavailable(
                "nothing is queued: no engine is running",
                "A playlist without one: tuiradio radio SEED --out FILE.m3u8",
            )
        state = session.state()
        entries = state.queue
        for index, entry in enumerate(entries):
            if entry.entry_id == state.player.entry_id:
                entries = entries[index:]
                break
        if not entries:
            raise NoSuchTrack("the queue is empty", "Fill it with: tuiradio play SEED --radio")
        with session.reader() as reader:
            tracks = reader.tracks([entry.track_id for entry in entries])
    write(arguments.file, tracks, arguments.relative)
    return 0
