"""The screen in one line: by its key, in a tiny terminal, and as exact as any other line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.songs import write_songs
from tuiradio.config import CoverStyle, UiConfig
from tuiradio.engine.protocol import EngineState, PlayerState, QueueEntry, Seek, TogglePause
from tuiradio.library.track import Track
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.ink import width_of
from tuiradio.ui.mini_line import MiniLine
from tuiradio.ui.now_playing import NowPlaying
from tuiradio.ui.text import clean


def shown(app: TuiradioApp) -> str:
    line = app.mini_line
    assert line.display
    return line.render_line(0).text


async def test_its_key_makes_one_line_and_brings_the_lists_back(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app(UiConfig(cover=CoverStyle.OFF))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert not app.mini_line.display
        await pilot.press("r", "z")
        await settle(pilot)
        title = app.tracks.get(engine.state.player.track_id or 0)
        assert title is not None
        assert title.title in shown(app)
        assert "z brings the lists back" in shown(app)
        assert not app.screen.query_one("#panes").display
        app.mini_line.tell("", "")
        await settle(pilot)
        assert "⌁" in shown(app), f"what comes next carries its reason: {shown(app)}"
        await pilot.press("z")
        await settle(pilot)
        assert app.screen.query_one("#panes").display
        assert app.focused is app.track_list


async def test_keys_are_about_what_plays(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "j", "j", "z")
        await settle(pilot)
        assert app.chosen() == (engine.state.player.track_id,)
        await pilot.press("space")
        assert TogglePause() in engine.commands
        await pilot.press("2")
        await settle(pilot)
        assert not app.is_mini, "who asks for a list sees it"


@pytest.mark.parametrize("size", [(80, 1), (12, 1), (80, 5), (1, 1)])
async def test_a_tiny_terminal_is_one_line(
    size: tuple[int, int], make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("r", "n", "l", "t", "w", "L", "0", "1", "question_mark", "escape")
        await settle(pilot)
        assert app.is_mini
        assert app.mini_line.region.bottom == size[1]
        assert app.mini_line.render_line(0).cell_length == size[0]
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert app.screen.query_one("#panes").display


async def test_a_search_fits_into_one_line(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=(60, 1)) as pilot:
        await settle(pilot)
        await pilot.press("slash", "b", "l")
        await settle(pilot)
        assert app.focused is app.search_input
        assert app.search_input.region.height == 1
        await pilot.press("escape")
        await settle(pilot)
        assert app.mini_line.display


async def test_the_dial_takes_clicks(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=(120, 1)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        start, cells = app.mini_line._dial_span(120)
        await pilot.click(MiniLine, offset=(start + cells - 1, 0))
        await settle(pilot)
        assert Seek(engine.state.player.duration_s) in engine.commands
        await pilot.click(MiniLine, offset=(1, 0))
        assert TogglePause() in engine.commands


class _Alone(MiniLine):
    """A line outside any screen, over a stand-in for the app."""

    state = EngineState()
    track = Track(1, b"/", b"a.mp3", 1, 1, "", "")

    @property
    def radio_app(self) -> Any:
        tracks = SimpleNamespace(get=lambda _: self.track)
        return SimpleNamespace(state=self.state, tracks=tracks, playing_sign="▶")

    @property
    def screen(self) -> Any:
        entry = QueueEntry(1, 1)
        queue = SimpleNamespace(following=lambda: entry)
        return SimpleNamespace(query_one=lambda _: queue)


@given(
    width=st.integers(1, 240),
    words=st.text(max_size=40).map(clean),
    title=st.text(max_size=80),
    position_s=st.floats(0, 400_000),
    duration_s=st.floats(0, 400_000),
)
def test_the_line_is_exact(
    width: int, words: str, title: str, position_s: float, duration_s: float
) -> None:
    line = _Alone()
    line.track = replace(line.track, title=title, artist=title[::-1], liked=len(title) % 2 == 0)
    player = PlayerState(track_id=1, position_s=position_s, duration_s=duration_s)
    line.state = EngineState(player=player)
    line.words = (words, "amber")
    (pieces,) = line.lines(width, 1)
    assert width_of(pieces) <= width
    start, cells = line._dial_span(width)
    assert 0 <= start <= start + cells <= max(width, 1)


# --- and the other way round --------------------------------------------------------------


async def test_a_vast_terminal_shows_words_beside_the_lists(
    make_app: AppFactory, tmp_path: Path
) -> None:
    write_songs(tmp_path / "music", tmp_path / "songs.sqlite3")
    app = make_app(UiConfig(theme="valve", cover=CoverStyle.BLOCKS), tmp_path / "songs.sqlite3")
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert app.stage.display
        assert app.screen.query_one("#centre").display
        assert app.stage.words.lyrics.lines
        assert app.focused is app.track_list
        await pilot.press("L")
        await settle(pilot)
        assert not app.screen.query_one("#centre").display
        await pilot.resize_terminal(120, 40)
        await pilot.press("L")
        await settle(pilot)
        assert not app.stage.display
        await pilot.resize_terminal(200, 60)
        await settle(pilot)
        assert app.stage.display


async def test_where_there_is_little_room_the_name_comes_before_the_volume(
    make_app: AppFactory,
) -> None:
    app = make_app()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        face = app.screen.query_one(NowPlaying)
        assert "Stairwell Waltz" in face.render_line(0).text
        assert [action for _, action in face.needles()] == ["seek_to"]
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "vol" in face.render_line(0).text
        assert [action for _, action in face.needles()] == ["seek_to", "volume_to"]
