"""The words of songs: LRC in all its shapes, every family of tags, any bytes at all."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen import id3

from tests.library.builders import write_audio
from tuiradio.library.lyrics import LyricLine, Lyrics, decode, from_pieces, parse
from tuiradio.library.lyrics_files import read_lyrics


def timed(lyrics: Lyrics) -> list[tuple[float | None, str]]:
    return [(line.at_s, line.text) for line in lyrics.lines]


def test_several_timestamps_sort_into_the_song() -> None:
    lyrics = parse("[00:12.00][01:02.5]Chorus\n[00:05.12]First\n")
    assert timed(lyrics) == [(5.12, "First"), (12.0, "Chorus"), (62.5, "Chorus")]
    assert lyrics.is_synced


@pytest.mark.parametrize(
    ("stamp", "at_s"),
    [("[01:02]", 62.0), ("[1:2.3]", 62.3), ("[01:02:50]", 62.5), ("[123:04,567]", 7384.567)],
)
def test_timestamps_as_players_write_them(stamp: str, at_s: float) -> None:
    assert timed(parse(f"{stamp} la la")) == [(pytest.approx(at_s), "la la")]


def test_the_offset_shows_everything_sooner() -> None:
    assert timed(parse("[offset:+500]\n[00:02.00]a\n[00:00.20]b")) == [(0.0, "b"), (1.5, "a")]
    assert timed(parse("[OFFSET: -1000 ]\n[00:02.00]a")) == [(3.0, "a")]
    assert timed(parse("[offset:soon]\n[00:02.00]a")) == [(2.0, "a")]


@pytest.mark.parametrize(
    "words",
    [
        "<00:01.00>One <00:01.50>two <00:02.00>three",
        "One [00:01.50]two [00:02.00]three",
        "<00:01.00>O<00:01.20>ne <00:01.50>two <00:02>three<00:03>",
    ],
)
def test_words_with_their_own_times_stay_words(words: str) -> None:
    assert timed(parse(f"[00:01.00]{words}")) == [(1.0, "One two three")]


def test_headers_are_no_words_but_sections_are() -> None:
    lyrics = parse("[ti:Title]\n[ar:Me]\n[Verse 1]\n[Chorus: both]\nla\n\n\n\nlo\n\n")
    assert [line.text for line in lyrics.lines] == ["[Verse 1]", "[Chorus: both]", "la", "", "lo"]
    assert not lyrics.is_synced


def test_a_line_broken_in_two_is_sung_together() -> None:
    assert timed(parse("[00:01.00]one\ntwo\n\n[00:03.00]three")) == [
        (1.0, "one"),
        (1.0, "two"),
        (3.0, "three"),
    ]


def test_the_line_sung_at_a_time() -> None:
    lyrics = parse("[00:01.00]a\n[00:02.00]b\n[00:02.00]b again\n[00:05.00]c")
    assert [lyrics.line_at(s) for s in (0.0, 0.99, 1.0, 2.0, 4.9, 99.0)] == [-1, -1, 0, 2, 2, 3]
    assert parse("a\nb").line_at(1.0) == -1
    assert Lyrics(()).line_at(1.0) == -1


def test_syllables_become_lines() -> None:
    pieces = (
        ("\nHel", 1.0),
        ("lo ", 1.2),
        ("there", 1.5),
        ("\nYou", 2.0),
        ("\n", 2.2),
        ("Me", 3.0),
    )
    assert timed(from_pieces(pieces)) == [(1.0, "Hello there"), (2.0, "You"), (3.0, "Me")]
    assert timed(from_pieces((("one", 1.0), ("two", 2.0)))) == [(1.0, "one"), (2.0, "two")]
    assert from_pieces(()).lines == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    assert decode("[00:01.00]Señor 田".encode(encoding)) == "[00:01.00]Señor 田"


def test_old_encodings() -> None:
    assert decode("Café".encode("latin-1")) == "Café"


@given(st.binary(max_size=400))
def test_any_bytes_are_lyrics_of_some_kind(raw: bytes) -> None:
    lyrics = parse(decode(raw))
    times = [line.at_s for line in lyrics.lines]
    assert times == sorted(t for t in times if t is not None) or set(times) <= {None}
    letters = "".join(line.text for line in lyrics.lines)
    assert not any(unicodedata.category(letter) == "Cc" for letter in letters)
    lyrics.line_at(10.0)


@given(st.text(alphabet="[]<>:.0123456789 ab\n\t", max_size=200))
def test_anything_like_lrc_is_survived(text: str) -> None:
    lyrics = parse(text)
    assert all((line.at_s is None) != lyrics.is_synced for line in lyrics.lines)
    assert all(line.at_s >= 0 for line in lyrics.lines if line.at_s is not None)


def test_a_huge_file_is_cut() -> None:
    lyrics = parse("[00:01.00]" + "x" * 100_000 + "\n" + "[00:02.00]y\n" * 100_000)
    assert len(lyrics.lines) <= 5_000
    assert max(len(line.text) for line in lyrics.lines) <= 400


def test_control_characters_do_not_reach_the_screen() -> None:
    assert parse("[00:01.00]a\x1b[31mb\x00\u202ec").lines == (LyricLine("a [31mb c", 1.0),)


# --- files ------------------------------------------------------------------------


def _id3(add: Callable[[Any], None]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        audio = mutagen.File(file)
        audio.add_tags()
        add(audio.tags)
        audio.save()

    return write


def _field(name: str, value: object) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        audio = mutagen.File(file)
        if audio.tags is None:
            audio.add_tags()
        audio[name] = value
        audio.save()

    return write


WORDS = "[00:01.00]one\n[00:02.00]two"
TAGGED: dict[str, tuple[str, Callable[[Path], None]]] = {
    "USLT": ("mp3", _id3(lambda tags: tags.add(id3.USLT(text=WORDS)))),
    "USLT in AIFF": ("aiff", _id3(lambda tags: tags.add(id3.USLT(text=WORDS)))),
    "SYLT": (
        "mp3",
        _id3(lambda t: t.add(id3.SYLT(format=2, text=[("one", 1000), ("two", 2000)]))),
    ),
    "LYRICS": ("flac", _field("LYRICS", WORDS)),
    "UNSYNCEDLYRICS": ("ogg", _field("UNSYNCEDLYRICS", [WORDS])),
    "©lyr": ("m4a", _field("\xa9lyr", [WORDS])),
    "free form": ("m4a", _field("----:com.apple.iTunes:LYRICS", [WORDS.encode()])),
    "APE": ("wv", _field("Lyrics", WORDS)),
    "ASF": ("wma", _field("WM/Lyrics", WORDS)),
}


@pytest.mark.parametrize("kind", TAGGED)
def test_lyrics_in_tags(kind: str, tmp_path: Path) -> None:
    suffix, write = TAGGED[kind]
    file = write_audio(tmp_path / f"song.{suffix}")
    write(file)
    lyrics = read_lyrics(bytes(file))
    assert lyrics is not None
    assert timed(lyrics) == [(1.0, "one"), (2.0, "two")]
    assert lyrics.source == "tags"


def test_lyrics_counted_in_frames_are_left_out(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "song.mp3")
    _id3(lambda tags: tags.add(id3.SYLT(format=1, text=[("one", 1000)])))(file)
    assert read_lyrics(bytes(file)) is None


def test_synced_words_beside_the_file_come_first(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "song.flac")
    _field("LYRICS", "plain words")(file)
    (tmp_path / "song.txt").write_text("words of the text file")
    assert _first(file) == ("plain words", "tags")
    (tmp_path / "SONG.LRC").write_text("[00:03.00]beside")
    assert _first(file) == ("beside", "SONG.LRC")


def test_plain_words_beside_the_file_do_not_hide_synced_ones(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "song.flac")
    (tmp_path / "song.lrc").write_text("no times here")
    assert _first(file) == ("no times here", "song.lrc")
    _field("LYRICS", WORDS)(file)
    assert _first(file) == ("one", "tags")


def test_the_name_with_its_suffix_counts_too(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "song.flac")
    (tmp_path / "song.flac.lrc").write_text("[00:01.00]here")
    assert _first(file) == ("here", "song.flac.lrc")
    (tmp_path / "song.lrc").write_text("[00:01.00]nearer")
    assert _first(file) == ("nearer", "song.lrc")


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = bytes(tmp_path) + b"/caf\xe9.ogg"
    write_audio(tmp_path / "x.ogg").rename(tmp_path / "y.ogg")
    (tmp_path / "y.ogg").rename(path.decode("utf-8", "surrogateescape"))
    with open(path[:-4] + b".lrc", "wb") as file:
        file.write(b"[00:01.00]bytes")
    lyrics = read_lyrics(path)
    assert lyrics is not None
    assert lyrics.lines == (LyricLine("bytes", 1.0),)


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "song.lrc")
    assert read_lyrics(os.fsencode(tmp_path / "song.mp3")) is None


def test_nothing_to_find(tmp_path: Path) -> None:
    assert read_lyrics(bytes(write_audio(tmp_path / "song.wav"))) is None
    assert read_lyrics(bytes(tmp_path / "gone" / "song.wav")) is None
    (tmp_path / "bad.mp3").write_bytes(b"\xff\xfb" + bytes(3000))
    (tmp_path / "bad.lrc").mkdir()
    assert read_lyrics(bytes(tmp_path / "bad.mp3")) is None


def _first(file: Path) -> tuple[str, str]:
    lyrics = read_lyrics(bytes(file))
    assert lyrics is not None
    return lyrics.lines[0].text, lyrics.source
