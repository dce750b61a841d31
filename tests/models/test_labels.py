"""Labelled music as arrays: decoded once, what is broken told, drawn with companions."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from models.training import labels
from models.training.collection import Labelled, Skipped, read_folder
from models.training.labels import LabelDraws, Music, numbered, open_music, write_skipped
from tests.listening.sounds import tune

RATE_HZ = 16_000


def write(file: Path, seconds: float) -> Labelled:
    soundfile.write(file, 0.1 * tune(seconds, RATE_HZ), RATE_HZ)
    return Labelled(os.fsencode(file), "folk", file.stem)


def music(tracks: list[Labelled], counts: list[int]) -> Music:
    """Excerpts that are all their own number."""
    count = np.array(counts)
    rows = np.arange(count.sum(), dtype=np.uint8)
    excerpts = np.broadcast_to(rows[:, None, None], (len(rows), 313, 96))
    return Music(excerpts, np.cumsum(count) - count, count, numbered(tracks))


def test_a_folder_is_decoded_once(tiny_library: Path, tmp_path: Path) -> None:
    found, _ = read_folder(tiny_library)
    some = (found[:4] + found[:1], [Skipped(b"other", "Why.")])
    opened, skipped = open_music(some, tmp_path)
    assert opened.excerpts.shape == (4, 313, 96)
    assert opened.excerpts.std() > 1
    assert skipped == some[1]
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "music").iterdir()}
    assert len(kept) == 4
    again, _ = open_music(some, tmp_path)
    np.testing.assert_array_equal(again.excerpts, opened.excerpts)
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "music").iterdir()} == kept


def test_what_cannot_be_heard_is_counted_and_listed(tmp_path: Path) -> None:
    tracks = [write(tmp_path / "long.wav", 21), write(tmp_path / "short.wav", 3)]
    broken = tmp_path / "brok\udcffen.wav"
    broken.write_bytes(b"RIFF" + bytes(range(200)))
    tracks += [Labelled(os.fsencode(broken), "", ""), Labelled(b"/gone\n.mp3", "", "")]
    opened, skipped = open_music((tracks, []), tmp_path / "cache")
    assert opened.count.tolist() == [2, 1]
    assert opened.first.tolist() == [0, 2]
    assert {name: len(of) for name, of in opened.labels.items()} == dict.fromkeys(labels.LABELS, 2)
    told = write_skipped(skipped, tmp_path / "skipped.txt")
    assert told.count("skipped 1: ") == 2
    assert "No such file" in told
    listed = (tmp_path / "skipped.txt").read_text(encoding="utf-8")
    assert "brok\\udcffen.wav" in listed
    assert "/gone" in listed


def test_one_track_makes_no_triplet(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 of 2 can be heard"):
        open_music(([write(tmp_path / "a.wav", 3), Labelled(b"gone", "", "")], []), tmp_path)


def test_labels_nobody_gave_are_unknown() -> None:
    found = numbered(
        [Labelled(b"a", "rock", ""), Labelled(b"b", "", ""), Labelled(b"c", "rock", "x")]
    )
    assert found["genre"].tolist() == [0, -1, 0]
    assert found["artist"].tolist() == [-1, -1, 0]
    assert found["track"].tolist() == [0, 1, 2]


def test_two_excerpts_of_each_track_are_drawn_beside_its_labels() -> None:
    tracks = [Labelled(b"%d" % n, "", f"{n // 2}") for n in range(20)]
    counts = [3] * 19 + [1]
    draws = LabelDraws(music(tracks, counts), np.random.default_rng(3), tracks=20)
    excerpts, said = next(draws)
    numbers = excerpts[:, 0, 0].reshape(-1, 2).astype(int)
    owner = np.repeat(np.arange(20), counts)
    assert sorted(owner[numbers[:, 0]]) == list(range(20))
    np.testing.assert_array_equal(owner[numbers].ravel(), said["track"])
    for artist in np.unique(said["artist"]):
        assert len({*(said["track"][said["artist"] == artist] // 2)}) == 1
    assert (numbers[:, 0] == numbers[:, 1]).sum() == 1
    assert (said["genre"] == -1).all()


def test_companions_come_along() -> None:
    """One of 500 artists' two tracks would hardly ever meet in a draw of ten."""
    tracks = [Labelled(b"%d" % n, "", f"{n % 500}") for n in range(1000)]
    draws = LabelDraws(music(tracks, [1] * 1000), np.random.default_rng(1), tracks=10)
    _, first = np.unique(draws.tracks() % 500, return_counts=True)
    assert first.tolist() == [2] * 5


def test_the_same_seed_draws_the_same() -> None:
    collection = music([Labelled(b"%d" % n, f"{n % 3}", "") for n in range(30)], [2] * 30)
    one, other = (LabelDraws(collection, np.random.default_rng(5), tracks=8) for _ in range(2))
    for _ in range(3):
        np.testing.assert_array_equal(next(one)[0], next(other)[0])
