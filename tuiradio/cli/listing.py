"""Printing planned tracks as a table, paths, JSON or a playlist: one way for all plans."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tuiradio.cli import session as shared
from tuiradio.cli.output import json_line, length_text, name_of, path_line, row, track_record
from tuiradio.library.track import Track
from tuiradio.radio.pick import Pick
from tuiradio.radio.reasons import one_line, story

_PLAYLISTS = (".m3u8", ".m3u")


def take_out(arguments: argparse.Namespace) -> None:
    """Take a last SEED like ``new.m3u8`` for ``--out``, as ``tuiradio export`` has it.

    A playlist that exists is a seed: nothing is written over that was not named as ``--out``.
    """
    seeds = arguments.seeds
    others = (
        seeds[1:]
        or arguments.current
        or any(getattr(arguments, name, None) for name in ("artist", "album", "genre", "playlist"))
    )
    if not (seeds and others) or arguments.out or not seeds[-1].lower().endswith(_PLAYLISTS):
        return
    if not Path(seeds[-1]).expanduser().exists():
        arguments.out, arguments.seeds = seeds[-1], seeds[:-1]


def check_out(arguments: argparse.Namespace) -> None:
    """Refuse an ``--out`` that cannot be written, before the long work.

    Raises:
        UsageError: its directory does not exist, or it is one.
    """
    if arguments.out and arguments.out != "-":
        shared.check_writable(Path(arguments.out).expanduser())


def give(
    arguments: argparse.Namespace,
    rows: Sequence[tuple[Track, str]],
    record: dict[str, object],
) -> None:
    """Write, print or list ``rows``, each a track and words on it, as the options say."""
    tracks = [track for track, _ in rows]
    if arguments.out:
        from tuiradio.cli.playlist import write

        write(arguments.out, tracks, arguments.relative)
        if not (arguments.json or arguments.paths):
            return
    if arguments.json:
        json_line(record)
    elif arguments.paths:
        for track in tracks:
            path_line(track.path)
    else:
        for number, (track, words) in enumerate(rows, 1):
            row(f"{number:3}  {length_text(track.duration_s):>7}  {name_of(track)}")
            if words:
                row(f"{'':14}{words}")


def pick_record(pick: Pick, tracks: dict[int, Track]) -> dict[str, object]:
    """A pick with all its reasons, as ``--json`` shows it."""
    reasons = asdict(pick)
    del reasons["track_id"]
    reasons["by_subspace"] = dict(pick.by_subspace)
    reasons["passed_over"] = {over.rule: over.count for over in pick.passed_over}
    return {
        **track_record(tracks[pick.track_id]),
        "reason": one_line(pick, tracks.get),
        "story": list(story(pick, tracks.get)),
        "reasons": reasons,
    }


def ids_of_picks(picks: Sequence[Pick]) -> list[int]:
    """Every track that picks and their reasons name."""
    ids: list[int] = []
    for pick in picks:
        ids += (pick.track_id, pick.seed_id, pick.previous_id)
        ids += (moved.track_id for moved in pick.moved_by)
    return list(dict.fromkeys(ids))
