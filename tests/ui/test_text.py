"""Any string becomes cells of a known width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuiradio.ui import dial
from tuiradio.ui.text import clean, clock, crop, fit, span

HOSTILE = st.one_of(
    st.text(),
    st.text(st.characters(min_codepoint=0x1F000, max_codepoint=0x1FAFF)),
    st.text(
        st.sampled_from("a\u200d\ufe0f\u202e\u0301\u20dd\x1b[]\n\t\0日👨🇩🇪🏽\u1160\uffa0é\ud800")
    ),
    st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")),
)


@given(HOSTILE, st.integers(-3, 60), st.booleans())
def test_fit_fills_its_width_exactly(text: str, width: int, right: bool) -> None:
    fitted = fit(text, width, right=right)
    assert cell_len(fitted) == max(0, width)
    fitted.encode()


@given(HOSTILE)
def test_clean_text_is_as_wide_as_its_letters(text: str) -> None:
    cleaned = clean(text)
    assert cell_len(cleaned) == sum(cell_len(letter) for letter in cleaned)
    assert not any(letter in cleaned for letter in "\n\t\x1b\u200d\u202e\ufe0f")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Intro] [bold]x[/]", "[Intro] [bold]x[/]"),
        ("🇩🇪 Hits", "DE Hits"),
        ("👨‍👩‍👧 home", "👨👩👧 home"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("line\none\x1b[31m", "line one[31m"),
        ("Z\u0351\u0352\u0353\u0354algo", "Z\u0353\u0354algo"),
    ],
)
def test_clean_keeps_words_and_drops_tricks(text: str, shown: str) -> None:
    assert sorted(clean(text)) == sorted(shown) or clean(text) == shown
    assert len(clean(text)) == len(shown)


def test_a_title_of_ten_kilobytes_is_cut() -> None:
    assert len(clean("x" * 10_000)) < 500


@given(st.text(), st.integers(0, 20))
def test_crop_never_exceeds_its_width(text: str, width: int) -> None:
    assert cell_len(crop(clean(text), width)) <= width


def test_times_in_words() -> None:
    assert [clock(s) for s in (0, 59.9, 61, 3723, -5)] == [
        "0:00",
        "0:59",
        "1:01",
        "1:02:03",
        "0:00",
    ]
    assert [span(s) for s in (5, 90, 4000, 200_000)] == ["5 s", "1 min", "1 h 06", "2 days"]


@given(st.integers(0, 200), st.floats(0, 1) | st.none(), st.floats(0, 20_000))
def test_a_dial_fills_its_width(width: int, fraction: float | None, duration_s: float) -> None:
    marks = dial.time_ticks(width, duration_s)
    pieces = dial.scale(width, fraction, tuple(at for at, _ in marks))
    assert sum(cell_len(piece.text) for piece in pieces) == width
    assert len(dial.labels(width, marks)) == width
