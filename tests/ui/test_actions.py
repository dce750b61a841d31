"""Each action of the key table, by its key, in a running screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.test_map import TESTED as ON_MAP_TESTED
from tuiradio.config import CoverStyle
from tuiradio.engine.protocol import (
    AddRoots,
    Ban,
    ChangeVolume,
    ClearQueue,
    Command,
    Enqueue,
    JumpTo,
    Like,
    MoveEntry,
    Next,
    PlayTracks,
    Previous,
    RemoveEntries,
    Rescan,
    RetryFailures,
    Seek,
    SeekBy,
    SetVolume,
    Shutdown,
    StartRadio,
    StopPlaying,
    StopRadio,
    TogglePause,
    TuneRadio,
    Where,
)
from tuiradio.engine.wishes import (
    DeletePreset,
    FlowUpcoming,
    GiveFeedback,
    SavePreset,
    Undo,
    UsePreset,
)
from tuiradio.library.track import BanScope, FeedbackKind
from tuiradio.ui.action import Context
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.help_screen import HelpScreen
from tuiradio.ui.keymap import ACTIONS, binding_id
from tuiradio.ui.plan_sheets import BlendSheet, JourneySheet
from tuiradio.ui.taste_sheets import BannedSheet, PresetSheet
from tuiradio.ui.teach_sheet import TeachSheet
from tuiradio.ui.themes import THEMES

SIZE = (120, 40)
App = TuiradioApp


def app_of(pilot: Pilot[int]) -> App:
    assert isinstance(pilot.app, App)
    return pilot.app


async def press(pilot: Pilot[int], *keys: str) -> App:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return app_of(pilot)


# action id -> keys before, keys of the action, the command it sends about row 0 or 1
SENDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[App], Command]]] = {
    "toggle_pause": ((), ("space", "p"), lambda a: TogglePause()),
    "next": (("enter",), ("n",), lambda a: Next()),
    "previous": ((), ("b",), lambda a: Previous()),
    "seek_back": ((), ("left", "comma"), lambda a: SeekBy(-5.0)),
    "seek_on": ((), ("right", "full_stop"), lambda a: SeekBy(5.0)),
    "seek_far_back": ((), ("shift+left", "less_than_sign"), lambda a: SeekBy(-30.0)),
    "seek_far_on": ((), ("shift+right", "greater_than_sign"), lambda a: SeekBy(30.0)),
    "louder": ((), ("plus", "equals_sign"), lambda a: ChangeVolume(5.0)),
    "softer": ((), ("minus",), lambda a: ChangeVolume(-5.0)),
    "stop": ((), ("ctrl+s",), lambda a: StopPlaying()),
    "radio": ((), ("r",), lambda a: StartRadio((a.track_list.ids[0],))),
    "radio_off": (("r",), ("ctrl+r",), lambda a: StopRadio()),
    "like": ((), ("l",), lambda a: Like(a.track_list.ids[0], True)),
    "ban": ((), ("x",), lambda a: Ban(a.track_list.ids[0], True)),
    "more": ((), ("m",), lambda a: GiveFeedback(a.track_list.ids[0], FeedbackKind.MORE)),
    "less": ((), ("M",), lambda a: GiveFeedback(a.track_list.ids[0], FeedbackKind.LESS)),
    "enqueue": ((), ("a",), lambda a: Enqueue((a.track_list.ids[0],), Where.LAST)),
    "enqueue_next": ((), ("A",), lambda a: Enqueue((a.track_list.ids[0],), Where.NEXT)),
    "remove": (("r", "tab"), ("d", "delete"), lambda a: RemoveEntries((500,))),
    "move_down": (("r", "tab"), ("J",), lambda a: MoveEntry(500, 1)),
    "move_up": (("r", "tab", "j"), ("K",), lambda a: MoveEntry(501, 0)),
    "undo": ((), ("u", "ctrl+z"), lambda a: Undo()),
    "flow": ((), ("F",), lambda a: FlowUpcoming()),
    "clear": ((), ("C",), lambda a: ClearQueue()),
    "retry": ((), ("R",), lambda a: RetryFailures()),
    "rescan": ((), ("U",), lambda a: Rescan()),
    "activate": ((), ("enter",), lambda a: PlayTracks(tuple(a.track_list.ids), 0)),
    "quit": ((), ("q",), lambda a: Shutdown()),
}


@pytest.mark.parametrize("action", SENDS)
async def test_action_tells_the_engine(
    action: str, make_app: AppFactory, engine: FakeEngine
) -> None:
    before, keys, expected = SENDS[action]
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, *before)
        wanted = expected(app)
        for key in keys:
            engine.commands.clear()
            await pilot.press(key)
            await pilot.pause()
            assert engine.commands == [wanted]
            if action in ("like", "ban"):
                break


Check = Callable[[Pilot[int]], Awaitable[None]]
LOOKS: dict[str, Check] = {}


def looks(action: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        LOOKS[action] = check
        return check

    return register


@looks("similar")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "s")
    assert app.track_list.kind == "similar"
    assert app.track_list.count > 5
    await press(pilot, "escape")
    assert (app.track_list.kind, app.track_list.count) == ("", 32)


@looks("why")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "r", "w")
    assert app.screen.query_one("#why").display
    app = await press(pilot, "w")
    assert not app.screen.query_one("#why").display
    # Where only one of them has room, the panels take turns.
    app = await press(pilot, "w", "t")
    assert not app.screen.query_one("#why").display
    assert app.focused is app.tuner
    app = await press(pilot, "escape")
    assert not app.tuner.display
    app = await press(pilot, "w", "escape")
    assert not app.screen.query_one("#why").display


@looks("tuner")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "t", "right", "right")
    engine = app.engine
    assert isinstance(engine, FakeEngine)
    sent = engine.last()
    assert isinstance(sent, TuneRadio)
    assert sent.settings.drift == pytest.approx(0.45)
    await press(pilot, *"jjjjj", "left")
    sent = engine.last()
    assert isinstance(sent, TuneRadio)
    assert dict(sent.settings.weights) == {"tempo": 0.9}
    await press(pilot, "j", "j", "j", "right")
    sent = engine.last()
    assert isinstance(sent, TuneRadio)
    assert sent.settings.artist_window == 9
    await press(pilot, "G", "enter")
    sent = engine.last()
    assert isinstance(sent, TuneRadio)
    assert sent.settings.back_and_forth
    await press(pilot, "t")
    assert app.focused is app.track_list


@looks("presets")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "P", "s", *"late", "enter")
    engine = app.engine
    assert isinstance(engine, FakeEngine)
    assert engine.last() == SavePreset("late")
    assert isinstance(app.screen, PresetSheet)
    assert app.tuner.border_title == "Tuner · late"
    await press(pilot, "enter")
    assert engine.last() == UsePreset("late")
    await press(pilot, "d")
    assert engine.last() == DeletePreset("late")
    assert app.screen.rows.count == 0
    await press(pilot, "q")
    assert len(app.screen_stack) == 1


@looks("ban_more")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "X", "a")
    engine = app.engine
    assert isinstance(engine, FakeEngine)
    track_id = app.track_list.ids[0]
    assert engine.last() == Ban(track_id, True, BanScope.ARTIST)
    assert len(app.screen_stack) == 1
    await press(pilot, "X", "j", "j", "enter")
    assert engine.last() == Ban(track_id, True, BanScope.ALBUM)
    await press(pilot, "X", "b")
    assert isinstance(app.screen, BannedSheet)


@looks("journey")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "j", "v", "Y")
    sheet = app.screen
    assert isinstance(sheet, JourneySheet)
    assert len(sheet.planned) == 15
    assert sheet.words.words[0][0].startswith("✓ The largest step")
    await press(pilot, "n", "minus")
    assert sheet.words.words[0][0].startswith("▲ There is no smooth way")
    assert len(sheet.planned) == 13
    await press(pilot, "enter")
    assert isinstance(app.engine, FakeEngine)
    assert app.engine.last() == PlayTracks(sheet.planned)
    assert not app.track_list.marked


@looks("blend")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "v", "v", "B")
    sheet = app.screen
    assert isinstance(sheet, BlendSheet)
    a, b, c = app.track_list.ids[:3]
    assert sheet.wishes() == (("genre", a), ("mood", b), ("instruments", c))
    await press(pilot, "right", "G", "g", "j", "left")
    assert sheet.wishes() == (("genre", b), ("mood", a), ("instruments", c))
    await press(pilot, "a")
    assert isinstance(app.engine, FakeEngine)
    assert app.engine.last() == Enqueue(sheet.planned)


@looks("search")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "j", "j", "slash", *"blue", "down")
    assert app.listing.words == "blue"
    assert 0 < app.track_list.count < 32
    assert app.track_list.cursor == 1
    ids = tuple(app.track_list.ids)
    await press(pilot, "enter")
    assert isinstance(app.engine, FakeEngine)
    assert app.engine.last() == PlayTracks(ids, 1)
    await press(pilot, "escape")
    assert app.listing.words is None
    assert (app.track_list.count, app.track_list.cursor) == (32, 2)


@looks("mark")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "v")
    assert app.track_list.chosen() == tuple(app.track_list.ids[:2])
    await press(pilot, "a")
    assert isinstance(app.engine, FakeEngine)
    assert app.engine.last() == Enqueue(tuple(app.track_list.ids[:2]))
    assert not app.track_list.marked


@looks("mark_all")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "ctrl+a")
    assert len(app.track_list.marked) == 32
    await press(pilot, "escape")
    assert not app.track_list.marked


@looks("sort")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "o", "o")
    assert app.listing.sort.value not in ("artist",)
    titles = [app.track_list.ids[0]]
    await press(pilot, "O")
    assert app.listing.descending
    assert app.track_list.ids[0] != titles[0]


LOOKS["sort_turn"] = LOOKS["sort"]


@looks("cursor_down")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "down", "j", "j", "k", "up", "down")
    assert app.track_list.cursor == 2
    await press(pilot, "G")
    assert app.track_list.cursor == 31
    await press(pilot, "pageup")
    assert 0 < app.track_list.cursor < 31
    await press(pilot, "g", "pagedown")
    assert 0 < app.track_list.cursor <= 31
    await press(pilot, "end", "home")
    assert app.track_list.cursor == 0


for _name in ("cursor_up", "page_down", "page_up", "first_row", "last_row"):
    LOOKS[_name] = LOOKS["cursor_down"]


@looks("find_playing")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "G", "enter", "g", "y")
    assert app.track_list.cursor == 31


@looks("export")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "r", "e")
    assert asked_for(app).name.startswith("radio - "), "a radio is what one wants to keep"
    assert asked_for(app).suffix == ".m3u8"
    await press(pilot, "tab")
    assert not asked_for(app).name.startswith("radio - "), "tab asks for the list instead"
    await press(pilot, "tab")
    assert asked_for(app).name.startswith("radio - ")
    await press(pilot, "escape", "v", "e")
    assert not asked_for(app).name.startswith("radio - "), "marks are meant before the radio"
    await press(pilot, "escape")
    assert not isinstance(app.screen, PathPrompt)


def asked_for(app: TuiradioApp) -> Path:
    """The file that the prompt on screen suggests."""
    assert isinstance(app.screen, PathPrompt)
    return Path(app.screen.query_one("#path", Input).value)


@looks("teach")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "E")
    assert isinstance(app.screen, TeachSheet)
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@looks("help")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "question_mark")
    assert isinstance(app.screen, HelpScreen)
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@looks("command_palette")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "ctrl+p")
    assert len(app.screen_stack) == 2
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@looks("add_folder")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "i")
    assert isinstance(app.screen, PathPrompt)
    app.screen.query_one("#path").value = str(Path(__file__).parent)  # type: ignore[attr-defined]
    await press(pilot, "enter")
    assert isinstance(app.engine, FakeEngine)
    assert app.engine.last() == AddRoots((bytes(Path(__file__).parent),))


@looks("next_theme")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    seen = [(await press(pilot, "T")).theme for _ in THEMES]
    assert sorted(seen) == sorted(THEMES)
    assert app.theme == "valve"


@looks("focus_next")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "tab")
    assert app.focused is app.queue_list
    await press(pilot, "tab")
    assert app.focused is app.track_list
    await press(pilot, "shift+tab")
    assert app.focused is app.queue_list
    await press(pilot, "escape")
    assert app.focused is app.track_list


LOOKS["focus_previous"] = LOOKS["focus_next"]
LOOKS["back"] = LOOKS["focus_next"]


@looks("lyrics")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "L")
    assert app.is_on_stage
    assert app.focused is app.stage.words
    await press(pilot, "L")
    assert not app.is_on_stage
    assert app.focused is app.track_list


@looks("cover")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    before = app.shows_cover
    app.cover_style = CoverStyle.BLOCKS
    await press(pilot, "c")
    assert app.shows_cover is not before


@looks("meter")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    before = app.shows_meter
    await press(pilot, "V")
    assert app.shows_meter is not before


@looks("detach")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    assert isinstance(app.engine, FakeEngine)
    app.engine.commands.clear()
    await pilot.press("Q")
    await pilot.pause()
    assert app.engine.commands == []
    assert app.return_value == 0


@looks("station.tracks")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "6", "1")
    assert app.track_list.count == 32


@looks("station.artists")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "2")
    assert app.focused is app.browse_list
    assert app.browse_list.count == 8
    assert app.track_list.count == 5
    await press(pilot, "j", "enter")
    assert app.browse_list.count == 1
    await press(pilot, "escape")
    assert (app.browse_list.count, app.browse_list.cursor) == (8, 1)


@looks("station.albums")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "3", "enter")
    assert app.browse_list.count == 8
    assert app.focused is app.track_list


@looks("station.genres")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "4", "j")
    assert app.browse_list.count == 8
    assert str(app.track_list.count) == app.browse_list.rows[1].note


@looks("station.folders")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "5")
    assert app.browse_list.count == 1
    await press(pilot, "enter")
    assert app.browse_list.count == 8
    await press(pilot, "escape")
    assert app.browse_list.count == 1


@looks("station.liked")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "6")
    assert app.track_list.count == 4


@looks("station.new")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "7")
    assert app.listing.sort.value == "added"


@looks("station.unplayed")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "8")
    assert app.track_list.count == 32


@looks("station.failed")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "f")
    assert (app.track_list.count, app.track_list.kind) == (1, "failed")
    await press(pilot, "v", "R")
    assert isinstance(app.engine, FakeEngine)
    assert app.engine.last() == RetryFailures((app.track_list.ids[0],))


@pytest.mark.parametrize("action", LOOKS)
async def test_action_changes_the_view(action: str, make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await LOOKS[action](pilot)


def test_every_action_is_tested() -> None:
    elsewhere = set(ON_MAP_TESTED)
    elsewhere |= {binding_id(a) for a in ACTIONS if a.context is not Context.EVERYWHERE}
    assert {binding_id(a) for a in ACTIONS} == set(SENDS) | set(LOOKS) | elsewhere


async def test_mouse_does_what_keys_do(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.click("#tracks", offset=(10, 3))
        assert app.track_list.cursor == 3
        await pilot.double_click("#tracks", offset=(10, 4))
        await settle(pilot)
        assert engine.last() == PlayTracks(tuple(app.track_list.ids), 4)
        await pilot.click("#tracks", offset=(10, 6), control=True)
        assert set(app.track_list.marked) == {app.track_list.ids[6]}
        await pilot.click("#tracks", offset=(10, 8), shift=True)
        assert len(app.track_list.marked) == 3
        await pilot.click("#stations", offset=(26, 0))
        await settle(pilot)
        assert app.listing.station.id == "artists"
        await pilot.click("#stations", offset=(15, 1))
        await settle(pilot)
        await pilot.click("#columns", offset=(5, 0))
        await settle(pilot)
        assert app.listing.sort.value == "title"


async def test_clicks_on_the_dials(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r", "t")
        await pilot.click("#now", offset=(9 + 101, 4))
        assert engine.last() == Seek(225.0)
        await pilot.click("#now", offset=(9, 4))
        assert engine.last() == Seek(0.0)
        await pilot.click("#now", offset=(120 - 15, 0))
        assert engine.last() == SetVolume(0)
        await pilot.click("#tuner", offset=(2, 2))
        sent = engine.last()
        assert isinstance(sent, TuneRadio)
        assert sent.settings.drift == 0.0
        await pilot.double_click("#queue", offset=(8, 3))
        await settle(pilot)
        assert JumpTo(501) in engine.commands


async def test_user_keys_replace_ours(make_app: AppFactory, engine: FakeEngine) -> None:
    from tuiradio.config import UiConfig

    app = make_app(UiConfig(theme="valve", keys=(("next", "z"), ("station.liked", "F6"))))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter", "z")
        assert Next() in engine.commands
        engine.commands.clear()
        await pilot.press("n")
        assert engine.commands == []
