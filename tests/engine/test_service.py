from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.engine.helpers import RATE_HZ, Watching, quick_config, tone
from tuiradio.engine.protocol import (
    AddRoots,
    EngineState,
    EngineStopping,
    FindSimilar,
    GetState,
    LibraryChanged,
    ListeningProgress,
    ListeningState,
    Notice,
    PlanRadio,
    RadioPlan,
    Rescan,
    RetryFailures,
    ScanProgress,
    Shutdown,
    SimilarTracks,
    WaitUntilHeard,
)
from tuiradio.engine.service import LocalEngine
from tuiradio.errors import EngineBusy, EngineUnavailable, StoreError
from tuiradio.library.store import StoreReader
from tuiradio.paths import Paths


def test_a_library_is_scanned_listened_to_and_compared(heard_paths: Paths) -> None:
    engine = LocalEngine(heard_paths, quick_config())
    try:
        reader = StoreReader(heard_paths.store_file)
        assert reader.counts().heard == 12
        seed = reader.resolve("Song 0-0")[0]
        similar = engine.ask(FindSimilar((seed,), 5), 20)
        assert isinstance(similar, SimilarTracks)
        assert len(similar.neighbours) == 5
        assert seed not in {neighbour.track_id for neighbour in similar.neighbours}
        scores = [neighbour.similarity for neighbour in similar.neighbours]
        assert scores == sorted(scores, reverse=True)
        plan = engine.ask(PlanRadio((seed,), quick_config().radio, length=6), 20)
        assert isinstance(plan, RadioPlan)
        ids = [pick.track_id for pick in plan.picks]
        assert len(set(ids)) == 6
        assert not any(pick.from_tags for pick in plan.picks)
        assert plan == engine.ask(PlanRadio((seed,), quick_config().radio, length=6), 20)
        reader.close()
    finally:
        engine.close()


def test_several_seeds_and_a_radio_of_minutes(heard_paths: Paths) -> None:
    engine = LocalEngine(heard_paths, quick_config())
    try:
        reader = StoreReader(heard_paths.store_file)
        seeds = tuple(reader.track_ids()[:2])
        reader.close()
        similar = engine.ask(FindSimilar(seeds, 3), 20)
        assert isinstance(similar, SimilarTracks)
        assert not {n.track_id for n in similar.neighbours}.intersection(seeds)
        # Four clips of three seconds make a fifth of a minute.
        plan = engine.ask(PlanRadio(seeds[:1], quick_config().radio, minutes=0.2), 20)
        assert isinstance(plan, RadioPlan)
        assert len(plan.picks) == 4
    finally:
        engine.close()


def test_unknown_seeds_give_empty_answers(heard_paths: Paths) -> None:
    engine = LocalEngine(heard_paths, quick_config())
    try:
        assert engine.ask(FindSimilar((10**6,)), 20) == SimilarTracks(())
        assert engine.ask(PlanRadio((10**6,)), 20) == RadioPlan(())
        assert engine.ask(FindSimilar(()), 20) == SimilarTracks(())
    finally:
        engine.close()


def test_progress_is_told_and_bad_files_are_failures(paths: Paths, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "good.wav", tone(3, 220), RATE_HZ)
    soundfile.write(tmp_path / "silent.wav", np.zeros(RATE_HZ * 3), RATE_HZ)
    (tmp_path / "text.mp3").write_text("no music")
    (tmp_path / "empty.flac").write_bytes(b"")
    engine = LocalEngine(paths, quick_config())
    events = Watching(engine)
    try:
        engine.submit(AddRoots((bytes(tmp_path),)))
        state = engine.ask(WaitUntilHeard(), 60)
        assert isinstance(state, ListeningState)
        assert (state.total, state.heard, state.failed, state.running) == (4, 1, 3, False)
        assert not events.of(ScanProgress)[-1].scan.running
        assert events.of(ScanProgress)[-1].scan.added == 4
        assert events.until_event(LibraryChanged, lambda e: e.rows_added_or_removed)
        events.until_event(ListeningProgress, lambda e: e.listening.heard == 1)
        engine.submit(RetryFailures())
        state = engine.ask(WaitUntilHeard(), 60)
        assert isinstance(state, ListeningState)
        assert state.failed == 3
    finally:
        engine.close()
    assert isinstance(events.events[-1], EngineStopping)


def test_only_what_changed_is_listened_to_again(paths: Paths, tmp_path: Path) -> None:
    for number in range(3):
        soundfile.write(tmp_path / f"{number}.wav", tone(3, 200 + number, seed=number), RATE_HZ)
    engine = LocalEngine(paths, quick_config())
    engine.submit(AddRoots((bytes(tmp_path),)))
    engine.ask(WaitUntilHeard(), 60)
    reader = StoreReader(paths.store_file)
    revision = reader.vector_revision()
    engine.submit(Rescan())
    engine.ask(WaitUntilHeard(), 60)
    assert reader.vector_revision() == revision
    soundfile.write(tmp_path / "1.wav", tone(3.5, 500, seed=9), RATE_HZ)
    (tmp_path / "2.wav").unlink()
    engine.submit(Rescan())
    state = engine.ask(WaitUntilHeard(), 60)
    assert isinstance(state, ListeningState)
    assert state.heard == 3
    assert reader.counts().missing == 1
    kept = {track.relative_path: track.id for track in reader.tracks(reader.track_ids())}
    similar = engine.ask(FindSimilar((kept[b"0.wav"],)), 20)
    assert isinstance(similar, SimilarTracks)
    assert [n.track_id for n in similar.neighbours] == [kept[b"1.wav"]]
    reader.close()
    engine.close()


def test_wrong_roots_are_refused_in_words(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    engine = LocalEngine(paths, quick_config())
    events = Watching(engine)
    engine.submit(AddRoots((b"relative", bytes(tmp_path / "file"), b"/nul\0", b"/no/such/\xff")))
    assert events.state().roots == ()
    assert len(events.of(Notice)) == 4
    engine.close()


def test_a_second_engine_is_refused(paths: Paths) -> None:
    engine = LocalEngine(paths, quick_config())
    with pytest.raises(EngineBusy):
        LocalEngine(paths, quick_config())
    engine.close()
    LocalEngine(paths, quick_config()).close()


def test_a_data_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    bad = tmp_path / "file" / "data"
    with pytest.raises(StoreError) as caught:
        LocalEngine(Paths(bad, bad, bad, bad, bad), quick_config())
    assert caught.value.hint


def test_a_damaged_store_is_named_and_the_lock_let_go(paths: Paths) -> None:
    paths.create()
    paths.store_file.write_bytes(b"not sqlite at all" * 1000)
    for _ in range(2):
        with pytest.raises(StoreError):
            LocalEngine(paths, quick_config())


def test_after_the_end_nothing_is_taken_any_more(paths: Paths) -> None:
    engine = LocalEngine(paths, quick_config())
    state = engine.ask(GetState(), 20)
    assert isinstance(state, EngineState)
    assert state.pid
    engine.submit(Shutdown())
    engine.wait_stopped()
    for call in (lambda: engine.submit(Rescan()), lambda: engine.ask(GetState(), 20)):
        with pytest.raises(EngineUnavailable):
            call()
    engine.close()
    engine.close()


def test_without_a_model_everything_else_works(paths: Paths, music: Path) -> None:
    config = quick_config()
    config = type(config)(
        watch=False, listening=type(config.listening)(model="/no/such/model.onnx")
    )
    engine = LocalEngine(paths, config)
    events = Watching(engine)
    engine.submit(AddRoots((bytes(music),)))
    state = engine.ask(WaitUntilHeard(), 60)
    assert isinstance(state, ListeningState)
    assert state.problem
    assert state.total == 12
    reader = StoreReader(paths.store_file)
    seed = reader.track_ids()[0]
    reader.close()
    assert engine.ask(FindSimilar((seed,)), 20) == SimilarTracks(())
    plan = engine.ask(PlanRadio((seed,), quick_config().radio, length=3), 20)
    assert isinstance(plan, RadioPlan)
    assert [pick.from_tags for pick in plan.picks] == [True] * 3
    events.leave()
    engine.close()


def test_a_full_disk_stops_the_listening_and_nothing_else(
    paths: Paths, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("database or disk is full", "Make room.")

    monkeypatch.setattr("tuiradio.library.store.StoreWriter.store_heard", full)
    engine = LocalEngine(paths, quick_config())
    events = Watching(engine)
    engine.submit(AddRoots((bytes(music),)))
    events.until_event(Notice, lambda notice: notice.hint == "Make room.")
    events.until_event(ListeningProgress, lambda e: "full" in e.listening.problem)
    assert events.state().listening.heard == 0
    state = engine.ask(WaitUntilHeard(), 20)
    assert isinstance(state, ListeningState)
    assert "full" in state.problem
    engine.close()
