"""Playlists: what is written is read again, and the real mpv opens it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st

from tuiradio.connect.playlists import PlaylistItem, write_m3u8
from tuiradio.errors import TuiradioError
from tuiradio.library.playlist_files import read_playlist

NASTY_NAMES = [
    b"plain.flac",
    b"# not a comment.flac",
    b"#EXTINF:1,x.flac",
    b"http:__x.flac",
    b" leading and trailing .flac ",
    b"caf\xe9 \xff.flac",
    "Björk 雨 🎵.flac".encode(),
    b"100% %20 --x.flac",
    b"-dash.flac",
    b"\xef\xbb\xbfbom.flac",
    b"tab\there.flac",
]


def item(folder: Path, name: bytes) -> PlaylistItem:
    return PlaylistItem(os.path.join(bytes(folder), name), "Title", "Artist", 12.4)


def test_the_layout_of_a_playlist(tmp_path: Path) -> None:
    file = tmp_path / "radio.m3u8"
    items = [
        PlaylistItem(b"/m/a.mp3", "Song", "Band", 61.6),
        PlaylistItem(b"/m/b.mp3", "", "", 0.0),
    ]
    written = write_m3u8(file, items, comments=["seed: Band - Song", "drift 0.35\n#EXTINF:9,x"])
    assert file.read_bytes() == (
        b"#EXTM3U\n# seed: Band - Song\n# drift 0.35 #EXTINF:9,x\n"
        b"#EXTINF:62,Band - Song\n/m/a.mp3\n#EXTINF:-1,b.mp3\n/m/b.mp3\n"
    )
    assert written.entries == 2
    assert written.skipped == ()


@pytest.mark.parametrize("relative", [False, True])
def test_nasty_names_come_back(tmp_path: Path, relative: bool) -> None:
    music = tmp_path / "music"
    music.mkdir()
    items = [item(music, name) for name in NASTY_NAMES]
    for one in items:
        with open(one.path, "wb"):
            pass
    for folder in (tmp_path, music):
        file = folder / "list.m3u8"
        write_m3u8(file, items, relative=relative)
        assert list(read_playlist(bytes(file)).paths) == [one.path for one in items]


def test_relative_paths_move_with_the_music(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    file = tmp_path / "lists" / "r.m3u8"
    write_m3u8(file, [item(tmp_path, b"a/b.mp3")], relative=True)
    assert b"\n../a/b.mp3\n" in file.read_bytes()


def test_a_path_with_a_line_break_is_skipped_and_reported(tmp_path: Path) -> None:
    bad, good = item(tmp_path, b"a\nb.mp3"), item(tmp_path, b"c.mp3")
    written = write_m3u8(tmp_path / "r.m3u8", [bad, good, item(tmp_path, b"a\rb.mp3")])
    assert written.entries == 1
    assert written.skipped == (bad.path, os.path.join(bytes(tmp_path), b"a\rb.mp3"))
    assert list(read_playlist(bytes(tmp_path / "r.m3u8")).paths) == [good.path]


@given(st.text(max_size=80), st.text(max_size=80), st.floats(-10, 1e6))
def test_hostile_tags_stay_on_their_line(
    tmp_path_factory: pytest.TempPathFactory, title: str, artist: str, duration_s: float
) -> None:
    file = tmp_path_factory.getbasetemp() / "hostile.m3u8"
    write_m3u8(file, [PlaylistItem(b"/m/a.mp3", title, artist, duration_s)])
    header, info, path, rest = file.read_bytes().split(b"\n")
    assert (header, path, rest) == (b"#EXTM3U", b"/m/a.mp3", b"")
    text = info.decode("utf-8")
    assert text.startswith("#EXTINF:")
    assert len(text.splitlines()) == 1


def test_surrogates_and_long_titles_are_written_as_valid_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "r.m3u8"
    write_m3u8(file, [PlaylistItem(b"/a.mp3", "\udcff\x1b[31m\u202e" + "x" * 10_000, "\ud800")])
    text = file.read_bytes().decode("utf-8")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 1_000


def test_a_missing_folder_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TuiradioError) as caught:
        write_m3u8(tmp_path / "no" / "r.m3u8", [])
    assert "r.m3u8" in caught.value.message
    assert "mkdir -p" in caught.value.hint


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "r.m3u8").mkdir()
    with pytest.raises(TuiradioError) as caught:
        write_m3u8(tmp_path / "r.m3u8", [])
    assert "folder" in caught.value.hint
    assert os.listdir(tmp_path) == ["r.m3u8"]


def test_a_failed_write_leaves_the_old_playlist_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "r.m3u8"
    write_m3u8(file, [item(tmp_path, b"a.mp3")])
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TuiradioError, match="No space left"):
        write_m3u8(file, [])
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["r.m3u8"]


def test_an_existing_file_keeps_its_rights_and_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "r.m3u8", tmp_path / "link.m3u8"
    write_m3u8(file, [])
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(0o600)
    link.symlink_to(file)
    write_m3u8(link, [item(tmp_path, b"a.mp3")])
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"a.mp3" in file.read_bytes()


def test_an_unreadable_playlist_is_told(tmp_path: Path) -> None:
    with pytest.raises(TuiradioError, match="cannot be read"):
        read_playlist(bytes(tmp_path / "none.m3u8"))


@pytest.mark.mpv
@pytest.mark.parametrize("relative", [False, True])
def test_the_real_mpv_opens_every_entry(tmp_path: Path, relative: bool) -> None:
    music = tmp_path / "# music"
    music.mkdir()
    # mpv itself strips blanks round a line, so such a name is beyond any playlist.
    items = [item(music, name) for name in NASTY_NAMES if name == name.strip()]
    for one in items:
        with open(one.path, "wb") as raw:
            sf.write(raw, np.zeros(1_600), 8_000, format="FLAC")
    file = music / "list.m3u8"
    write_m3u8(file, items, relative=relative, comments=["seed: x"])
    outcome = subprocess.run(
        ["mpv", "--no-config", "--ao=null", "--vo=null", "--length=0.1", f"--playlist={file}"],
        capture_output=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert outcome.stdout.count(b"Playing: ") == len(items)
    assert b"Failed" not in outcome.stdout + outcome.stderr


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_m3u8(tmp_path / "pipe", [PlaylistItem(b"/music/a.mp3", "A")])
    assert os.read(reading, 1_000) == b"#EXTM3U\n#EXTINF:-1,A\n/music/a.mp3\n"
    os.close(reading)
    assert (tmp_path / "pipe").is_fifo()


def test_a_device_without_room_says_so(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(TuiradioError, match="No space left"):
        write_m3u8(tmp_path / "full", [PlaylistItem(b"/music/a.mp3", "A")])
    assert Path("/dev/full").is_char_device()
