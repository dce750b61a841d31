"""Journeys: even steps, one track an artist, honest when there is no way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radio.planted import planted
from tests.radio.support import World, finder, make_track, random_world
from tuiradio.radio.journey import Journey, journey
from tuiradio.radio.pick import History, RadioSettings, Rule

SETTINGS = RadioSettings()


def arc(count: int) -> World:
    """Tracks on a quarter of a circle: 0 at one end, ``count - 1`` at the other."""
    angles = np.linspace(0.0, math.pi / 2, count)
    return World({i: [math.cos(a), math.sin(a)] for i, a in enumerate(angles)})


def test_steps_are_even_along_the_way() -> None:
    found = journey([0, 60], 7, SETTINGS, History(), arc(61), finder([*map(make_track, range(61))]))
    assert len(found.track_ids) == 7
    steps = np.diff(found.track_ids)
    assert steps.min() >= 8
    assert steps.max() <= 12
    assert found.is_good
    assert found.words[0].startswith("The largest step is from")


def test_stops_tell_where_they_are() -> None:
    found = journey([0, 60], 5, SETTINGS, History(), arc(61), finder([*map(make_track, range(61))]))
    assert [stop.is_waypoint for stop in found.stops] == [True, False, False, False, True]
    assert found.worst_step == min(stop.step for stop in found.stops[1:])
    towards = [stop.to_end for stop in found.stops]
    assert towards == sorted(towards)


def test_one_track_an_artist() -> None:
    tracks = [make_track(i, artist=f"Band {'xyz'[i % 3]}" if i % 2 else "") for i in range(61)]
    found = journey([0, 60], 12, SETTINGS, History(), arc(61), finder(tracks))
    artists = [tracks[i].artist for i in found.track_ids]
    assert len(set(artists)) == len(artists)
    assert not any(stop.relaxed for stop in found.stops)


def test_artist_twice_is_reported() -> None:
    tracks = [make_track(i, artist="The Only Ones") for i in range(61)]
    found = journey([0, 60], 5, SETTINGS, History(), arc(61), finder(tracks))
    assert all(stop.relaxed == (Rule.ARTIST,) for stop in found.stops[1:-1])
    assert "For want of others an artist plays twice" in found.words


def test_another_route_has_other_stops() -> None:
    tracks = finder([*map(make_track, range(200))])
    world = arc(200)
    routes = [
        set(journey([0, 199], 8, SETTINGS, History(), world, tracks, route=number).track_ids)
        for number in range(3)
    ]
    assert routes[0] & routes[1] == {0, 199}
    assert routes[2] & (routes[0] | routes[1]) == {0, 199}


def test_no_way_is_told() -> None:
    angles = [0.01 * i for i in range(20)] + [math.pi / 2 + 0.01 * i for i in range(20)]
    world = World({i: [math.cos(a), math.sin(a)] for i, a in enumerate(angles)})
    tracks = finder([make_track(i, title=f"Song {i:02}") for i in range(40)])
    found = journey([0, 39], 8, SETTINGS, History(), world, tracks)
    assert not found.is_good
    assert "There is no smooth way" in found.words[0]
    assert "nothing in your library lies between" in found.words[0]


def test_several_waypoints_share_the_length_by_distance() -> None:
    world, tracks = arc(101), finder([*map(make_track, range(101))])
    found = journey([0, 20, 100], 13, SETTINGS, History(), world, tracks)
    assert found.track_ids[0] == 0
    assert found.track_ids[-1] == 100
    assert found.track_ids.index(20) == 3
    assert len(found.track_ids) == 13


def test_unheard_waypoint_is_told() -> None:
    tracks = finder(
        [make_track(i, title=f"Song {i}") for i in range(10)] + [make_track(99, "Gone")]
    )
    found = journey([0, 99], 8, SETTINGS, History(), arc(10), tracks)
    assert found.track_ids == (0, 99)
    assert not found.is_good
    assert found.words == ("No way can be planned: Gone has not been listened to yet",)


def test_small_library_gives_a_shorter_way() -> None:
    found = journey([0, 3], 10, SETTINGS, History(), arc(4), finder([*map(make_track, range(4))]))
    assert found.track_ids == (0, 1, 2, 3)
    assert any(words.startswith("4 tracks instead of 10") for words in found.words)


def test_where_all_in_between_is_banned_the_way_is_its_two_ends() -> None:
    tracks = [make_track(i, artist=f"Band {i}") for i in range(3)]
    history = History(banned=frozenset({2}))
    found = journey([0, 1], 3, SETTINGS, history, random_world(3, 0), finder(tracks))
    assert found.track_ids == (0, 1)


def test_one_waypoint_is_refused() -> None:
    with pytest.raises(ValueError, match="two different"):
        journey([1, 1], 5, SETTINGS, History(), arc(4), finder([]))


def test_hubs_are_no_short_cut() -> None:
    library = planted(1_200)
    index = library.index()
    hubs = stops = 0
    for start, end in ((300, 700), (301, 900), (400, 1_000)):
        way = journey([start, end], 15, SETTINGS, History(), index, library.find)
        hubs += len(library.hubs.intersection(way.track_ids))
        stops += len(way.stops)
    assert hubs < stops / 3


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(3, 40),
    artists=st.integers(1, 40),
    titles=st.integers(1, 40),
    length=st.integers(2, 15),
    route=st.integers(0, 2),
    seed=st.integers(0, 1000),
    banned=st.frozensets(st.integers(2, 39), max_size=10),
)
def test_promises(
    count: int,
    artists: int,
    titles: int,
    length: int,
    route: int,
    seed: int,
    banned: frozenset[int],
) -> None:
    tracks = [
        make_track(i, f"Tune {'abcdefgh'[i % min(8, titles)]}q", f"Band {i % artists}")
        for i in range(count)
    ]

    def go() -> Journey:
        return journey(
            [0, 1],
            length,
            SETTINGS,
            History(banned=banned),
            random_world(count, seed),
            finder(tracks),
            route=route,
        )

    found = go()
    assert found == go()
    ids = found.track_ids
    assert (ids[0], ids[-1]) == (0, 1)
    assert len(set(ids)) == len(ids) <= length
    assert not banned & set(ids)
    between = [stop for stop in found.stops if not stop.is_waypoint]
    recordings = [(tracks[s.track_id].artist, tracks[s.track_id].title) for s in between]
    assert len(set(recordings)) == len(recordings)
    for at, stop in enumerate(between):
        others = {tracks[i].artist for i in (0, 1, *(s.track_id for s in between[:at]))}
        assert (tracks[stop.track_id].artist in others) == (Rule.ARTIST in stop.relaxed)
    assert found.words
