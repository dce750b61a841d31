"""Scan, similar, radio, failures: on a real library with the real engine."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.conftest import RATE_HZ, tiny_song, write_tagged
from tuiradio.cli import radio
from tuiradio.library.playlist_files import read_playlist
from tuiradio.library.reader import StoreReader
from tuiradio.paths import Paths

pytestmark = pytest.mark.system

SEED = "press start"


def test_similar_lists_the_nearest_first(run: Run, heard: Path) -> None:
    ran = run("similar", SEED, "-n", "4", "--json")
    said = json.loads(ran.data)
    assert [seed["title"] for seed in said["seeds"]] == ["Press Start to Dream"]
    near = [one["similarity"] for one in said["similar"]]
    assert near == sorted(near, reverse=True)
    assert len(near) == 4
    # The other chiptune of the library.
    assert said["similar"][0]["artist"] == "Pixel Otter"


def test_similar_for_people_and_for_pipes(run: Run, heard: Path, tiny_library: Path) -> None:
    first = run("similar", SEED, "-n", "1").lines
    assert len(first) == 1
    assert "Pixel Otter – River Stage" in first[0]
    (path,) = run("similar", SEED, "-n", "1", "--paths").lines
    assert Path(path).is_file()
    assert tiny_library in Path(path).parents


def test_a_path_names_its_song(run: Run, heard: Path, tiny_library: Path) -> None:
    file = next(tiny_library.rglob("*Low Water*"))
    said = json.loads(run("similar", str(file), "--json").data)
    assert said["seeds"][0]["path"] == str(file)


def test_words_that_fit_several_say_which_was_taken(run: Run, heard: Path) -> None:
    ran = run("similar", "the", "-n", "1")
    assert ran.status == 0
    assert "tuiradio: took " in ran.words
    assert "fit too" in ran.words


def test_words_that_fit_nothing(run: Run, heard: Path) -> None:
    ran = run("similar", "qqqq")
    assert (ran.status, ran.data) == (3, b"")
    assert "no track fits 'qqqq'" in ran.words


def test_misspelt_words_are_corrected_and_said_so(run: Run, heard: Path) -> None:
    ran = run("similar", "pixle oter", "-n", "1")
    assert ran.status == 0
    assert "nothing is called 'pixle oter': showing results for 'pixel otter'\n" in ran.words
    assert "tuiradio: took Pixel Otter – " in ran.words
    assert run("similar", "./pixle oter", "-n", "1").status == 3


def test_an_unknown_weight_names_the_known_ones(run: Run, heard: Path) -> None:
    ran = run("similar", SEED, "--weights", "colour=1")
    assert ran.status == 2
    assert "no part called 'colour'" in ran.words
    assert "Its parts are: " in ran.words


def test_no_seed(run: Run, heard: Path) -> None:
    assert run("similar").status == 2


def test_nothing_plays_so_there_is_no_current_track(run: Run, heard: Path) -> None:
    assert run("similar", "--current").status == 3


def test_a_radio_begins_with_its_seed_and_repeats_nothing(run: Run, heard: Path) -> None:
    ran = run("radio", SEED, "--length", "8", "--json")
    said = json.loads(ran.data)
    ids = [said["seeds"][0]["id"], *(pick["id"] for pick in said["picks"])]
    assert len(set(ids)) == len(ids) == 8
    assert all(pick["reason"] for pick in said["picks"])


def test_a_radio_for_people_gives_its_reasons(run: Run, heard: Path) -> None:
    lines = run("radio", SEED, "--length", "3").lines
    assert "(seed)" in lines[0]
    assert len(lines) == 5
    assert " % like " in lines[2]


@pytest.mark.parametrize("style", ["--relative", "--absolute"])
def test_a_playlist_is_written(run: Run, heard: Path, tmp_path: Path, style: str) -> None:
    file = tmp_path / "r.m3u8"
    ran = run("radio", SEED, "--length", "6", "--out", str(file), style)
    assert (ran.status, ran.data) == (0, b"")
    assert "wrote 6 tracks" in ran.words
    entries = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert [os.path.isabs(entry) for entry in entries] == [style == "--absolute"] * 6
    assert all((tmp_path / entry).is_file() for entry in entries)


def test_a_playlist_on_stdout_reads_like_a_written_one(
    run: Run, heard: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.m3u8").write_bytes(run("radio", SEED, "--length", "4", "--out", "-").data)
    assert len(read_playlist(bytes(tmp_path / "x.m3u8")).paths) == 4


def test_a_radio_of_any_length_ends(run: Run, heard: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radio, "_MOST_PICKS", 30)
    ran = run("radio", SEED, "--length", str(10**20), "--paths")
    assert (ran.status, len(ran.lines)) == (0, 30)


def test_the_same_number_makes_the_same_radio(run: Run, heard: Path) -> None:
    argv = ("radio", SEED, "--length", "9", "--paths", "--adventure", "1")
    assert run(*argv, "--seed", "5").lines == run(*argv, "--seed", "5").lines


def test_minutes_end_a_radio(run: Run, heard: Path) -> None:
    said = json.loads(run("radio", SEED, "--minutes", "0.3", "--json").data)
    total_s = sum(track["duration_s"] for track in (*said["seeds"], *said["picks"]))
    assert 12 <= total_s <= 25


def test_a_playlist_into_nowhere_is_refused_before_the_work(run: Run, tmp_path: Path) -> None:
    assert run("radio", "x", "--out", str(tmp_path / "no" / "r.m3u8")).status == 2
    assert run("radio", "x", "--out", str(tmp_path)).status == 2


def test_a_folder_seeds_a_radio_without_being_played_first(
    run: Run, heard: Path, tiny_library: Path
) -> None:
    said = json.loads(run("radio", str(tiny_library), "--length", "3", "--json").data)
    assert said["seeds"] == []


def test_a_song_outside_of_the_library_brings_its_folder(
    run: Run, paths: Paths, tmp_path: Path
) -> None:
    folder = tmp_path / "album"
    folder.mkdir()
    for name in ("one", "two"):
        song = tiny_song("folk", 3.0, name)
        write_tagged(folder / f"{name}.flac", song, RATE_HZ, {"title": name, "artist": name})
    ran = run("similar", str(folder / "one.flac"), "--paths")
    assert ran.lines == [str(folder / "two.flac")]
    assert f"{folder} is not in the library: adding it" in ran.words


def test_the_home_directory_is_not_added_unasked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "song.flac").touch()
    ran = run("similar", str(tmp_path / "song.flac"))
    assert ran.status == 2
    assert "too large to add unasked" in ran.words


def test_a_scan_counts_and_tells_failures(run: Run, paths: Paths, tmp_path: Path) -> None:
    song = tmp_path / "good.flac"
    write_tagged(song, tiny_song("waltz", 3.0), RATE_HZ, {"title": "Good"})
    (tmp_path / "text.mp3").write_text("this is no music")
    shutil.copy(song, os.fsencode(tmp_path) + b"/bad \xff name.flac")
    write_tagged(tmp_path / "still.wav", np.zeros(RATE_HZ * 3, np.float32), RATE_HZ, {})
    said = json.loads(run("scan", str(tmp_path), "--json").data)
    assert (said["tracks"], said["heard"], said["failed"]) == (4, 2, 2)

    failures = run("failures").text
    assert f"{tmp_path}/text.mp3\tnot audio: " in failures
    assert f"{tmp_path}/still.wav\tsilent: " in failures
    assert len(json.loads(run("failures", "--json").data)) == 2
    assert b"/bad \xff name.flac\n" in run("similar", str(song), "--paths").data


def test_a_second_scan_hears_nothing_again(
    run: Run, paths: Paths, tiny_library_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = next(tiny_library_copy.rglob("*.flac")).parent
    run("scan", str(only))
    with_store = StoreReader(paths.store_file)
    before = with_store.vector_revision()
    run("scan")
    assert with_store.vector_revision() == before
    with_store.close()


def test_scanning_without_waiting_leaves_the_listening(
    run: Run, paths: Paths, tiny_library: Path
) -> None:
    said = json.loads(run("scan", str(tiny_library), "--no-wait", "--json").data)
    assert said["tracks"] == 18


def test_a_directory_that_does_not_exist(run: Run) -> None:
    ran = run("scan", "/no/such/music")
    assert (ran.status, ran.words) == (2, "tuiradio: there is no directory /no/such/music\n")


def test_a_file_is_no_directory(run: Run, tmp_path: Path) -> None:
    (tmp_path / "song.mp3").touch()
    ran = run("scan", str(tmp_path / "song.mp3"))
    assert ran.status == 2
    assert "song.mp3 is a file" in ran.words
