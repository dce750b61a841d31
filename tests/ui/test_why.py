"""The panel of reasons: which pick it explains, and everything a pick carries."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.protocol import PlayerChanged
from tuiradio.ui.why_panel import WhyPanel

SIZE = (120, 40)


async def _panel(pilot: Pilot[int], *keys: str) -> str:
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    panel = pilot.app.screen.query_one(WhyPanel)
    return "\n".join("".join(p.text for p in line) for line in panel.lines(60, 0))


async def test_a_seed_is_called_one_and_the_next_pick_explained(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        words = await _panel(pilot, "r", "w")
        assert "This track is the seed of the radio." in words
        assert "next Tramlines" in words


async def test_a_pick_shows_all_it_carries(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await _panel(pilot, "r", "w")
        engine.say(
            PlayerChanged(replace(engine.state.player, entry_id=502, track_id=engine.picks[1]))
        )
        words = await _panel(pilot)
        for part in (
            "▶ ", "like  Stairwell Waltz", "after Tramlines", "genre", "instruments",
            "96 → 99 BPM", "gloomy", "lively", "•", "Passed over 1 nearer track",
            "Moved up because you like Stairwell Waltz",
        ):  # fmt: skip
            assert part in words


async def test_the_row_in_focus_is_explained(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        words = await _panel(pilot, "r", "w", "tab", "j", "j", "j")
        assert words.startswith(" later Neon Rain")


async def test_what_was_chosen_is_said_to_be(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        assert "Nothing plays." in await _panel(pilot, "w")
        assert "You chose this track yourself." in await _panel(pilot, "enter")
