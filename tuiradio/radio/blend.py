"""Blends: the genre of one track with the tempo of another and the mood of a third."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuiradio.library.track import Track
from tuiradio.radio.choice import Faces, choose, sounds_same
from tuiradio.radio.manners import Programme
from tuiradio.radio.pick import History, Pick, RadioSettings, Rule
from tuiradio.radio.reasons import title_of
from tuiradio.radio.score import HUB_SHARE, Scores
from tuiradio.similarity.neighbourhood import Neighbourhood, Weights

FindTrack = Callable[[int], Track | None]
Wish = tuple[str, int]
"""A sub-space by name, and the track which is to be met in it."""

_DEEPER = 4
"""What meets all wishes is not among the very nearest to any one of them."""
_WEAKEST = 1.0
"""How much the wish met worst counts beside the mean: meeting one wish twice is no blend."""
_ADVENTURE = 0.3


@dataclass(frozen=True, slots=True)
class Blend:
    """What meets several wishes at once, best first."""

    picks: tuple[Pick, ...]
    """``seed_id`` is the track whose wish is met best; ``by_subspace`` has a row for each wish:
    the cosine to the wished track in that sub-space, or of the whole sound."""
    is_divided: bool
    """Whether the model tells all the wished sub-spaces apart."""
    words: tuple[str, ...]
    """What to tell the listener; () when all is as wished."""


def blend(
    wishes: Sequence[Wish],
    count: int,
    settings: RadioSettings,
    history: History,
    neighbours: Neighbourhood,
    track: FindTrack,
    rng: random.Random,
    *,
    whole_artists: frozenset[str] = frozenset(),
) -> Blend:
    """Up to ``count`` tracks near to each wished track in the wished sub-space.

    Where the model has no such sub-space the whole sound stands for it, which the
    words say. The manners hold as in a radio, in which the wished tracks have played.

    Args:
        wishes: Such as ``(("genre", 7), ("tempo", 9))``; at least one.
        count: Tracks to find.
        settings: Manners, and ``adventure`` for chance.
        history: Bans, plays and likes.
        neighbours: What is near what.
        track: Finds a track by id; None when it is gone.
        rng: The only source of chance.
        whole_artists: Keys of artist names that only look joined (``whole_names``).

    Raises:
        ValueError: When there is no wish.
    """
    if not wishes:
        raise ValueError("a blend needs at least one wish")
    divided = all(name in neighbours.subspaces for name, _ in wishes)
    words = [] if divided else [_undivided(wishes, neighbours.subspaces)]
    heard = [(name, wished) for name, wished in wishes if wished in neighbours]
    for _, wished in (wish for wish in wishes if wish not in heard):
        words.append(f"{title_of(wished, track)} has not been listened to yet")
    if not heard:
        return Blend((), divided, tuple(words))
    faces = Faces(track, history, whole_artists)
    picks = _Mixer(heard, settings, history, neighbours, faces).picks(count, rng)
    words += _held_back(picks)
    if len(picks) < count:
        words.append(f"{len(picks)} tracks instead of {count}: no others can play")
    return Blend(picks, divided, tuple(words))


class _Mixer:
    def __init__(
        self,
        wishes: Sequence[Wish],
        settings: RadioSettings,
        history: History,
        neighbours: Neighbourhood,
        faces: Faces,
    ) -> None:
        self._wishes = tuple(wishes)
        self._settings = settings
        self._history = history
        self._neighbours = neighbours
        self._faces = faces

    def picks(self, count: int, rng: random.Random) -> tuple[Pick, ...]:
        """The best in order, each taken to play before the next is chosen."""
        ids = self._candidates(count)
        if not ids:
            return ()
        met = np.stack([self._met(wish, ids) for wish in self._wishes], axis=1)
        dense = np.stack([self._density(wish, ids) for wish in self._wishes], axis=1)
        near = _in_units(met - HUB_SHARE * dense)
        chance = np.random.default_rng(rng.getrandbits(64)).gumbel(size=len(ids))
        dial = _ADVENTURE * min(1.0, max(0.0, self._settings.adventure)) * chance
        score = near.mean(axis=1) + _WEAKEST * near.min(axis=1) + dial
        programme = self._programme()
        picks: list[Pick] = []
        left = np.arange(len(ids))
        while len(picks) < count and len(left):
            among = [ids[place] for place in left]
            is_same = sounds_same(self._neighbours)
            choice = choose(among, score[left].tolist(), self._faces, programme, is_same)
            if choice is None:
                break
            place = int(left[choice.place])
            before = picks[-1].track_id if picks else self._wishes[0][1]
            pick = self._explain(ids[place], met[place], int(near[place].argmax()), before)
            added = float(dial[place])
            rules = choice.breach.rules
            picks.append(
                replace(pick, passed_over=choice.passed_over, relaxed=rules, adventure=added)
            )
            programme.play(self._faces.played(ids[place]))
            left = np.delete(left, choice.place)
        return tuple(picks)

    def _explain(self, track_id: int, met: Scores, wish: int, before: int) -> Pick:
        weights = self._settings.weights
        names = (name for name, _ in self._wishes)
        return Pick(
            track_id=track_id,
            seed_id=self._wishes[wish][1],
            similarity=float(met.mean()),
            seed_similarity=float(met[wish]),
            previous_id=before,
            previous_similarity=float(self._to(before, [track_id], weights)[0]),
            by_subspace=tuple(zip(names, map(float, met), strict=True)),
        )

    def _candidates(self, count: int) -> list[int]:
        depth = _DEEPER * max(self._settings.candidates, 2 * count)
        found: set[int] = set()
        for name, wished in self._wishes:
            near = self._neighbours.nearest(wished, depth, self._only(name))
            found.update(neighbour.track_id for neighbour in near)
        found -= {wished for _, wished in self._wishes}
        return sorted(track_id for track_id in found if self._faces.find(track_id) is not None)

    def _only(self, name: str) -> Weights:
        """Weights under which only this sub-space counts; all of them when it is unknown."""
        names = self._neighbours.subspaces
        return tuple((other, float(other == name)) for other in names) if name in names else ()

    def _met(self, wish: Wish, ids: Sequence[int]) -> Scores:
        return self._to(wish[1], ids, self._only(wish[0]))

    def _density(self, wish: Wish, ids: Sequence[int]) -> Scores:
        weights = self._only(wish[0])
        return np.array([self._neighbours.hubness_scale(track_id, weights) for track_id in ids])

    def _to(self, track_id: int, ids: Sequence[int], weights: Weights) -> Scores:
        cosines = self._neighbours.similarities(track_id, ids).astype(np.float64)
        return np.asarray(cosines @ self._neighbours.shares(weights))

    def _programme(self) -> Programme:
        ages = {i: self._history.now_s - last_s for i, last_s in self._history.last_played_s}
        programme = Programme(self._settings, ages)
        for wished in dict.fromkeys(wished for _, wished in self._wishes):
            programme.play(self._faces.played(wished))
        return programme


def _in_units(met: Scores) -> Scores:
    """Each column with its middle at 0 and its best at 1: sub-spaces differ in their cosines."""
    middle = np.median(met, axis=0)
    return np.asarray((met - middle) / np.maximum(met.max(axis=0) - middle, 1e-6))


def _held_back(picks: Sequence[Pick]) -> list[str]:
    """Why the nearest tracks come late: before the first pick only the wished ones have played."""
    overs = picks[0].passed_over if picks else ()
    count = sum(over.count for over in overs if over.rule is Rule.ARTIST)
    if not count:
        return []
    what = "1 nearer track comes" if count == 1 else f"{count} nearer tracks come"
    return [f"{what} later: the artist of a wished track is not repeated so soon"]


def _undivided(wishes: Sequence[Wish], names: Sequence[str]) -> str:
    if len(names) < 2:
        wished = ", ".join(dict.fromkeys(name for name, _ in wishes))
        return (
            f"This model hears a sound as a whole and does not tell {wished} apart: "
            "these are tracks near to all of the given ones"
        )
    unknown = ", ".join(dict.fromkeys(name for name, _ in wishes if name not in names))
    return f"This model does not know {unknown}: the whole sound stands for it"
