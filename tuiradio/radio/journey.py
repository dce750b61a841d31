"""Journeys: from one track to another by even steps, or an honest word that there is no way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tuiradio.library.track import Track
from tuiradio.radio.pick import History, RadioSettings, Rule
from tuiradio.radio.reasons import percent, title_of
from tuiradio.radio.route import Leg, Road
from tuiradio.similarity.neighbourhood import Neighbourhood

FindTrack = Callable[[int], Track | None]

_USED_BEFORE = 0.6
"""Cost of a track which a route shown before had: enough to turn to its neighbours."""

_GIVEN_UP = {
    Rule.ARTIST: "an artist plays twice",
    Rule.RECENT: "a track was played recently",
    Rule.LENGTH: "a track is shorter or longer than you like",
    Rule.SKIT: "a track is a skit or intro",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One track of a journey."""

    track_id: int
    is_waypoint: bool
    """One of the tracks asked for."""
    leg: int
    """0 for the way from the first waypoint to the second, and so on."""
    step: float
    """Weighted similarity to the stop before, -1…1; 1 for the first stop, NaN unheard."""
    from_start: float
    """Weighted similarity to the leg's first track."""
    to_end: float
    """Weighted similarity to the leg's last track."""
    relaxed: tuple[Rule, ...] = ()
    """Rules given up because nothing better lay on the way."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A way through the library and how good it is."""

    stops: tuple[Stop, ...]
    worst_step: float
    """Lowest similarity of two consecutive stops; NaN when a step is not known."""
    is_good: bool
    """Whether even the worst step is clearly nearer than its leg's ends are to each other."""
    words: tuple[str, ...]
    """What to tell the listener; never empty."""

    @property
    def track_ids(self) -> tuple[int, ...]:
        """The stops' tracks in playing order."""
        return tuple(stop.track_id for stop in self.stops)


def journey(
    waypoints: Sequence[int],
    length: int,
    settings: RadioSettings,
    history: History,
    neighbours: Neighbourhood,
    track: FindTrack,
    *,
    route: int = 0,
    whole_artists: frozenset[str] = frozenset(),
) -> Journey:
    """A way from the first waypoint through the others to the last, by even steps.

    Every stop between is of an artist of its own and a recording of its own; banned
    tracks never play. The further two waypoints are apart, the more stops lie between.

    Args:
        waypoints: At least two different tracks, in the order to visit.
        length: Tracks in all, the waypoints among them.
        settings: Weights, length limits and recently played are kept.
        history: Bans and plays.
        neighbours: What is near what.
        track: Finds a track by id; None when it is gone.
        route: 0 for the best way, 1, 2 … for others through other tracks.
        whole_artists: Keys of artist names that only look joined (``whole_names``).

    Raises:
        ValueError: When there are fewer than two different waypoints.
    """
    points = tuple(dict.fromkeys(waypoints))
    if len(points) < 2:
        raise ValueError("a journey needs two different tracks")
    if unheard := [point for point in points if point not in neighbours]:
        return _unheard(points, unheard, track)
    used: set[int] = set()
    for _ in range(max(0, route) + 1):
        road = Road(points, settings, history, neighbours, track, whole_artists)
        road.dislike(used, _USED_BEFORE)
        stops = _travel(road, points, length)
        used.update(stop.track_id for stop in stops)
    return _judged(stops, length, settings, neighbours, track)


def _travel(road: Road, points: Sequence[int], length: int) -> tuple[Stop, ...]:
    legs = [Leg(start, end, road.similarity(start, end)) for start, end in pairwise(points)]
    shares = _shared_out(max(0, length - len(points)), [leg.angle for leg in legs])
    stops = [Stop(points[0], True, 0, 1.0, 1.0, legs[0].similarity)]
    for number, (leg, between) in enumerate(zip(legs, shares, strict=True)):
        for found in road.between(leg, between):
            before = stops[-1].track_id
            stops.append(
                Stop(
                    found.track_id,
                    False,
                    number,
                    road.similarity(before, found.track_id),
                    road.similarity(leg.start, found.track_id),
                    road.similarity(leg.end, found.track_id),
                    found.relaxed,
                )
            )
        step = road.similarity(stops[-1].track_id, leg.end)
        stops.append(Stop(leg.end, True, number, step, leg.similarity, 1.0))
    return tuple(stops)


def _shared_out(total: int, angles: Sequence[float]) -> list[int]:
    """``total`` in whole numbers, in proportion to the angles as nearly as possible."""
    whole = sum(angles)
    exact = [total * (angle / whole if whole > 0.0 else 1.0 / len(angles)) for angle in angles]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(angles)), key=lambda at: (shares[at] - exact[at], at))
    for at in by_rest[: total - sum(shares)]:
        shares[at] += 1
    return shares


def _judged(
    stops: tuple[Stop, ...],
    length: int,
    settings: RadioSettings,
    neighbours: Neighbourhood,
    track: FindTrack,
) -> Journey:
    worst = min(range(1, len(stops)), key=lambda at: stops[at].step)
    ends = _ends(stops, stops[worst].leg)
    leap = float(
        neighbours.similarities(ends[0], [ends[1]])[0] @ neighbours.shares(settings.weights)
    )
    near = float(np.mean([neighbours.hubness_scale(end, settings.weights) for end in ends]))
    step = stops[worst].step
    # A third of the way from the leap itself to what neighbours are like here: models differ
    # in how high their cosines lie, so no fixed figure would do.
    is_good = step >= min(leap, near) + max(0.0, near - leap) / 3.0 - 1e-6
    before, after = stops[worst - 1].track_id, stops[worst].track_id
    jump = f"from {title_of(before, track)} to {title_of(after, track)}, {percent(step)} alike"
    if is_good:
        words = [f"The largest step is {jump}"]
    else:
        nothing = "nothing in your library lies between"
        words = [f"There is no smooth way: the largest jump is {jump}; {nothing}"]
    if len(stops) < length:
        words.append(f"{len(stops)} tracks instead of {length}: no others are fit for the way")
    for rule in dict.fromkeys(rule for stop in stops for rule in stop.relaxed):
        words.append(f"For want of others {_GIVEN_UP.get(rule, rule.value)}")
    return Journey(stops, step, is_good, tuple(words))


def _ends(stops: Sequence[Stop], leg: int) -> tuple[int, int]:
    points = [stop.track_id for stop in stops if stop.is_waypoint]
    return points[leg], points[leg + 1]


def _unheard(points: Sequence[int], unheard: Sequence[int], track: FindTrack) -> Journey:
    nan = float("nan")
    stops = tuple(
        Stop(point, True, max(0, at - 1), nan if at else 1.0, nan, nan)
        for at, point in enumerate(points)
    )
    names = ", ".join(title_of(point, track) for point in unheard)
    verb = "has" if len(unheard) == 1 else "have"
    return Journey(
        stops, nan, False, (f"No way can be planned: {names} {verb} not been listened to yet",)
    )
