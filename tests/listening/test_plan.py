from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuiradio.listening.plan import listening_order

ids = st.lists(st.integers(0, 60), unique=True)


@given(
    pending=ids,
    playing=st.none() | st.integers(0, 60),
    relatives=st.lists(ids, max_size=4),
    queue=st.lists(st.integers(0, 60)),
)
def test_every_pending_track_comes_once_and_nothing_else(
    pending: list[int], playing: int | None, relatives: list[list[int]], queue: list[int]
) -> None:
    order = listening_order(pending, playing, relatives, queue)
    assert sorted(order) == sorted(pending)
    if playing in pending:
        assert order[0] == playing


def test_the_playing_track_then_relatives_in_turn_then_the_queue() -> None:
    album, genre = [11, 12, 13], [21, 22]
    order = listening_order(range(1, 40), 5, relatives=[album, genre], queue=[30, 11, 31])
    assert order[:8] == [5, 11, 21, 12, 22, 13, 30, 31]


def test_what_was_heard_already_is_left_out() -> None:
    assert listening_order([1, 2], playing=9, relatives=[[8, 2]], queue=[7, 1]) == [2, 1]


def test_the_rest_is_spread_over_the_library() -> None:
    order = listening_order(range(1000))
    for beginning in (10, 30, 100):
        gaps = [
            b - a
            for a, b in zip(
                [0, *sorted(order[:beginning])], [*sorted(order[:beginning]), 1000], strict=True
            )
        ]
        assert max(gaps) < 3 * 1000 / beginning


def test_no_tracks_no_order() -> None:
    assert listening_order([], 1, [[2]], [3]) == []
