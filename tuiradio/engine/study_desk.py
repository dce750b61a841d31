"""Journeys and measurements: questions that take a while, answered on the asking thread."""

from __future__ import annotations

import dataclasses
import math
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, TypeVar

from tuiradio.engine.house import House
from tuiradio.engine.map_desk import MapDesk
from tuiradio.engine.planning import Names
from tuiradio.engine.protocol import FindSimilar, PlanRadio
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
from tuiradio.errors import TuiradioError, UsageError
from tuiradio.library.store import StoreReader
from tuiradio.library.track import Track
from tuiradio.radio.blend import blend
from tuiradio.radio.journey import journey
from tuiradio.radio.measure import Plan, measure
from tuiradio.radio.never import NeverList
from tuiradio.radio.pick import History, RadioSettings
from tuiradio.radio.reorder import reorder_for_flow
from tuiradio.similarity.index import VectorIndex

_T = TypeVar("_T")

_KEPT_TRACKS = 200_000

PlannedStudy = PlanJourney | PlanBlend | ReorderForFlow | MeasureRadio
Study = PlannedStudy | DrawMap
Result = JourneyPlan | BlendPlan | FlowPlan | RadioMeasured | MapDrawn


@dataclasses.dataclass(frozen=True, slots=True)
class _Desk:
    """What every study needs."""

    reader: StoreReader
    index: VectorIndex
    history: History
    track: Callable[[int], Track | None]
    names: Names


class StudyDesk:
    """Answers questions about the library; any thread may ask."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stops: set[threading.Event] = set()
        self._is_ending = False
        self._map = MapDesk(house.paths.map_dir)
        self.handlers: dict[type, Callable[[Any], None]] = {
            StopMeasuring: lambda _: self._stop_measuring()
        }

    def stop(self) -> None:
        """Have measurements under way come to their end."""
        self._is_ending = True
        self._stop_measuring()

    def answer(self, query: Study) -> Result:
        """The answer to one study.

        Raises:
            TuiradioError: nothing was listened to yet, or the question makes no sense.
        """
        if isinstance(query, DrawMap):
            return self._draw_map(query)
        settings = RadioSettings() if isinstance(query, ReorderForFlow) else query.settings
        with self._desk(settings) as desk:
            try:
                return self._answer(query, desk)
            except ValueError as error:
                raise UsageError(str(error)) from error

    def _draw_map(self, query: DrawMap) -> MapDrawn:
        index = self._heard_index()
        reader = StoreReader(self._house.paths.store_file)
        try:
            revision = reader.vector_revision()
        finally:
            reader.close()
        return self._map.answer(query, index, self._house.similarity.model_id, revision)

    def _heard_index(self) -> VectorIndex:
        index = self._house.similarity.index
        if index is None or not len(index):
            raise TuiradioError(
                "nothing was listened to yet", "Let tuiradio listen first: tuiradio scan"
            )
        return index

    def _answer(self, query: PlannedStudy, desk: _Desk) -> Result:
        if isinstance(query, PlanJourney):
            return self._journey(query, desk)
        if isinstance(query, PlanBlend):
            return self._blend(query, desk)
        if isinstance(query, ReorderForFlow):
            known = self._known(query.track_ids, desk)
            flow = reorder_for_flow(known, desk.index, query.weights, first=query.first)
            return FlowPlan(_without_nan(flow))
        return self._measure(query, desk)

    def _journey(self, query: PlanJourney, desk: _Desk) -> JourneyPlan:
        way = journey(
            self._known(query.stops, desk),
            query.length,
            query.settings,
            desk.history,
            desk.index,
            desk.track,
            route=query.route,
            whole_artists=desk.names.whole_artists,
        )
        return JourneyPlan(_without_nan(way))

    def _blend(self, query: PlanBlend, desk: _Desk) -> BlendPlan:
        known = set(self._known([wished for _, wished in query.wishes], desk))
        found = blend(
            [wish for wish in query.wishes if wish[1] in known],
            query.length,
            desk.names.fitted(query.settings),
            desk.history,
            desk.index,
            desk.track,
            random.Random(query.settings.random_seed),
            whole_artists=desk.names.whole_artists,
        )
        return BlendPlan(_without_nan(found))

    def _known(self, track_ids: Sequence[int], desk: _Desk) -> tuple[int, ...]:
        return tuple(i for i in track_ids if desk.track(i) is not None)

    def _measure(self, query: MeasureRadio, desk: _Desk) -> RadioMeasured:
        stopped = threading.Event()
        self._stops.add(stopped)
        try:
            report = measure(
                desk.reader.track_ids(),
                query.settings,
                desk.index,
                desk.track,
                random.Random(query.settings.random_seed),
                Plan(max(1, query.radios), max(2, query.length)),
                history=desk.history,
                on_progress=self._tell,
                is_stopped=lambda: stopped.is_set() or self._is_ending,
                whole_artists=desk.names.whole_artists,
            )
        finally:
            self._stops.discard(stopped)
        return RadioMeasured(_without_nan(report))

    def _tell(self, done: int, total: int) -> None:
        self._house.post(partial(self._house.bulletin.tell, MeasuringProgress(done, total)))

    def _stop_measuring(self) -> None:
        for stopped in tuple(self._stops):
            stopped.set()

    @contextmanager
    def _desk(self, settings: RadioSettings) -> Iterator[_Desk]:
        index = self._heard_index()
        reader = StoreReader(self._house.paths.store_file)
        try:
            history = self._house.radio.planner.history(reader, settings)
            names = self._house.radio.planner.names(reader)
            never = NeverList(history.bans, names.whole_artists)

            @lru_cache(maxsize=_KEPT_TRACKS)
            def track(track_id: int) -> Track | None:
                found = reader.track(track_id)
                if found is not None and never.forbids(found) is not None:
                    return replace(found, banned=True)
                return found

            yield _Desk(reader, index, history, track, names)
        finally:
            reader.close()


def tracks_of(query: FindSimilar | PlanRadio | Study) -> tuple[int, ...]:
    """The tracks that have to be heard before a question can be answered."""
    if isinstance(query, FindSimilar | PlanRadio):
        return query.seed_ids
    if isinstance(query, PlanJourney):
        return query.stops
    if isinstance(query, PlanBlend):
        return tuple(dict.fromkeys(wished for _, wished in query.wishes))
    return query.track_ids if isinstance(query, ReorderForFlow) else ()


def _without_nan(value: _T) -> _T:
    """A frozen dataclass with 0 for every NaN in it, which JSON cannot tell."""
    changed = {}
    for field in dataclasses.fields(value):  # type: ignore[arg-type]  # always a dataclass
        old = getattr(value, field.name)
        new = _known(old)
        if new is not old:
            changed[field.name] = new
    return replace(value, **changed) if changed else value  # type: ignore[type-var]  # as above


def _known(value: Any) -> Any:
    if isinstance(value, float):
        return 0.0 if math.isnan(value) else value
    if isinstance(value, tuple):
        return tuple(map(_known, value))
    return _without_nan(value) if dataclasses.is_dataclass(value) else value
