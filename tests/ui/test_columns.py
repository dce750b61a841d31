"""Rows fill their list exactly, whatever the tags say."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.ui.test_text import HOSTILE
from tuiradio.library.rows import Sort
from tuiradio.library.track import Failure, FailureKind, Status, Track
from tuiradio.ui import columns, queue_columns
from tuiradio.ui.ink import width_of
from tuiradio.ui.queue_columns import Told

KINDS = ("", "similar", "failed", "artist", "album", "genre", "playlist")
WANTED = st.lists(st.sampled_from((*columns.NAMES, "nonsense")), max_size=12).map(tuple)


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


@given(st.integers(16, 220), st.sampled_from(KINDS), WANTED, st.integers(0, 1_000_000))
def test_columns_of_your_own_fill_their_list(
    width: int, kind: str, wanted: tuple[str, ...], place: int
) -> None:
    track = Track(
        1, b"/r", b"x", 1, 1, "Title", "Artist", album="Album", added_s=1e300, last_played_s=1e9,
        track_number=1_000, duration_s=36_000.0, play_count=123_456,
    )  # fmt: skip
    placed = columns.layout(width, kind, wanted)
    assert width_of(columns.row(track, placed, "", 0.5, place)) == width - 1
    assert width_of(columns.header(placed, None, descending=False)) == width - 1
    assert "title" in [column.key for column in placed]


def test_the_columns_wanted_last_give_way_first() -> None:
    wanted = ("plays", "title", "artist", "album", "added", "played")
    shown = [[c.key for c in columns.layout(width, "", wanted)] for width in (200, 50, 30)]
    assert shown[0] == list(wanted)
    assert all(keys == list(wanted[: len(keys)]) for keys in shown)
    assert len(shown[1]) > len(shown[2])


@given(HOSTILE, HOSTILE, st.integers(16, 220), st.booleans(), st.integers(0, 999_999))
def test_rows_of_the_queue_fill_their_list(
    title: str, why: str, width: int, is_read: bool, place: int
) -> None:
    track = Track(1, b"/r", b"x", 1, 1, title, why, album=title, bpm=123.4, duration_s=36_000.0)
    told = Told("⌁", "teal", place, 0.5, why)
    assert width_of(queue_columns.row(track if is_read else None, told, width)) == width - 1
    assert width_of(queue_columns.header(width)) == width - 1


def test_similarity_as_a_bar() -> None:
    assert columns.bar(0.62) == "▰▰▰▱▱  62 %"
    assert columns.bar(-0.4) == "▱▱▱▱▱   0 %"
