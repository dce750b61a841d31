"""The map in a running screen: each key, each thing the mouse does, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.maps import crowded, drawn_map, grid
from tuiradio.config import UiConfig
from tuiradio.engine.protocol import (
    Enqueue,
    ListeningProgress,
    ListeningState,
    PlayTracks,
    RadioChanged,
    StartRadio,
)
from tuiradio.engine.studies import DrawMap, MapDrawn
from tuiradio.errors import TuiradioError
from tuiradio.library.store import StoreReader
from tuiradio.radio.pick import RadioSettings
from tuiradio.ui import map_actions
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.bottom_lines import KeyLine
from tuiradio.ui.keymap import ON_MAP, binding_id
from tuiradio.ui.map_shades import Shade
from tuiradio.ui.map_view import MapView
from tuiradio.ui.plan_sheets import JourneySheet

SIZE = (120, 40)
TESTED = (
    "station.map",
    *(f"map_{verb}.{way}" for verb in ("step", "pan") for way in ("left", "right", "up", "down")),
    "map_zoom.in",
    "map_zoom.out",
    "map_whole",
    "map_shade",
    "map_mark",
    "map_play",
    "map_tuned",
)


@pytest.fixture
def ids(store_file: Path) -> Sequence[int]:
    """The tracks of the map, six to a row."""
    reader = StoreReader(store_file)
    try:
        return sorted(reader.track_ids())
    finally:
        reader.close()


@pytest.fixture(autouse=True)
def asked(engine: FakeEngine, ids: Sequence[int], tmp_path: Path) -> list[DrawMap]:
    """The engine draws a grid; what it was asked."""
    queries: list[DrawMap] = []

    def draw(query: DrawMap) -> MapDrawn:
        queries.append(query)
        return drawn_map(tmp_path / "map", ids, grid(len(ids)))

    engine.draw_map = draw
    return queries


async def opened(pilot: Pilot[int], *keys: str) -> MapView:
    """The map, after some keys on it."""
    await settle(pilot)
    for key in ("0", *keys):
        await pilot.press(key)
        await settle(pilot)
    assert isinstance(pilot.app, TuiradioApp)
    return pilot.app.map_view


def text_of(view: MapView) -> str:
    return "\n".join(
        "".join(segment.text for segment in view.render_line(y)) for y in range(view.size.height)
    )


def test_every_action_on_the_map_is_tested() -> None:
    assert {binding_id(action) for action in ON_MAP} == set(TESTED) - {"station.map"}


async def test_it_opens_beside_what_comes_next_and_closes(
    make_app: AppFactory, ids: Sequence[int]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        assert app.focused is view
        assert view.display
        assert not app.track_list.has_focus
        assert view.border_title == f"Map · {len(ids)} songs"
        assert app.queue_list.region.width > 0
        await pilot.press("tab")
        assert app.focused is app.queue_list
        await pilot.press("tab")
        assert app.focused is view
        await pilot.press("shift+tab", "escape")
        assert app.focused is view
        await pilot.press("escape")
        await settle(pilot)
        assert app.focused is app.track_list
        assert not view.display


async def test_the_cursor_walks_from_song_to_song(make_app: AppFactory, ids: Sequence[int]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        view.set_cursor(7)
        for keys, row in (
            (("right", "l"), 9),
            (("left", "h"), 7),
            (("down", "j"), 19),
            (("up", "k"), 7),
            (("left",), 6),
        ):
            await pilot.press(*keys)
            assert view.cursor_id == ids[row], keys
        camera = view.camera
        await pilot.press("left")
        assert view.cursor_id == ids[6], "there is nothing further left"
        assert view.camera.x < camera.x, "the map moves instead"


async def test_looking_about_and_zooming(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        start = view.camera
        for key, back, axis in (
            ("shift+right", "shift+left", "x"),
            ("shift+down", "shift+up", "y"),
            ("J", "K", "y"),
        ):
            await pilot.press(key)
            assert getattr(view.camera, axis) > getattr(start, axis), key
            await pilot.press(back)
            assert getattr(view.camera, axis) == pytest.approx(getattr(start, axis), abs=0.2)
        cursor = view.camera.cells(view.atlas.places[[view.cursor_row]])  # type: ignore[union-attr]
        await pilot.press("plus", "plus")
        assert view.camera.zoom == pytest.approx(2.25)
        now = view.camera.cells(view.atlas.places[[view.cursor_row]])  # type: ignore[union-attr]
        assert np.abs(now - cursor).max() <= 1, "the song under the cursor stays there"
        await pilot.press("minus")
        assert view.camera.zoom == pytest.approx(1.5)
        await pilot.press("0")
        assert view.camera == start


async def test_close_up_songs_have_names(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        shown = text_of(view)
        assert "Lock Keeper" in shown
        assert "[bold]Not Bold[/bold]" in shown, "tags are words, not markup"
        assert "\x1b" not in shown
        for y in range(view.size.height):
            assert view.render_line(y).cell_length == view.size.width


async def test_colours_stand_for_genre_mood_and_tempo(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        assert "■ Folk" in text_of(view)
        await pilot.press("o")
        assert "by mood" in text_of(view)
        await pilot.press("o")
        assert "■ 100–120" in text_of(view)
        await pilot.press("o")
        assert view.shade is Shade.GENRE
        await pilot.press("o", "Q")
    again = make_app()
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert again.map_view.display, "the view is remembered"
        assert again.map_view.shade is Shade.MOOD


async def test_the_keys_of_the_map_are_told_while_it_is_in_sight(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        keys = app.screen.query_one(KeyLine)
        await opened(pilot)
        assert "farther" in keys.render_line(0).text
        for covers, uncovers in (("L", "L"), ("tab", "tab"), ("1", "0")):
            await pilot.press(covers)
            await settle(pilot)
            assert "farther" not in keys.render_line(0).text, covers
            await pilot.press(uncovers)
            await settle(pilot)
            assert "farther" in keys.render_line(0).text, uncovers


async def test_playing_goes_outward_from_the_song(
    make_app: AppFactory, engine: FakeEngine, ids: Sequence[int]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        view.set_cursor(8)
        await pilot.press("enter")
        await settle(pilot)
        sent = engine.last()
        assert isinstance(sent, PlayTracks)
        assert sent.track_ids[0] == ids[8]
        assert set(sent.track_ids[1:5]) == {ids[2], ids[7], ids[9], ids[14]}
        view.set_cursor(20)
        await pilot.press("y")
        assert view.cursor_id == ids[8]
        assert "◉" in text_of(view)


async def test_the_radio_starts_from_the_song_and_its_way_is_drawn(
    make_app: AppFactory, engine: FakeEngine, ids: Sequence[int]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        view.set_cursor(10)
        before = text_of(view)
        assert "○" not in before
        await pilot.press("r")
        await settle(pilot)
        assert engine.last() == StartRadio((ids[10],))
        picks = tuple(entry.track_id for entry in engine.state.queue[1:])
        assert view.way.past == (ids[10],)
        assert view.way.coming == picks
        assert text_of(view).count("○") > 3
        await pilot.press("n")
        await settle(pilot)
        assert view.way.past == (ids[10], picks[0])
        await pilot.press("a")
        assert engine.last() == Enqueue((ids[10],))


async def test_a_journey_between_two_marked_songs(make_app: AppFactory, ids: Sequence[int]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        view.set_cursor(3)
        await pilot.press("m")
        view.set_cursor(28)
        await pilot.press("v")
        assert tuple(app.track_list.marked) == (ids[3], ids[28])
        shown = text_of(view)
        assert "◆ 2" in shown
        assert "Y journey" in shown
        await pilot.press("Y")
        await settle(pilot)
        sheet = app.screen
        assert isinstance(sheet, JourneySheet)
        assert (sheet.planned[0], sheet.planned[-1]) == (ids[3], ids[28])
        await pilot.press("escape", "m")
        assert tuple(app.track_list.marked) == (ids[3],), "a second time takes the mark away"
        await pilot.press("escape")
        assert not app.track_list.marked
        assert view.display


async def test_what_sounds_like_it_and_back_to_the_map(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot, "s")
        assert app.track_list.kind == "similar"
        assert app.track_list.has_focus
        assert not view.display
        await pilot.press("escape")
        await settle(pilot)
        assert app.focused is view
        await pilot.press("slash")
        await settle(pilot)
        assert not view.display
        await pilot.press("escape")
        await settle(pilot)
        assert view.display


async def test_the_tuner_can_weigh_the_map(
    make_app: AppFactory, engine: FakeEngine, asked: list[DrawMap]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        weights = (("genre", 0.2), ("mood", 1.5))
        engine.say(
            RadioChanged(replace(engine.state.radio, settings=RadioSettings(weights=weights)))
        )
        await settle(pilot)
        await pilot.press("W")
        await settle(pilot)
        assert asked[-1].weights == weights
        assert "as the tuner weighs" in str(view.border_title)
        await pilot.press("W")
        await settle(pilot)
        assert asked[-1].weights == ()


# --- mouse ---------------------------------------------------------------------------------


def cell_of(view: MapView, row: int) -> tuple[int, int]:
    """Where a song is in the widget; its border takes a line."""
    assert view.atlas is not None
    column, line = view.camera.cells(view.atlas.places[[row]])[0].tolist()
    return column, line + 1


async def test_clicks(make_app: AppFactory, engine: FakeEngine, ids: Sequence[int]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        await pilot.click(view, offset=cell_of(view, 15))
        assert view.cursor_id == ids[15]
        await pilot.click(view, offset=cell_of(view, 4), button=3)
        await pilot.click(view, offset=cell_of(view, 22), control=True)
        assert tuple(app.track_list.marked) == (ids[4], ids[22])
        await pilot.click(view, offset=(view.size.width - 5, view.camera.rows + 2))
        assert view.shade is Shade.MOOD
        await pilot.press("escape")
        await pilot.double_click(view, offset=cell_of(view, 15))
        await settle(pilot)
        sent = engine.last()
        assert isinstance(sent, PlayTracks)
        assert sent.track_ids[0] == ids[15]


async def test_hover_wheel_and_drag(make_app: AppFactory, ids: Sequence[int]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        view.set_cursor(0)
        await pilot.hover(view, offset=cell_of(view, 16))
        await settle(pilot)
        track = app.tracks.get(ids[16])
        assert track is not None
        below = text_of(view).splitlines()[view.window()[1]]
        assert track.title[:6] in below
        assert view.cursor_id == ids[0], "to look is not to choose"
        start = view.camera
        await pilot.mouse_down(view, offset=(30, 10))
        await pilot.hover(view, offset=(24, 13))
        await pilot.mouse_up(view, offset=(24, 13))
        assert view.camera.x > start.x
        assert view.camera.y < start.y
        assert view.cursor_id == ids[0], "a drag is no click"
        place = view.camera.place(40, 12)
        await pilot._post_mouse_events(  # the public way in Pilot ends at clicks
            [MouseScrollUp],
            view, offset=(40, 13), button=0,
        )  # fmt: skip
        assert view.camera.zoom > start.zoom
        assert view.camera.place(40, 12) == pytest.approx(place, abs=1e-3)


# --- what it says ---------------------------------------------------------------------------


async def test_nothing_heard_yet_is_said_and_tried_again(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    draw = engine.draw_map

    def fail(query: DrawMap) -> MapDrawn:
        raise TuiradioError("nothing was listened to yet", "Let tuiradio listen first")

    engine.draw_map = fail
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot, "plus", "left", "enter", "o", "m")
        shown = text_of(view)
        assert "Nothing was listened to yet." in shown
        assert "Let tuiradio listen first" in shown
        engine.draw_map = draw
        await pilot.press("0")
        await settle(pilot)
        assert view.atlas is not None


async def test_a_sketch_comes_first(
    make_app: AppFactory, engine: FakeEngine, ids: Sequence[int], tmp_path: Path
) -> None:
    answers: list[bool] = []

    def draw(query: DrawMap) -> MapDrawn:
        answers.append(query.may_sketch)
        places = grid(len(ids)) * (0.1 if query.may_sketch else 1.0)
        return drawn_map(tmp_path / "map", ids, places, is_sketch=query.may_sketch)

    engine.draw_map = draw
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        assert answers == [True, False]
        assert view.atlas is not None
        assert not view.atlas.is_sketch
        assert view.camera.zoom == 1.0
        assert "drawing" not in str(view.border_title)


async def test_new_songs_come_onto_the_map_while_one_looks(
    make_app: AppFactory, engine: FakeEngine, ids: Sequence[int], asked: list[DrawMap],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(map_actions, "_ANEW_AFTER_S", 0.01)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot, "plus")
        camera = view.camera
        before = len(asked)
        for heard in (5, 6):
            engine.say(ListeningProgress(ListeningState(True, 32, heard)))
            await settle(pilot)
        for _ in range(500):
            await pilot.pause(0.01)
            if len(asked) > before:
                break
        await settle(pilot)
        assert len(asked) > before
        assert view.camera == camera, "the view stays where it is"


async def test_an_old_map_file_that_is_gone_is_said(
    make_app: AppFactory, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.draw_map = lambda query: MapDrawn(bytes(tmp_path / "gone.npz"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        view = await opened(pilot)
        assert "cannot be read" in text_of(view)


@pytest.mark.parametrize("theme", ["valve", "paper", "sixteen"])
async def test_a_crowded_map_in_any_theme(theme: str, make_app: AppFactory) -> None:
    app = make_app(UiConfig(theme=theme))
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot)
        view.forget_view()
        view.show(crowded())
        await pilot.press("o", "o", "o", "plus", "T")
        await settle(pilot)
        shown = text_of(view)
        assert any("\u2800" < character <= "\u28ff" for character in shown)
        assert all(view.render_line(y).cell_length == view.size.width for y in range(10))
