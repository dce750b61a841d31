"""Wishes, bans, presets and marks: what the sheets show and what one undo takes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.library import make_library
from tuiradio.engine.protocol import Ban, Enqueue, PlayTracks, RadioChanged
from tuiradio.engine.wishes import LiftBan, Undo, UsePreset
from tuiradio.library.store import StoreWriter
from tuiradio.library.track import BanScope
from tuiradio.ui.sheet import SheetRows
from tuiradio.ui.taste_sheets import BannedSheet

SIZE = (120, 40)


async def test_undo_leaves_to_the_engine_what_came_last(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("a", "l", "x", "A")
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)
        assert engine.last() == Undo()


async def test_what_is_banned_can_be_allowed_again(
    make_app: AppFactory, engine: FakeEngine, tmp_path: Path
) -> None:
    file = tmp_path / "library.sqlite3"
    make_library(file)
    writer = StoreWriter(file)
    ids = list(writer.track_ids())
    writer.set_banned(ids[0], True, BanScope.ARTIST)
    writer.set_banned(ids[9], True)
    bans = writer.bans()
    writer.close()
    app = make_app(file=file)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("X", "b")
        await settle(pilot)
        assert isinstance(app.screen, BannedSheet)
        assert app.screen.rows.count == 2
        await pilot.press("enter")
        assert engine.last() == LiftBan(bans[0])
        await pilot.double_click(SheetRows, offset=(5, 0))
        assert engine.last() == LiftBan(bans[1])
        await settle(pilot)
        assert app.screen.rows.count == 0
        await pilot.click(offset=(1, 1))
        assert len(app.screen_stack) == 1


async def test_the_menu_of_bans_by_mouse(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("X")
        await settle(pilot)
        await pilot.click(SheetRows, offset=(5, 3))
        assert engine.last() == Ban(app.track_list.ids[0], True, BanScope.FOLDER)
        assert len(app.screen_stack) == 1


async def test_presets_by_mouse(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.say(RadioChanged(replace(engine.state.radio, presets=("calm", "party"))))
        await pilot.press("P")
        await settle(pilot)
        await pilot.double_click(SheetRows, offset=(5, 1))
        assert engine.last() == UsePreset("party")
        await pilot.click("#sheet-keys", offset=(1, 0))
        assert engine.last() == UsePreset("party")


async def test_marks_outlive_a_search(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        first = app.track_list.ids[0]
        await pilot.press("v", "slash", *"halogen")
        await settle(pilot)
        second = app.track_list.ids[0]
        await pilot.press("tab", "v", "a")
        await settle(pilot)
        assert engine.last() == Enqueue((first, second))
        assert not app.track_list.marked
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("v", "enter")
        assert isinstance(engine.last(), PlayTracks)
