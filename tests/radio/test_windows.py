"""Windows that a small library can keep."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.radio.support import finder, make_track, random_world
from tuiradio.radio.measure import Plan, measure
from tuiradio.radio.pick import RadioSettings
from tuiradio.radio.strategies import Strategy
from tuiradio.radio.windows import Credit, Variety, fitted, variety

NAMES = st.sampled_from(["", "A", "a", "B feat. A", "Simon & Garfunkel", "Various Artists"])
CREDITS = st.lists(st.builds(Credit, NAMES, NAMES, NAMES, st.integers(1, 9)), max_size=30)


def test_a_third_of_what_there_is() -> None:
    settings = RadioSettings()
    small = fitted(settings, Variety(15, 20))
    assert (small.artist_window, small.album_window) == (5, 6)
    assert fitted(settings, Variety(24, 36)) == settings
    assert fitted(settings, Variety(0, 0)).artist_window == 1


def test_a_window_that_is_off_stays_off() -> None:
    off = replace(RadioSettings(), artist_window=0, album_window=0)
    assert fitted(off, Variety(3, 3)) == off


def test_guests_and_spellings_are_no_artists_of_their_own() -> None:
    named = [Credit("A", "", "X"), Credit("a feat. B", "", "x"), Credit("The A", "A", "Y")]
    assert variety(named) == Variety(1, 2)


def test_nobody_and_no_album_count_for_each_track() -> None:
    assert variety([Credit("", "", "", 7), Credit("Various Artists", "", "", 2)]) == Variety(9, 9)


@given(named=CREDITS)
def test_there_is_no_more_variety_than_tracks(named: list[Credit]) -> None:
    found = variety(named)
    tracks = sum(credit.tracks for credit in named)
    assert 0 <= found.artists <= tracks
    assert 0 <= found.albums <= tracks
    assert variety([*named, *named]).artists <= 2 * found.artists
    assert variety(reversed(named)) == found


@given(window=st.integers(0, 50), artists=st.integers(0, 200), albums=st.integers(0, 200))
def test_windows_never_grow_and_leave_two_thirds_to_choose_from(
    window: int, artists: int, albums: int
) -> None:
    settings = RadioSettings(artist_window=window, album_window=window)
    found = fitted(settings, Variety(artists, albums))
    for kept, choices in ((found.artist_window, artists), (found.album_window, albums)):
        assert min(window, 1) <= kept <= window
        assert kept <= max(1, choices / 3)
    assert replace(found, artist_window=window, album_window=window) == settings


def test_a_small_library_keeps_its_rules_and_stays_nearer() -> None:
    """Eight artists, where a window of eight would have every pick break a rule."""
    world = random_world(48)
    tracks = [make_track(i, artist=f"Band {'abcdefgh'[i % 8]}") for i in range(48)]
    plan = Plan(5, 20, (Strategy.RADIO,))
    settings = RadioSettings(min_length_s=0.0)
    report = measure(range(48), settings, world, finder(tracks), random.Random(0), plan)
    assert report.artist_window == 2
    assert report.figures[0].reported_breaks == 0
    assert report.figures[0].same_artist_share == 0.0
