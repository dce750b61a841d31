"""What the search box finds, and what it says when it looked for something else."""

from __future__ import annotations

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tuiradio.ui.app import TuiradioApp

SIZE = (120, 40)


def edge(app: TuiradioApp) -> str:
    """The words on the edge of the list."""
    return str(app.screen_stack[0].query_one("#centre").border_title)


async def test_slips_are_mended_and_it_is_said(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"lantenrs")
        await settle(pilot)
        assert app.track_list.count == 5
        assert edge(app) == "Search · 5 · showing results for “lanterns”"
        await pilot.press(*["backspace"] * 4)
        await settle(pilot)
        assert edge(app) == "Search · 5"
        await pilot.press("escape")
        await settle(pilot)
        assert edge(app) == "Tracks · 32"


async def test_hostile_words_find_nothing_and_break_nothing(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("slash")
        for words in ('"', "[bold]zqzq", "zqzq OR *", "zqzq\0", "📻📻📻zqzq", "zqzqx " * 2_000):
            app.search_input.value = words
            await settle(pilot)
            assert app.listing.words == words
            assert edge(app) == "Search · 0"
        app.search_input.value = "blue"
        await settle(pilot)
        assert app.track_list.count > 0
