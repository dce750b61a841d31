"""An app over a fake engine and a small real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.driving import quiet
from tests.ui.fake_engine import FakeEngine
from tests.ui.library import make_library
from tuiradio.config import UiConfig
from tuiradio.library.store import StoreReader
from tuiradio.ui.app import TuiradioApp

AppFactory = Callable[..., TuiradioApp]


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "library.sqlite3"
    make_library(file)
    return file


@pytest.fixture
def engine(store_file: Path) -> FakeEngine:
    reader = StoreReader(store_file)
    ids = tuple(reader.track_ids())
    reader.close()
    return FakeEngine(picks=ids[::3] + ids[1::3])


@pytest.fixture
def make_app(
    store_file: Path, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AppFactory:
    """Builds the app; ``engine`` records what it is told."""
    # Whatever terminal the tests run in, theirs has every colour.
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "truecolor")
    # Whoever tests has some music of his own.
    monkeypatch.setattr("tuiradio.ui.guide_actions.likely_music_dir", lambda: "")

    def make(config: UiConfig = UiConfig(theme="valve"), file: Path = store_file) -> TuiradioApp:  # noqa: B008
        app = TuiradioApp(
            engine, lambda: StoreReader(file), config=config, state_file=tmp_path / "screen.json"
        )
        return quiet(app)

    return make
