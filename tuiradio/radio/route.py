"""Finding the stops of a journey: a beam search over what lies between two tracks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import Track
from tuiradio.radio.choice import Faces, sounds_same
from tuiradio.radio.manners import Programme
from tuiradio.radio.pick import History, RadioSettings, Rule
from tuiradio.radio.score import HUB_SHARE, Scores
from tuiradio.similarity.neighbourhood import Neighbourhood

FindTrack = Callable[[int], Track | None]

_BEAM = 12
_MOST_BETWEEN = 260
"""Tracks which a search weighs; each costs a row of similarities to all the others."""
_FEWEST_AT_STOP = 10
_PIVOTS = 12
"""Tracks between the ends whose neighbours are looked at too, in each of two rounds."""
_FOREVER = 1_000_000
_COST = {Rule.RECORDING: math.inf, Rule.SKIT: 40.0, Rule.ARTIST: 20.0, Rule.LENGTH: 20.0}
_RECENT_COST = 4.0


@dataclass(frozen=True, slots=True)
class Leg:
    """From one waypoint to the next."""

    start: int
    end: int
    similarity: float

    @property
    def angle(self) -> float:
        """How far apart the ends are, in radians."""
        return float(_angles(np.array([self.similarity]))[0])


@dataclass(frozen=True, slots=True)
class Between:
    """A stop found."""

    track_id: int
    relaxed: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The candidates of one leg, in parallel arrays."""

    ids: tuple[int, ...]
    progress: Scores
    """0 at the leg's start, 1 at its end."""
    steps: Scores
    """Squared angle between each two of (candidates, start, end)."""
    cost: Scores
    """What is against each one, whatever plays before it."""


@dataclass(frozen=True, slots=True)
class _Path:
    cost: float
    places: tuple[int, ...]
    against: Scores
    """What is against each candidate after these."""


class Road:
    """Finds the stops of one journey, leg after leg."""

    def __init__(
        self,
        waypoints: Sequence[int],
        settings: RadioSettings,
        history: History,
        neighbours: Neighbourhood,
        track: FindTrack,
        whole_artists: frozenset[str],
    ) -> None:
        self._settings = settings
        self._neighbours = neighbours
        self._is_same = sounds_same(neighbours)
        self._faces = Faces(track, history, whole_artists)
        self._shares = neighbours.shares(settings.weights)
        self._passed = list(waypoints)
        self._ages = {i: history.now_s - last_s for i, last_s in history.last_played_s}
        self._disliked: dict[int, float] = {}

    def dislike(self, ids: Iterable[int], cost: float) -> None:
        """Makes tracks less welcome, by a cost in squared radians."""
        self._disliked.update(dict.fromkeys(ids, cost))

    def similarity(self, one: int, other: int) -> float:
        """Weighted similarity of two tracks; NaN without vectors."""
        return float(self._to(one, [other])[0])

    def between(self, leg: Leg, count: int) -> tuple[Between, ...]:
        """Up to ``count`` stops from the leg's start to its end, without those."""
        if count <= 0:
            return ()
        ground = self._ground(leg, count)
        if not ground.ids:
            return ()
        best = self._search(ground, count, leg.angle)
        found = tuple(
            Between(ground.ids[place], self._relaxed(ground.ids, best.places[:at], place))
            for at, place in enumerate(best.places)
        )
        self._passed += [stop.track_id for stop in found]
        return found

    def _search(self, ground: _Ground, count: int, angle: float) -> _Path:
        size = len(ground.ids)
        low, high = float(ground.progress.min()), float(ground.progress.max())
        first, last = max(low, 1 / (count + 1)), min(high, count / (count + 1))
        against = ground.cost + self._against(ground.ids, self._passed)
        paths = [_Path(0.0, (), against)]
        conflicts: dict[int, Scores] = {}
        for at in range(count):
            share = at / (count - 1) if count > 1 else 0.5
            target = first + share * (last - first)
            detour = (angle * (ground.progress - target)) ** 2
            # The rest of the way in equal steps; without it a beam keeps those who dawdle.
            onward = ground.steps[:size, size + 1] / (count - at)
            grown: list[tuple[float, float, _Path, int]] = []
            for path in paths:
                before = path.places[-1] if path.places else size
                cost = path.cost + detour + ground.steps[:size, before] + path.against
                total = cost + onward
                for place in np.argsort(total, kind="stable")[:_BEAM].tolist():
                    if total[place] < math.inf:
                        grown.append((float(total[place]), float(cost[place]), path, place))
            grown.sort(key=lambda option: option[0])
            if not grown:
                break
            paths = [
                _Path(so_far, (*path.places, place), path.against + row)
                for _, so_far, path, place in grown[:_BEAM]
                for row in [self._conflicts_of(ground.ids, place, conflicts)]
            ]
        return paths[0]

    def _conflicts_of(self, ids: Sequence[int], place: int, known: dict[int, Scores]) -> Scores:
        if place not in known:
            known[place] = self._against(ids, [ids[place]])
            known[place][place] = math.inf
        return known[place]

    def _against(self, ids: Sequence[int], passed: Sequence[int]) -> Scores:
        programme = self._programme(passed)
        costs = (self._cost(self._broken(programme, track_id)) for track_id in ids)
        return np.fromiter(costs, np.float64, len(ids))

    def _relaxed(self, ids: Sequence[int], places: Sequence[int], place: int) -> tuple[Rule, ...]:
        programme = self._programme([*self._passed, *(ids[before] for before in places)])
        alone = self._broken(self._programme(()), ids[place])
        return tuple(dict.fromkeys((*alone, *self._broken(programme, ids[place]))))

    def _broken(self, programme: Programme, track_id: int) -> tuple[Rule, ...]:
        found = self._faces.find(track_id)
        if found is None:
            return ()
        rules = programme.breach(found, self._is_same).rules
        if len(programme):
            return tuple(rule for rule in rules if rule in (Rule.RECORDING, Rule.ARTIST))
        return tuple(rule for rule in rules if rule in (Rule.SKIT, Rule.LENGTH, Rule.RECENT))

    def _cost(self, rules: Sequence[Rule]) -> float:
        return sum((_COST.get(rule, _RECENT_COST) for rule in rules), 0.0)

    def _programme(self, passed: Sequence[int]) -> Programme:
        """With windows that never end: one track to an artist."""
        programme = Programme(_endless(self._settings), self._ages)
        for track_id in passed:
            programme.play(self._faces.played(track_id))
        return programme

    def _ground(self, leg: Leg, count: int) -> _Ground:
        ids = self._candidates(leg)
        to_start, to_end = self._to(leg.start, ids), self._to(leg.end, ids)
        angles = _angles(to_start), _angles(to_end)
        progress = angles[0] / np.maximum(angles[0] + angles[1], 1e-9)
        detour = angles[0] + angles[1]
        empty = self._programme(())
        alone = [self._cost(self._broken(empty, i)) + self._disliked.get(i, 0.0) for i in ids]
        cost = np.array(alone) + self._hub_cost(leg, ids)
        kept = _kept(progress, detour**2 / 2 + cost, count)
        chosen = tuple(ids[place] for place in kept)
        points = [*chosen, leg.start, leg.end]
        steps = np.stack([_angles(self._to(point, points)) ** 2 for point in points])
        return _Ground(chosen, progress[kept], steps, cost[kept])

    def _hub_cost(self, leg: Leg, ids: Sequence[int]) -> Scores:
        """What being denser than the leg's ends costs: hubs are a short cut to everywhere."""
        weights = self._settings.weights
        density = np.array([self._neighbours.hubness_scale(i, weights) for i in ids])
        ends = [self._neighbours.hubness_scale(i, weights) for i in (leg.start, leg.end)]
        usual = np.full(len(ids), max(0.0, float(np.mean(ends))))
        without = usual - HUB_SHARE * np.maximum(0.0, density - usual)
        # Twice, for the step to the hub and the one away from it.
        return np.asarray(2.0 * (_angles(without) ** 2 - _angles(usual) ** 2))

    def _candidates(self, leg: Leg) -> list[int]:
        """What lies around both ends and, twice over, around what lies between them."""
        count = max(1, self._settings.candidates)
        asked = [leg.start, leg.end]
        found: set[int] = set()
        for _ in range(3):
            for track_id in asked:
                near = self._neighbours.nearest(track_id, count, self._settings.weights)
                found.update(neighbour.track_id for neighbour in near)
            able = sorted(i for i in found - set(self._passed) if self._faces.find(i))
            if not able:
                return []
            angles = _angles(self._to(leg.start, able)), _angles(self._to(leg.end, able))
            progress = angles[0] / np.maximum(angles[0] + angles[1], 1e-9)
            pivots = _kept(progress, angles[0] + angles[1], _PIVOTS, _PIVOTS)
            asked = [able[place] for place in pivots]
            count = max(1, self._settings.candidates // 4)
        return able

    def _to(self, track_id: int, ids: Sequence[int]) -> Scores:
        cosines = self._neighbours.similarities(track_id, ids)
        return np.asarray(cosines.astype(np.float64) @ self._shares)


def _endless(settings: RadioSettings) -> RadioSettings:
    return replace(settings, artist_window=_FOREVER)


def _angles(similarities: Scores) -> Scores:
    return np.asarray(np.arccos(np.clip(np.nan_to_num(similarities, nan=-1.0), -1.0, 1.0)))


def _kept(
    progress: Scores, cost: Scores, stops: int, most: int = _MOST_BETWEEN
) -> NDArray[np.intp]:
    """Places of the cheapest candidates at each part of the way, at most about ``most``."""
    if not progress.size:
        return np.empty(0, np.intp)
    share = max(1 if most == stops else _FEWEST_AT_STOP, most // max(1, stops))
    low, high = float(progress.min()), float(progress.max())
    part = np.minimum(stops - 1, (progress - low) / max(1e-9, high - low) * stops).astype(int)
    order = np.argsort(cost, kind="stable")
    chosen = [order[part[order] == number][:share] for number in range(stops)]
    return np.sort(np.concatenate(chosen))
