"""``tuiradio failures``: what could not be listened to, and why."""

from __future__ import annotations

import argparse

from tuiradio.cli import session as shared
from tuiradio.cli.output import counted, json_line, line, say, track_record
from tuiradio.engine.protocol import RetryFailures
from tuiradio.library.reader import StoreReader
from tuiradio.library.track import Track
from tuiradio.paths import Paths


def run(arguments: argparse.Namespace) -> int:
    """Print the failed files with their reasons; ``--retry`` listens to them again first."""
    if arguments.retry:
        with shared.headless() as session:
            session.engine.submit(RetryFailures())
            session.wait_until_heard()
    file = Paths.from_environment().store_file
    failed: list[Track] = []
    if file.exists():
        reader = StoreReader(file)
        try:
            failed = reader.failures()
        finally:
            reader.close()
    if arguments.json:
        json_line([_record(track) for track in failed])
        return 0
    for track in failed:
        reason = f"{track.failure.kind}: {track.failure.reason}" if track.failure else "unknown"
        line(f"{track.display_path}\t{reason}")
    if not failed:
        say("tuiradio: nothing failed")
    elif not arguments.retry:
        say(f"tuiradio: {counted(len(failed), 'file')}; once mended: tuiradio failures --retry")
    return 0


def _record(track: Track) -> dict[str, object]:
    failure = track.failure
    return {
        **track_record(track),
        "kind": failure.kind if failure else "",
        "reason": failure.reason if failure else "",
    }
