from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import mutagen
import numpy as np
import pytest

from tests.library.builders import titles, write_audio
from tuiradio.library import scan as scanning
from tuiradio.library import walk
from tuiradio.library.rows import ScanOutcome
from tuiradio.library.scan import ScanProgress, scan, scan_into
from tuiradio.library.store import Heard, StoreWriter
from tuiradio.library.track import Failure, FailureKind, Status


@pytest.fixture
def library(store_file: Path, music: Path) -> Iterator[StoreWriter]:
    """An empty store with the root ``music``."""
    store_file.parent.mkdir()
    writer = StoreWriter(store_file)
    writer.add_root(os.fsencode(music))
    yield writer
    writer.close()


def rescan(store: StoreWriter, *folders: Path) -> ScanOutcome:
    return rescan_all(store, *folders)[-1].outcome


def rescan_all(store: StoreWriter, *folders: Path) -> list[ScanProgress]:
    wanted = [os.fsencode(folder) for folder in folders] or None
    return list(scan_into(store, lambda: False, wanted))


def hear(store: StoreWriter) -> None:
    """Listen to everything, like everything."""
    for track in store.tracks(store.track_ids()):
        vector = np.full(3, track.id, dtype=np.float32)
        store.store_heard("m", [Heard(track.id, track.size_bytes, track.mtime_ns, vector)])
        store.set_liked(track.id, True)


def paths(store: StoreWriter) -> dict[bytes, bool]:
    """Relative path → missing."""
    return {path: file.missing for path, file in store.known_files(store.roots()[0].path).items()}


def test_a_scan_finds_audio_at_any_depth(library: StoreWriter, music: Path) -> None:
    write_audio(music / "A" / "B" / "01 One.mp3")
    write_audio(music / "two.FLAC".replace("FLAC", "flac"), 2).rename(music / "two.FLAC")
    (music / "cover.jpg").write_bytes(b"x")
    (music / "._two.flac").write_bytes(b"x")
    (music / "@eaDir").mkdir()
    write_audio(music / "@eaDir" / "three.mp3")
    assert rescan(library) == ScanOutcome(added=2)
    assert sorted(titles(library, library.track_ids())) == ["One", "two"]
    assert library.tracks(library.search("one"))[0].artist == "A"
    assert rescan(library) == ScanOutcome()


def test_files_that_are_no_music_become_failures(library: StoreWriter, music: Path) -> None:
    (music / "empty.mp3").touch()
    (music / "text.mp3").write_text("Dear diary")
    write_audio(music / "good.ogg")
    assert rescan(library) == ScanOutcome(added=3, failed=2)
    reasons = {
        track.title: track.failure.kind for track in library.failures() if track.failure is not None
    }
    assert reasons == {"empty": FailureKind.EMPTY, "text": FailureKind.NOT_AUDIO}
    assert rescan(library) == ScanOutcome()
    write_audio(music / "empty.mp3")
    assert rescan(library) == ScanOutcome(changed=1)
    assert len(library.failures()) == 1


def test_unreadable_files_are_tried_at_every_scan(
    library: StoreWriter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_audio(music / "a.ogg")
    with monkeypatch.context() as patch:
        patch.setattr(
            scanning,
            "read_tags",
            lambda path: scanning.Failure(FailureKind.UNREADABLE, "cannot be opened"),
        )
        assert rescan(library).failed == 1
    assert rescan(library) == ScanOutcome(changed=1)
    assert library.counts().failed == 0


def test_files_that_vanished_before_they_were_heard_are_pending_when_they_are_back(
    library: StoreWriter, music: Path
) -> None:
    write_audio(music / "a.ogg")
    rescan(library)
    (track,) = library.tracks(library.track_ids())
    vanished = Failure(FailureKind.VANISHED, "The file is no longer there.")
    heard = Heard(track.id, track.size_bytes, track.mtime_ns, None, failure=vanished)
    library.store_heard("m", [heard])
    assert library.counts().failed == 1
    assert rescan(library) == ScanOutcome(changed=1)
    assert list(library.pending_ids("m")) == [track.id]


def test_moved_files_keep_what_is_known_of_them(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a" / "one.mp3", 1)
    write_audio(music / "a" / "two.mp3", 2)
    rescan(library)
    hear(library)
    ids = set(library.track_ids())
    (music / "a").rename(music / "b")
    (music / "b" / "two.mp3").rename(music / "renamed.mp3")
    assert rescan(library) == ScanOutcome(moved=2)
    assert set(library.track_ids()) == ids
    assert paths(library) == {b"b/one.mp3": False, b"renamed.mp3": False}
    assert all(track.liked for track in library.tracks(library.track_ids()))
    assert library.counts().heard == 2


def test_retagged_files_keep_their_vector(library: StoreWriter, music: Path) -> None:
    file = write_audio(music / "a.mp3")
    rescan(library)
    hear(library)
    audio = mutagen.File(file, easy=True)
    audio.add_tags()
    audio["title"] = "A New Name"
    audio.save()
    assert rescan(library) == ScanOutcome(changed=1)
    (track,) = library.tracks(library.track_ids())
    assert (track.title, track.status, track.liked) == ("A New Name", Status.HEARD, True)


def test_replaced_audio_is_pending_again(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a.mp3", 1)
    rescan(library)
    hear(library)
    write_audio(music / "a.mp3", 2, duration_s=3.0)
    assert rescan(library) == ScanOutcome(changed=1)
    (track,) = library.tracks(library.track_ids())
    assert (track.status, track.liked) == (Status.PENDING, True)


def test_deleted_files_are_missing_and_may_return(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a.mp3", 1)
    write_audio(music / "b.mp3", 2)
    rescan(library)
    (music / "a.mp3").rename(music.parent / "a.mp3")
    assert rescan(library) == ScanOutcome(missing=1)
    assert rescan(library) == ScanOutcome()
    assert paths(library) == {b"a.mp3": True, b"b.mp3": False}
    (music.parent / "a.mp3").rename(music / "a.mp3")
    assert rescan(library) == ScanOutcome(returned=1)


def test_a_root_that_is_gone_or_empty_is_missing(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a.mp3")
    rescan(library)
    music.rename(music.parent / "elsewhere")
    assert rescan(library) == ScanOutcome()
    assert library.roots()[0].missing
    # An unmounted disk leaves its mount point behind.
    music.mkdir()
    assert rescan(library) == ScanOutcome()
    assert library.roots()[0].missing
    music.rmdir()
    (music.parent / "elsewhere").rename(music)
    assert rescan(library) == ScanOutcome()
    assert not library.roots()[0].missing
    assert library.counts().missing == 0


def test_a_root_that_vanishes_during_the_scan(
    library: StoreWriter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        write_audio(music / f"{number}" / "x.mp3", number)
    rescan(library)
    really_list = walk.Walk._list

    def vanish(self: walk.Walk, folder: bytes) -> list[os.DirEntry[bytes]]:
        if folder == b"2":
            music.rename(music.parent / "unplugged")
        return really_list(self, folder)

    monkeypatch.setattr(walk.Walk, "_list", vanish)
    assert rescan(library) == ScanOutcome()
    assert library.roots()[0].missing
    assert set(paths(library).values()) == {False}


def test_a_folder_that_cannot_be_listed_hides_nothing(
    library: StoreWriter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_audio(music / "open" / "a.mp3", 1)
    write_audio(music / "shut" / "b.mp3", 2)
    rescan(library)
    really_scandir = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"shut"):
            raise PermissionError(13, "Permission denied")
        return really_scandir(path)

    monkeypatch.setattr(walk.os, "scandir", refuse)
    (music / "open" / "a.mp3").unlink()
    last = rescan_all(library)[-1]
    assert last.outcome == ScanOutcome(missing=1)
    assert last.notes == (f"{music}/shut: Permission denied",)
    assert paths(library)[b"shut/b.mp3"] is False


def test_links_are_followed_once(library: StoreWriter, music: Path, tmp_path: Path) -> None:
    write_audio(music / "a" / "one.mp3", 1)
    (music / "a" / "loop").symlink_to(music)
    (music / "again").symlink_to(music / "a")
    (music / "one too.mp3").symlink_to(music / "a" / "one.mp3")
    (music / "broken.mp3").symlink_to(music / "nothing")
    write_audio(tmp_path / "other" / "two.mp3", 2)
    (tmp_path / "other" / "back").symlink_to(tmp_path / "other")
    (music / "other").symlink_to(tmp_path / "other")
    (music / "twice").symlink_to(tmp_path / "other")
    os.mkfifo(music / "pipe.mp3")
    assert rescan(library) == ScanOutcome(added=2)
    assert set(paths(library)) == {b"a/one.mp3", b"other/two.mp3"}


def test_undecodable_names(library: StoreWriter, music: Path) -> None:
    file = write_audio(music / "a.mp3")
    folder = os.fsencode(music) + b"/\xe9t\xe9"
    os.mkdir(folder)
    os.rename(file, folder + b"/\xff\n[b].mp3")
    assert rescan(library) == ScanOutcome(added=1)
    (track,) = library.tracks(library.track_ids())
    assert os.path.exists(track.path)
    assert track.title == "\ufffd [b]"
    assert rescan(library) == ScanOutcome()


def test_only_the_folders_asked_for(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a" / "1.mp3", 1)
    write_audio(music / "b" / "2.mp3", 2)
    rescan(library)
    shutil.rmtree(music / "a")
    write_audio(music / "b" / "sub" / "3.mp3", 3)
    write_audio(music / "c" / "4.mp3", 4)
    assert rescan(library, music / "b", music / "b" / "sub") == ScanOutcome(added=1)
    assert rescan(library, music / "a") == ScanOutcome(missing=1)
    assert rescan_all(library, music.parent / "elsewhere") == []
    assert rescan(library, music.parent) == ScanOutcome(added=1)


def test_two_roots_that_overlap_hold_each_file_once(library: StoreWriter, music: Path) -> None:
    write_audio(music / "Rock" / "1.mp3", 1)
    write_audio(music / "2.mp3", 2)
    library.remove_root(os.fsencode(music))
    library.add_root(os.fsencode(music / "Rock"))
    rescan(library)
    hear(library)
    library.add_root(os.fsencode(music))
    assert rescan(library) == ScanOutcome(added=1)
    assert library.counts().heard == 1
    assert len(library.roots()) == 1


def test_a_stopped_scan_calls_nothing_missing(library: StoreWriter, music: Path) -> None:
    for number in range(3):
        write_audio(music / f"{number}" / "x.mp3", number)
    rescan(library)
    shutil.rmtree(music / "1")
    asked = iter([False, False, True])
    progress = list(scan_into(library, lambda: next(asked, True)))
    assert progress[-1].outcome == ScanOutcome()


def test_an_abandoned_scan_ends_its_threads(music: Path) -> None:
    for number in range(30):
        write_audio(music / f"{number}.wav", number, duration_s=0.1)
    batches = scan([os.fsencode(music)], lambda root: {}, lambda: False)
    assert next(batches).present_roots == (os.fsencode(music),)
    next(batches)
    batches.close()


def test_batches_come_while_the_scan_goes_on(
    library: StoreWriter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "_FIRST_BATCH_S", 0.0)
    monkeypatch.setattr(scanning, "_BATCH_S", 0.0)
    monkeypatch.setattr(scanning, "_AHEAD", 1)
    for number in range(8):
        write_audio(music / f"{number}.wav", number, duration_s=0.1)
    added = [progress.outcome.added for progress in rescan_all(library)]
    assert added == sorted(added)
    assert added[-1] == 8
    assert len(set(added)) > 3
