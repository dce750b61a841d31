"""Titles in large letters fit their place, or are not drawn large at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.test_text import HOSTILE
from tuiradio.ui import big_letters


def test_letters() -> None:
    assert big_letters.drawn("Hi!", 20) == ("█ █ █ █", "█▀█ █ ▀", "▀ ▀ ▀ ▀")
    assert big_letters.drawn("Hi!", 6) == ()
    assert big_letters.drawn("東京", 40) == ()
    assert big_letters.drawn("Björk", 40) == big_letters.drawn("bjork", 40)


def test_words_are_broken_between_lines() -> None:
    assert len(big_letters.wrapped("Come and find me", 70, 2)) == 3
    assert len(big_letters.wrapped("Come and find me", 40, 2)) == 7
    assert big_letters.wrapped("Come and find me", 40, 1) == ()
    assert big_letters.wrapped("Antidisestablishment", 40, 3) == ()


@given(HOSTILE | st.text("abc w!m…“", max_size=30), st.integers(0, 80), st.integers(0, 4))
def test_it_never_is_wider_or_higher_than_told(text: str, width: int, most: int) -> None:
    lines = big_letters.wrapped(text, width, most)
    assert all(len(line) <= width for line in lines)
    assert len(lines) <= max(0, 4 * most - 1)
