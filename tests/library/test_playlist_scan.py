"""Playlists outside of the library's folders: what a scan makes of what it finds there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuiradio.library.playlist_scan import kept_changed
from tuiradio.library.playlists import KnownPlaylist


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "stick" / "mine.m3u8"
    path.parent.mkdir()
    path.write_text("#EXTM3U\n")
    return path


def changes(path: Path) -> list[bool]:
    """Of each change of what was kept, whether there still is a file."""
    status = path.stat() if path.exists() else None
    known = KnownPlaylist(
        status.st_size if status else 8, status.st_mtime_ns if status else 0, is_kept=True
    )
    return [change.file is not None for change in kept_changed([], {os.fsencode(path): known})]


def test_one_that_is_as_it_was_is_no_change(exported: Path) -> None:
    assert changes(exported) == []


def test_one_that_was_deleted_is_gone(exported: Path) -> None:
    exported.unlink()
    assert changes(exported) == [False]


def test_one_whose_disk_is_away_stays_known(exported: Path) -> None:
    exported.unlink()
    exported.parent.rmdir()
    assert changes(exported) == []


def test_one_behind_what_is_no_folder_any_more_stays_known(exported: Path) -> None:
    exported.unlink()
    exported.parent.rmdir()
    exported.parent.write_text("")
    assert changes(exported) == []
