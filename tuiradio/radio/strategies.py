"""Four ways to fill a radio, so that the doctor can set this program's beside the others."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from tuiradio.library.track import Track
from tuiradio.radio.artists import fold, split_artists
from tuiradio.radio.fallback import tag_similarity
from tuiradio.radio.pick import History, RadioSettings, Rule
from tuiradio.radio.walk import walk
from tuiradio.similarity.neighbourhood import Neighbourhood

MOST_BY_TAGS = 600
"""Tracks sharing a tag with the seed that are looked at; more are drawn from."""

NO_HISTORY = History()

FindTrack = Callable[[int], Track | None]


class Strategy(StrEnum):
    """A way to fill a radio, named as the user reads it."""

    NEAREST = "plain nearest"
    RADIO = "this radio"
    TAGS = "tags only"
    RANDOM = "random draw"


@dataclass(frozen=True, slots=True)
class Filled:
    """One radio: what would play after the seed, and the rules each row says it gave up."""

    seed_id: int
    track_ids: tuple[int, ...]
    relaxed: tuple[tuple[Rule, ...], ...]


class Filler:
    """Fills radios of a fixed length from one library."""

    def __init__(
        self,
        ids: Sequence[int],
        length: int,
        settings: RadioSettings,
        neighbours: Neighbourhood,
        track: FindTrack,
        history: History = NO_HISTORY,
        whole_artists: frozenset[str] = frozenset(),
    ) -> None:
        self._ids = tuple(ids)
        self._playable = frozenset(ids)
        self._length = length
        self._settings = settings
        self._neighbours = neighbours
        self._track = track
        self._history = history
        self._whole = whole_artists
        self._sharing: dict[str, list[int]] | None = None

    def fill(self, strategy: Strategy, seed_id: int, rng: random.Random) -> Filled:
        """A radio from one seed; shorter only where the library gives no more."""
        if strategy is Strategy.RADIO:
            return self._radio(seed_id, rng)
        chosen = {
            Strategy.NEAREST: self._nearest,
            Strategy.TAGS: self._by_tags,
            Strategy.RANDOM: self._random,
        }[strategy](seed_id, rng)
        return Filled(seed_id, tuple(chosen), ((),) * len(chosen))

    def _radio(self, seed_id: int, rng: random.Random) -> Filled:
        picks = tuple(
            islice(
                walk(
                    [seed_id],
                    self._settings,
                    self._history,
                    self._neighbours,
                    self._track,
                    rng,
                    whole_artists=self._whole,
                ),
                self._length,
            )
        )
        chosen = tuple(pick.track_id for pick in picks)
        return Filled(seed_id, chosen, tuple(pick.relaxed for pick in picks))

    def _nearest(self, seed_id: int, rng: random.Random) -> Sequence[int]:
        near = self._neighbours.nearest(seed_id, 2 * self._length, self._settings.weights)
        found = [neighbour.track_id for neighbour in near]
        return [track_id for track_id in found if track_id in self._playable][: self._length]

    def _random(self, seed_id: int, rng: random.Random) -> Sequence[int]:
        drawn = rng.sample(self._ids, min(len(self._ids), self._length + 1))
        return [track_id for track_id in drawn if track_id != seed_id][: self._length]

    def _by_tags(self, seed_id: int, rng: random.Random) -> Sequence[int]:
        seed = self._track(seed_id)
        if seed is None:
            return []
        sharing = self._sharing_tags()
        found = {i for key in self._keys(seed) for i in sharing.get(key, ())} - {seed_id}
        likely = sorted(found)
        if len(likely) > MOST_BY_TAGS:
            likely = rng.sample(likely, MOST_BY_TAGS)
        tracks = [other for i in likely if (other := self._track(i)) is not None]
        # Equal likeness is common among tags: chance decides there, as in a tag radio.
        liking = [(-tag_similarity(seed, other, self._whole), rng.random()) for other in tracks]
        order = sorted(range(len(tracks)), key=liking.__getitem__)[: self._length]
        return [tracks[place].id for place in order]

    def _sharing_tags(self) -> dict[str, list[int]]:
        if self._sharing is None:
            sharing: defaultdict[str, list[int]] = defaultdict(list)
            for track_id in self._ids:
                found = self._track(track_id)
                for key in () if found is None else self._keys(found):
                    sharing[key].append(track_id)
            self._sharing = dict(sharing)
        return self._sharing

    def _keys(self, track: Track) -> list[str]:
        artists = split_artists(track.artist, self._whole)
        return [f"a {artist}" for artist in artists] + [f"g {fold(name)}" for name in track.genres]
