from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import Stage
from tests.engine.helpers import TIMEOUT_S, quick_config
from tuiradio.engine.protocol import Ban
from tuiradio.engine.studies import (
    BlendPlan,
    DrawMap,
    FlowPlan,
    JourneyPlan,
    MapDrawn,
    MeasureRadio,
    MeasuringProgress,
    PlanBlend,
    PlanJourney,
    RadioMeasured,
    ReorderForFlow,
    StopMeasuring,
)
from tuiradio.engine.study_desk import tracks_of
from tuiradio.errors import UsageError
from tuiradio.radio.strategies import Strategy
from tuiradio.similarity.map_cache import read

SETTINGS = quick_config().radio


def way(stage: Stage, *stops: int, **fields: int) -> JourneyPlan:
    query = PlanJourney(stops, settings=SETTINGS, **fields)
    answer = stage.engine.ask(query, TIMEOUT_S)
    assert isinstance(answer, JourneyPlan)
    return answer


def test_a_journey_goes_from_its_first_stop_to_its_last(stage: Stage) -> None:
    ids = stage.ids
    found = way(stage, ids[0], ids[11], length=6).journey
    assert (found.track_ids[0], found.track_ids[-1]) == (ids[0], ids[11])
    assert len(set(found.track_ids)) == len(found.track_ids)
    assert found.words
    artists = [track.artist for track in stage.reader.tracks(found.track_ids)]
    assert len(set(artists)) == len(artists)


def test_a_banned_track_is_not_on_the_way(stage: Stage) -> None:
    ids = stage.ids
    between = way(stage, ids[0], ids[11], length=5).journey.track_ids[1:-1]
    for banned in between:
        stage.engine.submit(Ban(banned))
    stage.events.state()
    again = way(stage, ids[0], ids[11], length=5).journey.track_ids
    assert not set(between) & set(again)


def test_a_journey_to_where_it_starts_is_refused(stage: Stage) -> None:
    with pytest.raises(UsageError, match="two different tracks"):
        way(stage, stage.ids[0], stage.ids[0])


def test_the_radio_is_measured_beside_others_with_progress(stage: Stage) -> None:
    query = MeasureRadio(2, 5, replace(SETTINGS, random_seed=1))
    answer = stage.engine.ask(query, TIMEOUT_S)
    assert isinstance(answer, RadioMeasured)
    report = answer.report
    assert report.is_complete
    assert {figures.strategy for figures in report.figures} == set(Strategy)
    assert all(not math.isnan(figures.mean_step) for figures in report.figures)
    assert stage.engine.ask(query, TIMEOUT_S) == answer
    last = stage.events.until_event(MeasuringProgress, lambda event: event.done == event.total)
    assert last.total == 8


def test_a_measurement_can_be_stopped(stage: Stage) -> None:
    def stop(event: object) -> None:
        if isinstance(event, MeasuringProgress):
            stage.engine.submit(StopMeasuring())

    leave = stage.engine.subscribe(stop)
    answer = stage.engine.ask(MeasureRadio(12, 400, SETTINGS), TIMEOUT_S)
    leave()
    assert isinstance(answer, RadioMeasured)
    assert not answer.report.is_complete


def test_a_blend_meets_wishes_and_says_what_the_model_cannot(stage: Stage) -> None:
    ids = stage.ids
    query = PlanBlend((("genre", ids[0]), ("tempo", ids[6])), 3, SETTINGS)
    answer = stage.engine.ask(query, TIMEOUT_S)
    assert isinstance(answer, BlendPlan)
    assert len(answer.blend.picks) == 3
    assert not {pick.track_id for pick in answer.blend.picks} & {ids[0], ids[6]}
    assert answer.blend.is_divided or answer.blend.words
    with pytest.raises(UsageError, match="at least one wish"):
        stage.engine.ask(PlanBlend((("genre", 10**9),)), TIMEOUT_S)


def test_a_playlist_keeps_its_tracks_and_gains_flow(stage: Stage) -> None:
    ids = tuple(stage.ids)
    answer = stage.engine.ask(ReorderForFlow((*ids, 10**9), first=ids[3]), TIMEOUT_S)
    assert isinstance(answer, FlowPlan)
    flow = answer.flow
    assert sorted(flow.track_ids) == sorted(ids)
    assert flow.track_ids[0] == ids[3]
    assert flow.mean_after >= flow.mean_before - 1e-6


def test_only_what_a_question_names_has_to_be_heard() -> None:
    assert tracks_of(PlanJourney((3, 4))) == (3, 4)
    assert tracks_of(PlanBlend((("genre", 3), ("mood", 3)))) == (3,)
    assert tracks_of(ReorderForFlow((5, 6))) == (5, 6)
    assert tracks_of(MeasureRadio()) == ()


def test_a_map_of_everything_heard(stage: Stage) -> None:
    answer = stage.engine.ask(DrawMap(), TIMEOUT_S)
    assert isinstance(answer, MapDrawn)
    found = read(Path(os.fsdecode(answer.file))).projection
    assert set(found.ids.tolist()) <= set(stage.ids)
    assert len(found) == answer.tracks > 0
