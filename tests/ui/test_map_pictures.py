"""Pictures of the map: few songs and many, in every layout; a human reads each difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.maps import crowded, drawn_map, grid
from tuiradio.config import UiConfig
from tuiradio.library.store import StoreReader
from tuiradio.ui.app import TuiradioApp

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def _map_of_the_library(engine: FakeEngine, store_file: Path, tmp_path: Path) -> None:
    reader = StoreReader(store_file)
    ids = sorted(reader.track_ids())
    reader.close()
    places = grid(len(ids), 7)
    places[:, 0] += places[:, 1] % 2 * 0.4
    engine.draw_map = lambda query: drawn_map(tmp_path / "map", ids, places)


async def radio_on_the_map(pilot: Pilot[int]) -> None:
    await settle(pilot)
    for key in ("0", "r", "n", "n", "l", "m"):
        await pilot.press(key)
        await settle(pilot)
    pilot.app.clear_notifications()
    await settle(pilot)


async def crowd(pilot: Pilot[int]) -> None:
    await settle(pilot)
    await pilot.press("0")
    await settle(pilot)
    assert isinstance(pilot.app, TuiradioApp)
    pilot.app.map_view.forget_view()
    pilot.app.map_view.show(crowded())
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_map_with_a_radio(
    size: tuple[int, int], make_app: AppFactory, snap_compare: Compare
) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=radio_on_the_map)


@pytest.mark.parametrize("theme", ["valve", "paper", "sixteen"])
def test_crowded_map(theme: str, make_app: AppFactory, snap_compare: Compare) -> None:
    app = make_app(UiConfig(theme=theme))
    assert snap_compare(app, terminal_size=(120, 40), run_before=crowd)
