"""The spectrum: columns that rise at once, fall steadily and fit their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.levels import LevelsTold
from tuiradio.playback.mpv_spectrum import BANDS_HZ
from tuiradio.ui.ink import width_of
from tuiradio.ui.meter import FALL_DB_PER_S
from tuiradio.ui.spectrum import NAMES, Spectrum, drawn, height, moved

LOUD = tuple(float(-10 - 5 * n) for n in range(8))
bands = st.lists(st.floats(-90, 0), min_size=8, max_size=8).map(tuple)


def told(levels: tuple[float, ...]) -> LevelsTold:
    return LevelsTold((-10.0,), (-2.0,), levels)


def test_each_octave_has_its_name() -> None:
    assert len(NAMES) == len(BANDS_HZ)
    assert [float(name.replace("k", "000")) for name in NAMES] == [float(hz) for hz in BANDS_HZ]


def test_a_column_jumps_up_and_falls_steadily() -> None:
    now = moved((), told(LOUD), 0.1)
    assert now == LOUD
    later = moved(now, told((-80.0,) * 8), 0.5)
    assert later[0] == pytest.approx(-10 - 0.5 * FALL_DB_PER_S)
    assert moved(now, told(()), 100.0) == (-60.0,) * 8
    assert moved((), told(()), 1.0) == ()


@given(bands, st.integers(0, 90), st.integers(0, 8))
def test_it_is_no_larger_than_its_place(levels: tuple[float, ...], width: int, lines: int) -> None:
    rows = drawn(levels, width, lines)
    assert len(rows) <= lines
    assert all(width_of(row) == width for row in rows)


@given(st.floats(-90, 0), st.floats(-90, 0), st.integers(1, 6))
def test_louder_is_higher(one: float, other: float, lines: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= height(low, lines) <= height(high, lines) <= 8 * lines


async def test_it_stands_on_the_stage_while_music_plays(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "L")
        await settle(pilot)
        spectrum = app.screen.query_one(Spectrum)
        assert not spectrum.display, "nothing was measured yet"
        engine.say(told(LOUD))
        await settle(pilot)
        shown = [spectrum.render_line(y).text for y in range(spectrum.size.height)]
        assert "█" in shown[-2]
        assert "63" in shown[-1]
        assert "8k" in shown[-1]
        engine.say(LevelsTold((-10.0,), (-2.0,)))
        await settle(pilot)
        assert spectrum.display, "it falls before it goes"
