"""``play``, ``pause``, ``next``, ``prev``, ``seek``, ``volume``: driving the engine."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tuiradio.cli import session as shared
from tuiradio.cli.model_choice import check_model, with_model
from tuiradio.cli.obey import obey
from tuiradio.cli.output import line, say
from tuiradio.config import load_config
from tuiradio.engine.protocol import (
    ChangeVolume,
    Command,
    Next,
    Pause,
    PlayStatus,
    PlayTracks,
    Previous,
    Resume,
    Seek,
    SeekBy,
    SetVolume,
    Shutdown,
    StartRadio,
    TogglePause,
)
from tuiradio.engine.spawn import join, open_engine
from tuiradio.errors import EngineUnavailable, NoSuchTrack, PlayerUnavailable, UsageError
from tuiradio.paths import Paths


def run(arguments: argparse.Namespace) -> int:
    """Do what ``arguments.command`` says; returns the exit status."""
    return _RUN[arguments.command](arguments)


def play_radio(arguments: argparse.Namespace) -> int:
    """Start an endless radio in the background; what ``tuiradio radio --play`` does."""
    from tuiradio.cli.radio import find_all_seeds, radio_settings

    with _background(arguments.model) as session:
        shared.prepare(session, arguments)
        shared.check_weights(session, arguments.weights or ())
        with session.reader() as reader:
            seeds = find_all_seeds(session, reader, arguments)
            # Dials that were turned on the screen stay where no option says otherwise.
            settings = radio_settings(reader, session.state().radio.settings, arguments)
        ids = tuple(dict.fromkeys(number for seed in seeds for number in seed.track_ids))
        names = (arguments.artist, arguments.album, arguments.genre, arguments.playlist)
        name = ", ".join(filter(None, names))
        _submit(session, StartRadio(ids, settings, name))
    return 0


def _play(arguments: argparse.Namespace) -> int:
    if not arguments.seeds:
        if arguments.radio:
            return _radio_from_here(arguments)
        with _background(arguments.model) as session:
            state = session.state()
            if state.player.track_id is None and not state.queue:
                raise NoSuchTrack("nothing is queued", "Play something with: tuiradio play SEED")
            stopped = state.player.status is PlayStatus.STOPPED
            _submit(session, TogglePause() if stopped else Resume())
        return 0
    with _background(arguments.model) as session:
        shared.add_music(session, arguments.music, arguments.seeds)
        shared.wait_until_scanned(session)
        with session.reader() as reader:
            seeds = [shared.find_seed(reader, seed, every=True) for seed in arguments.seeds]
        ids = tuple(number for seed in seeds for number in seed.track_ids)
        if arguments.radio:
            _submit(session, StartRadio(tuple(dict.fromkeys(ids))))
        else:
            _submit(session, PlayTracks(ids))
    return 0


def _radio_from_here(arguments: argparse.Namespace) -> int:
    with _engine() as session:
        _submit(session, StartRadio((shared.playing_id(session),)))
    return 0


def _seek(arguments: argparse.Namespace) -> int:
    seconds, is_relative = arguments.position
    return _tell(SeekBy(seconds) if is_relative else Seek(seconds))


def _volume(arguments: argparse.Namespace) -> int:
    if arguments.level is None:
        with _engine() as session:
            line(f"{session.state().player.volume_percent:g}")
        return 0
    percent, is_relative = arguments.level
    return _tell(ChangeVolume(percent) if is_relative else SetVolume(percent))


def _tell(command: Command) -> int:
    with _engine() as session:
        _submit(session, command)
    return 0


def _submit(session: shared.Session, command: Command) -> None:
    """Hand a command over and stay until it was obeyed, passing on what the engine says.

    Raises:
        PlayerUnavailable: it should have begun to play, and nothing can.
    """
    state, said = obey(session, command)
    player = state.player
    for notice in said:
        say(f"tuiradio: {notice.message}")
    if player.problem and isinstance(command, PlayTracks | StartRadio | Resume | TogglePause):
        if not player.output:
            message, _, hint = player.problem.partition(". ")
            raise PlayerUnavailable(message, hint)
        if not said:
            say(f"tuiradio: {player.problem}")


@contextmanager
def _engine() -> Iterator[shared.Session]:
    with shared.running() as session:
        if session is None:
            raise EngineUnavailable(
                "no engine is running, so nothing plays", "Start one with: tuiradio play SEED"
            )
        if session.state().player.track_id is None and not session.state().queue:
            raise NoSuchTrack("nothing plays", "Play something with: tuiradio play SEED")
        yield session


@contextmanager
def _background(model: str | None = None) -> Iterator[shared.Session]:
    """The running engine, or a new one that goes on after this command."""
    paths = Paths.from_environment()
    config = with_model(load_config(paths.config_file), model)
    running = join(paths)
    engine = running or open_engine(paths, config, headless=False)
    try:
        check_model(engine, config, model)
        yield shared.Session(paths, config, engine, joined=True)
    except (NoSuchTrack, UsageError):
        if running is None:
            # Nothing came of it: no engine may stay behind for a misspelt name.
            engine.submit(Shutdown())
        raise
    finally:
        engine.close()


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "play": _play,
    "pause": lambda _: _tell(Pause()),
    "next": lambda _: _tell(Next()),
    "prev": lambda _: _tell(Previous()),
    "seek": _seek,
    "volume": _volume,
}
