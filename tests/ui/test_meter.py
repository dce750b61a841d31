"""The level meter: needles that rise at once and fall steadily, shown while music plays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.config import UiConfig
from tuiradio.engine.levels import LevelsTold
from tuiradio.engine.protocol import PlayerChanged, PlayerState, PlayStatus
from tuiradio.ui import meter
from tuiradio.ui.ink import width_of
from tuiradio.ui.meter import FALL_DB_PER_S, HELD_FOR_S, Meter, Needle, bow, moved, scales

LOUD = LevelsTold((-10.0, -14.0), (-2.0, -6.0))
decibels = st.floats(-90.0, 0.0)


def test_a_needle_jumps_up_and_falls_steadily() -> None:
    now = moved(Meter(), LOUD, 0.1)
    assert now == Meter(Needle(-10.0, -2.0, HELD_FOR_S), Needle(-14.0, -6.0, HELD_FOR_S))
    later = moved(now, LevelsTold((-80.0, -80.0), (-70.0, -70.0)), 0.5)
    assert later.left.level_db == pytest.approx(-10.0 - 0.5 * FALL_DB_PER_S)
    assert later.left.held_db == -2.0, "the peak hangs"
    much_later = moved(moved(later, None, HELD_FOR_S), None, 0.5)
    assert much_later.left.held_db < -2.0


def test_mono_moves_both_needles() -> None:
    now = moved(Meter(), LevelsTold((-10.0,), (-3.0,)), 0.1)
    assert now.left == now.right == Needle(-10.0, -3.0, HELD_FOR_S)


def test_silence_comes_to_rest() -> None:
    now = moved(Meter(), LOUD, 0.1)
    for _ in range(80):
        now = moved(now, None, 0.1)
    assert now.is_at_rest


@given(st.lists(st.tuples(decibels, decibels, st.floats(0.0, 2.0)), max_size=20))
def test_a_held_peak_is_never_below_the_level(steps: list[tuple[float, float, float]]) -> None:
    now = Meter()
    for rms_db, peak_db, passed_s in steps:
        now = moved(now, LevelsTold((rms_db, rms_db), (peak_db, peak_db)), passed_s)
        assert now.left.held_db >= now.left.level_db >= Needle().level_db
        assert 0.0 <= meter.fraction(now.left.level_db) <= 1.0


@given(decibels, decibels, st.integers(3, 80))
def test_it_is_as_wide_as_told(left_db: float, right_db: float, cells: int) -> None:
    now = moved(Meter(), LevelsTold((left_db, right_db), (left_db / 2, right_db / 2)), 0.1)
    assert width_of(bow(now, cells)) == cells - (cells + 1) % 2
    assert {width_of(line) for line in scales(now, max(10, cells))} == {max(10, cells) + 2}


def test_louder_is_wider() -> None:
    widths = [
        sum(piece.text.count("━") for piece in bow(moved(Meter(), LevelsTold((db,), (db,)), 0), 41))
        for db in (-60.0, -40.0, -20.0, -10.0, -1.0)
    ]
    assert widths == sorted(widths)
    assert widths[0] == 0
    assert widths[-1] > 30


# --- on the screen ----------------------------------------------------------------------


async def test_it_moves_while_music_plays_and_rests_in_a_pause(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        now = app.screen.query_one("#now")
        engine.say(LOUD)
        await settle(pilot)
        assert engine.watched == 0
        assert "━" not in now.render_line(2).text, "nothing plays"
        await pilot.press("enter")
        await settle(pilot)
        assert engine.watched == 0, "nobody watches"
        await pilot.press("V")
        await settle(pilot)
        assert engine.watched >= 1, "asked, and again while it is seen"
        engine.say(LOUD)
        await settle(pilot)
        assert "━━━" in now.render_line(2).text
        engine.say(PlayerChanged(replace(engine.state.player, status=PlayStatus.PAUSED)))
        await settle(pilot)
        assert "━" not in now.render_line(2).text
        assert "───" in now.render_line(2).text
        engine.say(PlayerChanged(PlayerState()))
        await settle(pilot)
        assert "───" not in now.render_line(2).text


async def test_its_key_turns_it_off(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "V")
        engine.say(LOUD)
        await pilot.press("V")
        engine.say(LOUD)
        await settle(pilot)
        now = app.screen.query_one("#now")
        assert "━━━" not in now.render_line(2).text
        watched = engine.watched
        app._watch_levels()
        assert engine.watched == watched, "nobody watches any more"
        await pilot.press("V")
        engine.say(LOUD)
        await settle(pilot)
        assert engine.watched > watched
        assert "━━━" in now.render_line(2).text


async def test_the_stage_has_one_of_its_own(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "L")
        engine.say(LOUD)
        await settle(pilot)
        facts, now = app.stage.facts, app.screen.query_one("#now")
        shown = [facts.render_line(y).text for y in range(facts.size.height)]
        assert [line[0] for line in shown[-3:-1]] == ["L", "R"]
        assert "━━━" not in now.render_line(2).text
        await pilot.press("L")
        await settle(pilot)
        watched = engine.watched
        app._watch_levels()
        assert (engine.watched, app.meter) == (watched, None)


async def test_the_configuration_turns_it_off_for_good(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app(UiConfig(meter=False))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "V")
        engine.say(LOUD)
        await settle(pilot)
        assert engine.watched == 0
        assert app.meter is None
        await pilot.press("L")
        engine.say(LOUD)
        await settle(pilot)
        assert (engine.watched, app.meter) == (0, None)
        assert any("configuration" in notice.message for notice in app._notifications)
