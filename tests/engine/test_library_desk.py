"""What is said of folders that are gone, locked, slow or too full of trouble."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.helpers import FakePlayer, Watching, quick_config, write_library
from tuiradio.engine import library_desk, listening_desk
from tuiradio.engine.protocol import (
    AddRoots,
    FolderState,
    ListeningProgress,
    Notice,
    PlayTracks,
    Rescan,
    ScanProgress,
)
from tuiradio.engine.service import LocalEngine
from tuiradio.library.folders import why_unreadable
from tuiradio.library.store import StoreReader
from tuiradio.paths import Paths


@pytest.fixture
def engine(paths: Paths) -> Iterator[LocalEngine]:
    engine = LocalEngine(paths, quick_config(), FakePlayer().factory)
    yield engine
    engine.close()


@pytest.fixture
def events(engine: LocalEngine) -> Watching:
    return Watching(engine)


def finished(events: Watching) -> tuple[FolderState, ...]:
    """The folders as of the end of the newest scan."""
    events.until_event(ScanProgress, lambda event: not event.scan.running)
    return events.state().scan.folders


def deny(monkeypatch: pytest.MonkeyPatch, start: bytes) -> None:
    """Let nobody, root included, list the folders whose paths begin so."""
    real = os.scandir

    def scandir(path: bytes) -> Iterator[os.DirEntry[bytes]]:
        if os.fsencode(path).startswith(start):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_why_a_folder_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_unreadable(bytes(tmp_path)) == ""
    assert why_unreadable(bytes(tmp_path / "none")) == "is not there"
    (tmp_path / "file").write_text("x")
    assert why_unreadable(bytes(tmp_path / "file")) == "is not a folder"
    deny(monkeypatch, bytes(tmp_path))
    assert why_unreadable(bytes(tmp_path)) == "may not be read by you"


def test_a_locked_folder_is_named_with_the_reason(
    engine: LocalEngine, events: Watching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, bytes(tmp_path))
    engine.submit(AddRoots((bytes(tmp_path),)))
    assert finished(events) == (FolderState(bytes(tmp_path), "may not be read by you"),)
    assert "may not be read by you" in events.until_event(Notice).message


def test_a_folder_that_is_gone_is_told_once_and_again_when_asked(
    engine: LocalEngine, events: Watching, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    write_library(music, artists=1, songs=1)
    engine.submit(AddRoots((bytes(music),)))
    assert finished(events)[0].problem == ""
    music.rename(tmp_path / "elsewhere")
    for times in (1, 2):
        events.events.clear()
        engine.submit(Rescan())
        assert finished(events)[0].problem == "is not there"
        told = [n for n in events.of(Notice) if "is not there" in n.message]
        assert len(told) == 1, times


def test_a_disk_that_is_not_mounted_is_an_empty_folder(
    engine: LocalEngine, events: Watching, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    write_library(music, artists=1, songs=1)
    engine.submit(AddRoots((bytes(music),)))
    finished(events)
    music.rename(tmp_path / "elsewhere")
    music.mkdir()
    events.events.clear()
    engine.submit(Rescan())
    assert finished(events)[0].problem == "is empty now"


def test_many_unreadable_folders_are_one_word(
    engine: LocalEngine, events: Watching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        (tmp_path / "locked" / f"{number}").mkdir(parents=True)
    deny(monkeypatch, bytes(tmp_path / "locked") + b"/")
    engine.submit(AddRoots((bytes(tmp_path),)))
    finished(events)
    (told,) = events.of(Notice)
    assert told.message.endswith("nor into 4 other folders")
    assert told.hint


def test_a_network_folder_is_told_once_for_ever(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_desk, "is_network_mount", lambda root: True)
    told = []
    for _ in range(2):
        engine = LocalEngine(paths, quick_config())
        try:
            events = Watching(engine)
            engine.submit(AddRoots((bytes(tmp_path),)))
            assert finished(events)[0].is_network
            told += [n for n in events.of(Notice) if "network" in n.message]
            assert events.state().recent == tuple(events.of(Notice)), "for who attaches now"
        finally:
            engine.close()
    assert len(told) == 1


def test_a_large_library_need_not_be_waited_for(
    engine: LocalEngine, events: Watching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening_desk, "_MANY", 2)
    write_library(tmp_path, artists=2, songs=2)
    engine.submit(AddRoots((bytes(tmp_path),)))
    told = events.until_event(Notice, lambda notice: "takes a while" in notice.message)
    assert "Play meanwhile" in told.hint


def test_no_time_is_promised_while_files_are_still_found(
    engine: LocalEngine, events: Watching, tmp_path: Path
) -> None:
    write_library(tmp_path, artists=3, songs=2)
    engine.submit(AddRoots((bytes(tmp_path),)))
    finished(events)
    scanning = True
    for event in list(events.events):
        if isinstance(event, ScanProgress):
            scanning = event.scan.running
        if isinstance(event, ListeningProgress) and scanning:
            assert event.listening.eta_s is None


def test_listening_says_that_music_slows_it(
    engine: LocalEngine, events: Watching, paths: Paths, tmp_path: Path
) -> None:
    write_library(tmp_path, artists=1, songs=1)
    engine.submit(AddRoots((bytes(tmp_path),)))
    finished(events)
    reader = StoreReader(paths.store_file)
    (track_id,) = reader.track_ids()
    reader.close()
    engine.submit(PlayTracks((track_id,)))
    assert events.state().listening.slowed
