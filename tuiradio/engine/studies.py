"""Questions about the library as a whole, with their answers; part of ``protocol``.

Nothing is played. Figures that are not known are 0, as JSON knows no NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuiradio.radio.blend import Blend
from tuiradio.radio.journey import Journey
from tuiradio.radio.measure import Report
from tuiradio.radio.pick import RadioSettings
from tuiradio.radio.reorder import Flow
from tuiradio.similarity.neighbourhood import Weights


@dataclass(frozen=True, slots=True)
class PlanJourney:
    """→ ``JourneyPlan``; listens to the stops first when they were not heard yet."""

    stops: tuple[int, ...]
    """At least two different tracks, in the order to visit."""
    length: int = 15
    """Tracks in all, the stops among them."""
    settings: RadioSettings = RadioSettings()
    route: int = 0
    """0 for the best way; 1, 2, … for others through other tracks."""


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """A way, its steps, and in words how good it is."""

    journey: Journey


@dataclass(frozen=True, slots=True)
class PlanBlend:
    """→ ``BlendPlan``; listens to the wished tracks first when they were not heard yet."""

    wishes: tuple[tuple[str, int], ...]
    """Sub-space (genre, mood, instruments, tempo) and the track to be met in it."""
    length: int = 15
    settings: RadioSettings = RadioSettings()


@dataclass(frozen=True, slots=True)
class BlendPlan:
    """What meets the wishes, best first."""

    blend: Blend


@dataclass(frozen=True, slots=True)
class ReorderForFlow:
    """→ ``FlowPlan``: the same tracks, in an order in which each leads to the next."""

    track_ids: tuple[int, ...]
    weights: Weights = ()
    first: int | None = None
    """A track of them that is to come first."""


@dataclass(frozen=True, slots=True)
class FlowPlan:
    """The new order, and what it gained."""

    flow: Flow


@dataclass(frozen=True, slots=True)
class MeasureRadio:
    """→ ``RadioMeasured``; takes up to a minute, see ``MeasuringProgress``."""

    radios: int = 100
    length: int = 50
    settings: RadioSettings = RadioSettings()


@dataclass(frozen=True, slots=True)
class RadioMeasured:
    """Figures of this radio beside plainer ones."""

    report: Report


@dataclass(frozen=True, slots=True)
class StopMeasuring:
    """Finish measurements under way with what was measured so far."""


@dataclass(frozen=True, slots=True)
class MeasuringProgress:
    """How far a measurement is."""

    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class DrawMap:
    """→ ``MapDrawn``: all that was heard, on a plane; about 2 s for 50,000 tracks."""

    weights: Weights = ()
    """() gives the library's one map, on which tracks stay where they are."""
    may_sketch: bool = False
    """Answer with a quick first picture when the map would take a while."""


@dataclass(frozen=True, slots=True)
class MapDrawn:
    """A map lies ready; ``similarity.map_cache`` reads it."""

    file: bytes
    tracks: int = 0
    is_sketch: bool = False
    """Ask again for the map itself."""
