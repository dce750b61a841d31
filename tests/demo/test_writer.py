"""The demo library on disk: tagged, whole files, finished where it was left."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tuiradio.demo import writer
from tuiradio.demo.songs import SONGS
from tuiradio.errors import TuiradioError
from tuiradio.library.tags import read_tags
from tuiradio.library.track import Tags
from tuiradio.listening.soundfiles import write_tagged

SHORT = tuple(replace(song, seconds=1.5) for song in SONGS[:5])


def test_the_catalogue_is_a_library() -> None:
    assert len(SONGS) == 36
    assert len({song.relative_path for song in SONGS}) == 36
    assert len({song.artist for song in SONGS}) == 18
    assert all(40 <= song.seconds <= 75 for song in SONGS)
    assert {song.extension for song in SONGS} == {".flac", ".ogg"}


def test_songs_are_tagged(tmp_path: Path) -> None:
    written = list(writer.write_songs(tmp_path, SHORT))
    assert sorted(song.title for song in written) == sorted(song.title for song in SHORT)
    for song in SHORT:
        tags = read_tags(os.fsencode(tmp_path / song.relative_path))
        assert isinstance(tags, Tags)
        assert (tags.title, tags.artist, tags.album) == (song.title, song.artist, song.album)
        assert (tags.year, tags.track_number) == (song.year, song.number)
        assert tags.genres
        assert tags.duration_s == pytest.approx(1.5, abs=0.1)


def test_a_second_run_writes_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SONGS", SHORT)
    list(writer.write_songs(tmp_path, SHORT))
    kept, lost = (tmp_path / song.relative_path for song in SHORT[:2])
    before = kept.stat().st_mtime_ns
    lost.unlink()
    assert writer.missing_songs(tmp_path) == (SHORT[1],)
    list(writer.write_songs(tmp_path, writer.missing_songs(tmp_path)))
    assert lost.exists()
    assert kept.stat().st_mtime_ns == before


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TuiradioError, match="cannot be written"):
        list(writer.write_songs(tmp_path / "file", SHORT[:1]))


def test_a_file_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_tagged(tmp_path / "song.flac", np.zeros(100, np.float32), 44_100, {})
    assert list(tmp_path.iterdir()) == []
