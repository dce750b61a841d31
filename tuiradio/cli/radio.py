"""``tuiradio radio``: a playlist that goes on from one track, or several."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace

from tuiradio.cli import session as shared
from tuiradio.cli.listing import check_out, ids_of_picks, pick_record, take_out
from tuiradio.cli.output import (
    json_line,
    length_text,
    line,
    name_of,
    path_line,
    row,
    say,
    track_record,
)
from tuiradio.cli.preset import settings_of
from tuiradio.cli.seeds import collections
from tuiradio.engine.protocol import PlanRadio, RadioPlan
from tuiradio.errors import TuiradioError
from tuiradio.library.reader import StoreReader
from tuiradio.library.track import Track
from tuiradio.radio.pick import Pick, RadioSettings
from tuiradio.radio.reasons import one_line

# Nobody hears this many: it bounds --length, and --minutes of very short tracks.
_MOST_PICKS = 20_000


def run(arguments: argparse.Namespace) -> int:
    """Plan a radio and print, write or play it; see ``tuiradio radio --help``."""
    take_out(arguments)
    to_stdout = arguments.json or arguments.paths
    check_out(arguments)
    if arguments.play:
        from tuiradio.cli.player import play_radio

        return play_radio(arguments)
    with shared.headless(arguments.model) as session:
        shared.prepare(session, arguments)
        shared.check_weights(session, arguments.weights or ())
        with session.reader() as reader:
            settings = radio_settings(reader, session.config.radio, arguments)
            seeds = find_all_seeds(session, reader, arguments)
            picks = _plan(session, reader, seeds, settings, arguments)
            tracks = shared.tracks_by_id(reader, _all_ids(seeds, picks))
    first = [tracks[seed.track_ids[0]] for seed in seeds if not seed.is_folder]
    if arguments.out:
        from tuiradio.cli.playlist import write

        chosen = [tracks[pick.track_id] for pick in picks if pick.track_id in tracks]
        write(arguments.out, first + chosen, arguments.relative)
        if not to_stdout:
            return 0
    _print(arguments, first, picks, tracks)
    return 0


def find_all_seeds(
    session: shared.Session, reader: StoreReader, arguments: argparse.Namespace
) -> list[shared.Seed]:
    """Seeds by name, and the artist, album, genre or playlist of the options.

    Raises:
        UsageError: there is none.
        NoSuchTrack: one of them fits nothing.
    """
    many = collections(reader, arguments)
    if many and not arguments.seeds and not arguments.current:
        return many
    return [*shared.find_seeds(session, reader, arguments.seeds, arguments.current), *many]


def radio_settings(
    reader: StoreReader, settings: RadioSettings, arguments: argparse.Namespace
) -> RadioSettings:
    """The dials of ``--preset``, else ``settings``, with those of the command line in place."""
    if arguments.preset is not None:
        settings = settings_of(reader, arguments.preset)
    return _settings(settings, arguments)


def _settings(settings: RadioSettings, arguments: argparse.Namespace) -> RadioSettings:
    """The configured dials, with those of the command line in their place."""
    if arguments.drift is not None:
        settings = replace(settings, drift=arguments.drift)
    if arguments.adventure is not None:
        settings = replace(settings, adventure=arguments.adventure)
    if arguments.weights is not None:
        settings = replace(settings, weights=arguments.weights)
    if arguments.seed is not None:
        settings = replace(settings, random_seed=arguments.seed)
    return settings


def _plan(
    session: shared.Session,
    reader: StoreReader,
    seeds: Sequence[shared.Seed],
    settings: RadioSettings,
    arguments: argparse.Namespace,
) -> tuple[Pick, ...]:
    """The picks that fill the wanted length behind the seeds, which count as well."""
    first = reader.tracks([seed.track_ids[0] for seed in seeds if not seed.is_folder])
    length, minutes = min(arguments.length, _MOST_PICKS) - len(first), None
    if arguments.minutes is not None:
        length = _MOST_PICKS
        minutes = arguments.minutes - sum(track.duration_s for track in first) / 60
    if length < 1 or (minutes is not None and minutes <= 0):
        return ()
    ids = tuple(dict.fromkeys(number for seed in seeds for number in seed.track_ids))
    plan = session.ask(PlanRadio(ids, settings, length, minutes), RadioPlan, None)
    if not plan.picks:
        raise TuiradioError(
            "the radio found nothing to play",
            "The library may be too small, or not listened to yet: tuiradio scan",
        )
    if minutes is None and len(plan.picks) < length:
        say(f"tuiradio: the library gives no more than {len(plan.picks)} picks for this radio")
    return plan.picks


def _all_ids(seeds: Sequence[shared.Seed], picks: Sequence[Pick]) -> list[int]:
    ids = [number for seed in seeds for number in seed.track_ids]
    return list(dict.fromkeys([*ids, *ids_of_picks(picks)]))


def _print(
    arguments: argparse.Namespace,
    first: Sequence[Track],
    picks: Sequence[Pick],
    tracks: dict[int, Track],
) -> None:
    chosen = [pick for pick in picks if pick.track_id in tracks]
    if arguments.json:
        json_line(
            {
                "seeds": [track_record(track) for track in first],
                "picks": [pick_record(pick, tracks) for pick in chosen],
            }
        )
    elif arguments.paths:
        for track in (*first, *(tracks[pick.track_id] for pick in chosen)):
            path_line(track.path)
    else:
        _print_table(first, chosen, tracks.get)


def _print_table(
    first: Sequence[Track], picks: Sequence[Pick], track: Callable[[int], Track | None]
) -> None:
    for number, seed in enumerate(first, 1):
        row(f"{number:3}  {length_text(seed.duration_s):>7}  {name_of(seed)}  (seed)")
    for number, pick in enumerate(picks, len(first) + 1):
        chosen = track(pick.track_id)
        if chosen is not None:
            row(f"{number:3}  {length_text(chosen.duration_s):>7}  {name_of(chosen)}")
            line(f"{'':14}{one_line(pick, track)}")
