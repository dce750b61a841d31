"""What headless commands share: the engine, the store, roots, seeds, waiting."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tuiradio.cli.listed import names_a_playlist, playlist_tracks
from tuiradio.cli.model_choice import check_model, with_model
from tuiradio.cli.near_directory import near_directory
from tuiradio.cli.output import counted, name_of, say, shortened
from tuiradio.cli.progress import Progress
from tuiradio.config import Config, load_config
from tuiradio.engine.protocol import (
    AddRoots,
    Answer,
    Engine,
    EngineState,
    Event,
    GetState,
    ListeningState,
    Query,
    Rescan,
    ScanProgress,
    WaitUntilHeard,
)
from tuiradio.engine.spawn import join, open_engine
from tuiradio.errors import EngineUnavailable, NoSuchTrack, TuiradioError, UsageError
from tuiradio.library.reader import StoreReader
from tuiradio.library.track import Track
from tuiradio.listening.card import find_model
from tuiradio.log import log_to_file
from tuiradio.paths import Paths

_Answer = TypeVar("_Answer", bound=Answer)

_ANSWER_LIMIT_S = 30.0
_SCAN_LOOK_S = 0.5
_FOLDER_SEEDS = 40
_LONGEST_NAME = 100
_PATH_STARTS = ("/", "./", "../", "~")
_NO_LIBRARY_HINT = "Name your music once: tuiradio scan ~/Music\nor for this command: --music DIR"


@dataclass(frozen=True, slots=True)
class Seed:
    """What one SEED argument names."""

    track_ids: tuple[int, ...]
    is_folder: bool
    """A folder steers the radio with all its tracks but is not played itself."""


@dataclass(frozen=True, slots=True)
class Session:
    """An engine to talk to, joined or owned for the length of one command."""

    paths: Paths
    config: Config
    engine: Engine
    joined: bool
    """Another process runs the engine; it watches its folders itself."""

    def ask(self, query: Query, kind: type[_Answer], timeout_s: float | None) -> _Answer:
        """The engine's answer, of the kind that belongs to the query.

        Raises:
            TuiradioError: what the engine says of it; ``EngineUnavailable`` for a wrong kind.
        """
        answer = self.engine.ask(query, timeout_s)
        if not isinstance(answer, kind):
            raise EngineUnavailable("the engine gave an answer to another question")
        return answer

    def state(self) -> EngineState:
        return self.ask(GetState(), EngineState, _ANSWER_LIMIT_S)

    @contextmanager
    def reader(self) -> Iterator[StoreReader]:
        """The store, read-only, closed at the end."""
        reader = StoreReader(self.paths.store_file)
        try:
            yield reader
        finally:
            reader.close()

    def wait_until_heard(self) -> ListeningState:
        """Wait for scanning and listening, showing how far they are."""
        with Progress(sys.stderr) as progress:
            leave = self.engine.subscribe(progress.on_event)
            try:
                return self.ask(WaitUntilHeard(), ListeningState, None)
            finally:
                leave()


@contextmanager
def headless(model: str | None = None) -> Iterator[Session]:
    """The running engine, or one without a player in this process for the time being.

    ``model`` is what ``--model`` named, for this command alone.

    Raises:
        TuiradioError: configuration, directories or engine stand in the way.
    """
    paths = Paths.from_environment()
    config = with_model(load_config(paths.config_file), model)
    paths.create()
    log_to_file(paths.log_file)
    engine: Engine | None = join(paths)
    joined = engine is not None
    if engine is None:
        engine = open_engine(paths, config, headless=True)
    try:
        if joined:
            check_model(engine, config, model)
        yield Session(paths, config, engine, joined)
    finally:
        engine.close()


@contextmanager
def running() -> Iterator[Session | None]:
    """The running engine; None when there is none."""
    paths = Paths.from_environment()
    engine = join(paths)
    if engine is None:
        yield None
        return
    try:
        yield Session(paths, load_config(paths.config_file), engine, joined=True)
    finally:
        engine.close()


def prepare(session: Session, arguments: argparse.Namespace) -> None:
    """Have the library ready for a command with SEEDs, ``--music`` and ``--no-wait``.

    Raises:
        UsageError: no music is known.
    """
    add_music(session, arguments.music, arguments.seeds)
    if arguments.no_wait:
        wait_until_scanned(session)
        return
    problem = session.wait_until_heard().problem
    if problem:
        say(f"tuiradio: {problem}")


def wait_until_scanned(session: Session) -> None:
    """Wait until the folders were looked through, however much is left to listen to."""
    scanned = threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, ScanProgress) and not event.scan.running:
            scanned.set()

    leave = session.engine.subscribe(on_event)
    try:
        while session.state().scan.running:
            scanned.wait(_SCAN_LOOK_S)
    finally:
        leave()


def add_music(session: Session, directories: Sequence[str], seeds: Sequence[str] = ()) -> None:
    """Add directories to the library, and the folders of seeds that lie outside of it.

    A library that this process alone looks after is looked through again.

    Raises:
        UsageError: a directory does not exist, or no music is known at all.
    """
    known = session.state().roots
    wanted = [root_of(directory) for directory in directories]
    for seed in seeds:
        folder = _folder_outside(seed, [*known, *wanted])
        if folder is not None:
            say(f"tuiradio: {os.fsdecode(folder)} is not in the library: adding it")
            wanted.append(folder)
    new = tuple(dict.fromkeys(root for root in wanted if root not in known))
    if not known and not new:
        raise UsageError("the library is empty: no music directory is known", _NO_LIBRARY_HINT)
    if known and not session.joined:
        session.engine.submit(Rescan())
    if new:
        session.engine.submit(AddRoots(new))


def root_of(directory: str) -> bytes:
    """An existing directory as a library root: absolute, as bytes.

    Raises:
        UsageError: there is no such directory.
    """
    path = _absolute(directory)
    if os.path.isfile(path):
        raise UsageError(f"{directory} is a file", "Name the directory that it lies in.")
    if not os.path.isdir(path):
        near = near_directory(os.fsdecode(path))
        raise UsageError(f"there is no directory {directory}", near)
    return path


def find_seed(reader: StoreReader, seed: str, every: bool = False, may_guess: bool = True) -> Seed:
    """The tracks a SEED names; says which one was taken when words fit several.

    A folder or a playlist gives an even sample of its tracks, or ``every`` one. Misspelt words are
    corrected and said so, or with ``may_guess`` off only asked about.

    Raises:
        NoSuchTrack: nothing in the library fits.
        TuiradioError: it is a playlist that cannot be read.
    """
    if names_a_playlist(seed):
        return _listed(reader, seed, every)
    ids = reader.resolve(seed)
    if not ids:
        return _find_corrected(reader, seed, may_guess)
    if os.path.isdir(_absolute(seed)) and _is_inside(_absolute(seed), reader):
        step = 1 if every else -(-len(ids) // _FOLDER_SEEDS)
        return Seed(ids[::step], is_folder=True)
    if len(ids) > 1 and not os.path.exists(_absolute(seed)):
        _say_taken(reader, ids)
    return Seed(ids[:1], is_folder=False)


def _listed(reader: StoreReader, file: str, every: bool) -> Seed:
    ids, absent = playlist_tracks(reader, file)
    if not ids:
        raise NoSuchTrack(f"nothing of {file} is in the library", "Add it with: tuiradio scan DIR")
    if absent:
        say(f"tuiradio: left out, as they are not in the library: {counted(absent, 'track')}")
    return Seed(ids if every else ids[:: -(-len(ids) // _FOLDER_SEEDS)], is_folder=True)


def _find_corrected(reader: StoreReader, seed: str, may_guess: bool) -> Seed:
    """The track whose name a SEED misspells; the name of a file has to be right."""
    found = None if seed.startswith(_PATH_STARTS) else reader.find(seed)
    if found is None or not found.ids or not may_guess:
        hint = "Try fewer words, or the path of a file. Add music with: tuiradio scan DIR"
        if found is not None and found.instead:
            hint = f"Did you mean {found.instead!r}?"
        raise NoSuchTrack(f"no track fits {shortened(seed, _LONGEST_NAME)!r}", hint)
    say(
        f"tuiradio: nothing is called {shortened(seed, _LONGEST_NAME)!r}: "
        f"showing results for {found.instead!r}"
    )
    _say_taken(reader, found.ids)
    return Seed((found.ids[0],), is_folder=False)


def _say_taken(reader: StoreReader, ids: Sequence[int]) -> None:
    track = reader.track(ids[0])
    if track is not None:
        name = shortened(name_of(track), _LONGEST_NAME)
        others = f" ({counted(len(ids) - 1, 'other track')} fit too)" if len(ids) > 1 else ""
        say(f"tuiradio: took {name}{others}")


def find_seeds(
    session: Session, reader: StoreReader, names: Sequence[str], current: bool
) -> list[Seed]:
    """All seeds of a command line, the playing track first when asked for.

    Raises:
        UsageError: there is none.
        NoSuchTrack: one of them fits nothing, or nothing plays.
    """
    seeds = []
    if current:
        seeds.append(Seed((playing_id(session),), is_folder=False))
    seeds += [find_seed(reader, name) for name in names]
    if not seeds:
        raise UsageError(
            "no SEED given", 'Say a path, or words that find a track: "come and find me"'
        )
    return seeds


def playing_id(session: Session) -> int:
    """The track that plays or is paused.

    Raises:
        NoSuchTrack: nothing plays.
    """
    track_id = session.state().player.track_id
    if track_id is None:
        raise NoSuchTrack("nothing plays", "Play something with: tuiradio play SEED")
    return track_id


def check_weights(session: Session, weights: Sequence[tuple[str, float]]) -> None:
    """Refuse names that the model does not have.

    Raises:
        UsageError: a name is unknown.
        ModelError: the model cannot be found.
    """
    if not weights:
        return
    card = find_model(session.config.listening.model or None).card
    names = [name for name, _, _ in card.subspaces]
    for name, _ in weights:
        if name not in names:
            raise UsageError(
                f"the model has no part called {name!r}", f"Its parts are: {', '.join(names)}."
            )


def tracks_by_id(reader: StoreReader, ids: Sequence[int]) -> dict[int, Track]:
    """The tracks of these ids; ids that left the library are not in it."""
    return {track.id: track for track in reader.tracks(ids)}


def check_writable(file: Path) -> None:
    """Refuse an output file before the long work rather than after it.

    Raises:
        UsageError: its directory does not exist or cannot be written to, or it is a directory.
    """
    folder = file.absolute().parent
    if file.is_dir():
        raise UsageError(f"{file} is a directory", "Name a file, such as radio.m3u8.")
    if not folder.is_dir():
        raise UsageError(f"there is no directory {folder}")
    if not os.access(folder, os.W_OK):
        raise TuiradioError(f"cannot write to {folder}", "Choose another place for the playlist.")


def _absolute(path: str) -> bytes:
    return os.path.abspath(os.path.expanduser(os.fsencode(path)))


def _is_inside(path: bytes, reader: StoreReader) -> bool:
    return _is_below(path, [root.path for root in reader.roots()])


def _is_below(path: bytes, roots: Sequence[bytes]) -> bool:
    """Whether a path lies in a root, with or without following links."""
    real = os.path.realpath(path)
    return any(_contains(root, path) or _contains(os.path.realpath(root), real) for root in roots)


def _contains(root: bytes, path: bytes) -> bool:
    return path == root or path.startswith(root.rstrip(b"/") + b"/")


def _folder_outside(seed: str, roots: Sequence[bytes]) -> bytes | None:
    """The folder to add for a seed that is a path outside of every root."""
    try:
        path = _absolute(seed)
        if not os.path.exists(path) or _is_below(path, roots):
            return None
    except (ValueError, UnicodeEncodeError):
        return None
    is_folder = os.path.isdir(path)
    if is_folder and os.sep not in seed:
        # "jazz" is a word to search for, even where a folder of that name stands near.
        return None
    folder = path if is_folder else os.path.dirname(path)
    if folder in (b"/", os.path.expanduser(b"~")):
        raise UsageError(
            f"{seed} is not in the library, and its folder is too large to add unasked",
            f"If you mean it: tuiradio scan {os.fsdecode(folder)}",
        )
    return folder
