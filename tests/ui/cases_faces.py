"""What the keys of the views and of the filter do; the rest of them is in ``test_views``."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.hands import Cases, press

CASES = Cases()


@CASES.of("radio_view")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "r", "N")
    assert app.face == "radio"
    assert app.screen.query_one("#on-air").display
    await press(pilot, "N")
    assert app.face == ""


@CASES.of("queue_view")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "r", "I")
    assert app.face == "queue"
    assert app.queue_list.is_wide
    await press(pilot, "I")
    assert not app.queue_list.is_wide


@CASES.of("filter")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "4", "ampersand", *"e")
    assert app.listing.filters
    assert app.listing.words == "e"
    await press(pilot, "escape")
    assert not app.listing.filters


@CASES.of("station.playlists")
async def _(pilot: Pilot[int]) -> None:
    app = await press(pilot, "number_sign")
    assert app.listing.station.id == "playlists"
    assert app.focused is app.browse_list
