"""``like``, ``more``, ``ban``, ``undo`` and their kin: telling the radio what to play."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from tuiradio.cli import session as shared
from tuiradio.cli.obey import obey
from tuiradio.cli.output import json_line, name_of, row, say
from tuiradio.engine.protocol import Ban, Command, Like, Notice, Severity
from tuiradio.engine.wishes import GiveFeedback, LiftBan, Undo
from tuiradio.errors import EngineUnavailable, NoSuchTrack
from tuiradio.library.track import BanScope, FeedbackKind


def run(arguments: argparse.Namespace) -> int:
    """Do what ``arguments.command`` says; returns the exit status."""
    return _RUN[arguments.command](arguments)


def _like(arguments: argparse.Namespace) -> int:
    liked = arguments.command == "like" and not arguments.undo
    words = "liked" if liked else "no longer liked"
    return _each(arguments, lambda track_id: Like(track_id, liked), words)


def _ban(arguments: argparse.Namespace) -> int:
    banned, scope = arguments.command == "ban", BanScope(arguments.scope)
    words = ""
    if scope is BanScope.TRACK:
        words = "never plays again" if banned else "may play again"
    return _each(arguments, lambda track_id: Ban(track_id, banned, scope), words, every=False)


def _wish(arguments: argparse.Namespace) -> int:
    kind = FeedbackKind(arguments.command)
    with shared.running() as session:
        if session is None or not session.state().radio.on:
            raise EngineUnavailable("no radio is on", "Start one with: tuiradio play SEED --radio")
    return _each(arguments, lambda track_id: GiveFeedback(track_id, kind), "", every=False)


def _each(
    arguments: argparse.Namespace,
    command_for: Callable[[int], Command],
    words: str,
    every: bool = True,
) -> int:
    """Say it of the SEEDs, or of what plays; ``every``: of all tracks of a folder."""
    status = 0
    with shared.headless() as session:
        with session.reader() as reader:
            ids = [
                track_id
                for seed in arguments.seeds
                for track_id in shared.find_seed(reader, seed, every, may_guess=False).track_ids
            ]
        for track_id in ids or [shared.playing_id(session)]:
            status |= _say(obey(session, command_for(track_id), everything=True)[1])
            with session.reader() as reader:
                track = reader.track(track_id)
            if words and track is not None:
                say(f"tuiradio: {words}: {name_of(track)}")
    return status


def _undo(_arguments: argparse.Namespace) -> int:
    with shared.headless() as session:
        return _say(obey(session, Undo(), everything=True)[1])


def _bans(arguments: argparse.Namespace) -> int:
    with shared.headless() as session:
        with session.reader() as reader:
            bans = reader.bans()
        if arguments.lift is not None:
            if arguments.lift > len(bans):
                raise NoSuchTrack(f"there is no ban number {arguments.lift}", "See: tuiradio bans")
            lifted = LiftBan(bans[arguments.lift - 1])
            return _say(obey(session, lifted, everything=True)[1])
    if arguments.json:
        json_line(
            [
                {
                    "scope": ban.scope,
                    "name": ban.name,
                    "artist": ban.artist,
                    "folder": os.fsdecode(ban.folder),
                    "track_id": ban.track_id,
                    "since_s": ban.since_s,
                }
                for ban in bans
            ]
        )
        return 0
    for number, ban in enumerate(bans, 1):
        by = f"  by {ban.artist}" if ban.artist and ban.scope is not BanScope.ARTIST else ""
        row(f"{number:3}  {ban.scope:<6}  {ban.name}{by}")
    if not bans:
        say("tuiradio: nothing is banned")
    return 0


def _say(notices: list[Notice]) -> int:
    """Pass on what the engine said; 1 when it was a complaint."""
    for notice in notices:
        say(f"tuiradio: {notice.message}")
        if notice.hint:
            say(f"  {notice.hint}")
    return int(any(notice.severity is not Severity.INFORMATION for notice in notices))


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "like": _like,
    "unlike": _like,
    "more": _wish,
    "less": _wish,
    "ban": _ban,
    "unban": _ban,
    "bans": _bans,
    "undo": _undo,
}
