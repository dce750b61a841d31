"""``tuiradio status``: what plays, and how far scanning and listening have come."""

from __future__ import annotations

import argparse

from tuiradio.cli import session as shared
from tuiradio.cli.output import json_line, length_text, line, name_of, row, track_record
from tuiradio.engine.protocol import EngineState
from tuiradio.library.track import Track


def run(arguments: argparse.Namespace) -> int:
    """Print the state of the running engine; see ``tuiradio status --help``."""
    with shared.running() as session:
        if session is None:
            if arguments.json:
                json_line({"running": False})
            else:
                line("stopped: no engine is running")
            return 0
        state = session.state()
        track = None
        if state.player.track_id is not None:
            with session.reader() as reader:
                track = reader.track(state.player.track_id)
    if arguments.json:
        json_line(_record(state, track))
    else:
        _print(state, track)
    return 0


def _print(state: EngineState, track: Track | None) -> None:
    player, listening = state.player, state.listening
    row(f"{player.status}{': ' + name_of(track) if track else ''}")
    if track:
        place = f"{length_text(player.position_s)} of {length_text(player.duration_s)}"
        line(f"  {place}, volume {player.volume_percent:g} %")
    if player.problem:
        line(f"  {player.problem}")
    ahead = _ahead(state)
    line(f"  {ahead} in the queue behind it, radio {'on' if state.radio.on else 'off'}")
    if listening.running:
        done = listening.heard + listening.failed
        line(f"  listening: {done:,} of {listening.total:,}, {listening.rate_per_s:.1f}/s")
    if listening.problem:
        line(f"  {listening.problem}")


def _ahead(state: EngineState) -> int:
    ids = [entry.entry_id for entry in state.queue]
    current = state.player.entry_id
    return len(ids) - ids.index(current) - 1 if current in ids else len(ids)


def _record(state: EngineState, track: Track | None) -> dict[str, object]:
    player, listening, radio = state.player, state.listening, state.radio
    return {
        "running": True,
        "pid": state.pid,
        "version": state.version,
        "status": player.status,
        "track": track_record(track) if track else None,
        "position_s": round(player.position_s, 2),
        "duration_s": round(player.duration_s, 2),
        "volume_percent": player.volume_percent,
        "output": player.output,
        "problem": player.problem,
        "queue": len(state.queue),
        "ahead": _ahead(state),
        "radio": {
            "on": radio.on,
            "seed_ids": list(radio.seed_ids),
            "drift": radio.settings.drift,
            "adventure": radio.settings.adventure,
            "weights": dict(radio.settings.weights),
        },
        "listening": {
            "running": listening.running,
            "total": listening.total,
            "heard": listening.heard,
            "failed": listening.failed,
            "rate_per_s": round(listening.rate_per_s, 2),
            "eta_s": listening.eta_s,
            "model_id": listening.model_id,
            "problem": listening.problem,
        },
    }
