"""Likeness by tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.radio.support import make_track
from tuiradio.library.track import Track
from tuiradio.radio.fallback import likeness, tag_similarity


def test_shared_tags_make_tracks_alike() -> None:
    seed = make_track(1, artist="A", genres=("Jazz", "Soul"), year=1970, album="X")
    twin = make_track(2, artist="A", genres=("jazz", "soul"), year=1970, album="x")
    cousin = make_track(3, genres=("Jazz",), year=1975)
    stranger = make_track(4, genres=("Metal",), year=2020)
    near = [tag_similarity(seed, other) for other in (twin, cousin, stranger)]
    assert near == sorted(near, reverse=True)
    assert 0.0 <= near[2] < near[1] < near[0] <= 1.0


def test_without_tags_the_folder_counts() -> None:
    seed = make_track(1, relative_path=b"a/b/1.ogg")
    same = tag_similarity(seed, make_track(2, relative_path=b"a/b/2.ogg"))
    beside = tag_similarity(seed, make_track(3, relative_path=b"a/c/3.ogg"))
    far = tag_similarity(seed, make_track(4, relative_path=b"x/y/\xff.ogg"))
    assert same > beside > far


def test_the_nearest_seed_is_named() -> None:
    seeds = [make_track(1, genres=("Jazz",)), make_track(2, genres=("Metal",))]
    score, nearest = likeness(seeds, make_track(3, genres=("metal",)))
    assert nearest == 1
    assert score > 0.4


def test_a_blank_album_is_none_from_either_side() -> None:
    blank, none = make_track(1, album=" "), make_track(1, album="")
    named = make_track(1, album="Album")
    assert tag_similarity(blank, none) == tag_similarity(none, blank)
    assert tag_similarity(blank, blank) < tag_similarity(named, named)


TRACKS = st.builds(
    lambda i, artist, genres, year, album: make_track(
        i, artist=artist, genres=tuple(genres), year=year, album=album
    ),
    st.integers(1, 9),
    st.text(max_size=8),
    st.lists(st.text(max_size=5), max_size=3),
    st.integers(0, 3000),
    st.text(max_size=5),
)


@given(one=TRACKS, other=TRACKS)
def test_likeness_is_a_share_and_the_same_both_ways(one: Track, other: Track) -> None:
    near = tag_similarity(one, other)
    assert 0.0 <= near <= 1.0 + 1e-9
    assert near == pytest.approx(tag_similarity(other, one))


@given(seeds=st.lists(TRACKS, min_size=1, max_size=5), other=TRACKS)
def test_no_seed_is_nearer_than_the_one_named(seeds: list[Track], other: Track) -> None:
    score, nearest = likeness(seeds, other)
    assert score == tag_similarity(seeds[nearest], other)
    assert all(tag_similarity(seed, other) <= score for seed in seeds)
