"""``tuiradio blend``: the genre of one track with the tempo of another."""

from __future__ import annotations

import argparse
from dataclasses import replace

from tuiradio.cli import session as shared
from tuiradio.cli.listing import check_out, give, ids_of_picks, pick_record
from tuiradio.cli.output import say
from tuiradio.cli.parser_radio import SUBSPACES
from tuiradio.engine.studies import BlendPlan, PlanBlend
from tuiradio.errors import UsageError
from tuiradio.radio.pick import Pick


def run(arguments: argparse.Namespace) -> int:
    """Plan a blend and print or write it; see ``tuiradio blend --help``."""
    check_out(arguments)
    named = [(part, getattr(arguments, part)) for part in SUBSPACES]
    named = [(part, seed) for part, seed in named if seed is not None]
    if not named:
        raise UsageError(
            "no wish given", "Say at least one: tuiradio blend --genre SEED --tempo SEED"
        )
    arguments.seeds = [seed for _, seed in named]
    with shared.headless(arguments.model) as session:
        shared.prepare(session, arguments)
        settings = replace(
            session.config.radio, adventure=arguments.adventure, random_seed=arguments.seed
        )
        with session.reader() as reader:
            wishes = tuple(
                (part, shared.find_seed(reader, seed).track_ids[0]) for part, seed in named
            )
            query = PlanBlend(wishes, arguments.length, settings)
            found = session.ask(query, BlendPlan, None).blend
            wished = [track_id for _, track_id in wishes]
            tracks = shared.tracks_by_id(reader, [*ids_of_picks(found.picks), *wished])
    picks = [pick for pick in found.picks if pick.track_id in tracks]
    give(
        arguments,
        [(tracks[pick.track_id], _words(pick)) for pick in picks],
        {
            "wishes": {part: track_id for part, track_id in wishes},
            "is_divided": found.is_divided,
            "words": list(found.words),
            "picks": [pick_record(pick, tracks) for pick in picks],
        },
    )
    for words in found.words:
        say(f"tuiradio: {words}")
    return 0


def _words(pick: Pick) -> str:
    return " · ".join(f"{part} {round(100 * max(0.0, near))} %" for part, near in pick.by_subspace)
