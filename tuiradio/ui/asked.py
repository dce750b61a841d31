"""Asking the engine so that the answer belongs to the question, or is told as a trouble."""

from __future__ import annotations

from tuiradio.engine.lessons import Asked, NextComparison
from tuiradio.engine.protocol import (
    Answer,
    Engine,
    EngineState,
    FindSimilar,
    GetState,
    Query,
    SimilarTracks,
)
from tuiradio.engine.studies import (
    BlendPlan,
    DrawMap,
    JourneyPlan,
    MapDrawn,
    PlanBlend,
    PlanJourney,
)
from tuiradio.errors import EngineUnavailable

_BELONGING: dict[type, type] = {
    GetState: EngineState,
    FindSimilar: SimilarTracks,
    PlanJourney: JourneyPlan,
    PlanBlend: BlendPlan,
    DrawMap: MapDrawn,
    NextComparison: Asked,
}


def asked(engine: Engine, query: Query, timeout_s: float) -> Answer:
    """The engine's answer; blocks.

    Raises:
        TuiradioError: what the engine says of it; ``EngineUnavailable`` for an answer to
            another question, which would leave whoever waits waiting for ever.
    """
    answer = engine.ask(query, timeout_s=timeout_s)
    if not isinstance(answer, _BELONGING.get(type(query), object)):
        hint = "Leave tuiradio everywhere and start it again: two versions may run."
        raise EngineUnavailable("the engine answered another question", hint)
    return answer
