"""Answers of the listener, and the way to them from a store of version 2."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.library.builders import ROOT, seen
from tuiradio.library import schema
from tuiradio.library.comparisons import Comparison
from tuiradio.library.rows import Preset
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.library.track import FeedbackKind

SAID = Comparison(1, 2, 3, "b", "model", 100.0)


@pytest.fixture
def filled(store: StoreWriter) -> StoreWriter:
    store.apply_scan([seen(f"{name}.mp3") for name in "abcd"])
    return store


def plain(store: StoreReader) -> list[Comparison]:
    return [replace(said, id=0) for said in store.comparisons()]


def test_a_store_of_version_2_keeps_everything_and_is_backed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        with closing(StoreWriter(file)) as old:
            old.add_root(ROOT)
            old.apply_scan([seen("a.mp3"), seen("b.mp3"), seen("c.mp3")])
            old.set_liked(1, True)
            old.save_preset(Preset("night", "{}"))
            assert old._rows("PRAGMA user_version") == [(2,)]
    with closing(StoreWriter(file)) as new:
        assert new._rows("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
        assert [said.kind for said in new.feedback()] == [FeedbackKind.LIKE]
        assert [preset.name for preset in new.presets()] == ["night"]
        assert new.liked_ids() == {1}
        assert new.comparisons() == []
        assert new.add_comparisons([SAID]) == 1
        assert plain(new) == [SAID]
    assert (tmp_path / "library.sqlite3.v2.backup").exists()


def test_answers_come_back_in_their_order_and_the_newest_is_taken_back(
    filled: StoreWriter, store_file: Path
) -> None:
    other = Comparison(4, 1, 2, "same", "other", 200.0)
    assert filled.add_comparisons([SAID, other]) == 2
    with closing(StoreReader(store_file)) as reader:
        assert plain(reader) == [SAID, other]
    taken = filled.undo_comparison()
    assert taken is not None
    assert replace(taken, id=0) == other
    assert plain(filled) == [SAID]
    assert filled.undo_comparison() is not None
    assert filled.undo_comparison() is None


def test_answers_about_unknown_or_equal_tracks_are_not_taken(filled: StoreWriter) -> None:
    wrong = [Comparison(1, 2, 99, "b"), Comparison(1, 2, 2, "b"), Comparison(1, 1, 2, "c")]
    assert filled.add_comparisons(wrong) == 0
    assert filled.comparisons() == []


def test_answers_go_with_their_tracks_and_can_be_forgotten(filled: StoreWriter) -> None:
    filled.add_comparisons([SAID, SAID])
    assert filled.forget_comparisons() == 2
    assert filled.comparisons() == []
    filled.add_comparisons([SAID])
    filled.remove_root(ROOT)
    assert filled.comparisons() == []
