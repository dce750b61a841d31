"""Blends: the genre of one with the tempo of another."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radio.support import World, finder, make_track, random_world
from tuiradio.library.track import Banned, BanScope
from tuiradio.radio.blend import Blend, blend
from tuiradio.radio.pick import History, RadioSettings

CALM = RadioSettings(adventure=0.0)
SIDES = {"left": [1.0, 0.0], "right": [0.0, 1.0]}


def crossed() -> World:
    """Tracks 0…19: genre left or right, tempo left or right, each a little off."""
    vectors = {}
    for i in range(20):
        genre, tempo = SIDES["left" if i % 2 else "right"], SIDES["left" if i % 4 > 1 else "right"]
        vectors[i] = [genre[0], genre[1] + 0.01 * i, tempo[0], tempo[1] + 0.012 * i]
    return World(vectors, ("genre", "tempo"))


def mix(world: World, *wishes: tuple[str, int], count: int = 4, **fields: object) -> Blend:
    tracks = finder([make_track(i) for i in range(60)])
    history = History(**fields)  # type: ignore[arg-type]  # fields vary by test
    return blend(wishes, count, CALM, history, world, tracks, random.Random(1))


def test_each_wish_is_met_in_its_sub_space() -> None:
    # Genre of 1 (left), tempo of 0 (right): tracks 1, 5, 9 … have both.
    found = mix(crossed(), ("genre", 1), ("tempo", 0))
    assert {pick.track_id for pick in found.picks} == {5, 9, 13, 17}
    assert found.is_divided
    assert found.words == ()
    names = [name for name, _ in found.picks[0].by_subspace]
    assert names == ["genre", "tempo"]


def test_undivided_model_says_so() -> None:
    found = mix(random_world(30), ("genre", 1), ("tempo", 2))
    assert not found.is_divided
    assert "does not tell genre, tempo apart" in found.words[0]
    assert len(found.picks) == 4


def test_unknown_sub_space_says_so() -> None:
    found = mix(crossed(), ("genre", 1), ("mood", 2))
    assert found.words == ("This model does not know mood: the whole sound stands for it",)


def test_unheard_wish_is_told_and_left_out() -> None:
    found = mix(crossed(), ("genre", 1), ("tempo", 55))
    assert any("has not been listened to yet" in words for words in found.words)
    assert found.picks
    assert mix(crossed(), ("genre", 55)).picks == ()


def test_never_list_holds() -> None:
    ban = Banned(BanScope.ARTIST, make_track(5).artist, artist=make_track(5).artist)
    found = mix(crossed(), ("genre", 1), ("tempo", 0), bans=(ban,), banned=frozenset({9}))
    assert {5, 9}.isdisjoint(pick.track_id for pick in found.picks)


def test_manners_hold() -> None:
    tracks = finder([make_track(i, artist="A" if i in (5, 9, 13) else "") for i in range(20)])
    found = blend(
        (("genre", 1), ("tempo", 0)), 3, CALM, History(), crossed(), tracks, random.Random()
    )
    ids = [pick.track_id for pick in found.picks]
    assert len({5, 9, 13} & set(ids)) == 1


def test_why_the_wished_artist_comes_late_is_told() -> None:
    tracks = finder([make_track(i, artist="A" if i in (1, 5, 9) else "") for i in range(20)])
    found = blend(
        (("genre", 1), ("tempo", 0)), 4, CALM, History(), crossed(), tracks, random.Random()
    )
    (words,) = found.words
    assert words.startswith("2 nearer tracks come later: the artist of a wished track")
    assert found.picks[0].track_id not in (5, 9)


def test_no_wish_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mix(crossed())


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(1, 20),
    size=st.integers(2, 40),
    wishes=st.lists(
        st.tuples(st.sampled_from(["genre", "mood", "x"]), st.integers(0, 41)),
        min_size=1,
        max_size=4,
    ),
    seed=st.integers(0, 99),
)
def test_promises(count: int, size: int, wishes: list[tuple[str, int]], seed: int) -> None:
    world = random_world(size, seed, names=("genre", "mood"))
    tracks = finder([make_track(i, artist=f"Band {i % 7}") for i in range(42)])

    def go() -> Blend:
        return blend(wishes, count, RadioSettings(), History(), world, tracks, random.Random(seed))

    found = go()
    assert found == go()
    ids = [pick.track_id for pick in found.picks]
    assert len(set(ids)) == len(ids) <= count
    assert not set(ids) & {wished for _, wished in wishes if wished < size}
    assert len(ids) == count or found.words
