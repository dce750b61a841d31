from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from tests.engine.conftest import Stage
from tests.engine.helpers import (
    RATE_HZ,
    TIMEOUT_S,
    FakePlayer,
    Watching,
    quick_config,
    tone,
    write_library,
)
from tuiradio.config import ListeningConfig
from tuiradio.engine.protocol import (
    AddRoots,
    FindSimilar,
    LibraryChanged,
    ListeningProgress,
    ListeningState,
    Notice,
    PlayTracks,
    Rescan,
    ScanProgress,
    SimilarTracks,
    StartRadio,
    WaitUntilHeard,
)
from tuiradio.engine.service import LocalEngine
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.paths import Paths, models_dir


def model_ids(file: Path) -> dict[str, int]:
    """How many vectors each model has."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT name, count(*) FROM vectors JOIN models ON models.id = model GROUP BY name"
        ).fetchall()
    return dict(rows)


@pytest.fixture
def newer_model(tmp_path: Path) -> Path:
    """The shipped model under another version: the same bytes, another id."""
    shutil.copy(models_dir() / "tuiradio.onnx", tmp_path / "newer.onnx")
    card = json.loads((models_dir() / "tuiradio.json").read_text("utf-8"))
    card["version"] = "next"
    (tmp_path / "newer.json").write_text(json.dumps(card), "utf-8")
    return tmp_path / "newer.onnx"


def test_a_new_model_takes_over_when_it_has_heard_everything(
    heard_paths: Paths, newer_model: Path
) -> None:
    config = replace(quick_config(), listening=ListeningConfig(model=str(newer_model), workers=2))
    old = next(iter(model_ids(heard_paths.store_file)))
    engine = LocalEngine(heard_paths, config)
    try:
        reader = StoreReader(heard_paths.store_file)
        seed = reader.track_ids()[0]
        events = Watching(engine)
        events.until_event(Notice, lambda notice: "new model" in notice.message)
        state = engine.ask(WaitUntilHeard(), 60)
        assert isinstance(state, ListeningState)
        assert state.heard == 12
        assert state.model_id != old
        assert model_ids(heard_paths.store_file) == {state.model_id: 12}
        similar = engine.ask(FindSimilar((seed,), 5), 20)
        assert isinstance(similar, SimilarTracks)
        assert len(similar.neighbours) == 5
        reader.close()
    finally:
        engine.close()


def test_the_old_vectors_serve_meanwhile(heard_paths: Paths, newer_model: Path) -> None:
    config = replace(
        quick_config(),
        # So slow that the old model must answer.
        listening=ListeningConfig(model=str(newer_model), workers=1, busy_while_playing=0.05),
    )
    player = FakePlayer()
    engine = LocalEngine(heard_paths, config, player.factory)
    try:
        reader = StoreReader(heard_paths.store_file)
        ids = list(reader.track_ids())
        engine.submit(PlayTracks((ids[0],)))
        reader.close()
        similar = engine.ask(FindSimilar((ids[5],), 11), 20)
        assert isinstance(similar, SimilarTracks)
        assert len(similar.neighbours) == 11
        assert len(model_ids(heard_paths.store_file)) <= 2
    finally:
        engine.close()
    assert max(model_ids(heard_paths.store_file).values()) == 12


def test_a_radio_begins_by_tags_and_goes_on_by_sound(paths: Paths, tmp_path: Path) -> None:
    write_library(tmp_path, artists=8, songs=4)
    player = FakePlayer()
    engine = LocalEngine(paths, quick_config(), player.factory)
    events = Watching(engine)
    try:
        engine.submit(AddRoots((bytes(tmp_path),)))
        events.until_event(ScanProgress, lambda event: event.scan.added == 32)
        reader = StoreReader(paths.store_file)
        seed = reader.track_ids()[0]
        reader.close()
        engine.submit(StartRadio((seed,)))
        first = events.until_queue(lambda queue: len(queue) >= 6)
        assert first[1].pick is not None
        events.until_queue(
            lambda queue: (
                len(queue) >= 6
                # What comes next stays, since so short a seed is about to end.
                and all(e.pick is not None and not e.pick.from_tags for e in queue[2:])
            )
        )
        state = engine.ask(WaitUntilHeard(), 60)
        assert isinstance(state, ListeningState)
        assert state.heard == 32
        assert events.state().player.track_id == seed
    finally:
        engine.close()


def test_the_playing_track_and_its_kin_are_heard_first(paths: Paths, tmp_path: Path) -> None:
    write_library(tmp_path, artists=10, songs=4)
    # First without a model: when the engine comes back, all of it is pending.
    config = replace(quick_config(), listening=ListeningConfig(model="/no/model"))
    engine = LocalEngine(paths, config)
    engine.submit(AddRoots((bytes(tmp_path),)))
    engine.ask(WaitUntilHeard(), 60)
    engine.close()
    player = FakePlayer()
    config = replace(quick_config(), listening=ListeningConfig(workers=1))
    reader = StoreReader(paths.store_file)
    wanted = reader.resolve("Song 7-2")[0]
    kin = set(reader.search("Artist 7"))
    reader.close()
    engine = LocalEngine(paths, config, player.factory)
    events = Watching(engine)
    try:
        engine.submit(PlayTracks((wanted,)))
        events.until_event(ListeningProgress, lambda event: event.listening.heard >= 8)
        heard = [track_id for event in events.of(LibraryChanged) for track_id in event.track_ids]
        # One file is under way when the wish comes, and a few more may be done by then.
        assert wanted in heard[:6]
        assert kin.issubset(heard[:12])
    finally:
        engine.close()


def test_a_root_that_is_gone_is_kept_and_comes_back(paths: Paths, tmp_path: Path) -> None:
    root, away = tmp_path / "music", tmp_path / "away"
    write_library(root, artists=2, songs=1)
    engine = LocalEngine(paths, quick_config())
    events = Watching(engine)
    try:
        engine.submit(AddRoots((bytes(root),)))
        engine.ask(WaitUntilHeard(), 60)
        root.rename(away)
        engine.submit(Rescan())
        engine.ask(WaitUntilHeard(), 60)
        events.until_event(Notice, lambda notice: "not there" in notice.message)
        reader = StoreReader(paths.store_file)
        assert reader.roots()[0].missing
        assert len(reader.track_ids()) == 2
        assert engine.ask(FindSimilar((reader.track_ids()[0],)), 20) == SimilarTracks(())
        away.rename(root)
        engine.submit(Rescan())
        state = engine.ask(WaitUntilHeard(), 60)
        assert isinstance(state, ListeningState)
        assert state.heard == 2
        assert not reader.roots()[0].missing
        reader.close()
    finally:
        engine.close()


def test_new_files_are_noticed_while_running(paths: Paths, tmp_path: Path) -> None:
    write_library(tmp_path, artists=1, songs=1)
    config = replace(quick_config(), watch=True)
    engine = LocalEngine(paths, config, FakePlayer().factory)
    events = Watching(engine)
    try:
        engine.submit(AddRoots((bytes(tmp_path),)))
        events.until_event(ScanProgress, lambda event: event.scan.added == 1)
        engine.ask(WaitUntilHeard(), 60)
        events.events.clear()
        soundfile.write(tmp_path / "new.wav", tone(3, 300), RATE_HZ)
        events.until_event(ListeningProgress, lambda event: event.listening.heard == 2)
    finally:
        engine.close()


def test_workers_that_cannot_start_are_named(paths: Paths, music: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"not a network")
    card = json.loads((models_dir() / "tuiradio.json").read_text("utf-8"))
    card["sha256"] = hashlib.sha256(b"not a network").hexdigest()
    (tmp_path / "bad.json").write_text(json.dumps(card), "utf-8")
    config = replace(
        quick_config(), listening=ListeningConfig(model=str(tmp_path / "bad.onnx"), workers=1)
    )
    engine = LocalEngine(paths, config)
    try:
        engine.submit(AddRoots((bytes(music),)))
        state = engine.ask(WaitUntilHeard(), TIMEOUT_S * 3)
        assert isinstance(state, ListeningState)
        assert state.problem
        assert state.heard == 0
    finally:
        engine.close()


def test_the_index_is_saved_and_found_again(start: Callable[..., Stage]) -> None:
    stage = start()
    seed = stage.ids[0]
    first = stage.engine.ask(FindSimilar((seed,), 5), 20)
    stage.engine.close()
    stage = start()
    assert stage.engine.ask(FindSimilar((seed,), 5), 20) == first


def test_nobody_waits_for_ever_for_what_could_not_be_stored(
    paths: Paths, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("as a defect would")

    monkeypatch.setattr(StoreWriter, "store_heard", broken)
    engine = LocalEngine(paths, quick_config())
    try:
        events = Watching(engine)
        engine.submit(AddRoots((bytes(music),)))
        state = engine.ask(WaitUntilHeard(), TIMEOUT_S)
        assert isinstance(state, ListeningState)
        assert state.heard == 0
        assert any("RuntimeError" in notice.message for notice in events.of(Notice))
    finally:
        engine.close()
