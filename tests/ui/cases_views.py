"""What actions do to the screen: each by its key, in an app that is put back before."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.hands import Cases, app_of, engine_of, press
from tuiradio.config import CoverStyle
from tuiradio.engine.protocol import AddRoots, Ban, Enqueue, PlayTracks, RetryFailures, TuneRadio
from tuiradio.engine.wishes import DeletePreset, SavePreset, UsePreset
from tuiradio.library.track import BanScope
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.help_screen import HelpScreen
from tuiradio.ui.plan_sheets import BlendSheet, JourneySheet
from tuiradio.ui.taste_sheets import BannedSheet, PresetSheet
from tuiradio.ui.teach_sheet import TeachSheet

CASES = Cases()


@CASES.of("similar")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "s")
    assert app.track_list.kind == "similar"
    assert app.track_list.count > 5
    await press(pilot, "escape")
    assert (app.track_list.kind, app.track_list.count) == ("", 32)


@CASES.of("why")
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


@CASES.of("tuner")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "t", "right", "right")
    engine = engine_of(pilot)
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


@CASES.of("presets")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "P", "s", *"late", "enter")
    engine = engine_of(pilot)
    assert engine.last() == SavePreset("late")
    assert isinstance(app.screen, PresetSheet)
    assert app.tuner.border_title == "Tuner · late"
    await press(pilot, "enter")
    assert engine.last() == UsePreset("late")
    await press(pilot, "d")
    assert engine.last() == UsePreset("late"), "what cannot be taken back is asked for twice"
    await press(pilot, "d")
    assert engine.last() == DeletePreset("late")
    assert app.screen.rows.count == 0
    await press(pilot, "q")
    assert len(app.screen_stack) == 1


@CASES.of("ban_more")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "X", "a")
    engine = engine_of(pilot)
    track_id = app.track_list.ids[0]
    assert engine.last() == Ban(track_id, True, BanScope.ARTIST)
    assert len(app.screen_stack) == 1
    await press(pilot, "X", "j", "j", "enter")
    assert engine.last() == Ban(track_id, True, BanScope.ALBUM)
    await press(pilot, "X", "b")
    assert isinstance(app.screen, BannedSheet)


@CASES.of("journey")
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
    assert engine_of(pilot).last() == PlayTracks(sheet.planned)
    assert not app.track_list.marked


@CASES.of("blend")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "v", "v", "B")
    sheet = app.screen
    assert isinstance(sheet, BlendSheet)
    a, b, c = app.track_list.ids[:3]
    assert sheet.wishes() == (("genre", a), ("mood", b), ("instruments", c))
    await press(pilot, "right", "G", "g", "j", "left")
    assert sheet.wishes() == (("genre", b), ("mood", a), ("instruments", c))
    await press(pilot, "a")
    assert engine_of(pilot).last() == Enqueue(sheet.planned)


@CASES.of("search")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "j", "j", "slash", *"blue", "down")
    assert app.listing.words == "blue"
    assert 0 < app.track_list.count < 32
    assert app.track_list.cursor == 1
    ids = tuple(app.track_list.ids)
    await press(pilot, "enter")
    assert engine_of(pilot).last() == PlayTracks(ids, 1)
    await press(pilot, "escape")
    assert app.listing.words is None
    assert (app.track_list.count, app.track_list.cursor) == (32, 2)


@CASES.of("mark")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "v", "v")
    assert app.track_list.chosen() == tuple(app.track_list.ids[:2])
    await press(pilot, "a")
    assert engine_of(pilot).last() == Enqueue(tuple(app.track_list.ids[:2]))
    assert not app.track_list.marked


@CASES.of("mark_all")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "ctrl+a")
    assert len(app.track_list.marked) == 32
    await press(pilot, "escape")
    assert not app.track_list.marked


@CASES.of("sort", "sort_turn")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "o", "o")
    assert app.listing.sort.value not in ("artist",)
    titles = [app.track_list.ids[0]]
    await press(pilot, "O")
    assert app.listing.descending
    assert app.track_list.ids[0] != titles[0]


@CASES.of(
    "cursor_down",
    "cursor_up",
    "page_down",
    "page_up",
    "first_row",
    "last_row",
)
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


@CASES.of("find_playing")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "G", "enter", "g", "y")
    assert app.track_list.cursor == 31


@CASES.of("export")
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


@CASES.of("teach")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "E")
    assert isinstance(app.screen, TeachSheet)
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@CASES.of("help")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "question_mark")
    assert isinstance(app.screen, HelpScreen)
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@CASES.of("command_palette")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "ctrl+p")
    assert len(app.screen_stack) == 2
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@CASES.of("add_folder")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "i")
    assert isinstance(app.screen, PathPrompt)
    app.screen.query_one("#path").value = str(Path(__file__).parent)  # type: ignore[attr-defined]
    await press(pilot, "enter")
    assert engine_of(pilot).last() == AddRoots((bytes(Path(__file__).parent),))


@CASES.of("next_theme")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    seen = [(await press(pilot, "T")).theme for _ in app.theme_names]
    assert sorted(seen) == sorted(app.theme_names)
    assert app.theme == "valve"


@CASES.of("focus_next", "focus_previous", "back")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "tab")
    assert app.focused is app.queue_list
    await press(pilot, "tab")
    assert app.focused is app.track_list
    await press(pilot, "shift+tab")
    assert app.focused is app.queue_list
    await press(pilot, "escape")
    assert app.focused is app.track_list


@CASES.of("lyrics")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "L")
    assert app.is_on_stage
    assert app.focused is app.stage.words
    await press(pilot, "L")
    assert not app.is_on_stage
    assert app.focused is app.track_list


@CASES.of("cover")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    before = app.shows_cover
    app.cover_style = CoverStyle.BLOCKS
    await press(pilot, "c")
    assert app.shows_cover is not before


@CASES.of("meter")
async def _(pilot: Pilot[int]) -> None:
    app = app_of(pilot)
    before = app.shows_meter
    await press(pilot, "V")
    assert app.shows_meter is not before


@CASES.of("station.tracks")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "6", "1")
    assert app.track_list.count == 32


@CASES.of("station.artists")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "2")
    assert app.focused is app.browse_list
    assert app.browse_list.count == 8
    assert app.track_list.count == 5
    await press(pilot, "j", "enter")
    assert app.browse_list.count == 1
    await press(pilot, "escape")
    assert (app.browse_list.count, app.browse_list.cursor) == (8, 1)


@CASES.of("station.albums")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "3", "enter")
    assert app.browse_list.count == 8
    assert app.focused is app.track_list


@CASES.of("station.genres")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "4", "j")
    assert app.browse_list.count == 8
    assert str(app.track_list.count) == app.browse_list.rows[1].note


@CASES.of("station.folders")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "5")
    assert app.browse_list.count == 1
    await press(pilot, "enter")
    assert app.browse_list.count == 8
    await press(pilot, "escape")
    assert app.browse_list.count == 1


@CASES.of("station.liked")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "6")
    assert app.track_list.count == 4


@CASES.of("station.new")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "7")
    assert app.listing.sort.value == "added"


@CASES.of("station.unplayed")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "8")
    assert app.track_list.count == 32


@CASES.of("station.failed")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "f")
    assert (app.track_list.count, app.track_list.kind) == (1, "failed")
    await press(pilot, "v", "R")
    assert engine_of(pilot).last() == RetryFailures((app.track_list.ids[0],))
