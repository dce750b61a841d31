"""What the engine and the store say reaches the screen, and trouble stays words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.library import ROOT
from tuiradio.engine.protocol import (
    EngineStopping,
    LibraryChanged,
    Notice,
    PlayerChanged,
    Severity,
)
from tuiradio.library.playlist_files import read_playlist
from tuiradio.library.store import StoreWriter
from tuiradio.ui import view_state
from tuiradio.ui.now_playing import NowPlaying

SIZE = (120, 40)


async def test_notices_are_words_and_never_markup(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        engine.say(Notice("cannot play [bold]x[/nope]", Severity.ERROR, "Look [here"))
        await settle(pilot)
        shown = list(app._notifications)
        assert [(n.message, n.severity) for n in shown] == [
            ("cannot play [bold]x[/nope]\nLook [here", "error")
        ]


async def test_what_plays_is_shown_as_it_moves(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        engine.say(PlayerChanged(replace(engine.state.player, position_s=130.0)))
        await settle(pilot)
        drawn = app.screen.query_one(NowPlaying).lines(120, 5)
        assert "2:10" in drawn[4][0].text
        assert app.queue_list.current == 0


async def test_an_engine_that_ends_ends_the_screen(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.say(EngineStopping())
        await pilot.pause()
    assert app.return_value == 0
    assert "ended from elsewhere" in app.goodbye


async def test_leaving_by_oneself_needs_no_goodbye(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("q")
    assert app.goodbye == ""


async def test_quit_closes_what_stands_in_front(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.commands.clear()
        for opens, closes in (("question_mark", "ctrl+q"), ("f1", "f1"), ("i", "ctrl+q")):
            await pilot.press(opens)
            await settle(pilot)
            assert len(app.screen_stack) == 2
            await pilot.press(closes)
            await settle(pilot)
            assert len(app.screen_stack) == 1
        assert engine.commands == []


async def test_an_engine_that_does_not_answer_is_told(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    engine.is_gone = True
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        assert "does not answer" in next(iter(app._notifications)).message
        assert app.track_list.count == 32


async def test_rows_that_change_are_read_again(
    make_app: AppFactory, engine: FakeEngine, tmp_path: Path
) -> None:
    from tests.ui.library import make_library

    file = tmp_path / "library.sqlite3"
    make_library(file)
    app = make_app(file=file)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        track_id = app.track_list.ids[0]
        assert not app.track_list.track_at(0).liked  # type: ignore[union-attr]
        writer = StoreWriter(file)
        writer.set_liked(track_id, True)
        writer.close()
        engine.say(LibraryChanged(99, False, (track_id,)))
        await settle(pilot)
        assert app.track_list.track_at(0).liked  # type: ignore[union-attr]


async def test_export_writes_a_playlist(make_app: AppFactory, tmp_path: Path) -> None:
    app = make_app()
    target = tmp_path / "out.m3u8"
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for _ in range(2):
            await pilot.press("v")
        await pilot.press("e")
        await settle(pilot)
        app.screen.query_one("#path", Input).value = str(tmp_path / "out")
        await pilot.press("enter")
        await settle(pilot)
        listed = read_playlist(bytes(target)).paths
        assert [path.startswith(ROOT) for path in listed] == [True, True]
        before = target.stat().st_mtime_ns
        await pilot.press("e")
        await settle(pilot)
        app.screen.query_one("#path", Input).value = str(target)
        await pilot.press("enter")
        await settle(pilot)
        assert target.stat().st_mtime_ns == before, "an existing file is asked about first"
        await pilot.press("enter")
        await settle(pilot)
        assert target.stat().st_mtime_ns != before


async def test_the_view_is_remembered(make_app: AppFactory, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("6", "t", "T")
        await settle(pilot)
        await pilot.press("Q")
    file = tmp_path / "screen.json"
    assert json.loads(file.read_text())["station"] == "liked"
    assert view_state.read(file).theme == "dusk"
    again = make_app()
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert again.listing.station.id == "liked"
        assert again.screen.has_class("-tuning")


def test_a_broken_state_file_is_moved_aside(tmp_path: Path) -> None:
    file = tmp_path / "screen.json"
    for broken in ("{", "[]", '{"version": 1, "descending": "yes"}', '{"version": 99}'):
        file.write_text(broken)
        assert view_state.read(file) == view_state.ViewState()
        assert not file.exists()
        assert (tmp_path / "screen.broken").read_text() == broken


async def test_a_missing_store_greets(make_app: AppFactory, tmp_path: Path) -> None:
    app = make_app(file=tmp_path / "none.sqlite3")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        words = "".join(piece.text for line in app.track_list.empty for piece in line)
        assert "tuiradio DIR" in words
