"""How well each candidate would sound next, before any manners."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import FeedbackKind
from tuiradio.radio.pick import History, Moved, RadioSettings
from tuiradio.similarity.neighbourhood import Neighbourhood

Scores = NDArray[np.float64]

HUB_SHARE = 0.7
"""Share of a candidate's own neighbourhood density taken off. At ½ for both ends of a pair
this is local scaling in its additive form; it is more because the manners drive a radio out
of its neighbourhood, where hubs are the nearest. Measured (``tests/bench/bench_radio.py``):
at 0.5 hubs are 22 % of the picks among 2 % of the tracks, at 0.7 about 2 %. On two planted
libraries kept for choosing it, 0.6 leaves a quarter more skewness than 0.7 (2.2, 1.7), and at
0.8 consecutive picks are less alike (0.856 of plain nearest, 0.866) and nothing is gained."""

_AGREEMENT = 1.0
_UNPLAYED = 1.0
_NOISE = 0.35
_SKIP_PUSH = 1.5
_LIKE_PULL = 0.3
_LIKED_TRACK = 0.15
_FADES_OVER = 12
"""Picks after which a skip, or a wish for more or less, weighs 1/e of what it did."""
_WEIGHTS = {
    FeedbackKind.SKIP: -_SKIP_PUSH,
    FeedbackKind.LESS: -2.0,
    FeedbackKind.MORE: 1.2,
    FeedbackKind.FINISH: 0.15,
}
_LEAST_MOVE = 0.02
_MOST_MOVERS = 4
_FORGOTTEN_AFTER_S = 180 * 86_400.0
_MOST_FEEDBACK = 8


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates in parallel arrays, in the order of ``ids``; best = highest ``score``."""

    ids: tuple[int, ...]
    seed_index: NDArray[np.intp]
    """Which anchor each is nearest to."""
    seed_similarity: Scores
    previous_similarity: Scores
    """To the track before; NaN where that has no vector."""
    similarity: Scores
    feedback: Scores
    adventure: Scores
    score: Scores
    unit: float
    """What 1 is in scores that are not similarities."""
    movers: tuple[tuple[FeedbackKind, int], ...]
    """What was said of which track."""
    moves: Scores
    """Score each mover gives each candidate, [len(movers), len(ids)]."""

    def moved_by(self, place: int) -> tuple[Moved, ...]:
        """What moved one candidate noticeably, the weightiest first."""
        found = [
            Moved(kind, track_id, float(row[place]))
            for (kind, track_id), row in zip(self.movers, self.moves, strict=True)
            if abs(row[place]) > _LEAST_MOVE * self.unit
        ]
        return tuple(sorted(found, key=lambda moved: -abs(moved.score))[:_MOST_MOVERS])


class Scorer:
    """Scores candidates for one radio, in which anchors, dials and feedback do not change."""

    def __init__(
        self,
        anchors: Sequence[int],
        settings: RadioSettings,
        history: History,
        neighbours: Neighbourhood,
        rng: random.Random,
    ) -> None:
        self._anchors = tuple(anchors)
        self._settings = settings
        self._history = history
        self._neighbours = neighbours
        self._chance = np.random.default_rng(rng.getrandbits(64))
        self._shares = neighbours.shares(settings.weights)
        self._last_played_s = dict(history.last_played_s)
        # What does not change from pick to pick is worked out once for each track: most
        # candidates come back, and asking for them one by one would cost most of the time.
        self._row_of: dict[int, int] = {}
        self._fixed: Scores = np.empty((0, 2 + len(self._anchors)))

    def score(
        self, ids: Sequence[int], previous: int, votes: dict[int, int], heard: Sequence[int]
    ) -> Scored:
        """Scores tracks which all have a vector.

        Args:
            ids: The candidates, at least one.
            previous: The track before.
            votes: How many anchors' neighbour lists name a candidate.
            heard: What this radio played, oldest first: liked ones among it pull.
        """
        fixed = self._fixed_of(ids)
        density, unplayed, to_anchors = fixed[:, 0], fixed[:, 1], fixed[:, 2:]
        seed = to_anchors.max(axis=1)
        before = self._to(previous, ids)
        drift = min(1.0, max(0.0, self._settings.drift))
        mixed = (1.0 - drift) * seed + drift * np.where(np.isnan(before), seed, before)
        plain = mixed - HUB_SHARE * density
        unit = _spread(plain)
        movers, moves = self._moves(ids, heard)
        moves = unit * self._settings.feedback * moves
        feedback = moves.sum(axis=0)
        adventure = unit * self._adventure(unplayed)
        return Scored(
            ids=tuple(ids),
            seed_index=to_anchors.argmax(axis=1),
            seed_similarity=seed,
            previous_similarity=before,
            similarity=mixed,
            feedback=feedback,
            adventure=adventure,
            score=plain + feedback + adventure + unit * self._agreement(ids, votes),
            unit=unit,
            movers=movers,
            moves=moves,
        )

    def _fixed_of(self, ids: Sequence[int]) -> Scores:
        """Density, unplayed share, and similarity to each anchor; [len(ids), 2 + anchors]."""
        new = [track_id for track_id in ids if track_id not in self._row_of]
        if new:
            weights = self._settings.weights
            density = [self._neighbours.hubness_scale(track_id, weights) for track_id in new]
            unplayed = [self._unplayed(track_id) for track_id in new]
            columns = [np.array(density), np.array(unplayed)]
            columns += [self._to(anchor, new) for anchor in self._anchors]
            first = len(self._row_of)
            self._row_of.update(zip(new, range(first, first + len(new)), strict=True))
            self._fixed = np.concatenate([self._fixed, np.stack(columns, axis=1)])
        return self._fixed[[self._row_of[track_id] for track_id in ids]]

    def _to(self, track_id: int, ids: Sequence[int]) -> Scores:
        cosines = self._neighbours.similarities(track_id, ids)
        return np.asarray(cosines.astype(np.float64) @ self._shares)

    def _agreement(self, ids: Sequence[int], votes: dict[int, int]) -> Scores:
        others = len(self._anchors) - 1
        if others <= 0:
            return np.zeros(len(ids))
        return _AGREEMENT / others * np.array([max(0, votes.get(i, 0) - 1) for i in ids])

    def _unplayed(self, track_id: int) -> float:
        """0 for a track played just now, 1 for one never or not for long played."""
        last_s = self._last_played_s.get(track_id)
        if last_s is None:
            return 1.0
        return min(1.0, max(0.0, self._history.now_s - last_s) / _FORGOTTEN_AFTER_S)

    def _adventure(self, unplayed: Scores) -> Scores:
        dial = min(1.0, max(0.0, self._settings.adventure))
        if dial == 0.0:
            return np.zeros(len(unplayed))
        # Gumbel noise on scores draws as from a softmax, without a second pass.
        noise = self._chance.gumbel(size=len(unplayed))
        added = _UNPLAYED * unplayed + _NOISE * noise
        # Against the middle, or in a new library everything would seem moved up.
        return np.asarray(dial * (added - np.median(added)))

    def _moves(
        self, ids: Sequence[int], heard: Sequence[int]
    ) -> tuple[tuple[tuple[FeedbackKind, int], ...], Scores]:
        """Everything that was said, and what each of it gives each candidate."""
        movers: list[tuple[FeedbackKind, int]] = []
        rows: list[Scores] = []
        for kind, track_id, weight in self._said(heard):
            movers.append((kind, track_id))
            rows.append(weight * self._closeness(track_id, ids))
        liked = self._history.liked
        for track_id in liked.intersection(ids):
            movers.append((FeedbackKind.LIKE, track_id))
            rows.append(np.array([_LIKED_TRACK * (i == track_id) for i in ids]))
        return tuple(movers), np.stack(rows) if rows else np.zeros((0, len(ids)))

    def _said(self, heard: Sequence[int]) -> list[tuple[FeedbackKind, int, float]]:
        """What was said of tracks whose neighbourhood it moves, with its weight by now."""
        history = self._history
        pulls = [track_id for track_id in heard if track_id in history.liked][-_MOST_FEEDBACK:]
        said = [(FeedbackKind.LIKE, i, _LIKE_PULL / len(pulls)) for i in dict.fromkeys(pulls)]
        events = (
            (FeedbackKind.SKIP, history.skipped),
            (FeedbackKind.LESS, history.less),
            (FeedbackKind.MORE, history.more),
            (FeedbackKind.FINISH, history.finished),
        )
        for kind, tracks in events:
            newest_first = sorted(tracks, key=lambda event: event[1])
            for track_id, picks_ago in newest_first[:_MOST_FEEDBACK]:
                fading = math.exp(-max(0, picks_ago) / _FADES_OVER)
                said.append((kind, track_id, fading * _WEIGHTS[kind]))
        return said

    def _closeness(self, track_id: int, ids: Sequence[int]) -> Scores:
        """0 for candidates up to the median, 1 for those as near as its own neighbours."""
        near = np.nan_to_num(self._to(track_id, ids), nan=-1.0)
        middle = float(np.median(near))
        reach = self._neighbours.hubness_scale(track_id, self._settings.weights) - middle
        if reach < 1e-6:
            return np.asarray((near > middle + 1e-6).astype(np.float64))
        return np.asarray(np.clip((near - middle) / reach, 0.0, 1.0) ** 2)


def _spread(scores: Scores) -> float:
    """The unit of every bonus: half of how far the best stands above the middle.

    Models differ in how close their cosines lie; in this unit the dials do not.
    """
    return max(1e-6, 0.5 * float(scores.max() - np.median(scores)))
