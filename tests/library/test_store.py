from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.library.builders import ROOT, seen, titles
from tuiradio.errors import StoreError
from tuiradio.library.store import (
    AlbumRow,
    ArtistRow,
    ChangeKind,
    FolderRow,
    GenreRow,
    Heard,
    Play,
    ScanChange,
    Scope,
    Sort,
    StoreReader,
    StoreWriter,
)
from tuiradio.library.track import Estimates, Failure, FailureKind, Status

VECTOR = np.array([0.6, 0.8], dtype=np.float32)
SILENT = Failure(FailureKind.SILENT, "nothing but silence")


def heard(track_id: int, **fields: object) -> Heard:
    values = {"size_bytes": 1_000, "mtime_ns": 1, "vector": VECTOR, **fields}
    return Heard(track_id, **values)  # type: ignore[arg-type]


def fill(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("Björk/Post/2.mp3", title="Hyperballad", artist="Björk", album="Post",
                 track_number=2, year=1995, genres=("Electronic", "Pop"), duration_s=321, bpm=125),
            seen("Björk/Post/1.mp3", title="Army of Me", artist="Björk", album="Post",
                 track_number=1, year=1995, genres=("Electronic",), duration_s=234, bpm=85),
            seen("Beatles/Help/1.mp3", title="Help!", artist="The Beatles", album="Help!",
                 track_number=1, year=1965, genres=("Rock",), duration_s=138, bpm=95),
            seen("loose.mp3", title="zebra"),
        ],
        now_s=100.0,
    )  # fmt: skip


def test_a_track_comes_back_as_it_was_scanned(store: StoreWriter) -> None:
    fill(store)
    track = store.track(1)
    assert track is not None
    assert (track.title, track.artist, track.album) == ("Hyperballad", "Björk", "Post")
    assert track.path == ROOT + b"/Bj\xc3\xb6rk/Post/2.mp3"
    assert track.genres == ("Electronic", "Pop")
    assert (track.year, track.track_number, track.duration_s, track.bpm) == (1995, 2, 321, 125)
    assert (track.added_s, track.status, track.missing) == (100.0, Status.PENDING, False)
    assert store.track(99) is None


def test_tracks_keep_the_order_asked_for(store: StoreWriter) -> None:
    fill(store)
    assert [track.id for track in store.tracks([3, 99, 1, 3])] == [3, 1, 3]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.ARTIST, ["Help!", "Army of Me", "Hyperballad", "zebra"]),
        (Sort.TITLE, ["Army of Me", "Help!", "Hyperballad", "zebra"]),
        (Sort.ALBUM, ["Help!", "Army of Me", "Hyperballad", "zebra"]),
        (Sort.GENRE, ["Army of Me", "Hyperballad", "Help!", "zebra"]),
        (Sort.YEAR, ["zebra", "Help!", "Army of Me", "Hyperballad"]),
        (Sort.LENGTH, ["zebra", "Help!", "Army of Me", "Hyperballad"]),
        (Sort.ADDED, ["Hyperballad", "Army of Me", "Help!", "zebra"]),
        (Sort.PLAYS, ["Hyperballad", "Army of Me", "Help!", "zebra"]),
        (Sort.PATH, ["Help!", "Army of Me", "Hyperballad", "zebra"]),
        (Sort.TEMPO, ["zebra", "Army of Me", "Help!", "Hyperballad"]),
    ],
)
def test_every_sort_both_ways(store: StoreWriter, sort: Sort, expected: list[str]) -> None:
    fill(store)
    assert titles(store, store.track_ids(sort=sort)) == expected
    assert titles(store, store.track_ids(sort=sort, descending=True)) == expected[::-1]


def test_scopes(store: StoreWriter) -> None:
    fill(store)
    store.set_liked(3, True)
    store.record_play(Play(1, 50.0, 300.0, 321.0))
    store.store_heard("m", [heard(4, vector=None, failure=SILENT)])

    def found(scope: Scope) -> set[int]:
        return set(store.track_ids(scope))

    assert found(Scope(artist="BJORK")) == {1, 2}
    assert found(Scope(artist="beatles")) == {3}
    assert found(Scope(album=("The Beatles", "help!"))) == {3}
    assert found(Scope(genre="electronic")) == {1, 2}
    assert found(Scope(genre="Pop")) == {1}
    assert found(Scope(folder=ROOT + b"/Beatles")) == {3}
    assert found(Scope(folder=ROOT)) == {1, 2, 3, 4}
    assert found(Scope(folder=b"/nowhere")) == {1, 2, 3, 4}
    assert found(Scope(folder=ROOT + b"/Beat")) == set()
    assert found(Scope(liked=True)) == {3}
    assert found(Scope(failed=True)) == {4}
    assert found(Scope(never_played=True)) == {2, 3, 4}
    assert found(Scope(never_played=True, artist="Björk")) == {2}


def test_browsing(store: StoreWriter) -> None:
    fill(store)
    post = AlbumRow("Björk", "Post", 1995, 2, 555.0)
    assert store.artists() == [
        ArtistRow("The Beatles", 1, 1),
        ArtistRow("Björk", 1, 2),
        ArtistRow("", 0, 1),
    ]
    assert store.albums() == [AlbumRow("The Beatles", "Help!", 1965, 1, 138.0), post]
    assert store.albums("bjork") == [post]
    assert store.genres() == [GenreRow("Electronic", 2), GenreRow("Pop", 1), GenreRow("Rock", 1)]
    assert store.folders() == [FolderRow(ROOT, 4)]
    assert store.folders(ROOT) == [
        FolderRow(ROOT + b"/Beatles", 1),
        FolderRow(ROOT + b"/Bj\xc3\xb6rk", 2),
    ]
    assert store.folders(ROOT + b"/Beatles") == [FolderRow(ROOT + b"/Beatles/Help", 1)]
    assert store.folders(b"/elsewhere") == []


def test_a_compilation_stays_together(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("b", artist="Zed", album="Hits", album_artist="Various", track_number=1),
            seen("a", artist="Abe", album="Hits", album_artist="Various", track_number=2),
        ]
    )
    assert store.artists() == [ArtistRow("Various", 1, 2)]
    assert titles(store, store.track_ids()) == ["b", "a"]
    assert titles(store, store.track_ids(Scope(artist="abe"))) == ["a"]


def test_counts(store: StoreWriter) -> None:
    fill(store)
    store.apply_scan([ScanChange(ChangeKind.MISSING, ROOT, b"loose.mp3")])
    store.store_heard("m", [heard(1), heard(2, vector=None, failure=SILENT)])
    counts = store.counts()
    assert (counts.tracks, counts.heard, counts.failed, counts.pending) == (4, 1, 1, 2)
    assert (counts.missing, counts.albums, counts.artists) == (1, 2, 2)
    assert counts.total_duration_s == 693.0


def test_a_model_that_estimates_nothing_takes_no_estimates_away(store: StoreWriter) -> None:
    fill(store)
    estimates = Estimates(121.5, 0.25, -0.5, (("rock", 0.9),))
    store.store_heard("rich", [heard(1, estimates=estimates)])
    store.store_heard("poor", [heard(1), heard(2)])
    first, second = store.tracks((1, 2))
    assert first.estimates == estimates
    assert second.estimates == Estimates()
    assert list(store.track_ids(sort=Sort.TEMPO))[-1] == 1
    store.store_heard("other", [heard(1, estimates=Estimates(90.0, 0.0, 0.0))])
    assert store.tracks((1,))[0].estimates == Estimates(90.0, 0.0, 0.0, (("rock", 0.9),))


def test_vectors_of_several_models_are_kept_apart(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("one", [heard(1), heard(2)])
    store.store_heard("other", [heard(1)])
    assert store.heard_by_model() == {"one": 2, "other": 1}
    assert set(store.vectors_of("one", range(1_000))) == {1, 2}
    np.testing.assert_array_equal(store.vectors_of("other", [1, 2])[1], VECTOR)
    assert store.vectors_of("absent", [1]) == {}


def test_listening_is_stored(store: StoreWriter, store_file: Path) -> None:
    fill(store)
    before = store.vector_revision()
    estimates = Estimates(121.5, 0.25, -0.5, (("rock=hard", 0.9), ("guitar", 0.4)))
    store.store_heard("m", [heard(1, estimates=estimates, duration_s=320.5)])
    reader = StoreReader(store_file)
    track = reader.track(1)
    assert track is not None
    assert (track.status, track.duration_s, track.estimates) == (Status.HEARD, 320.5, estimates)
    ids, vectors = reader.vectors("m")
    assert ids.tolist() == [1]
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, VECTOR[None, :])
    assert reader.vector_revision() > before
    assert list(reader.pending_ids("m")) == [2, 3, 4]
    reader.close()


def test_results_of_a_file_that_changed_meanwhile_are_dropped(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("m", [heard(1, mtime_ns=2), heard(2, size_bytes=5), heard(77)])
    assert list(store.pending_ids("m")) == [1, 2, 3, 4]
    assert store.vectors("m")[0].tolist() == []


def test_failures_wait_for_a_change_of_file_or_model(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("m", [heard(number, vector=None, failure=SILENT) for number in (1, 2, 3)])
    assert [track.failure for track in store.failures()] == [SILENT] * 3
    assert list(store.pending_ids("m")) == [4]
    store.apply_scan([seen("Beatles/Help/1.mp3", mtime_ns=2)])
    assert list(store.pending_ids("m")) == [3, 4]
    assert list(store.pending_ids("other")) == [1, 2, 3, 4]
    assert store.clear_failures([1]) == 1
    assert store.clear_failures() == 1
    assert store.clear_failures() == 0
    assert store.counts().pending == 4


def test_unreadable_files_fail_under_every_model(store: StoreWriter) -> None:
    empty = Failure(FailureKind.EMPTY, "the file is\nempty")
    assert store.apply_scan([seen("e.mp3", failure=empty, fingerprint=b"")]).failed == 1
    assert len(store.pending_ids("m")) == 0
    store.use_model("m")
    track = store.track(1)
    assert track is not None
    assert track.status is Status.FAILED
    assert track.failure == Failure(FailureKind.EMPTY, "the file is empty")
    assert store.apply_scan([seen("e.mp3", mtime_ns=2)]).changed == 1
    assert list(store.pending_ids("m")) == [1]


def test_vectors_of_an_old_model_serve_until_forgotten(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("old", [heard(1), heard(2)])
    assert store.model_id() == "old"
    store.use_model("new")
    assert store.counts().pending == 4
    store.store_heard("new", [heard(1)])
    assert store.counts().heard == 1
    assert store.vectors("old")[0].tolist() == [1, 2]
    assert store.vectors("new")[0].tolist() == [1]
    store.forget_vectors("old")
    assert store.vectors("old")[0].tolist() == []
    assert store.counts().heard == 1
    store.forget_vectors("new")
    store.forget_vectors("never seen")
    assert store.counts().heard == 0


def test_plays_skips_and_history(store: StoreWriter) -> None:
    fill(store)
    store.record_play(Play(1, 10.0, 200.0, 321.0))
    store.record_play(Play(2, 20.0, 5.0, 234.0, skipped=True))
    store.record_play(Play(99, 30.0, 5.0, 234.0))
    assert [play.track_id for play in store.history(10)] == [2, 1]
    assert store.history(1)[0].skipped
    assert store.history(-1) == []
    played, skipped = store.tracks([1, 2])
    assert (played.play_count, played.last_played_s) == (1, 10.0)
    assert (skipped.play_count, skipped.last_played_s) == (0, 20.0)


def test_likes_bans_and_state(store: StoreWriter) -> None:
    fill(store)
    store.set_liked(1, True)
    store.set_banned(2, True)
    liked, banned = store.tracks([1, 2])
    assert (liked.liked, liked.banned, banned.liked, banned.banned) == (True, False, False, True)
    assert store.state("queue") is None
    revision = store.revision()
    store.set_state("queue", "[1]")
    store.set_state("queue", "[2]")
    assert store.state("queue") == "[2]"
    assert store.revision() == revision


def test_the_revision_grows_with_every_change(store: StoreWriter, store_file: Path) -> None:
    reader = StoreReader(store_file)
    seen_revisions = [reader.revision()]
    for change in (
        lambda: fill(store),
        lambda: store.set_liked(1, True),
        lambda: store.store_heard("m", [heard(1)]),
        lambda: store.set_root_missing(ROOT, True),
        lambda: store.clear_failures(),
    ):
        change()
        seen_revisions.append(reader.revision())
    assert seen_revisions == sorted(set(seen_revisions))
    reader.close()


def test_missing_files_and_roots_are_kept(store: StoreWriter) -> None:
    fill(store)
    gone = [ScanChange(ChangeKind.MISSING, ROOT, b"loose.mp3")]
    assert store.apply_scan(gone).missing == 1
    assert store.apply_scan(gone).missing == 0
    assert [track.missing for track in store.tracks([3, 4])] == [False, True]
    assert list(store.pending_ids("m")) == [1, 2, 3]
    assert sorted(store.track_ids(Scope(include_missing=False))) == [1, 2, 3]
    store.set_root_missing(ROOT, True)
    assert store.roots()[0].missing
    assert all(track.missing for track in store.tracks([1, 2, 3, 4]))
    assert store.counts().missing == 4
    assert len(store.pending_ids("m")) == 0
    assert len(store.track_ids(Scope(include_missing=False))) == 0
    assert len(store.track_ids()) == 4
    store.set_root_missing(ROOT, False)
    assert store.counts().missing == 1
    back = [ScanChange(ChangeKind.RETURNED, ROOT, b"loose.mp3")]
    assert store.apply_scan(back).returned == 1
    assert store.counts().missing == 0


def test_a_moved_file_keeps_everything(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("m", [heard(1)])
    store.set_liked(1, True)
    store.record_play(Play(1, 10.0, 200.0, 321.0))
    fingerprint = "Björk/Post/2.mp3".encode()
    outcome = store.apply_scan([seen("new/name.mp3", fingerprint=fingerprint, mtime_ns=9)])
    assert (outcome.moved, outcome.added) == (1, 0)
    track = store.track(1)
    assert track is not None
    assert track.relative_path == b"new/name.mp3"
    assert (track.status, track.liked, track.play_count) == (Status.HEARD, True, 1)
    assert store.apply_scan([ScanChange(ChangeKind.MISSING, ROOT, fingerprint)]).missing == 0
    assert list(store.search("hyperballad")) == []
    assert list(store.search("name")) == [1]


def test_a_copy_is_a_track_of_its_own(store: StoreWriter, music: Path) -> None:
    root = os.fsencode(music)
    store.add_root(root)
    (music / "a.mp3").write_bytes(b"x")
    store.apply_scan([seen("a.mp3", root=root, fingerprint=b"same")])
    outcome = store.apply_scan([seen("b.mp3", root=root, fingerprint=b"same")])
    assert (outcome.added, outcome.moved) == (1, 0)


def test_new_tags_keep_the_vector_and_new_audio_loses_it(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("m", [heard(4), heard(3)])
    revision = store.vector_revision()
    store.apply_scan([seen("loose.mp3", title="Quagga", size_bytes=1_200, mtime_ns=2)])
    track = store.track(4)
    assert track is not None
    assert (track.title, track.status) == ("Quagga", Status.HEARD)
    assert list(store.search("zebra")) == []
    assert store.vector_revision() == revision
    store.apply_scan([seen("loose.mp3", fingerprint=b"other", mtime_ns=3)])
    assert list(store.pending_ids("m")) == [1, 2, 4]
    assert store.vector_revision() > revision


def test_a_root_inside_another_changes_nothing(store: StoreWriter) -> None:
    store.add_root(ROOT)
    store.add_root(ROOT + b"/Rock/")
    assert [root.path for root in store.roots()] == [ROOT]


def test_a_wider_root_takes_over_the_tracks(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("m", [heard(1)])
    store.add_root(b"/nowhere/else")
    store.add_root(b"/nowhere")
    roots = store.roots()
    assert [(root.path, root.tracks) for root in roots] == [(b"/nowhere", 4)]
    track = store.track(1)
    assert track is not None
    assert track.path == ROOT + b"/Bj\xc3\xb6rk/Post/2.mp3"
    assert track.status is Status.HEARD
    assert list(store.track_ids(Scope(folder=ROOT + b"/Beatles"))) == [3]


def test_a_linked_root_is_the_same_root(store: StoreWriter, tmp_path: Path) -> None:
    (tmp_path / "real" / "rock").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    store.add_root(os.fsencode(tmp_path / "real"))
    store.add_root(os.fsencode(tmp_path / "link" / "rock"))
    assert len(store.roots()) == 2


def test_removing_a_root_forgets_its_tracks(store: StoreWriter) -> None:
    fill(store)
    store.store_heard("m", [heard(1), heard(2, vector=None, failure=SILENT)])
    store.remove_root(b"/unknown")
    store.remove_root(ROOT)
    assert store.roots() == ()
    assert store.counts().tracks == 0
    assert list(store.search("help")) == []
    assert store.vectors("m")[0].tolist() == []
    assert store.apply_scan([seen("a")]).added == 0


def test_a_seed_is_a_path_or_words(
    store: StoreWriter, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    root = os.fsencode(music)
    store.add_root(root)
    store.apply_scan([seen("sub/x.mp3", root=root), seen("y.mp3", root=root)])
    monkeypatch.chdir(music)
    assert store.resolve("sub/x.mp3") == (5,)
    assert store.resolve(str(music / "sub")) == (5,)
    assert set(store.resolve(".")) == {5, 6}
    assert store.resolve("army me") == (2,)
    assert store.resolve("no such thing") == ()
    assert store.resolve("") == ()
    assert store.resolve("\0") == ()
    assert store.resolve("\ud800") == ()


def test_reader_and_writer_work_side_by_side(store: StoreWriter, store_file: Path) -> None:
    reader = StoreReader(store_file)
    assert reader.counts().tracks == 0
    fill(store)
    assert reader.counts().tracks == 4
    with pytest.raises(StoreError):
        reader._rows("DELETE FROM tracks")
    reader.close()
