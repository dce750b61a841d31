"""``tuiradio scan``: look at the files, listen to what is new."""

from __future__ import annotations

import argparse

from tuiradio.cli import session as shared
from tuiradio.cli.output import counted, json_line, say
from tuiradio.engine.protocol import Rescan
from tuiradio.errors import TuiradioError
from tuiradio.library.rows import Counts


def run(arguments: argparse.Namespace) -> int:
    """Add the directories, look at every root again, wait; see ``tuiradio scan --help``."""
    with shared.headless(arguments.model) as session:
        shared.add_music(session, arguments.directories)
        if session.joined:
            session.engine.submit(Rescan())
        problem = ""
        if arguments.no_wait:
            shared.wait_until_scanned(session)
        else:
            problem = session.wait_until_heard().problem
        with session.reader() as reader:
            counts = reader.counts()
    _report(counts, arguments.json)
    if problem:
        # What was done before is kept, but a script must know that it is not all.
        raise TuiradioError(problem)
    return 0


def _report(counts: Counts, as_json: bool) -> None:
    if as_json:
        names = ("tracks", "heard", "failed", "pending", "missing", "albums", "artists")
        json_line({name: getattr(counts, name) for name in names})
        return
    say(f"tuiradio: {counted(counts.tracks, 'track')}, {counts.heard:,} listened to")
    if counts.pending:
        say(f"  {counts.pending:,} still to be listened to")
    if counts.failed:
        say(f"  {counts.failed:,} failed, why: tuiradio failures")
    if counts.missing:
        say(f"  {counts.missing:,} not there at the moment (kept)")
