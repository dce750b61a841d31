"""One track into the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.radio.support import make_track
from tuiradio.library.track import Estimates, Track
from tuiradio.radio.flow import (
    beside,
    following,
    loudness_jump,
    tempo_jump,
    tempo_of,
    unevenness,
)
from tuiradio.radio.pick import Pick


def heard(track_id: int, tempo_bpm: float | None = None, **fields: object) -> Track:
    return make_track(track_id, estimates=Estimates(tempo_bpm, 0.5, -0.25), **fields)


def test_half_and_double_time_are_the_same_tempo() -> None:
    assert tempo_jump(60.0, 120.0) == pytest.approx(0.0)
    assert tempo_jump(240.0, 60.0) == pytest.approx(0.0)
    assert tempo_jump(100.0, 100.0 * 2**0.5) == pytest.approx(1.0)
    assert 0.0 < tempo_jump(120.0, 126.0) < tempo_jump(120.0, 140.0)
    assert tempo_jump(0.0, 120.0) == 0.0


@given(st.floats(0, 500), st.floats(0, 500))
def test_a_jump_is_a_share_and_the_same_both_ways(one: float, other: float) -> None:
    assert 0.0 <= tempo_jump(one, other) <= 1.0
    assert tempo_jump(one, other) == pytest.approx(tempo_jump(other, one), abs=1e-6)


def test_loudness_counts_where_it_is_known() -> None:
    quiet, loud = make_track(1, track_gain_db=2.0), make_track(2, track_gain_db=-10.0)
    assert loudness_jump(quiet, loud) == 1.0
    assert loudness_jump(quiet, make_track(3)) == 0.0
    assert unevenness(None, loud) == 0.0
    assert unevenness(quiet, loud) == pytest.approx(0.3)


def test_the_model_is_believed_before_the_tag() -> None:
    assert tempo_of(heard(1, 90.0, bpm=120.0)) == 90.0
    assert tempo_of(heard(1, bpm=120.0)) == 120.0
    assert tempo_of(None) == 0.0


def test_a_pick_is_shown_beside_the_track_before() -> None:
    pick = Pick(2, 1, 0.5, 0.5, 1, 0.5)
    shown = beside(pick, heard(2, 100.0), make_track(1, bpm=98.0), 1e6)
    assert (shown.tempo_bpm, shown.previous_tempo_bpm) == (100.0, 98.0)
    assert (shown.mood, shown.previous_mood) == ((0.5, -0.25), None)
    assert shown.unplayed_days is None
    aged = beside(pick, heard(2, last_played_s=1e6 - 86_400.0), None, 1e6)
    assert aged.unplayed_days == pytest.approx(1.0)
    assert beside(pick, None, None, 0.0) == pick


def test_a_pick_that_was_moved_follows_another_track() -> None:
    pick = Pick(2, 1, 0.5, 0.6, 1, 0.5)
    moved = following(pick, heard(2, 100.0), make_track(7, bpm=90.0), 0.4, 1e6)
    assert (moved.previous_id, moved.previous_similarity) == (7, 0.4)
    assert (moved.seed_id, moved.seed_similarity) == (1, 0.6)
    assert moved.previous_tempo_bpm == 90.0
    assert following(pick, None, make_track(7), float("nan"), 0.0).previous_similarity == 0.0
