"""Teaching the ear through the engine: clips, answers, and what they change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from tests.engine.conftest import Stage
from tests.engine.helpers import TIMEOUT_S, quick_config
from tuiradio.engine.clip_desk import clip_start_s
from tuiradio.engine.lessons import (
    CLIP_S,
    Asked,
    ClipChanged,
    Compare,
    EarState,
    EndLesson,
    ImportComparisons,
    NextComparison,
    PlayComparison,
    ResetEar,
    SwitchEar,
    UndoComparison,
    WaitUntilLearned,
)
from tuiradio.engine.protocol import (
    FindSimilar,
    Notice,
    PlanRadio,
    PlayStatus,
    PlayTracks,
    RadioPlan,
    Resume,
    Severity,
    SimilarTracks,
)
from tuiradio.library.comparisons import Comparison
from tuiradio.paths import Paths
from tuiradio.radio.pick import Pick
from tuiradio.similarity.ear import Choice, Ear, EarVerdict, Triplet
from tuiradio.similarity.space import Space


def learned(stage: Stage) -> EarState:
    answer = stage.engine.ask(WaitUntilLearned(), TIMEOUT_S)
    assert isinstance(answer, EarState)
    return answer


def first_three(stage: Stage) -> Triplet:
    return Triplet(*stage.ids[:3])


def path_of(stage: Stage, track_id: int) -> bytes:
    track = stage.reader.track(track_id)
    assert track is not None
    return track.path


def part(stage: Stage, name: str) -> ClipChanged:
    return stage.events.until_event(ClipChanged, lambda clip: clip.part == name)


def planned(stage: Stage) -> tuple[Pick, ...]:
    settings = quick_config().radio
    plan = stage.engine.ask(PlanRadio((stage.ids[0],), settings, 3), TIMEOUT_S)
    assert isinstance(plan, RadioPlan)
    return plan.picks


@pytest.fixture
def teachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clips of the tests are short: any length will do."""
    monkeypatch.setattr("tuiradio.engine.ear_desk._SHORTEST_S", 0.0)


@pytest.fixture
def better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every lesson ends in an ear that hears tempo alone."""

    def learn(*arguments: object, **_: object) -> tuple[Ear, EarVerdict]:
        space, model_id = arguments[3], str(arguments[4])
        assert isinstance(space, Space)
        weights = tuple((name, 3.0 if name == "tempo" else 0.1) for name in space.names)
        return Ear(model_id, weights), EarVerdict(20, 0, 0.5, 0.9, 0.1)

    monkeypatch.setattr("tuiradio.engine.ear_desk.learn", learn)


def test_the_clips_play_in_turn_and_the_music_resumes(stage: Stage) -> None:
    music = stage.ids[5]
    stage.engine.submit(PlayTracks((music, stage.ids[6])))
    stage.events.until_player(lambda player: player.track_id == music)
    stage.player.reach(2.0)
    stage.events.until_player(lambda player: player.position_s == 2.0)
    triplet = first_three(stage)
    stage.engine.submit(PlayComparison(triplet))
    for name, track_id in zip("abc", stage.ids[:3], strict=True):
        assert part(stage, name).track_id == track_id
        stage.events.state()
        assert stage.player.current == path_of(stage, track_id)
        stage.player.reach(CLIP_S + 1.0)
    part(stage, "")
    state = stage.events.state()
    assert state.player.status is PlayStatus.PAUSED
    assert (state.player.track_id, state.player.position_s) == (music, 2.0)
    assert [entry.track_id for entry in state.queue] == [music, stage.ids[6]]
    stage.engine.submit(EndLesson())
    stage.events.until_player(lambda player: player.status is PlayStatus.PLAYING)
    assert stage.player.calls[-1] == (
        "load", path_of(stage, music), path_of(stage, stage.ids[6]), 2.0
    )  # fmt: skip
    assert stage.reader.history(5) == []


def test_music_that_was_paused_stays_paused_and_silence_stays_silent(stage: Stage) -> None:
    triplet = first_three(stage)
    stage.engine.submit(PlayComparison(triplet, ("b",)))
    assert part(stage, "b").track_id == triplet.b
    stage.player.end()
    part(stage, "")
    stage.engine.submit(EndLesson())
    assert stage.events.state().player.status is PlayStatus.STOPPED
    assert stage.player.current is None


def test_the_music_can_take_over_at_any_time(stage: Stage) -> None:
    music = stage.ids[5]
    stage.engine.submit(PlayTracks((music,)))
    stage.events.until_player(lambda player: player.track_id == music)
    stage.engine.submit(PlayComparison(first_three(stage)))
    part(stage, "a")
    stage.engine.submit(Resume())
    stage.events.until_player(lambda player: player.status is PlayStatus.PLAYING)
    assert stage.player.current == path_of(stage, music)
    part(stage, "")
    stage.engine.submit(EndLesson())
    assert stage.events.state().player.status is PlayStatus.PLAYING


def test_a_clip_that_fails_is_told_and_the_next_one_plays(stage: Stage) -> None:
    stage.engine.submit(PlayComparison(first_three(stage)))
    part(stage, "a")
    stage.player.fail()
    part(stage, "b")
    assert stage.events.of(Notice)[-1].severity is Severity.WARNING


@pytest.mark.usefixtures("teachable")
def test_questions_are_answered_taken_back_and_forgotten(stage: Stage) -> None:
    asked = stage.engine.ask(NextComparison(), TIMEOUT_S)
    assert isinstance(asked, Asked)
    assert asked.triplet is not None
    stage.engine.submit(Compare(asked.triplet, Choice.B))
    stage.engine.submit(Compare(asked.triplet, Choice.SAME))
    state = learned(stage)
    assert (state.said, state.verdict.answers, state.verdict.same) == (2, 1, 1)
    assert not state.in_use
    said = stage.reader.comparisons()
    assert [one.choice for one in said] == ["b", "same"]
    assert said[0].model_id == state.model_id != ""
    stage.engine.submit(UndoComparison())
    assert learned(stage).said == 1
    stage.engine.submit(ResetEar())
    assert learned(stage).said == 0
    stage.engine.submit(UndoComparison())
    stage.events.until_event(Notice, lambda notice: "no answer" in notice.message)


def test_answers_about_unknown_tracks_are_refused(stage: Stage) -> None:
    stage.engine.submit(Compare(Triplet(1, 1, 9999), Choice.B))
    notice = stage.events.until_event(Notice)
    assert notice.severity is Severity.WARNING
    assert stage.events.state().ear.said == 0


def test_answers_are_taken_over(stage: Stage) -> None:
    a, b, c = stage.ids[:3]
    stage.engine.submit(
        ImportComparisons(
            (Comparison(a, b, c, "c"), Comparison(a, b, 9999, "b"), Comparison(a, b, c, "?"))
        )
    )
    assert "2 left out" in stage.events.until_event(Notice).message
    assert learned(stage).said == 1


@pytest.mark.usefixtures("better")
def test_a_better_ear_is_used_switched_kept_and_reset(start: Callable[..., Stage]) -> None:
    stage = start()
    ids = stage.ids

    def similar(stage: Stage) -> list[float]:
        found = stage.engine.ask(FindSimilar((ids[0],), 5), TIMEOUT_S)
        assert isinstance(found, SimilarTracks)
        return [round(one.similarity, 4) for one in found.neighbours]

    shipped = similar(stage)
    stage.engine.submit(Compare(first_three(stage), Choice.B))
    state = learned(stage)
    assert state.in_use
    assert dict(state.weights)["tempo"] == 3.0
    heard = similar(stage)
    assert heard != shipped
    assert {pick.by_ear for pick in planned(stage)} == {True}
    stage.engine.submit(SwitchEar(False))
    assert not learned(stage).in_use
    assert {pick.by_ear for pick in planned(stage)} == {False}
    assert similar(stage) == shipped
    stage.engine.submit(SwitchEar(True))
    assert similar(stage) == heard
    stage.reader.close()
    stage.engine.close()
    again = start()
    assert similar(again) == heard
    state = again.events.state().ear
    assert state.in_use
    assert state.said == 1
    again.engine.submit(ResetEar())
    assert similar(again) == shipped
    assert not again.events.state().ear.in_use


@pytest.mark.usefixtures("better")
def test_an_ear_that_cannot_be_read_is_learned_again(start: Callable[..., Stage]) -> None:
    stage = start()
    stage.engine.submit(Compare(first_three(stage), Choice.B))
    assert learned(stage).in_use
    stage.engine._house.store.set_state("ear", "{broken")
    stage.reader.close()
    stage.engine.close()
    again = start()
    assert learned(again).in_use


@pytest.mark.usefixtures("better")
def test_an_ear_whose_answers_are_gone_is_not_used(
    start: Callable[..., Stage], heard_paths: Paths
) -> None:
    stage = start()
    stage.engine.submit(Compare(first_three(stage), Choice.B))
    assert learned(stage).in_use
    stage.reader.close()
    stage.engine.close()
    with closing(sqlite3.connect(heard_paths.store_file)) as store, store:
        store.execute("DELETE FROM comparisons")
    state = learned(start())
    assert not state.in_use
    assert state.said == 0
    assert not state.verdict.is_known


def test_without_an_index_nothing_is_being_learned(stage: Stage) -> None:
    stage.engine.submit(Compare(first_three(stage), Choice.B))
    learned(stage)
    house = stage.engine._house
    house.ear.state = replace(house.ear.state, is_learning=True)
    house.similarity._index = None
    stage.engine.submit(UndoComparison())
    assert not learned(stage).is_learning


def test_the_clip_is_the_middle_of_the_track() -> None:
    assert clip_start_s(180.0) == 86.0
    assert clip_start_s(5.0) == clip_start_s(0.0) == 0.0
