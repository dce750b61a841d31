"""Rows fill their list exactly, whatever the tags say."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.ui.test_text import HOSTILE
from tuiradio.library.rows import Sort
from tuiradio.library.track import Failure, FailureKind, Status, Track
from tuiradio.ui import columns
from tuiradio.ui.ink import width_of

KINDS = ("", "similar", "failed", "artist", "album", "genre")


@example("", "", "", 40, "album", False)
@example("", "", "", 24, "similar", False)
@given(HOSTILE, HOSTILE, HOSTILE, st.integers(16, 220), st.sampled_from(KINDS), st.booleans())
def test_every_row_is_as_wide_as_its_list(
    title: str, artist: str, genre: str, width: int, kind: str, playing: bool
) -> None:
    failure = Failure(FailureKind.BROKEN, title)
    track = Track(
        1, b"/r", b"x", 1, 1, title, artist, album=title, genres=(genre, artist), year=2020,
        duration_s=36_000.0, bpm=123.4, status=Status.FAILED, failure=failure, liked=True,
        play_count=123_456,
    )  # fmt: skip
    placed = columns.layout(width, kind)
    drawn = columns.row(track, placed, "▶" if playing else "", 0.5)
    assert width_of(drawn) == width - 1
    assert width_of(columns.header(placed, Sort.TITLE, descending=True)) == width - 1


@pytest.mark.parametrize("width", [40, 78, 110, 190])
def test_title_and_time_are_always_there(width: int) -> None:
    keys = [column.key for column in columns.layout(width)]
    assert keys[0] == "title"
    assert keys[-1] == "length"


def test_wider_lists_show_more() -> None:
    shown = [len(columns.layout(width)) for width in (50, 70, 90, 120)]
    assert shown == sorted(set(shown))


def test_similarity_as_a_bar() -> None:
    assert columns.bar(0.62) == "▰▰▰▱▱  62 %"
    assert columns.bar(-0.4) == "▱▱▱▱▱   0 %"
