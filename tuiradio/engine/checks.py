"""Whether everything is well: each check is a function that says how one thing stands.

``python -m tuiradio.engine.checks`` makes them in a process of its own, for a screen that
must load neither libmpv nor a network, and tells each as a line of JSON once it is done.
"""

from __future__ import annotations

import array
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tuiradio import __version__
from tuiradio.codec import CodecError, from_json, to_json
from tuiradio.config import load_config
from tuiradio.engine.protocol import EngineState, GetState
from tuiradio.engine.spawn import join
from tuiradio.errors import EngineUnavailable, ModelError, PlayerUnavailable, TuiradioError
from tuiradio.library.track import Failure
from tuiradio.listening.python import interpreter
from tuiradio.paths import Paths

_LIBRARIES = (
    "textual",
    "onnxruntime",
    "av",
    "soundfile",
    "soxr",
    "mutagen",
    "pillow",
    "watchfiles",
    "msgspec",
    "tomlkit",
)
_OUTPUT_LIMIT_S = 4.0
_TONE_RATE_HZ = 44_100
_LITTLE_SPACE_BYTES = 200 * 1024 * 1024


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    """Something is missing that tuiradio can do without."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """How one thing stands."""

    name: str
    level: Level
    text: str
    hint: str = ""
    """What to do about it."""


NAMES = (
    "python",
    "packages",
    "config",
    "data",
    "log",
    "store",
    "index",
    "model",
    "decoders",
    "libmpv",
    "sound",
    "engine",
)
"""All of them, in the order of the report."""


def all_checks() -> Iterator[Check]:
    """Make each check in turn. None of them raises or changes anything."""
    paths = Paths.from_environment()
    checks: tuple[Callable[[], Check], ...] = (
        _python,
        _packages,
        lambda: _config(paths),
        lambda: _directory("data", paths.data_dir),
        lambda: _directory("log", paths.log_dir),
        lambda: _store(paths.store_file),
        lambda: _index(paths),
        lambda: _model(paths),
        _decoders,
        _libmpv,
        lambda: _sound(paths),
        lambda: _engine(paths),
    )
    for name, check in zip(NAMES, checks, strict=True):
        yield _safely(name, check)


def checks_made_elsewhere(on_start: Callable[[subprocess.Popen[bytes]], None]) -> Iterator[Check]:
    """``all_checks``, made by a process of its own; ``on_start`` may keep it to end it.

    Ends early when the process does; what it says that is no check is left out.
    """
    command, environment = interpreter("tuiradio.engine.checks")
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        on_start(process)
        assert process.stdout is not None
        for line in process.stdout:
            with suppress(CodecError):
                yield from_json(line, Check)


def _safely(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except TuiradioError as error:
        return Check(name, Level.BAD, error.message, error.hint)
    except Exception as error:  # a doctor must not fall ill
        return Check(name, Level.BAD, f"{type(error).__name__}: {error}", "Please report this.")


def _python() -> Check:
    text = f"tuiradio {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return Check("python", Level.OK, text)


def _packages() -> Check:
    found, missing = [], []
    for name in (*_LIBRARIES, "python-mpv", "hnswlib"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if not missing:
        return Check("packages", Level.OK, ", ".join(found))
    if missing == ["hnswlib"]:
        return Check(
            "packages",
            Level.WARN,
            "hnswlib is missing: similar tracks are searched one by one, slower beyond 100,000",
            "Install a C++ compiler and Python's headers, then: pip install hnswlib",
        )
    return Check("packages", Level.BAD, f"missing: {', '.join(missing)}", "Install tuiradio again.")


def _config(paths: Paths) -> Check:
    load_config(paths.config_file)
    state = "read" if paths.config_file.exists() else "none, so the defaults hold"
    return Check("config", Level.OK, f"{paths.config_file} ({state})")


def _directory(name: str, directory: Path) -> Check:
    nearest = directory
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    variable = f"TUIRADIO_{name.upper()}_DIR"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Check(
            name,
            Level.BAD,
            f"{directory} cannot be written to",
            f"Make it writable, or set {variable} to another directory.",
        )
    free_bytes = shutil.disk_usage(nearest).free
    if free_bytes < _LITTLE_SPACE_BYTES:
        text = f"{directory}: only {free_bytes // 1_000_000} MB are free"
        return Check(name, Level.WARN, text, "Free some space on this disk.")
    return Check(name, Level.OK, str(directory))


def _store(file: Path) -> Check:
    from tuiradio.library.connection import open_read_only, store_errors
    from tuiradio.library.reader import StoreReader

    if not file.exists():
        return Check("store", Level.OK, "none yet", "Make one with: tuiradio scan DIR")
    connection = open_read_only(file)
    try:
        with store_errors(file):
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if verdict != "ok":
        hint = "Move it aside and start again: music is scanned anew."
        return Check("store", Level.BAD, f"{file} is damaged: {verdict}", hint)
    reader = StoreReader(file)
    try:
        counts = reader.counts()
        gone = [os.fsdecode(root.path) for root in reader.roots() if root.missing]
    finally:
        reader.close()
    tracks = "1 track" if counts.tracks == 1 else f"{counts.tracks:,} tracks"
    text = f"{file}: {tracks}, {counts.heard:,} listened to"
    if gone:
        return Check(
            "store", Level.WARN, text, f"Not there now: {', '.join(gone)} (tracks are kept)"
        )
    return Check("store", Level.OK, text)


def _index(paths: Paths) -> Check:
    if not paths.index_file.exists():
        return Check("index", Level.OK, "none yet; it is built from the store when needed")
    size_bytes = paths.index_file.stat().st_size
    return Check("index", Level.OK, f"{paths.index_file}, {size_bytes / 1e6:.1f} MB")


def _model(paths: Paths) -> Check:
    from tuiradio.listening.card import find_model, probe

    # find_model compares the card's SHA-256 with the file's.
    model = find_model(load_config(paths.config_file).listening.model or None)
    answer = probe(model)
    if answer.card.dim != model.card.dim:
        raise ModelError(f"{model.path} gives vectors of another length than its card says")
    parts = ", ".join(name for name, _, _ in model.card.subspaces)
    return Check("model", Level.OK, f"{model.card.id}, {model.card.dim} dimensions: {parts}")


def _decoders() -> Check:
    from tuiradio.listening.decode import read_excerpts

    with tempfile.TemporaryDirectory(prefix="tuiradio-") as folder:
        file = Path(folder) / "tone.wav"
        _write_tone(file, 2.0, volume=0.3)
        answer = read_excerpts(os.fsencode(file), 22_050, 1.0, 1)
    if isinstance(answer, Failure):
        return Check("decoders", Level.BAD, answer.reason, "Install tuiradio again.")
    # FFmpeg's libraries come with PyAV; loading them is the check.
    command, environment = interpreter("tuiradio.listening.pyav")
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        return Check(
            "decoders",
            Level.WARN,
            "PyAV cannot be loaded: m4a, opus, wma and the like are not listened to",
            "pip install --force-reinstall av",
        )
    return Check("decoders", Level.OK, "libsndfile and FFmpeg")


def _libmpv() -> Check:
    from tuiradio.playback.mpv import MpvPlayer

    try:
        MpvPlayer(lambda _: None, output="null").close()
    except PlayerUnavailable as error:
        return Check("libmpv", Level.WARN, error.message, error.hint)
    return Check("libmpv", Level.OK, "loads")


def _sound(paths: Paths) -> Check:
    from tuiradio.playback.mpv import MpvPlayer
    from tuiradio.playback.player import OutputChanged, PlayerEvent

    known: list[OutputChanged] = []
    told = threading.Event()

    def on_event(event: PlayerEvent) -> None:
        if isinstance(event, OutputChanged):
            known.append(event)
            told.set()

    output = load_config(paths.config_file).playback.output or None
    with _quiet_stderr(), tempfile.TemporaryDirectory(prefix="tuiradio-") as folder:
        try:
            player = MpvPlayer(on_event, output)
        except PlayerUnavailable:
            return Check("sound", Level.WARN, "not tried: libmpv cannot be loaded")
        try:
            file = Path(folder) / "silence.wav"
            _write_tone(file, 1.0, volume=0.0)
            player.load(os.fsencode(file))
            told.wait(_OUTPUT_LIMIT_S)
        finally:
            player.close()
    if not known:
        return Check("sound", Level.WARN, "no output answered", "Is another program holding it?")
    if known[-1].problem:
        hint = "Plug one in or start the sound server; everything else works without."
        return Check("sound", Level.WARN, known[-1].problem, hint)
    return Check("sound", Level.OK, f"plays through {known[-1].name}")


def _engine(paths: Paths) -> Check:
    try:
        engine = join(paths)
    except EngineUnavailable as error:
        return Check("engine", Level.BAD, error.message, error.hint)
    if engine is None:
        return Check("engine", Level.OK, f"not running; it would listen at {paths.socket_file}")
    try:
        state = engine.ask(GetState(), 5.0)
    finally:
        engine.close()
    pid = state.pid if isinstance(state, EngineState) else "?"
    return Check("engine", Level.OK, f"runs as process {pid} at {paths.socket_file}")


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep sound libraries, which write to fd 2 themselves, off the terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _write_tone(file: Path, seconds: float, volume: float) -> None:
    samples = array.array(
        "h",
        (
            round(32_000 * volume * math.sin(2 * math.pi * 440 * step / _TONE_RATE_HZ))
            for step in range(round(seconds * _TONE_RATE_HZ))
        ),
    )
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, _TONE_RATE_HZ, len(samples), "NONE", ""))
        sound.writeframes(samples.tobytes())


def main() -> None:
    """Make every check and print each as a line of JSON."""
    for check in all_checks():
        sys.stdout.buffer.write(to_json(check) + b"\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
