from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation.libraries import library, track
from tuiradio.evaluation.sample import MOST_BY_ONE_ARTIST, draw, draw_some

TRACKS = [track(number, artist=f"Artist {number % 7 if number < 200 else number}")
          for number in range(1, 260)]  # fmt: skip


@settings(max_examples=25)
@given(st.integers(1, 400), st.integers(0, 5))
def test_a_draw_is_within_the_limit_in_order_and_repeatable(limit: int, seed: int) -> None:
    for sampler in (draw, draw_some):
        chosen = sampler(TRACKS, limit, np.random.default_rng(seed))
        assert len(chosen) <= limit
        ids = [each.id for each in chosen]
        assert ids == sorted(set(ids))
        assert chosen == sampler(TRACKS, limit, np.random.default_rng(seed))


def test_artists_come_in_dozens_and_not_whole() -> None:
    chosen = draw(TRACKS, 100, np.random.default_rng(0))
    assert max(Counter(each.artist for each in chosen).values()) == MOST_BY_ONE_ARTIST


def test_a_small_library_is_asked_whole() -> None:
    tracks = library(3)
    assert draw(tracks, 12, np.random.default_rng(0)) == tracks
