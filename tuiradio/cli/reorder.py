"""``tuiradio reorder``: a playlist in an order in which each track leads to the next."""

from __future__ import annotations

import argparse

from tuiradio.cli import session as shared
from tuiradio.cli.listed import playlist_tracks
from tuiradio.cli.listing import check_out, give
from tuiradio.cli.output import counted, say, track_record
from tuiradio.engine.studies import FlowPlan, ReorderForFlow
from tuiradio.errors import NoSuchTrack


def run(arguments: argparse.Namespace) -> int:
    """Reorder a playlist and print or write it; see ``tuiradio reorder --help``."""
    check_out(arguments)
    arguments.seeds = []
    with shared.headless(arguments.model) as session:
        shared.prepare(session, arguments)
        weights = arguments.weights or ()
        shared.check_weights(session, weights)
        with session.reader() as reader:
            ids, absent = playlist_tracks(reader, arguments.playlist)
            if not ids:
                raise NoSuchTrack(
                    f"nothing of {arguments.playlist} is in the library",
                    "Add the folder of its music with: tuiradio scan DIR",
                )
            first = ids[0] if arguments.keep_first else None
            query = ReorderForFlow(ids, weights, first)
            flow = session.ask(query, FlowPlan, None).flow
            tracks = shared.tracks_by_id(reader, flow.track_ids)
    ordered = [tracks[track_id] for track_id in flow.track_ids if track_id in tracks]
    give(
        arguments,
        [(track, "") for track in ordered],
        {
            "tracks": [track_record(track) for track in ordered],
            "absent": absent,
            "unheard": list(flow.unheard),
            "mean_step": {"before": flow.mean_before, "after": flow.mean_after},
            "worst_step": {"before": flow.worst_before, "after": flow.worst_after},
        },
    )
    say(
        f"tuiradio: each track is {_percent(flow.mean_after)} like the one before it, "
        f"where it was {_percent(flow.mean_before)}; "
        f"the worst step {_percent(flow.worst_after)}, was {_percent(flow.worst_before)}"
    )
    if flow.unheard:
        say(f"tuiradio: at the end, as not listened to: {counted(len(flow.unheard), 'track')}")
    if absent:
        say(f"tuiradio: left out, as they are not in the library: {counted(absent, 'track')}")
    return 0


def _percent(similarity: float) -> str:
    return f"{round(100 * max(0.0, similarity))} %"
