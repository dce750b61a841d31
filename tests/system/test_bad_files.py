"""Every kind of bad file through the real command line: a reason each, and no lost work."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import struct
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import RATE_HZ, tiny_song, write_tagged
from tests.system.commands import Home, killed_after, wait_until

pytestmark = pytest.mark.system

HOSTILE_TITLE = "[red]x[/red] [/] \x1b[2J\u202eexe.3pm\u2066 椎名林檎 👩‍🎤 " + "T" * 10_000
BYTES_NAME = b"caf\xe9 \xff.flac"
NEWLINE_NAME = b"line\nbreak.flac"
LONG_S = 3 * 3600

FAILED = {
    "empty.mp3": "empty",
    "header.flac": "broken",
    "locked.flac": "unreadable",
    "short.wav": "too short",
    "silence.flac": "silent",
    "text.mp3": "not audio",
}
HEARD_ALL_THE_SAME = {"truncated.flac", "garbage.mp3", "untagged.wav", "hostile.flac"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("h"))


@pytest.fixture(scope="module")
def bad_music(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Four good songs, and everything that can be wrong with a file."""
    root = tmp_path_factory.mktemp("bad")
    for number, style in enumerate(("folk", "waltz", "folk")):
        tags = {"title": f"Good {number}", "artist": f"Artist {number}"}
        write_tagged(
            root / f"good{number}.flac", tiny_song(style, 4.0, tags["title"]), 22_050, tags
        )
    write_tagged(root / "good.mp3", tiny_song("folk", 6.0), RATE_HZ, {"title": "Good mp3"})
    _write_unplayable(root)
    flac, mp3 = (root / "good0.flac").read_bytes(), bytearray((root / "good.mp3").read_bytes())
    (root / "truncated.flac").write_bytes(flac[: len(flac) // 2])
    # Its header promises more than five seconds.
    write_tagged(root / "header.flac", tiny_song("folk", 6.0, "l"), RATE_HZ, {"title": "Header"})
    long_flac = (root / "header.flac").read_bytes()
    (root / "header.flac").write_bytes(long_flac[: _first_frame(long_flac)])
    middle = slice(len(mp3) // 3, 2 * len(mp3) // 3)
    mp3[middle] = np.random.default_rng(0).bytes(len(mp3[middle]))
    (root / "garbage.mp3").write_bytes(mp3)
    soundfile.write(root / "untagged.wav", tiny_song("waltz", 4.0, "u"), RATE_HZ)
    hostile = {"title": HOSTILE_TITLE, "artist": "[/] \x07\x9b31m" + "A" * 5_000}
    write_tagged(root / "hostile.flac", tiny_song("waltz", 4.0, "h"), RATE_HZ, hostile)
    for name in (BYTES_NAME, NEWLINE_NAME):
        shutil.copy(root / "good1.flac", os.fsencode(root) + b"/" + name)
    yield root
    (root / "locked.flac").chmod(0o600)


def _write_unplayable(root: Path) -> None:
    (root / "empty.mp3").touch()
    (root / "text.mp3").write_text("this is no music\n" * 500)
    clip = tiny_song("folk", 2.0)[: int(0.3 * RATE_HZ)]
    soundfile.write(root / "short.wav", clip, RATE_HZ)
    soundfile.write(root / "silence.flac", np.zeros(5 * RATE_HZ, np.float32), RATE_HZ)
    write_tagged(root / "locked.flac", tiny_song("folk", 3.0, "l"), RATE_HZ, {"title": "Locked"})
    (root / "locked.flac").chmod(0)


def _first_frame(flac: bytes) -> int:
    """Where the metadata blocks end."""
    place, is_last = 4, False
    while not is_last:
        is_last = bool(flac[place] & 0x80)
        place += 4 + int.from_bytes(flac[place + 1 : place + 4], "big")
    return place


@pytest.fixture(scope="module")
def scanned(home: Home, bad_music: Path) -> dict[str, int]:
    """The counts after the bad files were scanned and listened to."""
    ran = home.run("scan", str(bad_music), "--json")
    assert ran.status == 0, ran.words
    # Decoders complain on stderr, which belongs to words for the user.
    assert "mpg123" not in ran.words
    return dict(ran.json())


def test_every_bad_file_gets_its_reason_and_the_good_ones_are_heard(
    home: Home, scanned: dict[str, int], bad_music: Path
) -> None:
    assert (scanned["tracks"], scanned["failed"], scanned["pending"]) == (16, len(FAILED), 0)
    failures = home.run("failures", "--json").json()
    assert {Path(one["path"]).name: one["kind"] for one in failures} == FAILED
    assert all(one["reason"][0].isupper() and one["reason"][-1] == "." for one in failures)
    assert len(home.run("failures").lines) == len(FAILED)


def test_damaged_files_that_sound_are_listened_to(home: Home, scanned: dict[str, int]) -> None:
    similar = home.run("similar", "good 0", "-n", "99", "--json").json()["similar"]
    assert {Path(one["path"]).name for one in similar} >= HEARD_ALL_THE_SAME


def test_the_radio_picks_no_failed_file(home: Home, scanned: dict[str, int]) -> None:
    ran = home.run("radio", "good 0", "--length", "40", "--json")
    names = [Path(one["path"]).name for one in ran.json()["picks"]]
    assert len(names) == 39
    assert not set(names) & set(FAILED)
    assert b"not listened to yet" not in ran.data


def test_a_failed_seed_is_told_to_have_failed(home: Home, scanned: dict[str, int]) -> None:
    ran = home.run("radio", "silence", "--length", "3")
    assert ran.status == 0
    assert "which could not be listened to" in ran.lines[2]


def test_names_survive_byte_for_byte(home: Home, scanned: dict[str, int], bad_music: Path) -> None:
    listed = home.run("similar", "good 0", "-n", "99", "--paths").data
    for name in (BYTES_NAME, NEWLINE_NAME):
        assert os.fsencode(bad_music) + b"/" + name + b"\n" in listed
    seed = os.fsencode(bad_music) + b"/" + BYTES_NAME
    assert home.run("similar", seed, "-n", "1").status == 0


def test_a_playlist_leaves_out_only_what_it_cannot_hold(
    home: Home, scanned: dict[str, int], bad_music: Path
) -> None:
    ran = home.run("radio", "good 0", "--length", "11", "--out", str(bad_music / "r.m3u8"))
    assert ran.status == 0
    written = (bad_music / "r.m3u8").read_bytes()
    assert BYTES_NAME in written or NEWLINE_NAME.split(b"\n")[0] not in written
    assert b"break.flac" not in written
    assert not set(written.decode("utf-8", "replace")) & set("\x1b\x07\x9b\u202e\u2066")


def test_hostile_tags_are_one_harmless_line_each(home: Home, scanned: dict[str, int]) -> None:
    ran = home.run("similar", "good 0", "-n", "99")
    assert len(ran.data.splitlines()) == len(ran.lines) == scanned["heard"] - 1
    assert not set(ran.data.decode()) & set("\x1b\x07\x9b\u202e\u2066")
    assert "椎名林檎" in ran.data.decode()


def test_a_terminal_gets_one_row_for_each_track(home: Home, scanned: dict[str, int]) -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    process = home.start("similar", "good 0", "-n", "99", stdout=theirs)
    os.close(theirs)
    shown = b""
    with process, killed_after(process, 30.0), contextlib.suppress(OSError):  # its end, on Linux
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    lines = shown.decode().splitlines()
    assert len(lines) == scanned["heard"] - 1
    assert sum(line.endswith("…") for line in lines) == 1
    assert max(map(len, lines)) == 60


def _status_and_ahead(home: Home) -> tuple[str, int]:
    told = home.run("status", "--json").json()
    return told["status"], told["ahead"]


@pytest.mark.mpv
def test_playing_passes_over_what_has_no_sound(
    home: Home, scanned: dict[str, int], bad_music: Path
) -> None:
    files = [str(bad_music / name) for name in ("header.flac", "text.mp3", "good0.flac")]
    assert home.run("play", *files).status == 0
    wait_until(lambda: home.run("status", "--json").json()["track"]["title"] == "Good 0")
    with contextlib.closing(sqlite3.connect(home.store_file)) as store:
        query = "SELECT title FROM plays JOIN tracks ON tracks.id = plays.track_id"
        assert {title for (title,) in store.execute(query)} <= {"Good 0"}
    # Three without sound end it.
    files = [str(bad_music / name) for name in ("header.flac", "text.mp3", "empty.mp3")]
    assert home.run("play", *files, str(bad_music / "good0.flac")).status == 0
    # It also reads "stopped" before the first of them was opened.
    wait_until(lambda: _status_and_ahead(home) == ("stopped", 1))
    assert home.run("quit").status == 0


def test_a_second_scan_listens_to_nothing_again(
    home: Home, scanned: dict[str, int], rows: Callable[[Home], dict[int, int]]
) -> None:
    before = rows(home)
    assert home.run("scan", "--json").json() == scanned
    assert rows(home) == before


def test_a_mended_file_is_heard_when_asked(
    home: Home, scanned: dict[str, int], bad_music: Path
) -> None:
    (bad_music / "locked.flac").chmod(0o600)
    ran = home.run("failures", "--retry", "--json")
    assert "locked.flac" not in {Path(one["path"]).name for one in ran.json()}
    assert len(ran.json()) == len(FAILED) - 1


def test_three_hours_take_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    minute, hours = tmp_path / "minute", tmp_path / "hours"
    for folder in (minute, hours):
        folder.mkdir()
    constant = {"bitrate_mode": "CONSTANT", "compression_level": 0.9}
    soundfile.write(minute / "a.mp3", tiny_song("waltz", 10.0), RATE_HZ, **constant)
    # Without the frame that tells the length, the frames may be repeated.
    frames = (minute / "a.mp3").read_bytes().replace(b"Info", bytes(4), 1)
    (hours / "a.mp3").write_bytes(frames * (LONG_S // 10))
    short, long = (Home(folder).run("scan", str(folder), "--json") for folder in (minute, hours))
    assert short.json()["heard"] == long.json()["heard"] == 1
    # As one piece it would take a gigabyte.
    assert long.peak_bytes - short.peak_bytes < 30_000_000
    (track,) = Home(hours).run("radio", "a", "--length", "1", "--json").json()["seeds"]
    assert track["duration_s"] == pytest.approx(LONG_S, rel=0.02)
