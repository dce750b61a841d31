"""Pictures of the screen in every layout and its main states; a human reads each difference."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.config import UiConfig
from tuiradio.engine.protocol import (
    ListeningState,
    PlayerState,
    ScanState,
)

Compare = Callable[..., bool]
SIZES = {"narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}
STATES = {
    "tracks": ("j", "j"),
    "radio": ("r", "w"),
    "artists": ("2", "j"),
    "search": ("slash", "b", "l"),
    "similar": ("s",),
    "tuner": ("r", "t", "j"),
    "queue": ("r", "tab", "j", "j"),
    "help": ("question_mark",),
    "journey": ("v", "j", "j", "v", "Y"),
    "blend": ("v", "j", "j", "v", "j", "v", "B"),
    "presets": ("P", "s", "n", "i", "g", "h", "t", "enter"),
    "bans": ("j", "X"),
}


def keys(*names: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def drive(pilot: Pilot[int]) -> None:
        await settle(pilot)
        for name in names:
            await pilot.press(name)
            await settle(pilot)
        pilot.app.clear_notifications()
        await settle(pilot)

    return drive


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", SIZES)
def test_layout(size: str, state: str, make_app: AppFactory, snap_compare: Compare) -> None:
    assert snap_compare(make_app(), terminal_size=SIZES[size], run_before=keys(*STATES[state]))


@pytest.mark.parametrize("theme", ["paper", "midnight", "contrast", "sixteen"])
def test_theme(theme: str, make_app: AppFactory, snap_compare: Compare) -> None:
    app = make_app(UiConfig(theme=theme))
    assert snap_compare(app, terminal_size=(120, 40), run_before=keys("r", "w", "v", "v", "x"))


def test_listening(make_app: AppFactory, engine: FakeEngine, snap_compare: Compare) -> None:
    engine.state = replace(
        engine.state,
        listening=ListeningState(True, 32, 12, 2, 14.2, 65.0, "x.flac", "m"),
        player=PlayerState(problem="No sound device: the music plays, but nowhere"),
    )
    assert snap_compare(make_app(), terminal_size=(120, 40), run_before=keys("f"))


@pytest.mark.parametrize("state", ["empty", "scanning", "nothing found", "no model"])
def test_first_run(
    state: str, make_app: AppFactory, engine: FakeEngine, tmp_path: Path, snap_compare: Compare
) -> None:
    changes = {
        "empty": engine.state,
        "scanning": replace(engine.state, scan=ScanState(True, 1234), roots=(b"/music",)),
        "nothing found": replace(engine.state, roots=(b"/music",)),
        "no model": replace(
            engine.state, listening=ListeningState(problem="No model: similar songs wait for one")
        ),
    }
    engine.state = changes[state]
    app = make_app(file=tmp_path / "none.sqlite3")
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys())
