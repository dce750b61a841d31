"""What the keys of the tuner, the sheets, the help and the prompts do."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.hands import Cases, app_of, engine_of, press
from tuiradio.engine.lessons import Compare, PlayComparison, ResetEar, SwitchEar, UndoComparison
from tuiradio.engine.protocol import Enqueue, PlayTracks, Seek, SetVolume, TuneRadio
from tuiradio.engine.wishes import DeletePreset, SavePreset, UsePreset
from tuiradio.library.track import Banned, BanScope
from tuiradio.similarity.ear import Choice
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.help_screen import HelpScreen
from tuiradio.ui.jump_screen import JumpScreen
from tuiradio.ui.plan_sheets import BlendSheet, JourneySheet
from tuiradio.ui.row_menu import RowMenu
from tuiradio.ui.sheet import Sheet
from tuiradio.ui.taste_sheets import BannedSheet, PresetSheet
from tuiradio.ui.teach_sheet import TeachSheet

CASES = Cases()


def sheet_of(app: TuiradioApp) -> Sheet:
    assert isinstance(app.screen, Sheet)
    return app.screen


def is_closed(app: TuiradioApp) -> bool:
    return len(app.screen_stack) == 1


# --- the screen -----------------------------------------------------------------------


@CASES.of("tuner_turn.back", "tuner_turn.on", "tuner_turn.far_back", "tuner_turn.far_on")
async def _(pilot: Pilot[int]) -> None:
    await press(pilot, "t")
    for key, drift in (("l", 0.4), ("left", 0.35), ("shift+right", 0.55), ("H", 0.35)):
        await press(pilot, key)
        sent = engine_of(pilot).last()
        assert isinstance(sent, TuneRadio)
        assert sent.settings.drift == pytest.approx(drift)


@CASES.of("jump")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "semicolon")
    assert isinstance(app.screen, JumpScreen)
    spots = app.screen.shown
    row = app.track_list.content_region.offset + Offset(0, 4)
    name = next(name for name, spot in spots.items() if spot.at == row)
    await press(pilot, *name)
    assert is_closed(app)
    assert app.track_list.cursor == 4
    await press(pilot, "semicolon", "escape")
    assert is_closed(app)


@CASES.of("menu")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "j", "grave_accent")
    assert isinstance(app.screen, RowMenu)
    await press(pilot, "j", "enter")
    assert engine_of(pilot).commands, "the second row puts it after the track that plays"
    await press(pilot, "f10", "a")
    assert engine_of(pilot).last() == Enqueue((app.track_list.ids[1],))
    assert is_closed(app)


@CASES.of("seek_to")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "enter", "at", *"1:40", "enter")
    assert engine_of(pilot).last() == Seek(100.0)
    await press(pilot, "at", *"soon", "enter")
    assert engine_of(pilot).last() == Seek(100.0)
    assert is_closed(app)


@CASES.of("volume_to")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "percent_sign")
    app.screen.query_one(Input).value = "45 %"
    await press(pilot, "enter")
    assert engine_of(pilot).last() == SetVolume(45.0)


# --- every sheet ----------------------------------------------------------------------


@CASES.of(
    "sheet.down", "sheet.up", "sheet.page_down", "sheet.page_up", "sheet.first", "sheet.last",
    "sheet.choose", "sheet.close",
)  # fmt: skip
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "grave_accent", "j", "down", "k")
    rows = sheet_of(app).rows
    assert rows.cursor == 1
    await press(pilot, "ctrl+d")
    assert rows.cursor == 11
    await press(pilot, "pageup", "G")
    assert rows.cursor == rows.count - 1
    await press(pilot, "home", "enter")
    assert engine_of(pilot).last() == PlayTracks(tuple(app.track_list.ids))
    for key in ("escape", "q"):
        await press(pilot, "grave_accent", key)
        assert is_closed(app)


# --- plans ----------------------------------------------------------------------------


@CASES.of("plan.longer", "plan.shorter", "plan.add", "plan.play", "plan.export", "journey.route")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "v", "Y")
    sheet = sheet_of(app)
    assert isinstance(sheet, JourneySheet)
    await press(pilot, "plus")
    assert len(sheet.planned) == 17
    await press(pilot, "minus", "minus", "n")
    assert len(sheet.planned) == 13
    assert ("Route 2.", "dim") in sheet.words.words
    planned = sheet.planned
    await press(pilot, "a")
    assert engine_of(pilot).last() == Enqueue(planned)
    app = await press(pilot, "v", "j", "v", "Y", "space")
    assert isinstance(engine_of(pilot).last(), PlayTracks)
    app = await press(pilot, "g", "v", "j", "v", "Y", "e")
    assert isinstance(app.screen, PathPrompt)


@CASES.of("blend.give_back", "blend.give_on")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "v", "B")
    sheet = sheet_of(app)
    assert isinstance(sheet, BlendSheet)
    a, b = app.track_list.ids[:2]
    await press(pilot, "l")
    assert sheet.wishes() == (("genre", b), ("mood", b))
    await press(pilot, "left")
    assert sheet.wishes() == (("genre", a), ("mood", b))


# --- taste ----------------------------------------------------------------------------


@CASES.of("ban.list", "banned.allow")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "X", "b")
    assert isinstance(app.screen, BannedSheet)
    await press(pilot, "escape")
    bans = [Banned(BanScope.ARTIST, name, None, name, b"") for name in "ABC"]
    app.push_screen(BannedSheet(bans, engine_of(pilot)))
    engine_of(pilot).commands.clear()
    await press(pilot, "enter", "d", "x")
    assert [c.banned for c in engine_of(pilot).commands] == bans  # type: ignore[union-attr]
    assert sheet_of(app).rows.count == 0


@CASES.of("presets.use", "presets.save", "presets.delete")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "P", "s", *"late", "enter", "s")
    engine = engine_of(pilot)
    app.screen.query_one(Input).value = "early"
    await press(pilot, "enter")
    assert engine.commands == [SavePreset("late"), SavePreset("early")]
    await press(pilot, "space")
    assert engine.last() == UsePreset("late")
    await press(pilot, "s")
    app.screen.query_one(Input).value = "early"
    await press(pilot, "enter")
    assert engine.last() == UsePreset("late"), "other dials of that name would be lost"
    await press(pilot, "enter")
    assert engine.last() == SavePreset("early")
    engine.commands.clear()
    await press(pilot, "d", "j", "d")
    assert engine.commands == [], "each is asked for twice"
    assert isinstance(app.screen, PresetSheet)
    assert app.screen.words.words[0][0] == "d again deletes “early” for good."
    await press(pilot, "delete")
    assert engine.last() == DeletePreset("early")
    assert not app.screen.words.words


@CASES.of(
    "teach.same", "teach.unsure", "teach.again", "teach.undo", "teach.switch", "teach.reset",
)  # fmt: skip
async def _(pilot: Pilot[int]) -> None:
    app, engine = await press(pilot, "E"), engine_of(pilot)
    assert isinstance(app.screen, TeachSheet)
    for key, choice in (("s", Choice.SAME), ("x", Choice.UNSURE)):
        await press(pilot, key)
        answers = [c.choice for c in engine.commands if isinstance(c, Compare)]
        assert answers[-1] is choice
    for key, kind in (("r", PlayComparison), ("u", UndoComparison), ("o", SwitchEar)):
        await press(pilot, key)
        assert isinstance(engine.last(), kind)
    await press(pilot, "R")
    assert not isinstance(engine.last(), ResetEar), "it asks once more"
    await press(pilot, "R")
    assert engine.last() == ResetEar()


# --- help and questions ---------------------------------------------------------------


@CASES.of("help.close", "help.down", "help.up", "help.page_down", "help.page_up")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "f1")
    assert isinstance(app.screen, HelpScreen)
    rows = app.screen.query_one("#help-rows")
    at = []
    for key in ("down", "down", "up", "pagedown", "pageup"):
        await press(pilot, key)
        at.append(rows.scroll_offset.y)
    assert at[:3] == [1, 2, 1]
    assert at[3] > 5
    assert at[4] < at[3]
    await press(pilot, *"volume", "escape")
    assert isinstance(app.screen, HelpScreen), "the words go first"
    await press(pilot, "escape")
    assert is_closed(app)


@CASES.of("prompt.submit", "prompt.cancel", "export.other")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "r", "e")
    assert isinstance(app.screen, PathPrompt)
    before = app.screen.query_one(Input).value
    await press(pilot, "tab")
    assert isinstance(app.screen, PathPrompt)
    assert app.screen.query_one(Input).value != before
    engine_of(pilot).commands.clear()
    await press(pilot, "escape")
    assert is_closed(app)
    assert not engine_of(pilot).commands
    await press(pilot, "percent_sign", "enter")
    assert engine_of(pilot).commands == [SetVolume(80.0)]
    assert app_of(pilot).focused is app.track_list
