"""What is drawn when: only what looks otherwise, and in as few pieces as it can be."""

from __future__ import annotations

from collections.abc import Callable, Set
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tuiradio.library.track import Track
from tuiradio.ui.ink import Piece, cut, runs_of, width_of
from tuiradio.ui.meter import Meter, Needle, scales, stand
from tuiradio.ui.track_list import TrackList
from tuiradio.ui.tracks import TrackCache

pieces = st.lists(
    st.builds(Piece, st.text("ab 語é", max_size=6), st.sampled_from(("text", "dim", "amber")))
)
needles = st.builds(Needle, st.floats(-42.0, 0.0), st.floats(-42.0, 0.0))


@given(pieces, st.integers(0, 30))
def test_runs_fill_the_line_with_the_same_signs_in_the_same_inks(
    given: list[Piece], width: int
) -> None:
    shown = cut(given, width)
    runs = runs_of(shown, width)
    filler = Piece(" " * (width - width_of(shown)))
    cells = [(sign, piece.ink) for piece in (*shown, filler) for sign in piece.text]
    assert [(sign, ink) for text, ink in runs for sign in text] == cells
    assert all(one[1] != two[1] for one, two in pairwise(runs))


@given(needles, needles, st.integers(10, 60))
def test_a_needle_moves_within_the_cells_it_tells(was: Needle, now: Needle, cells: int) -> None:
    told = stand(now, cells).changed(stand(was, cells))
    lines = [
        [(sign, piece.ink) for piece in scales(Meter(at), cells)[0][1:] for sign in piece.text]
        for at in (was, now)
    ]
    moved = [x for x, (before, after) in enumerate(zip(*lines, strict=True)) if before != after]
    first, last = told or (0, -1)
    assert all(first <= x <= last for x in moved)
    if told is None:
        assert not moved


class Reads:
    """Stands for the store: answers when told to."""

    def __init__(self) -> None:
        self.rows: dict[int, Track] = {}
        self.told: list[Set[int]] = []
        self.cache = TrackCache(self._fetch, self.told.append)

    def _fetch(self, ids: tuple[int, ...], then: Callable[[list[Track]], None]) -> None:
        then([self.rows[i] for i in ids if i in self.rows])


def a_track(number: int, title: str = "") -> Track:
    return Track(number, b"/m", b"%d" % number, 0, 0, title or f"title {number}", "artist")


def test_only_rows_that_are_not_as_they_were_are_told_of() -> None:
    reads = Reads()
    reads.rows = {n: a_track(n) for n in (1, 2)}
    reads.cache.want([1, 2, 3])
    assert reads.told == [{1, 2, 3}]
    reads.cache.forget([1, 2])
    reads.rows[2] = a_track(2, "another")
    reads.cache.want([1, 2])
    assert reads.told == [{1, 2, 3}, {2}]
    reads.cache.forget([1])
    reads.cache.want([1])
    assert len(reads.told) == 2


async def test_rows_out_of_sight_repaint_nothing(
    make_app: AppFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        asked: list[int] = []
        monkeypatch.setattr(TrackList, "refresh_line", lambda _, row: asked.append(row))
        app.tracks_arrived({-5})
        assert asked == []
        app.tracks_arrived({app.track_list.ids[2]})
        assert asked == [2]
