from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from tuiradio.library.text import (
    TEXT_LIMIT_CHARS,
    UNKNOWN_KEY,
    clean_text,
    fold,
    search_words,
    sort_key,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@settings(deadline=None)
@given(ANY_TEXT)
def test_clean_text_is_one_harmless_line(text: str) -> None:
    cleaned = clean_text(text)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert cleaned == cleaned.strip()
    assert clean_text(cleaned) == cleaned
    cleaned.encode()


@settings(deadline=None)
@given(ANY_TEXT)
def test_keys_can_be_stored_and_compared(text: str) -> None:
    sort_key(text).encode()
    assert sort_key(text)
    for word in search_words(text):
        word.encode()


def test_clean_text_by_example() -> None:
    assert clean_text("a\0b\r\n\x1b[31mc") == "a b [31mc"
    assert clean_text("\u202egnp.exe\u202c") == "gnp.exe"
    assert clean_text("[bold]x[/]") == "[bold]x[/]"
    assert clean_text("\ud800") == "\ufffd"
    assert len(clean_text("x" * 10_240)) == TEXT_LIMIT_CHARS


def test_fold_and_sort_key() -> None:
    assert fold("BJÖRK Straße") == "bjork strasse"
    assert sort_key("The Beatles") == sort_key("beatles")
    assert sort_key("The  Béatles ") == "beatles"
    assert sort_key("The The") == "the"
    assert sort_key("The") == "the"
    assert sort_key("") == sort_key(" \t") == UNKNOWN_KEY
    assert sort_key("!!!") == "!!!"


def test_search_words() -> None:
    assert search_words("AC/DC - T.N.T_2 Ünï") == ["ac", "dc", "t", "n", "t", "2", "uni"]
