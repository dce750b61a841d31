"""What the mouse does beyond clicks: needles are dragged, words of an empty list pressed."""

from __future__ import annotations

from pathlib import Path

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.protocol import Seek, SetVolume
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.ink import width_of
from tuiradio.ui.now_playing import NowPlaying

SIZE = (120, 40)


async def test_the_needle_of_time_is_dragged(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        engine.commands.clear()
        await pilot.mouse_down("#now", offset=(9, 4))
        await pilot.hover("#now", offset=(60, 4))
        assert engine.commands == [], "nothing jumps while the needle is held"
        assert app.screen.query_one(NowPlaying).lines(120, 5)[4][0].text.strip() == "1:53"
        await pilot.mouse_up("#now", offset=(9 + 101, 2))
        assert engine.commands == [Seek(225.0)]


async def test_the_volume_follows_its_needle(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.commands.clear()
        await pilot.mouse_down("#now", offset=(105, 0))
        await pilot.hover("#now", offset=(114, 0))
        await pilot.mouse_up("#now", offset=(119, 0))
        assert engine.commands == [SetVolume(0), SetVolume(130)]


async def test_a_first_run_is_started_with_the_mouse(make_app: AppFactory, tmp_path: Path) -> None:
    app = make_app(file=tmp_path / "none.sqlite3")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        rows = app.track_list
        drawn = [rows.draw_empty(line, rows.size.width) for line in range(rows.size.height)]
        x, y = next(
            (width_of(pieces[:n]), y)
            for y, pieces in enumerate(drawn)
            for n, piece in enumerate(pieces)
            if piece.action == "add_folder"
        )
        await pilot.click("#tracks", offset=(x + 1, y))
        await settle(pilot)
        assert isinstance(app.screen, PathPrompt)
