from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.helpers import FakePlayer, Watching, quick_config, write_library
from tuiradio.config import Config
from tuiradio.engine.protocol import AddRoots, WaitUntilHeard
from tuiradio.engine.service import LocalEngine
from tuiradio.library.store import StoreReader
from tuiradio.paths import Paths


def make_paths(base: Path) -> Paths:
    return Paths(base / "c", base / "d", base / "ca", base / "l", base / "r")


@pytest.fixture
def paths() -> Iterator[Paths]:
    """Short, since a socket's path may hold a hundred bytes only."""
    # Threads that an engine does not wait for may still write their last.
    with tempfile.TemporaryDirectory(prefix="tr", dir="/tmp", ignore_cleanup_errors=True) as base:
        yield make_paths(Path(base))


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve songs by six artists, and nothing else."""
    directory = tmp_path_factory.mktemp("music")
    write_library(directory)
    return directory


@pytest.fixture(scope="session")
def heard_data(music: Path) -> Iterator[Path]:
    """A data directory whose library was scanned and listened to."""
    with tempfile.TemporaryDirectory(prefix="tr", dir="/tmp") as base:
        paths = make_paths(Path(base))
        engine = LocalEngine(paths, quick_config())
        engine.submit(AddRoots((bytes(music),)))
        engine.ask(WaitUntilHeard(), 60)
        engine.close()
        yield paths.data_dir


@pytest.fixture
def heard_paths(paths: Paths, heard_data: Path) -> Paths:
    shutil.copytree(heard_data, paths.data_dir)
    return paths


@dataclass
class Stage:
    """An engine with a fake player over a library that was heard."""

    engine: LocalEngine
    player: FakePlayer
    events: Watching
    reader: StoreReader

    @property
    def ids(self) -> list[int]:
        return list(self.reader.track_ids())


@pytest.fixture
def start(heard_paths: Paths) -> Iterator[Callable[..., Stage]]:
    """Starts an engine on the heard library; may be called again after a close."""
    stages: list[Stage] = []

    def begin(config: Config | None = None) -> Stage:
        player = FakePlayer()
        engine = LocalEngine(heard_paths, config or quick_config(), player.factory)
        reader = StoreReader(heard_paths.store_file)
        stage = Stage(engine, player, Watching(engine), reader)
        stages.append(stage)
        # Once a question is answered, player and session are there.
        stage.events.state()
        return stage

    yield begin
    for stage in stages:
        stage.reader.close()
        stage.engine.close()


@pytest.fixture
def stage(start: Callable[..., Stage]) -> Stage:
    return start()
