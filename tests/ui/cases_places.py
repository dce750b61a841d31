"""What brings another part of the screen to the front."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.hands import Cases, press

CASES = Cases()


@CASES.of("mini")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "z")
    assert app.is_mini
    assert not app.track_list.region.area
    await press(pilot, "z")
    assert not app.is_mini
    assert app.track_list.region.area


@CASES.of("tour")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "f3")
    assert app.is_touring
    assert app.tour_line.region.area
    await press(pilot, "f3")
    assert not app.is_touring


@CASES.of("notices")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "f4")
    assert type(app.screen).__name__ == "NoticeSheet"
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1


@CASES.of("choose_theme", "themes.take")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "ctrl+t", "j")
    assert app.theme == app.theme_names[1]
    await press(pilot, "escape")
    assert app.theme == "valve"
    await press(pilot, "ctrl+t", "j", "space")
    assert app.theme == app.theme_names[1]
