"""Nothing only by mouse, nothing only by key: jump mode, menus, gestures and tooltips."""

from __future__ import annotations

import ast
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.widgets import Input

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.hands import press
from tuiradio import ui
from tuiradio.engine.protocol import Enqueue, Next, Previous, StartRadio
from tuiradio.ui.action import Context, binding_id
from tuiradio.ui.dialogs import PathPrompt, PlaylistPrompt
from tuiradio.ui.help_screen import HelpScreen, sections
from tuiradio.ui.ink import Drawn
from tuiradio.ui.jump_screen import JumpScreen
from tuiradio.ui.jump_spots import labels
from tuiradio.ui.keymap import ACTIONS
from tuiradio.ui.row_menu import MENUS, RowMenu
from tuiradio.ui.sheet import Sheet
from tuiradio.ui.stations import StationDial

SIZES = {"narrow": (80, 24), "normal": (120, 40), "wide": (200, 60)}
SIZE = SIZES["normal"]
BY_ID = {binding_id(action): action for action in ACTIONS}

# class and handler of each gesture -> the actions that do it by key
GESTURES: dict[str, tuple[str, ...]] = {
    "VirtualList.on_click": ("cursor_down", "cursor_up", "menu"),
    "VirtualList.clicked": ("cursor_down", "activate"),
    "VirtualList.on_mouse_move": ("cursor_down",),
    "TrackList.clicked": ("mark", "mark_all"),
    "QueueList.clicked": ("mark", "mark_all", "activate"),
    "DragList.on_mouse_down": ("move_down", "move_up"),
    "DragList.on_mouse_move": ("move_down", "move_up"),
    "DragList.on_mouse_up": ("move_down", "move_up"),
    "LyricsList.clicked": ("activate",),
    "LyricsList.on_mouse_scroll_up": ("cursor_up", "page_up"),
    "LyricsList.on_mouse_scroll_down": ("cursor_down", "page_down"),
    "TunerPanel.clicked": ("activate",),
    "TunerPanel.on_mouse_down": ("tuner_turn.on", "tuner_turn.back"),
    "TunerPanel.on_mouse_move": ("tuner_turn.on", "tuner_turn.back"),
    "TunerPanel.on_mouse_up": ("tuner_turn.on", "tuner_turn.back"),
    "SheetRows.clicked": ("sheet.choose", "sheet.down"),
    "Sheet.on_click": ("sheet.close",),
    "HelpScreen.on_click": ("help.close",),
    "PathPrompt.on_click": ("prompt.cancel",),
    "JumpScreen.on_click": ("back",),
    "Drawn.on_mouse_move": ("help",),
    "Drawn.on_click": ("jump",),
    "NowPlaying.on_click": ("menu", "jump"),
    "NowPlaying.on_mouse_down": ("seek_to", "volume_to"),
    "NowPlaying.on_mouse_move": ("seek_to", "volume_to"),
    "NowPlaying.on_mouse_up": ("seek_to", "volume_to"),
    "NowPlaying.on_mouse_scroll_up": ("louder",),
    "NowPlaying.on_mouse_scroll_down": ("softer",),
    "MiniLine.on_click": ("toggle_pause", "next", "previous", "seek_to", "mini"),
    "MiniLine.on_mouse_scroll_up": ("louder",),
    "MiniLine.on_mouse_scroll_down": ("softer",),
    "MapView.on_mouse_down": ("map_pan.left", "map_pan.right", "map_pan.up", "map_pan.down"),
    "MapView.on_mouse_move": ("map_pan.left", "map_step.left"),
    "MapView.on_mouse_up": ("map_pan.left",),
    "MapView.on_mouse_scroll_up": ("map_zoom.in",),
    "MapView.on_mouse_scroll_down": ("map_zoom.out",),
    "MapView.on_click": ("map_step.left", "map_mark", "map_play"),
    "SettingsList.clicked": ("settings.edit",),
    "SettingsList.on_mouse_down": ("settings.on", "settings.back"),
    "SettingsList.on_mouse_move": ("settings.on", "settings.back"),
    "SettingsList.on_mouse_up": ("settings.on", "settings.back"),
    "SettingsScreen.on_click": ("sheet.close",),
}
EQUAL = {"sort_by": "sort", "menu_at": "menu", "search_scope": "filter"}
"""Buttons that are not in the key table, and what does the same by key."""


def test_every_gesture_of_the_mouse_has_a_key() -> None:
    found = {
        f"{node.name}.{inner.name}"
        for file in Path(ui.__file__).parent.glob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
        and (inner.name in ("on_click", "clicked") or inner.name.startswith("on_mouse_"))
    }
    assert found == set(GESTURES)
    assert {name for names in GESTURES.values() for name in names} <= set(BY_ID)


async def test_every_button_is_an_action_with_a_tooltip(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for keys in (("r", "w"), ("L",), ("escape", "0"), ("1", "v", "v", "Y"), ("escape", "E")):
            await press(pilot, *keys)
            for widget in app.screen.query(Drawn):
                for piece in (p for line in widget.lines(*widget.size) for p in line if p.action):
                    name = piece.action.partition("(")[0]
                    is_ours = app.told(piece.action) or name in EQUAL
                    assert is_ours, f"{piece.action} of {type(widget).__name__}"


def test_every_action_of_a_sheet_has_a_button_there() -> None:
    sheets = [cls for cls in (*_all_of(Sheet), PathPrompt, PlaylistPrompt) if cls.CONTEXTS]
    told = {context for cls in sheets for context in cls.CONTEXTS}
    assert {action.context for action in ACTIONS if not action.is_of_app} <= {
        *told, Context.HELP, Context.SETTINGS, Context.DOCTOR,
    }  # fmt: skip


def _all_of(cls: type[Sheet]) -> list[type[Sheet]]:
    return [found for sub in cls.__subclasses__() for found in (sub, *_all_of(sub))]


async def test_the_mouse_finds_every_action_in_the_palette(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click(StationDial, offset=(5, 0))
        await pilot.pause()
        assert type(app.screen).__name__ == "CommandPalette"


# --- menus ------------------------------------------------------------------------------


def test_menus_are_made_of_actions_with_different_keys() -> None:
    for names in MENUS.values():
        assert set(names) <= set(BY_ID)
        keys = [key for name in names for key in BY_ID[name].keys.split(",")]
        assert len(keys) == len(set(keys)), "a key in the menu does what it does without"


async def test_the_right_button_opens_a_menu_at_the_row(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click("#tracks", offset=(10, 4), button=3)
        await settle(pilot)
        assert isinstance(app.screen, RowMenu)
        assert app.track_list.cursor == 4
        at = app.screen.query_one("#sheet").region
        assert (at.x, at.y) == (app.track_list.region.x + 10, app.track_list.region.y + 4)
        await press(pilot, "a")
        assert engine.last() == Enqueue((app.track_list.ids[4],))
        await pilot.click("#now", offset=(30, 1), button=3)
        await settle(pilot)
        assert isinstance(app.screen, RowMenu)
        assert app.screen.query_one("#sheet").region.bottom <= SIZE[1]
        await press(pilot, "b")
        assert engine.last() == Previous()


async def test_each_part_of_the_screen_has_its_menu(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for menu, keys in (
            ("tracks", ()), ("queue", ("r", "tab")), ("tuner", ("t",)), ("browse", ("2",)),
            ("failed", ("f",)), ("map", ("0",)),
        ):  # fmt: skip
            await press(pilot, *keys, "grave_accent")
            assert isinstance(app.screen, RowMenu)
            assert app.screen.rows.count == len(MENUS[menu])
            await press(pilot, "escape")


# --- jump mode ----------------------------------------------------------------------------


@given(st.integers(0, 2_000))
def test_no_label_is_how_another_begins(count: int) -> None:
    names = labels(count)
    assert len(names) == len(set(names)) == min(count, 26 * 26)
    singles = {name for name in names if len(name) == 1}
    assert not any(name[0] in singles for name in names if len(name) > 1)
    if count <= 26:
        assert len(singles) == count


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_jump_mode_reaches_all_parts(
    size: tuple[int, int], make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "r", "semicolon")
        assert isinstance(app.screen, JumpScreen)
        spots = app.screen.shown
        places = [spot.at for spot in spots.values()]
        assert len(set(places)) == len(places), "each label can be seen"
        for one, other in permutations(places, 2):
            assert one.y != other.y or abs(one.x - other.x) > 1
        rows = [spot for spot in spots.values() if spot.is_row]
        assert len(rows) >= min(app.track_list.page, app.track_list.count)
        line = app.track_list.content_region.offset
        name = next(name for name, spot in spots.items() if spot.at == line + Offset(0, 2))
        await press(pilot, name[0].upper())
        if len(name) > 1:
            assert len(app.screen.shown) < len(spots)
            await press(pilot, "backspace", *name)
        assert app.track_list.cursor == 2
        await press(pilot, "semicolon", "1")
        assert len(app.screen_stack) == 1, "any other key leaves"


async def test_jump_mode_presses_buttons_and_works_before_a_sheet(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "semicolon")
        assert isinstance(app.screen, JumpScreen)
        now = app.screen_stack[0].query_one("#now", Drawn)
        x = next(x for x in range(120) if now.action_at(x, 0) == "next")
        # Before the sign, where nothing stands.
        at = now.content_region.offset + Offset(x - 1, 0)
        name = next(n for n, spot in app.screen.shown.items() if spot.at == at)
        await press(pilot, *name)
        assert engine.last() == Next()
        await press(pilot, "grave_accent", "semicolon")
        assert isinstance(app.screen, JumpScreen)
        name = list(app.screen.shown)[3]
        await press(pilot, *name)
        assert isinstance(app.screen, RowMenu)
        assert app.screen.rows.cursor == 3
        await press(pilot, "enter")
        assert isinstance(engine.last(), StartRadio)


async def test_a_needle_has_a_label_that_asks_for_a_figure(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "semicolon")
        assert isinstance(app.screen, JumpScreen)
        last = app.screen_stack[0].query_one("#now").content_region.bottom - 1
        name = next(n for n, spot in app.screen.shown.items() if spot.at.y == last)
        await press(pilot, *name)
        assert isinstance(app.screen, PathPrompt)


# --- help ----------------------------------------------------------------------------------


def test_help_shows_what_works_here_first_and_finds_words() -> None:
    assert sections(ACTIONS, (Context.MAP, Context.EVERYWHERE))[0][0].value == "On the map"
    assert sections(ACTIONS, (Context.EVERYWHERE,))[0][0].value == "Playing"
    found = sections(ACTIONS, (), "volume percent")
    assert [[binding_id(a) for a in actions] for _, actions in found] == [["volume_to"]]
    assert [a.id for _, actions in sections(ACTIONS, (), "f1") for a in actions][:1] == ["help"]
    assert sections(ACTIONS, (), "no such words") == []


async def test_help_tells_the_users_own_keys(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.rebind({"next": "f7"})
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        app.screen.query_one(Input).value = "next track"
        await settle(pilot)
        text = str(app.screen.query_one("#help-left").render())
        assert "f7" in text
        assert "Play the next track" in text
