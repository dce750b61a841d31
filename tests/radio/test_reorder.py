"""Playlists in an order in which each track leads to the next."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radio.support import World, random_world
from tuiradio.radio import reorder
from tuiradio.radio.reorder import reorder_for_flow


def arc(count: int) -> World:
    angles = np.linspace(0.0, math.pi / 2, count)
    return World({i: [math.cos(a), math.sin(a)] for i, a in enumerate(angles)})


def test_a_shuffled_arc_is_put_in_order() -> None:
    shuffled = random.Random(3).sample(range(30), 30)
    found = reorder_for_flow(shuffled, arc(30))
    assert list(found.track_ids) in (list(range(30)), list(range(29, -1, -1)))
    assert found.mean_after > found.mean_before
    assert found.worst_after > found.worst_before


def test_the_first_may_be_fixed() -> None:
    shuffled = random.Random(3).sample(range(30), 30)
    assert reorder_for_flow(shuffled, arc(30), first=0).track_ids == tuple(range(30))
    with pytest.raises(ValueError, match="not on the playlist"):
        reorder_for_flow([1, 2], arc(30), first=3)


def test_unheard_tracks_come_last_unless_first() -> None:
    found = reorder_for_flow([77, 2, 0, 88, 1], arc(3))
    assert found.unheard == (77, 88)
    assert found.track_ids[-2:] == (77, 88)
    assert reorder_for_flow([2, 0, 88, 1], arc(3), first=88).track_ids[0] == 88


def test_nothing_to_order() -> None:
    assert reorder_for_flow([], arc(3)).track_ids == ()
    assert math.isnan(reorder_for_flow([1], arc(3)).mean_after)


def test_long_playlists_are_improved_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reorder, "MOST_AT_ONCE", 10)
    shuffled = random.Random(5).sample(range(45), 45)
    found = reorder_for_flow(shuffled, arc(45), first=0)
    assert sorted(found.track_ids) == sorted(shuffled)
    assert found.mean_after > 0.99


@settings(max_examples=40, deadline=None)
@given(
    ids=st.lists(st.integers(0, 25), max_size=25),
    seed=st.integers(0, 50),
    is_fixed=st.booleans(),
)
def test_promises(ids: list[int], seed: int, is_fixed: bool) -> None:
    world = random_world(20, seed)
    first = ids[0] if is_fixed and ids else None
    found = reorder_for_flow(ids, world, first=first)
    assert sorted(found.track_ids) == sorted(ids)
    if first is not None:
        assert found.track_ids[0] == first

    def cost(order: list[int]) -> float:
        heard = [i for i in order if i in world]
        pairs = pairwise(heard)
        return sum((1.0 - float(world.similarities(a, [b])[0, 0])) ** 2 for a, b in pairs)

    if first is None:
        assert cost(list(found.track_ids)) <= cost(ids) + 1e-6
