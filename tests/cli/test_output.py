"""Data on stdout survives byte for byte; nothing printed steers a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuiradio.cli.output import counted, json_line, length_text, line, path_line, plain, shortened


def test_a_path_is_printed_as_it_is_on_disk(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path_line(b"/m/\xff\xfe caf\xe9.mp3")
    assert capfdbinary.readouterr().out == b"/m/\xff\xfe caf\xe9.mp3\n"


def test_json_keeps_undecodable_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    json_line({"path": b"/m/\xff.mp3".decode("utf-8", "surrogateescape")})
    said = json.loads(capfdbinary.readouterr().out)
    assert said["path"].encode("utf-8", "surrogateescape") == b"/m/\xff.mp3"


@pytest.mark.parametrize("text", ["\x1b[2J", "a\rb", "a\nb", "\x9b31m", "\u202egnp.exe", "\u2028"])
def test_nothing_steers_the_terminal(text: str) -> None:
    assert "\ufffd" in plain(text)
    assert not set(plain(text)) & set("\x1b\r\n\x9b\u202e\u2028")


@pytest.mark.parametrize(
    "text", ["Sigur Rós – Ágætis byrjun", "椎名林檎", "👩‍🎤 [live] {x}", "עברית"]
)
def test_ordinary_names_stay(text: str) -> None:
    assert plain(text) == text


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1


def test_a_line_may_hold_lone_surrogates(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    line("a\udcffb")
    line("a\ud800b")
    assert capfdbinary.readouterr().out == b"a\xffb\na?b\n"


def test_lengths_and_counts() -> None:
    assert (length_text(187), length_text(3765), length_text(59.6)) == ("3:07", "1:02:45", "1:00")
    assert (counted(1, "track"), counted(12345, "track")) == ("1 track", "12,345 tracks")


def test_what_does_not_fit_is_cut_by_cells() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "ab…"
    assert shortened("椎名林檎", 8) == "椎名林檎"
    assert shortened("椎名林檎", 7) == "椎名林…"
    assert shortened("椎名林檎", 6) == "椎名…"
    # A mark takes no cell, and stays with its letter.
    assert shortened("e\u0301e\u0301e", 2) == "e\u0301…"


@given(st.text(), st.integers(1, 20))
def test_what_is_cut_keeps_its_beginning(text: str, columns: int) -> None:
    cut = shortened(text, columns)
    assert cut == text or (cut[-1] == "…" and text.startswith(cut[:-1]) and len(cut) <= len(text))
