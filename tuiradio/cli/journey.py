"""``tuiradio journey``: a way from one track to another."""

from __future__ import annotations

import argparse
from dataclasses import replace

from tuiradio.cli import session as shared
from tuiradio.cli.listing import check_out, give
from tuiradio.cli.output import say, track_record
from tuiradio.engine.studies import JourneyPlan, PlanJourney
from tuiradio.library.track import Track
from tuiradio.radio.journey import Stop


def run(arguments: argparse.Namespace) -> int:
    """Plan a journey and print or write it; see ``tuiradio journey --help``."""
    check_out(arguments)
    with shared.headless(arguments.model) as session:
        shared.prepare(session, arguments)
        shared.check_weights(session, arguments.weights or ())
        settings = session.config.radio
        if arguments.weights is not None:
            settings = replace(settings, weights=arguments.weights)
        with session.reader() as reader:
            seeds = shared.find_seeds(session, reader, arguments.seeds, current=False)
            ids = tuple(seed.track_ids[0] for seed in seeds)
            query = PlanJourney(ids, arguments.length, settings, max(0, arguments.route))
            way = session.ask(query, JourneyPlan, None).journey
            tracks = shared.tracks_by_id(reader, way.track_ids)
    stops = [stop for stop in way.stops if stop.track_id in tracks]
    give(
        arguments,
        [(tracks[stop.track_id], _words(stop)) for stop in stops],
        {
            "stops": [_record(stop, tracks[stop.track_id]) for stop in stops],
            "worst_step": round(way.worst_step, 4),
            "is_good": way.is_good,
            "words": list(way.words),
        },
    )
    for words in way.words:
        say(f"tuiradio: {words}")
    return 0


def _words(stop: Stop) -> str:
    parts = []
    if stop.leg or not stop.is_waypoint or stop.from_start < 1.0:
        parts.append(f"{_percent(stop.step)} like the one before")
    if stop.is_waypoint:
        parts.append("asked for")
    else:
        parts.append(f"{_percent(stop.from_start)} like the start, {_percent(stop.to_end)} the end")
    parts += [f"for want of others: {rule}" for rule in stop.relaxed]
    return " · ".join(parts)


def _percent(similarity: float) -> str:
    return f"{round(100 * max(0.0, similarity))} %"


def _record(stop: Stop, track: Track) -> dict[str, object]:
    return {
        **track_record(track),
        "is_waypoint": stop.is_waypoint,
        "leg": stop.leg,
        "step": round(stop.step, 4),
        "from_start": round(stop.from_start, 4),
        "to_end": round(stop.to_end, 4),
        "relaxed": list(stop.relaxed),
    }
