"""Labels of folders and of FMA's table, quirks included."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from models.training.collection import Labelled, labelled, read_fma, read_folder
from tuiradio.library.track import Tags

_GROUPS = ["", "album", "artist", "artist", "set", "set", "track", "track"]
_NAMES = ["", "title", "bio", "name", "split", "subset", "genre_top", "title"]


def fma(folder: Path, rows: list[list[str]], clips: tuple[int, ...] = ()) -> Path:
    """A dataset of FMA's shape; its clips are empty files."""
    (folder / "fma_metadata").mkdir(parents=True)
    with (folder / "fma_metadata" / "tracks.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([_GROUPS, _NAMES, ["track_id"] + [""] * 7, *rows])
    (folder / "fma_small").mkdir()
    for number in clips:
        file = folder / "fma_small" / f"{number // 1000:03}" / f"{number:06}.mp3"
        file.parent.mkdir(exist_ok=True)
        file.touch()
    return folder


def row(number: str, name: str, split: str, subset: str, genre: str, bio: str = "") -> list[str]:
    return [number, "", bio, name, split, subset, genre, "A title"]


def clip(folder: Path, name: str) -> bytes:
    return os.fsencode(folder.resolve() / "fma_small" / name)


def test_training_rows_of_the_small_subset_are_taken(tmp_path: Path) -> None:
    rows = [
        row("2", "AWOL", "training", "small", "Hip-Hop"),
        row("140", "Sigur Rós", "training", "small", ""),
        row("141", "AWOL", "validation", "small", "Rock"),
        row("142", "AWOL", "test", "small", "Rock"),
        row("3", "AWOL", "training", "medium", "Rock"),
        row("155066", "Unknown", "training", "small", "Electronic"),
    ]
    folder = fma(tmp_path, rows, (2, 3, 140, 141, 142, 155066))
    found, skipped = read_fma(folder)
    assert found == [
        Labelled(clip(folder, "000/000002.mp3"), "hip-hop", "awol"),
        Labelled(clip(folder, "000/000140.mp3"), "", "sigur ros"),
        Labelled(clip(folder, "155/155066.mp3"), "electronic", ""),
    ]
    assert skipped == []


def test_clips_that_are_missing_are_told(tmp_path: Path) -> None:
    folder = fma(tmp_path, [row("7", "A", "training", "small", "Rock")])
    found, (skipped,) = read_fma(folder)
    assert found == []
    assert skipped.file == clip(folder, "000/000007.mp3")
    assert "not there" in skipped.reason


def test_texts_may_be_long_broken_over_lines_and_rows_cut_off(tmp_path: Path) -> None:
    bio = '<p>"Born",\r\nlived,\n12,,\n' + "and sang " * 20_000
    rows = [
        row("1", "A\tB", "training", "small", "Folk", bio),
        ["2", "cut off"],
        ["", "", "", "", "", "", "", ""],
        row("-3", "C", "training", "small", "Folk"),
        row("²", "C", "training", "small", "Folk"),
    ]
    before = csv.field_size_limit()
    found, skipped = read_fma(fma(tmp_path, rows, (1, 2, 3)))
    assert [(each.genre, each.artist) for each in found] == [("folk", "a b")]
    assert skipped == []
    assert csv.field_size_limit() == before


def test_a_byte_order_mark_nul_and_wrong_bytes_do_no_harm(tmp_path: Path) -> None:
    folder = fma(tmp_path, [row("1", "Name", "training", "small", "Rock")], (1,))
    table = folder / "fma_metadata" / "tracks.csv"
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"Name", b"Na\0me \xff"))
    (found,), _ = read_fma(folder)
    assert found.artist == "name \ufffd"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"tracks\.csv is missing"):
        read_fma(tmp_path)
    folder = fma(tmp_path / "fma", [])
    table = folder / "fma_metadata" / "tracks.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("genre_top", "genre"))
    with pytest.raises(ValueError, match="no column track genre_top"):
        read_fma(folder)
    table.write_bytes(b"")
    with pytest.raises(ValueError, match="no column"):
        read_fma(folder)
    (folder / "fma_small").rmdir()
    with pytest.raises(ValueError, match="no folder fma_small"):
        read_fma(folder)
    with pytest.raises(ValueError, match="not a folder"):
        read_folder(tmp_path / "nowhere")


def test_a_folder_is_read_by_its_tags(tiny_library: Path) -> None:
    found, skipped = read_folder(tiny_library)
    assert len(found) == 18
    assert skipped == []
    assert [each.genre for each in found if b"Hedgerow Songs" in each.file] == ["folk"]
    # The demo's WAV files say nothing of themselves.
    assert all(bool(each.artist) != each.file.endswith(b".wav") for each in found)
    assert [each.file for each in found] == sorted(each.file for each in found)


def test_files_that_hold_no_music_are_skipped_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    (tmp_path / "text.ogg").write_text("not music, but words")
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8")
    found, skipped = read_folder(tmp_path)
    assert found == []
    assert {os.path.basename(each.file) for each in skipped} == {b"empty.mp3", b"text.ogg"}
    assert all(each.reason.endswith(".") for each in skipped)


@pytest.mark.parametrize(
    ("tags", "genre", "artist"),
    [
        (Tags(artist="Björk", genres=("Trip Hop", "Pop")), "trip hop", "bjork"),
        (Tags(artist="Various Artists", album_artist="Nina"), "", "nina"),
        (Tags(album="Nina", genres=("Other",)), "", "album\nnina"),
        (Tags(), "", ""),
    ],
)
def test_labels_are_folded_and_empty_words_are_none(tags: Tags, genre: str, artist: str) -> None:
    assert labelled(b"x", tags) == Labelled(b"x", genre, artist)
