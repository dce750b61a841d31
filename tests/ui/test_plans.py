"""Journeys and blends on screen: from which tracks, by mouse, and what is said without a way."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.protocol import RadioChanged
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.plan_sheets import JourneySheet
from tuiradio.ui.sheet import SheetRows, SheetWords

SIZE = (120, 40)


async def test_a_journey_needs_two_tracks(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("Y")
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert "Mark tracks with v" in next(iter(app._notifications)).message


async def test_a_journey_from_what_plays(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter", "G", "Y")
        await settle(pilot)
        sheet = app.screen
        assert isinstance(sheet, JourneySheet)
        assert sheet.planned[0] == app.track_list.ids[0]
        assert sheet.planned[-1] == app.track_list.ids[-1]
        assert sheet.rows.rows[0].right == ()
        await pilot.press("e")
        await settle(pilot)
        assert isinstance(app.screen, PathPrompt)
        assert "journey - " in app.screen.query_one("#path").value  # type: ignore[attr-defined]


async def test_a_journey_by_mouse(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("v", "v", "Y")
        await settle(pilot)
        words = app.screen.query_one(SheetWords)
        await pilot.click("#sheet-keys", offset=(14, 0))
        await settle(pilot)
        assert ("Route 2.", "dim") in words.words
        await pilot.double_click(SheetRows, offset=(6, 2))
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert len(engine.state.queue) == 15


async def test_an_engine_that_fails_is_quoted(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.is_gone = True
        await pilot.press("v", "v", "Y")
        await settle(pilot)
        assert app.screen.query_one(SheetWords).words[0] == (
            "the engine does not answer",
            "warn",
        )
        await pilot.press("enter", "e", "escape")
        assert len(app.screen_stack) == 1


async def test_one_sound_cannot_be_blended(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        engine.say(RadioChanged(replace(engine.state.radio, subspaces=("sound",))))
        await pilot.press("v", "v", "B")
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert "cannot take it apart" in next(iter(app._notifications)).message
        assert [knob.is_weight for knob in app.tuner.knobs].count(True) == 0
