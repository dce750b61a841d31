"""What all tests share: directories of their own, tiny songs, waiting without sleeping."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from tuiradio.demo.songs import SONGS, Song
from tuiradio.demo.synth import synthesize
from tuiradio.demo.tones import RATE_HZ
from tuiradio.listening.soundfiles import write_tagged
from tuiradio.paths import Paths

_NAMES = ("CONFIG", "DATA", "CACHE", "LOG", "RUNTIME")
MAIN_PYTHON = (3, 11)
"""The one Python whose pictures are compared; texts of libraries differ between versions."""
ONCE = ("models", "test_docs.py", "test_imports.py")
"""Training code that does not ship, texts, and who imports whom: once is enough of these."""


def pytest_configure(config: pytest.Config) -> None:
    # Tests that load onnxruntime themselves tell its maker as little as the program does.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # A machine that does other work is slow; that says nothing of the code.
    settings.register_profile(
        "tuiradio",
        max_examples=100 if sys.version_info[:2] == MAIN_PYTHON else 30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("tuiradio")
    config.addinivalue_line("markers", "snapshot: compares pictures (added by itself)")
    config.addinivalue_line("markers", "once: for the main Python only (added by itself)")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: half of their time goes by in waiting for real processes and players
    (2,238 tests on two cores: 232 s with four; 2,496 with two: 391 s)."""
    return min(8, 2 * (os.cpu_count() or 1))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark picture tests; leave them and what is the same everywhere to the one Python."""
    tests = Path(__file__).parent
    for item in items:
        if "snap_compare" in getattr(item, "fixturenames", ()):
            item.add_marker("snapshot")
        if item.path.relative_to(tests).parts[0] in ONCE:
            item.add_marker("once")
    if sys.version_info[:2] == MAIN_PYTHON:
        return
    left = [item for item in items if {"snapshot", "once"} & {m.name for m in item.iter_markers()}]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, dict[str, object] | None, object]:
    """Escape undecodable file names, which tests log: xdist sends reports as strict UTF-8."""
    return _sendable((yield))


def _sendable(value: object) -> object:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_sendable(key): _sendable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_sendable, value))
    return value


@pytest.fixture(autouse=True)
def own_directories() -> Iterator[None]:
    """Directories of this test alone in the environment, so that processes find them, too.

    Used by every test: none may touch the user's library or sound device.
    """
    # A socket's path may have 104 bytes only, and pytest's own directories are deep.
    base = Path(tempfile.mkdtemp(prefix="tuiradio-test-"))
    before = dict(os.environ)
    for name in _NAMES:
        os.environ[f"TUIRADIO_{name}_DIR"] = str(base / name.lower())
    os.environ["TUIRADIO_AO"] = "null"
    yield
    os.environ.clear()
    os.environ.update(before)
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def paths(own_directories: None) -> Paths:
    """The directories of this test."""
    return Paths.from_environment()


@pytest.fixture(scope="session")
def tiny_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighteen songs of 3 to 6 s in nine styles: nested folders, FLAC, Ogg, MP3 and WAV.

    Shared by all tests of a session: read it, and use ``tiny_library_copy`` to change it.
    """
    root = tmp_path_factory.mktemp("tiny") / "music"
    for index, song in enumerate(SONGS[::2]):
        write_song(root, song, 3.0 + index % 4, (".flac", ".ogg", ".mp3", ".wav")[index % 4])
    return root


@pytest.fixture
def tiny_library_copy(tiny_library: Path, tmp_path: Path) -> Path:
    """A copy of ``tiny_library`` for this test to change."""
    return Path(shutil.copytree(tiny_library, tmp_path / "music"))


def write_song(root: Path, song: Song, seconds: float, extension: str) -> Path:
    """The first seconds of a demo song, correctly tagged, below ``root``."""
    song = replace(song, extension=extension)
    file = root / song.relative_path
    file.parent.mkdir(parents=True, exist_ok=True)
    write_tagged(file, tiny_song(song.style, seconds, song.title), RATE_HZ, song.tags)
    return file


def tiny_song(style: str, seconds: float, name: str = "") -> np.ndarray:
    """Mono float32 at ``RATE_HZ``; the same for the same arguments."""
    return synthesize(style, seconds, np.random.default_rng(list(f"{style}/{name}".encode())))


class Waiting:
    """Something observed on several threads; ``wait_for`` blocks until it is as wanted."""

    def __init__(self) -> None:
        self.seen: list[object] = []
        self._changed = threading.Condition()

    def __call__(self, event: object) -> None:
        with self._changed:
            self.seen.append(event)
            self._changed.notify_all()

    def wait_for(
        self, condition: Callable[[Sequence[object]], bool], timeout_s: float = 20.0
    ) -> list[object]:
        """Block until ``condition`` holds for what was seen so far.

        Raises:
            AssertionError: not within ``timeout_s``.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self.seen), timeout_s):
                raise AssertionError(f"not seen within {timeout_s} s; last: {self.seen[-5:]}")
            return list(self.seen)


@pytest.fixture
def listener() -> Waiting:
    """Give it to ``Engine.subscribe`` and wait for what it sees."""
    return Waiting()
