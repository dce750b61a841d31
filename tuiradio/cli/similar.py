"""``tuiradio similar``: what sounds most like a track."""

from __future__ import annotations

import argparse

from tuiradio.cli import session as shared
from tuiradio.cli.output import json_line, name_of, path_line, row, track_record
from tuiradio.engine.protocol import FindSimilar, SimilarTracks
from tuiradio.library.track import Track


def run(arguments: argparse.Namespace) -> int:
    """Print the nearest tracks, nearest first; see ``tuiradio similar --help``."""
    with shared.headless(arguments.model) as session:
        shared.prepare(session, arguments)
        weights = arguments.weights or ()
        shared.check_weights(session, weights)
        with session.reader() as reader:
            seeds = shared.find_seeds(session, reader, arguments.seeds, arguments.current)
            ids = tuple(dict.fromkeys(number for seed in seeds for number in seed.track_ids))
            found = session.ask(FindSimilar(ids, arguments.count, weights), SimilarTracks, None)
            tracks = shared.tracks_by_id(reader, [one.track_id for one in found.neighbours])
            seed_tracks = reader.tracks(ids)
    rows = [
        (tracks[one.track_id], one.similarity) for one in found.neighbours if one.track_id in tracks
    ]
    _print(arguments, seed_tracks, rows)
    return 0


def _print(
    arguments: argparse.Namespace, seeds: list[Track], rows: list[tuple[Track, float]]
) -> None:
    if arguments.json:
        similar = [{**track_record(track), "similarity": round(near, 4)} for track, near in rows]
        json_line({"seeds": [track_record(track) for track in seeds], "similar": similar})
        return
    for track, near in rows:
        if arguments.paths:
            path_line(track.path)
        else:
            row(f"{near:5.2f}  {name_of(track)}")
