"""The settings view: every setting is there, and each key and click changes what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.settings_engine import SettingsEngine
from tuiradio.config import Config, UiConfig
from tuiradio.config_table import parsed, settings
from tuiradio.engine.protocol import Command, RadioChanged, RadioState
from tuiradio.engine.settings import ChangeSetting, ResetSetting, SettingsChanged, SettingsState
from tuiradio.library.store import StoreReader
from tuiradio.radio.pick import RadioSettings
from tuiradio.ui.keymap import ACTIONS
from tuiradio.ui.settings_keys import bound_to, owner_of
from tuiradio.ui.settings_list import SettingsList, columns
from tuiradio.ui.settings_rows import (
    Around,
    Heading,
    KeyRow,
    SettingRow,
    rows_of,
    shown_value,
    told,
    turned,
    typed,
)
from tuiradio.ui.settings_screen import SettingsScreen
from tuiradio.ui.settings_told import SettingsTold

SIZE = (120, 40)
TESTED = {"settings"} | {f"settings.{name}" for name in (
    "back", "on", "far_back", "far_on", "edit", "add_key", "reset", "undo", "find",
)}  # fmt: skip


@pytest.fixture
def engine(store_file) -> SettingsEngine:  # type: ignore[no-untyped-def]
    reader = StoreReader(store_file)
    ids = tuple(reader.track_ids())
    reader.close()
    return SettingsEngine(picks=ids[::3])


def screen_of(pilot: Pilot[int]) -> SettingsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, SettingsScreen)
    return screen


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def opened(pilot: Pilot[int], name: str) -> SettingsList:
    """The view with the cursor on a setting."""
    await settle(pilot)
    await press(pilot, "S")
    rows = screen_of(pilot).list
    names = [None if isinstance(row, Heading) else row.name for row in rows.rows]
    rows.move_to(names.index(name))
    await settle(pilot)
    return rows


def sent(engine: SettingsEngine) -> list[Command]:
    """What the view said to the engine."""
    return [one for one in engine.commands if isinstance(one, ChangeSetting | ResetSetting)]


def words_of(pilot: Pilot[int]) -> str:
    told = screen_of(pilot).query_one(SettingsTold)
    return "\n".join("".join(p.text for p in line) for line in told.lines(100, 20))


# --- rows -------------------------------------------------------------------------------


def test_every_setting_and_every_action_has_a_row() -> None:
    rows = rows_of(SettingsState(), Around(actions=ACTIONS, subspaces=("genre", "tempo")))
    names = {row.name for row in rows if not isinstance(row, Heading)}
    plain = {row.name for row in settings()} - {"radio.weights", "ui.keys"}
    assert plain <= names
    assert {"radio.weights.genre", "radio.weights.tempo"} <= names
    assert len([row for row in rows if isinstance(row, KeyRow)]) == len(ACTIONS)
    for row in rows:
        assert isinstance(row, Heading) or told(row)


def test_words_narrow_them_down() -> None:
    def found(words: str) -> list[str]:
        rows = rows_of(SettingsState(), Around(actions=ACTIONS), words)
        return [row.name for row in rows if not isinstance(row, Heading)]

    assert "radio.artist_window" in found("artist window")
    assert found("replaygain") == ["playback.replaygain"]
    assert "ui.keys.next" in found("next track")
    assert found("no such thing") == []
    state = SettingsState(Config(radio=RadioSettings(drift=0.9)))
    changed = rows_of(state, Around(), "changed")
    assert [row.name for row in changed if isinstance(row, SettingRow)] == ["radio.drift"]


@pytest.mark.parametrize(
    ("name", "steps", "value"),
    [
        ("radio.drift", 1, 0.4),
        ("radio.drift", -100, 0.0),
        ("radio.drift", 100, 1.0),
        ("radio.artist_window", 1, 9),
        ("radio.versions", 1, True),
        ("radio.versions", -1, False),
        ("playback.replaygain", 1, "album"),
        ("playback.replaygain", 2, "album"),
        ("playback.volume_percent", 5, 125.0),
        ("radio.weights.genre", -5, 0.5),
        ("roots", 1, ()),
        ("radio.random_seed", 1, None),
    ],
)
def test_turning(name: str, steps: int, value: object) -> None:
    rows = rows_of(SettingsState(), Around(subspaces=("genre",)))
    row = next(row for row in rows if isinstance(row, SettingRow) and row.name == name)
    after = turned(row, steps)
    assert after == pytest.approx(value) if isinstance(value, float) else after == value
    assert type(after) is type(value)


def test_what_the_tuner_has_meanwhile_is_told() -> None:
    around = Around(dials=RadioSettings(drift=0.9))
    rows = rows_of(SettingsState(), around, "drift")
    row = next(row for row in rows if isinstance(row, SettingRow))
    assert (row.value, row.tuned) == (0.35, 0.9)
    assert any("0.9 in this session" in words for words, _ in told(row))


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@given(words, st.lists(words.filter(bool), max_size=3))
def test_what_stands_in_the_line_to_type_in_is_the_value(word: str, many: list[str]) -> None:
    assert parsed("ui.keys.next", typed(word)) == word
    assert parsed("roots", typed(tuple(many))) == tuple(many)


def test_values_can_be_typed_back() -> None:
    assert typed(("a", "b")) == "a, b"
    assert typed(("a, b",)) == '["a, b"]'
    assert typed(None) == ""
    row = SettingRow(settings()[0], ("~/[bold]\x1b[2J",))
    assert "\x1b" not in shown_value(row)


# --- keys of the view --------------------------------------------------------------------


async def test_a_dial_is_turned_and_taken_back(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        rows = await opened(pilot, "radio.drift")
        await press(pilot, "right", "l", "left", "shift+right", "H", "L", "shift+left")
        values = [one.value for one in sent(engine) if isinstance(one, ChangeSetting)]
        assert values == pytest.approx([0.4, 0.45, 0.4, 0.65, 0.4, 0.65, 0.4])
        await press(pilot, "u")
        assert sent(engine)[-1] == ResetSetting("radio.drift"), "all turns are one change"
        assert isinstance(rows.row, SettingRow)
        assert rows.row.value == 0.35
        await press(pilot, "u")
        assert "No setting was changed" in words_of(pilot)


async def turning_faster_than_the_engine_tells_loses_no_step(
    pilot: Pilot[int], engine: SettingsEngine
) -> None:
    await opened(pilot, "radio.drift")
    engine.submit = engine.commands.append  # type: ignore[method-assign]
    await press(pilot, "right", "right")
    engine.say(SettingsChanged(replace(engine.settings)))
    await settle(pilot)
    await press(pilot, "right")
    assert sent(engine)[-1] == ChangeSetting("radio.drift", 0.5)


async def test_switches_choices_and_defaults(make_app: AppFactory, engine: SettingsEngine) -> None:
    engine.set("playback.replaygain", "album")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "watch")
        await press(pilot, "enter", "space", "left")
        assert [one.value for one in sent(engine)[:3]] == [False, True, False]  # type: ignore[union-attr]
        await press(pilot, "escape")
        await opened(pilot, "playback.replaygain")
        await press(pilot, "delete")
        assert sent(engine)[-1] == ResetSetting("playback.replaygain")
        await press(pilot, "u")
        assert sent(engine)[-1] == ChangeSetting("playback.replaygain", "album")
        await press(pilot, "backspace", "d")
        assert sent(engine)[-1] == ResetSetting("playback.replaygain")
        await press(pilot, "right")
        assert sent(engine)[-1] == ChangeSetting("playback.replaygain", "album")


async def test_a_value_is_typed_and_a_wrong_one_is_told(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "radio.drift")
        await press(pilot, "enter")
        line = screen_of(pilot).query_one("#settings-edit", Input)
        assert (line.value, line.has_focus) == ("0.35", True)
        line.value = "7"
        await press(pilot, "enter")
        assert "between 0 and 1" in words_of(pilot)
        assert sent(engine) == []
        line.value = "0.8"
        await press(pilot, "enter")
        assert sent(engine) == [ChangeSetting("radio.drift", 0.8)]
        assert "config.toml" in words_of(pilot)
        await press(pilot, "enter", "9", "escape")
        assert sent(engine) == [ChangeSetting("radio.drift", 0.8)]
        assert not line.has_focus
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, SettingsScreen)


async def a_list_is_typed_with_commas(pilot: Pilot[int], engine: SettingsEngine) -> None:
    await opened(pilot, "radio.never_artists")
    await press(pilot, "enter", *"Abba", "comma", "space", *"Cher", "enter")
    assert sent(engine) == [ChangeSetting("radio.never_artists", ("Abba", "Cher"))]


async def finding(pilot: Pilot[int], engine: SettingsEngine) -> None:
    rows = await opened(pilot, "watch")
    await press(pilot, "slash", *"replaygain", "enter")
    assert rows.name_at_cursor == "playback.replaygain"
    assert rows.has_focus
    await press(pilot, "slash", *"zzz")
    assert rows.count == 0
    await press(pilot, "escape")
    assert rows.count > 40
    await press(pilot, "escape")
    assert not isinstance(pilot.app.screen, SettingsScreen)


async def the_cursor_walks_over_headings(pilot: Pilot[int], engine: SettingsEngine) -> None:
    rows = await opened(pilot, "watch")
    await press(pilot, "j")
    assert rows.name_at_cursor == "listening.model"
    await press(pilot, "k", "k", "k")
    assert rows.name_at_cursor == "roots"
    await press(pilot, "G", "g", "pagedown", "pageup")
    assert rows.name_at_cursor == "roots"


async def test_an_action_gets_another_key_and_one_more(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "ui.keys.next")
        await press(pilot, "enter", "f9")
        assert sent(engine) == [ChangeSetting("ui.keys.next", "f9")]
        assert app.key_of("next") == "f9", "it holds at once"
        await press(pilot, "a", "f8")
        assert sent(engine)[-1] == ChangeSetting("ui.keys.next", "f9,f8")
        await press(pilot, "enter", "escape", "d")
        assert app.key_of("next") == "n"
        await press(pilot, "enter", "enter", "enter")
        assert sent(engine)[-1] == ChangeSetting("ui.keys.next", "enter"), "any key can be struck"


async def test_a_key_of_another_action_has_to_be_struck_twice(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "ui.keys.next")
        await press(pilot, "enter", "r")
        assert "r is a key of “Endless radio" in words_of(pilot)
        assert sent(engine) == []
        await press(pilot, "r")
        assert sent(engine) == [ChangeSetting("ui.keys.next", "r")]
        assert app.key_of("radio") != "r"
        await press(pilot, "u")
        assert app.key_of("radio") == "r"
        await opened_again(pilot, "radio.drift")
        await press(pilot, "a")
        assert "Only actions have keys" in words_of(pilot)
        rows = await opened_list(pilot, "ui.keys.radio")
        await press(pilot, "enter")
        await pilot.click(rows, offset=(6, at(rows, "ui.keys.radio") - 1))
        await press(pilot, "f9")
        assert len(sent(engine)) == 2, "a click elsewhere ends the wait for a key"
        await pilot.click(SettingsTold)
        await press(pilot, "j")
        assert rows.has_focus


async def opened_again(pilot: Pilot[int], name: str) -> None:
    await press(pilot, "escape")
    await opened(pilot, name)


def test_of_two_of_the_users_keys_the_newer_holds() -> None:
    table = {action.id: action for action in ACTIONS}
    radio = replace(table["radio"], keys="f9,R")
    owner = owner_of((radio,), table["next"], "f9")
    assert owner is radio
    own = {"radio": "f9,R"}
    assert bound_to(table["next"], "f9", owner, own, more=True) == (
        ("ui.keys.radio", "R"),
        ("ui.keys.next", "n,f9"),
    )
    assert owner_of(ACTIONS, table["next"], "n") is None


# --- what comes from elsewhere -------------------------------------------------------------


async def test_the_screen_follows_what_is_set_elsewhere(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app(UiConfig(theme="valve"))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        ui = UiConfig(theme="paper", keys=(("next", "f9"),), meter=False)
        engine.say(SettingsChanged(SettingsState(Config(ui=ui))))
        await settle(pilot)
        assert app.theme == "paper"
        assert app.key_of("next") == "f9"
        assert not app.config.meter


async def a_broken_file_is_told(pilot: Pilot[int], engine: SettingsEngine) -> None:
    await opened(pilot, "watch")
    engine.say(SettingsChanged(replace(engine.settings, problem="line 3: radio.drift is 9")))
    await settle(pilot)
    assert "line 3: radio.drift is 9" in words_of(pilot)


async def the_tuner_is_seen_beside_the_default(pilot: Pilot[int], engine: SettingsEngine) -> None:
    rows = await opened(pilot, "radio.adventure")
    engine.say(RadioChanged(RadioState(settings=RadioSettings(adventure=0.9))))
    await settle(pilot)
    assert isinstance(rows.row, SettingRow)
    assert rows.row.tuned == 0.9


PARTS = (
    finding,
    the_cursor_walks_over_headings,
    a_broken_file_is_told,
    the_tuner_is_seen_beside_the_default,
    a_list_is_typed_with_commas,
    turning_faster_than_the_engine_tells_loses_no_step,
)
"""They share an app: each leaves it as it was."""


async def test_walking_finding_typing_and_what_is_told(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app()
    submit = engine.submit
    async with app.run_test(size=SIZE) as pilot:
        for part in PARTS:
            while len(app.screen_stack) > 1:
                await press(pilot, "escape")
            engine.submit = submit  # type: ignore[method-assign]
            engine.settings = SettingsState(Config())
            engine.commands.clear()
            app._ahead = ()
            engine.say(SettingsChanged(engine.settings))
            await part(pilot, engine)


# --- mouse -------------------------------------------------------------------------------


def at(rows: SettingsList, name: str) -> int:
    """The line of a setting in sight."""
    names = [None if isinstance(row, Heading) else row.name for row in rows.rows]
    return names.index(name) - rows.scroll_offset.y


async def test_the_mouse_turns_flips_and_chooses(
    make_app: AppFactory, engine: SettingsEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        rows = await opened(pilot, "watch")
        split = columns(rows.scrollable_content_region.width)
        start = split.control_at
        await pilot.click(rows, offset=(start + 1, at(rows, "watch")))
        await settle(pilot)
        assert sent(engine) == [ChangeSetting("watch", False)]
        await pilot.mouse_down(rows, offset=(start, at(rows, "radio.drift")))
        await pilot.hover(rows, offset=(start + split.control - 1, at(rows, "radio.drift")))
        await pilot.mouse_up(rows, offset=(start + split.control - 1, at(rows, "radio.drift")))
        await settle(pilot)
        values = [one.value for one in sent(engine)[1:] if isinstance(one, ChangeSetting)]
        assert (values[0], values[-1]) == (0.0, 1.0)
        rows = await opened_list(pilot, "playback.replaygain")
        await pilot.click(rows, offset=(start + 1, at(rows, "playback.replaygain")))
        await settle(pilot)
        assert sent(engine)[-1] == ChangeSetting("playback.replaygain", "no")
        rows = await opened_list(pilot, "playback.output")
        await pilot.click(rows, offset=(6, at(rows, "playback.output")), times=2)
        await settle(pilot)
        assert screen_of(pilot).query_one("#settings-edit", Input).has_focus


async def opened_list(pilot: Pilot[int], name: str) -> SettingsList:
    await press(pilot, "escape")
    return await opened(pilot, name)


# --- pictures -------------------------------------------------------------------------------

Compare = Callable[..., bool]


def keys(*names: str) -> Callable[[Pilot[int]], object]:
    async def drive(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await press(pilot, *names)
        pilot.app.clear_notifications()
        await settle(pilot)

    return drive


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["narrow", "normal", "wide"])
def test_settings_look(
    size: tuple[int, int], make_app: AppFactory, engine: SettingsEngine, snap_compare: Compare
) -> None:
    engine.set("radio.drift", 0.6, 4)
    engine.set("roots", ("~/Music", "/srv/more music"), 1)
    engine.set("playback.replaygain", "album", 12)
    walk = ("S", *"jjjjjj", "right")
    assert snap_compare(make_app(), terminal_size=size, run_before=keys(*walk))


def test_keys_look(make_app: AppFactory, engine: SettingsEngine, snap_compare: Compare) -> None:
    engine.set("ui.keys.next", "f9", 9)
    walk = ("S", "slash", *"track", "enter", "G", "enter", "r")
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=keys(*walk))
