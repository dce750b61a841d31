"""When two titles are one recording."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuiradio.radio.recording import bare_title, is_nameless, is_similar_length


@pytest.mark.parametrize(
    "title",
    [
        "Song (Live)",
        "Song - Live",
        "Song (Live at Wembley Stadium) [2009 Remastered Version]",
        "Song - Remastered 2011",
        "Song - 2011 Remaster",
        "Song (Digital Remaster 2009)",
        "Song [Demo]",
        "Song (karaoke)",
        "Song (Instrumental)",
        "Song (Acoustic Version)",
        "Song - Radio Edit",
        "Song (Original Mix)",
        "Song - B mix",
        "Song (feat. X & Y)",
        "Song feat. X",
        "Song (Mono)",
        "SÓNG",
    ],
)
def test_marks_of_a_version_are_left_out(title: str) -> None:
    assert bare_title(title) == "song"


@pytest.mark.parametrize(
    "title",
    [
        "Song (Somebody Remix)",
        "Song (Taylor's Version)",
        "Song (Part 2)",
        "Song (Reprise)",
        "Song (Live Forever)",
        "Song - Something Else",
    ],
)
def test_other_recordings_keep_their_title(title: str) -> None:
    assert bare_title(title) != "song"


@pytest.mark.parametrize("title", ["Live and Let Die", "1979", "(Live)", "Live", "Demo", "!!!"])
def test_a_title_which_looks_like_a_mark_is_still_a_title(title: str) -> None:
    assert bare_title(title) not in ("", "let die")


@pytest.mark.parametrize("title", ["track 01", "untitled", "", "intro", "03"])
def test_nameless_titles(title: str) -> None:
    assert is_nameless(title)
    assert not is_nameless("code monkey")


def test_lengths_are_compared_only_when_known() -> None:
    assert is_similar_length(180.0, 181.0)
    assert not is_similar_length(180.0, 183.0)
    assert not is_similar_length(0.0, 0.0)


@given(st.text(max_size=2_000))
def test_any_text_is_a_legal_title(text: str) -> None:
    assert bare_title(bare_title(text)) is not None


@pytest.mark.parametrize(
    "hostile", ["(" * 5_000, "a (live) " * 2_000, " - live" * 2_000, "live " * 3_000]
)
def test_hostile_titles_take_no_time(hostile: str) -> None:
    began = time.process_time()
    bare_title(hostile)
    bare_title(f"Song ({hostile})")
    assert time.process_time() - began < 0.5
