"""Feedback, bans and presets, and the way to them from a store of version 1."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.library.builders import ROOT, seen
from tuiradio.library import schema
from tuiradio.library.rows import Play, Preset
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.library.track import BanScope, FeedbackKind


@pytest.fixture
def song(store: StoreWriter) -> int:
    store.apply_scan(
        [seen("A/X/1.mp3", artist="A", album="X"), seen("A/X/2.mp3"), seen("loose.mp3")]
    )
    return store.resolve("1.mp3")[0]


def test_a_store_of_version_1_keeps_everything_and_is_backed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        old = StoreWriter(file)
        old.add_root(ROOT)
        old.apply_scan([seen("a.mp3"), seen("b.mp3")])
        old._connection.execute("UPDATE tracks SET liked = 1, banned = 1 WHERE id = 1")
        old.record_play(Play(2, 100.0, 50.0, 60.0))
        old.set_state("volume", "7")
        assert old._rows("PRAGMA user_version") == [(1,)]
        old.close()
    new = StoreWriter(file)
    assert new._rows("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    track = new.track(1)
    assert track is not None
    assert track.liked
    assert track.banned
    assert new.history(5) == [Play(2, 100.0, 50.0, 60.0)]
    assert new.state("volume") == "7"
    assert [ban.track_id for ban in new.bans()] == [1]
    assert new.feedback() == []
    assert new.presets() == []
    new.add_feedback(FeedbackKind.MORE, 1)
    new.close()
    backup = sqlite3.connect(tmp_path / "library.sqlite3.v1.backup")
    assert backup.execute("PRAGMA user_version").fetchone() == (1,)
    assert backup.execute("SELECT count(*) FROM tracks WHERE liked").fetchone() == (1,)
    backup.close()


def test_events_carry_radio_and_place_newest_first(store: StoreWriter, song: int) -> None:
    first = store.add_feedback(FeedbackKind.SKIP, song, 7, 3)
    second = store.add_feedback(FeedbackKind.MORE, song, 8)
    assert store.add_feedback(FeedbackKind.MORE, 10**9) == 0
    assert [event.id for event in store.feedback()] == [second, first]
    (event,) = store.feedback(radio=7)
    assert (event.kind, event.track_id, event.at_pick) == (FeedbackKind.SKIP, song, 3)
    assert event.at_s > 0.0
    assert event.undone_s is None


def test_undo_takes_back_the_newest_and_deletes_nothing(store: StoreWriter, song: int) -> None:
    assert store.set_liked(song, True)
    assert not store.set_liked(song, True)
    store.add_feedback(FeedbackKind.LESS, song)
    store.add_feedback(FeedbackKind.FINISH, song)
    kinds = []
    while (undone := store.undo_feedback()) is not None:
        kinds.append(undone.kind)
    assert kinds == [FeedbackKind.LESS, FeedbackKind.LIKE]
    track = store.track(song)
    assert track is not None
    assert not track.liked
    assert [event.kind for event in store.feedback()] == [FeedbackKind.FINISH]
    assert len(store.feedback(include_undone=True)) == 3


def test_a_certain_event_can_be_undone_once(store: StoreWriter, song: int) -> None:
    first = store.add_feedback(FeedbackKind.FINISH, song)
    store.add_feedback(FeedbackKind.MORE, song)
    undone = store.undo_feedback(first)
    assert undone is not None
    assert undone.kind is FeedbackKind.FINISH
    assert store.undo_feedback(first) is None


@pytest.mark.parametrize("scope", list(BanScope))
def test_a_ban_of_any_scope_comes_and_goes(store: StoreWriter, song: int, scope: BanScope) -> None:
    banned = store.set_banned(song, True, scope, radio=5)
    assert banned is not None
    assert banned.scope is scope
    assert store.set_banned(song, True, scope) is None
    (ban,) = store.bans()
    assert (ban.scope, ban.name, ban.folder) == (scope, banned.name, banned.folder)
    assert ban.since_s > 0.0
    undone = store.undo_feedback()
    assert undone is not None
    assert undone.scope is scope
    assert store.bans() == []
    assert store.set_banned(song, False, scope) is None
    store.set_banned(song, True, scope)
    assert store.lift_ban(store.bans()[0])
    assert store.bans() == []
    undone = store.undo_feedback()
    assert undone is not None
    assert undone.kind is FeedbackKind.UNBAN
    assert len(store.bans()) == 1


def test_the_folder_of_a_ban_is_its_bytes(store: StoreWriter) -> None:
    store.apply_scan([seen(b"caf\xe9/1.mp3")])
    track_id = store.resolve("1.mp3")[0]
    store.set_banned(track_id, True, BanScope.FOLDER)
    (ban,) = store.bans()
    assert ban.folder == ROOT + b"/caf\xe9"
    assert ban.name.encode("utf-8")


def test_tags_that_name_nothing_ban_nothing(store: StoreWriter, song: int) -> None:
    loose = store.resolve("loose")[0]
    assert store.set_banned(loose, True, BanScope.ALBUM) is None
    assert store.set_banned(10**9, True) is None
    assert store.bans() == []
    assert store.track(song) is not None


def test_presets_are_replaced_listed_by_name_and_deleted(
    store: StoreWriter, store_file: Path
) -> None:
    store.save_preset(Preset("night", "{}"))
    store.save_preset(Preset("Dawn", '{"drift":1}'))
    store.save_preset(Preset("night", '{"drift":0}'))
    reader = StoreReader(store_file)
    assert reader.presets() == [Preset("Dawn", '{"drift":1}'), Preset("night", '{"drift":0}')]
    reader.close()
    assert store.delete_preset("night")
    assert not store.delete_preset("night")
    assert [preset.name for preset in store.presets()] == ["Dawn"]


def test_what_planning_reads_agrees_with_the_history(store: StoreWriter, song: int) -> None:
    other = store.resolve("2.mp3")[0]
    for started_s, track_id in ((10.0, song), (30.0, song), (20.0, other)):
        store.record_play(Play(track_id, started_s, 5.0, 6.0))
    assert store.last_plays(10) == {song: 30.0, other: 20.0}
    assert store.last_plays(1) == {song: 30.0}
    assert store.liked_ids() == frozenset()
    store.set_liked(song, True)
    assert store.liked_ids() == {song}


def test_a_track_is_found_at_its_path_only(store: StoreWriter, song: int) -> None:
    assert store.track_at(ROOT + b"/A/X/1.mp3") == song
    assert store.track_at(ROOT + b"/A/X") is None
    assert store.track_at(b"/elsewhere/1.mp3") is None
