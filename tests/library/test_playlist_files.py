"""Playlists of every kind are read, and none that is hostile or huge breaks or stalls."""

from __future__ import annotations

import contextlib
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuiradio.errors import TuiradioError
from tuiradio.library.playlist_files import MOST_ENTRIES, PlaylistFile, is_playlist, parse
from tuiradio.library.playlist_files import read_playlist as read


def nothing(path: bytes) -> bool:
    return False


def written(folder: Path, name: str, content: bytes) -> bytes:
    (folder / name).write_bytes(content)
    return os.fsencode(folder / name)


def test_what_is_taken_for_a_playlist() -> None:
    assert [is_playlist(n) for n in (b"a.m3u", b"a.M3U8", b"b.pls", b"c.XSPF")] == [True] * 4
    assert not any(map(is_playlist, (b".m3u", b"m3u", b"a.mp3", b"._a.m3u", b"a.m3u.bak")))


def test_reading_what_other_programs_write(tmp_path: Path) -> None:
    (tmp_path / "b.mp3").touch()
    file = written(
        tmp_path,
        "w.m3u",
        b"\xef\xbb\xbf#EXTM3U\r\n#PLAYLIST: Long Drive\r\n#EXTINF:1,x\r\nb.mp3\r\n\r\n  b.mp3  \r\n"
        b"http://radio.example/stream\r\n/abs/c.mp3\r../d.mp3",
    )
    here = bytes(tmp_path)
    paths = (here + b"/b.mp3",) * 2 + (b"/abs/c.mp3", os.path.dirname(here) + b"/d.mp3")
    assert read(file) == PlaylistFile("Long Drive", paths, addresses=1)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"caf\xe9.mp3", "café.mp3"),
        (b"it\x92s.mp3", "it’s.mp3"),
        (b"sub\\x.mp3", "sub/x.mp3"),
        ("sub\\é.mp3".encode(), "sub/é.mp3"),
        ("caf\u0065\u0301.mp3".encode(), "caf\u00e9.mp3"),
        ("caf\u00e9.mp3".encode(), "caf\u0065\u0301.mp3"),
        (b" x.mp3", " x.mp3"),
    ],
)
def test_names_are_found_however_they_are_spelled(tmp_path: Path, line: bytes, name: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / name).touch()
    file = written(tmp_path, "w.m3u", line + b"\nnowhere\xe9.mp3\n")
    assert read(file).paths == (os.fsencode(tmp_path / name), bytes(tmp_path) + b"/nowhere\xe9.mp3")


def test_addresses_of_files_are_files(tmp_path: Path) -> None:
    lines = b"file:///m/a%20b%25.mp3\nFILE://localhost/m/c.mp3\nfile:///m/caf%C3%A9.mp3\nhttps://x"
    assert read(written(tmp_path, "a.m3u8", lines)) == PlaylistFile(
        "", (b"/m/a b%.mp3", b"/m/c.mp3", "/m/café.mp3".encode()), 1
    )


def test_a_playlist_in_utf_16(tmp_path: Path) -> None:
    file = written(tmp_path, "a.m3u", "\ufeff/m/é.mp3\r\n".encode("utf-16-le"))
    assert read(file).paths == ("/m/é.mp3".encode(),)


def test_pls_goes_by_its_numbers(tmp_path: Path) -> None:
    text = (
        b"[playlist]\nFile2=/m/b.mp3\nTitle2=x\nfile1 = /m/a.mp3\nFile10=/m/c.mp3\nFile3=http://x"
    )
    assert read(written(tmp_path, "a.pls", text)) == PlaylistFile(
        "", (b"/m/a.mp3", b"/m/b.mp3", b"/m/c.mp3"), 1
    )


def test_xspf(tmp_path: Path) -> None:
    text = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
    <playlist version="1" xmlns="http://xspf.org/ns/0/"><title>Caf\xe9 &amp; bar</title><trackList>
    <track><location>file:///m/a%20b.mp3</location><location>second.mp3</location>
      <title>not this</title></track>
    <track><location>sub/c%20d.mp3</location></track>
    <track><location>https://x/y</location></track><track></track>
    </trackList></playlist>"""
    paths = (b"/m/a b.mp3", bytes(tmp_path) + b"/sub/c d.mp3")
    assert read(written(tmp_path, "a.xspf", text)) == PlaylistFile("Café & bar", paths, 1)


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><playlist>&a;</playlist>',
        b"<playlist><track><location>",
        b"not xml at all",
        b"",
    ],
)
def test_xspf_that_is_none_is_told(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(TuiradioError, match=r"a\.xspf"):
        read(written(tmp_path, "a.xspf", text))


def test_xspf_that_breaks_off_gives_what_it_had(tmp_path: Path) -> None:
    text = b"<playlist><track><location>/m/a.mp3</location></track><track><loc"
    assert read(written(tmp_path, "a.xspf", text)).paths == (b"/m/a.mp3",)


def test_what_is_no_file_is_told_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.m3u")
    for path in (tmp_path / "a.m3u", tmp_path, tmp_path / "none.m3u"):
        with pytest.raises(TuiradioError, match="cannot be read"):
            read(os.fsencode(path))


def test_huge_playlists_are_cut_and_take_no_time(tmp_path: Path) -> None:
    lines = b"#EXTINF:1," + b"x" * 10_000 + b"\n" + b"/m/a.mp3\n" * (MOST_ENTRIES + 5)
    started_s = time.process_time()
    found = parse(lines, b"a.m3u", b"/m", nothing)
    assert (len(found.paths), found.is_cut) == (MOST_ENTRIES, True)
    deep = b"<a>" * 200_000
    with pytest.raises(TuiradioError):
        parse(deep, b"a.xspf", b"/m", nothing)
    # Measured 0.4 s; not a budget, but a guard against what grows with the square.
    assert time.process_time() - started_s < 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (b"a.xspf", b"<a>" * 500_000),
        (b"a.pls", b"file1=\n" * 500_000),
        (b"a.m3u", b"#a\n" * 1_000_000),
    ],
    ids=["nested", "empty", "said"],
)
def test_much_of_nothing_takes_little_memory(name: bytes, content: bytes) -> None:
    tracemalloc.start()
    try:
        with contextlib.suppress(TuiradioError):
            parse(content, name, b"/m", nothing)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 30_000_000


def test_names_that_cannot_be_are_entries_that_are_not_there() -> None:
    found = parse(b"x\0y.mp3\n" + b"a" * 9_000 + b"\nfile:///%00\n", b"a.m3u", b"/m", nothing)
    assert len(found.paths) == 3
    assert not any(b"\0" in path for path in found.paths)


@given(st.binary(max_size=400), st.sampled_from((b"a.m3u", b"a.pls", b"a.xspf")))
def test_any_bytes_are_a_playlist_or_words(content: bytes, name: bytes) -> None:
    try:
        found = parse(content, name, b"/m", nothing)
    except TuiradioError:
        found = PlaylistFile()
    assert all(os.path.isabs(path) and b"\0" not in path for path in found.paths)
    assert len(found.title.splitlines()) <= 1
