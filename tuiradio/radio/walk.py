"""The radio: one track after another, each near, mannered, and with its reasons."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tuiradio.library.track import Track
from tuiradio.radio.choice import Choice, Faces, choose, sounds_same
from tuiradio.radio.fallback import likeness
from tuiradio.radio.flow import beside, unevenness
from tuiradio.radio.manners import Programme
from tuiradio.radio.pick import History, Pick, RadioSettings, Rule
from tuiradio.radio.score import Scored, Scorer
from tuiradio.similarity.neighbourhood import Neighbourhood

HAND_PICKED = 5
"""Up to so many seeds count as heard; more are a collection, which the radio may play."""
MOST_ANCHORS = 12
"""More seeds than this are represented by so many drawn from them."""
MOST_BY_TAGS = 600
TIES = 24
"""So many of the best are compared for how evenly they would follow."""
_TIE = 0.3
_WIDER = 4
_WIDE_ENOUGH = 6_400

FindTrack = Callable[[int], Track | None]


def walk(
    seeds: Sequence[int],
    settings: RadioSettings,
    history: History,
    neighbours: Neighbourhood,
    track: FindTrack,
    rng: random.Random,
    already: Sequence[int] = (),
    *,
    pool: Sequence[int] = (),
    whole_artists: frozenset[str] = frozenset(),
) -> Iterator[Pick]:
    """An endless radio; each pick is taken to play before the next is made.

    Args:
        seeds: What it is to sound like; several count by agreement of their neighbours.
        settings: Dials and manners.
        history: What was heard before, liked, banned, skipped in this radio.
        neighbours: What is near what.
        track: Finds a track by id; None when it is gone.
        rng: The only source of chance: equal ones give equal radios.
        already: What this radio has played or queued, oldest first.
        pool: Where to choose by tags while nothing has been heard of the seeds, likely
            ones first; such picks say so.
        whole_artists: Keys of artist names that only look joined (``whole_names``).

    Yields:
        Picks. A rule is broken only where nothing keeps them all, and the pick says
        which. The radio ends when every track is banned, gone or failed.
    """
    radio = _Radio(seeds, settings, history, neighbours, track, rng, already, pool, whole_artists)
    while (pick := radio.next_pick()) is not None:
        yield pick


class _Radio:
    def __init__(
        self,
        seeds: Sequence[int],
        settings: RadioSettings,
        history: History,
        neighbours: Neighbourhood,
        track: FindTrack,
        rng: random.Random,
        already: Sequence[int],
        pool: Sequence[int],
        whole_artists: frozenset[str],
    ) -> None:
        self._settings = settings
        self._history = history
        self._neighbours = neighbours
        self._find_track = track
        self._rng = rng
        self._pool = pool
        self._is_same = sounds_same(neighbours)
        self._whole = whole_artists
        self._faces = Faces(track, history, whole_artists)
        self._lists: dict[tuple[int, int], tuple[int, ...]] = {}
        self._seeds = tuple(dict.fromkeys(seeds))
        ages = {i: history.now_s - last_s for i, last_s in history.last_played_s}
        self._programme = Programme(settings, ages)
        self._order: list[int] = []
        first = self._seeds if len(self._seeds) <= HAND_PICKED else ()
        for track_id in (*(seed for seed in first if seed not in already), *already):
            self._play(track_id)
        self._anchors = self._draw_anchors()
        self._scorer = Scorer(self._anchors, settings, history, neighbours, rng)

    def next_pick(self) -> Pick | None:
        """The next track, which is then taken to have played; None when nothing can."""
        pick = self._by_sound()
        if pick is None or Rule.RECORDING in pick.relaxed:
            by_tags = self._by_tags()
            # Among what has played already, sound chooses better than tags.
            if by_tags is not None and (pick is None or Rule.RECORDING not in by_tags.relaxed):
                pick = by_tags
        if pick is None:
            return None
        chosen, before = self._find_track(pick.track_id), self._find_track(pick.previous_id)
        self._play(pick.track_id)
        return beside(pick, chosen, before, self._history.now_s)

    def _by_sound(self) -> Pick | None:
        if not self._anchors:
            return None
        pick: Pick | None = None
        known: set[int] = set()
        # In steps, so that the anchors' lists serve many picks; 0 would find nobody.
        steps = 1 + len(self._order) // max(1, self._settings.candidates // 2)
        count = max(1, self._settings.candidates) * steps
        while True:
            votes = self._votes(count)
            is_all = len(known) == len(votes)
            known = set(votes)
            if is_all:
                known |= {i for i in (*self._seeds, *self._order) if i in self._neighbours}
            pick = self._choose_by_sound(sorted(known), votes)
            if is_all or (pick is not None and _is_good_enough(pick, count)):
                return pick
            count *= _WIDER

    def _choose_by_sound(self, candidates: Sequence[int], votes: dict[int, int]) -> Pick | None:
        ids = [track_id for track_id in candidates if track_id not in self._history.banned]
        if not ids:
            return None
        previous = self._previous()
        scored = self._scorer.score(ids, previous, votes, self._order)
        choice = self._choose(scored.ids, self._evened(scored, previous))
        return None if choice is None else self._explain(scored, choice, previous)

    def _evened(self, scored: Scored, previous: int) -> list[float]:
        """The scores, with those of the best lowered where tempo or loudness would jump."""
        scores: list[float] = scored.score.tolist()
        weight = _TIE * scored.unit * min(1.0, max(0.0, self._settings.continuity))
        before = self._find_track(previous)
        if weight > 0.0 and before is not None:
            for place in np.argsort(-scored.score, kind="stable")[:TIES].tolist():
                scores[place] -= weight * unevenness(self._find_track(scored.ids[place]), before)
        return scores

    def _votes(self, count: int) -> dict[int, int]:
        """Every candidate, with how many anchors name it among their neighbours."""
        votes: Counter[int] = Counter()
        share = -(-2 * count // (1 + len(self._anchors)))
        for anchor in self._anchors:
            votes.update(self._nearest(anchor, share))
        previous = self._previous()
        if self._settings.drift > 0.0 and previous not in self._anchors:
            nearest = self._neighbours.nearest(previous, count, self._settings.weights)
            votes.update({neighbour.track_id: 0 for neighbour in nearest})
        return votes

    def _nearest(self, anchor: int, count: int) -> tuple[int, ...]:
        key = (anchor, count)
        if key not in self._lists:
            found = self._neighbours.nearest(anchor, count, self._settings.weights)
            self._lists[key] = tuple(neighbour.track_id for neighbour in found)
        return self._lists[key]

    def _choose(self, ids: Sequence[int], scores: Sequence[float]) -> Choice | None:
        return choose(ids, scores, self._faces, self._programme, self._is_same)

    def _explain(self, scored: Scored, choice: Choice, previous: int) -> Pick:
        place = choice.place
        track_id, seed = scored.ids[place], self._anchors[int(scored.seed_index[place])]
        cosines = self._neighbours.similarities(seed, [track_id])[0]
        before = float(scored.previous_similarity[place])
        return Pick(
            track_id=track_id,
            seed_id=seed,
            similarity=float(scored.similarity[place]),
            seed_similarity=float(scored.seed_similarity[place]),
            previous_id=previous,
            previous_similarity=0.0 if np.isnan(before) else before,
            by_subspace=tuple(zip(self._neighbours.subspaces, map(float, cosines), strict=True)),
            passed_over=choice.passed_over,
            relaxed=choice.breach.rules,
            feedback=float(scored.feedback[place]),
            adventure=float(scored.adventure[place]),
            moved_by=scored.moved_by(place),
        )

    def _by_tags(self) -> Pick | None:
        seeds = [found for seed in self._anchors or self._seeds if (found := self._track(seed))]
        candidates = [
            found
            for track_id in self._likely()
            if track_id not in self._history.banned and (found := self._track(track_id))
        ]
        if not seeds or not candidates:
            return None
        liking = [likeness(seeds, candidate, self._whole) for candidate in candidates]
        choice = self._choose(
            [candidate.id for candidate in candidates], [score for score, _ in liking]
        )
        if choice is None:
            return None
        score, nearest = liking[choice.place]
        return Pick(
            track_id=candidates[choice.place].id,
            seed_id=seeds[nearest].id,
            similarity=score,
            seed_similarity=score,
            previous_id=self._previous(),
            previous_similarity=0.0,
            passed_over=choice.passed_over,
            relaxed=choice.breach.rules,
            from_tags=True,
        )

    def _likely(self) -> Sequence[int]:
        """Part of the pool: its likely beginning, and a draw from the rest."""
        if len(self._pool) <= MOST_BY_TAGS:
            return self._pool
        half = MOST_BY_TAGS // 2
        return [*self._pool[:half], *self._rng.sample(self._pool[half:], half)]

    def _previous(self) -> int:
        return self._order[-1] if self._order else self._seeds[0]

    def _play(self, track_id: int) -> None:
        self._order.append(track_id)
        self._programme.play(self._faces.played(track_id))

    def _track(self, track_id: int) -> Track | None:
        """The track if it may play and its file is there."""
        found = self._find_track(track_id)
        return None if found is None or found.missing or found.banned else found

    def _draw_anchors(self) -> tuple[int, ...]:
        heard = [seed for seed in self._seeds if seed in self._neighbours]
        if len(heard) > MOST_ANCHORS:
            heard = sorted(self._rng.sample(heard, MOST_ANCHORS))
        return tuple(heard)


def _is_good_enough(pick: Pick, count: int) -> bool:
    """Whether looking further is not worth its time."""
    grave = {Rule.RECORDING, Rule.SKIT, Rule.LENGTH}
    return not pick.relaxed or (count >= _WIDE_ENOUGH and not grave & set(pick.relaxed))
