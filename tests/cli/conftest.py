"""Running command lines in this process, on a library that was listened to once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.fakes import FakeEngine
from tuiradio.cli import main
from tuiradio.cli import player as player_command
from tuiradio.cli import session as shared
from tuiradio.library.reader import StoreReader
from tuiradio.paths import Paths


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line did."""

    status: int
    data: bytes
    """stdout."""
    words: str
    """stderr."""

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


Run = Callable[..., Ran]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command line: ``run("similar", "blue", "-n", "3")``."""

    def run(*argv: str) -> Ran:
        capfdbinary.readouterr()
        status = main(argv)
        captured = capfdbinary.readouterr()
        return Ran(status, captured.out, captured.err.decode())

    return run


@pytest.fixture(scope="session")
def heard_dir(tmp_path_factory: pytest.TempPathFactory, tiny_library: Path) -> Path:
    """A data directory whose library is ``tiny_library``, listened to; only read it."""
    base = tmp_path_factory.mktemp("heard")
    before = dict(os.environ)
    for name in ("CONFIG", "DATA", "LOG", "RUNTIME"):
        os.environ[f"TUIRADIO_{name}_DIR"] = str(base / name.lower())
    try:
        assert main(["scan", str(tiny_library)]) == 0
    finally:
        os.environ.clear()
        os.environ.update(before)
    return base / "data"


@pytest.fixture
def heard(heard_dir: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command lines of this test work on the library of ``heard_dir``."""
    monkeypatch.setenv("TUIRADIO_DATA_DIR", str(heard_dir))
    return heard_dir


@pytest.fixture
def reader(heard: Path) -> Iterator[StoreReader]:
    opened = StoreReader(heard / "library.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def engine(heard: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """An engine that is running in the background, as far as the commands can tell."""
    fake = FakeEngine()
    monkeypatch.setattr(shared, "join", lambda paths: fake)
    monkeypatch.setattr(player_command, "open_engine", lambda paths, config, headless: fake)
    return fake
