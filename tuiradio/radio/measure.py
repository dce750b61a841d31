"""What ``tuiradio doctor --radio`` measures: how good radios are on the user's own library."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import Track
from tuiradio.radio.choice import Faces, sounds_same
from tuiradio.radio.flow import tempo_jump, tempo_of
from tuiradio.radio.manners import Programme
from tuiradio.radio.pick import History, RadioSettings, Rule
from tuiradio.radio.score import HUB_SHARE
from tuiradio.radio.strategies import NO_HISTORY, Filled, Filler, Strategy
from tuiradio.radio.windows import Credit, fitted, variety
from tuiradio.similarity.neighbourhood import Neighbourhood

FindTrack = Callable[[int], Track | None]
Progress = Callable[[int, int], None]
"""Called with radios filled and radios to fill."""

HUB_NEIGHBOURS = 10
"""k of the k-occurrence N_k; a hub has N_k > 5k, an anti-hub N_k = 0."""
MOST_SAMPLED = 2_000
"""Tracks among which hubs are counted: the full count is quadratic in the library."""
TEMPO_JUMP = 0.5
"""Difference in tempo that counts as a jump (``flow.tempo_jump``): a quarter of an octave."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    radios: int = 100
    length: int = 50
    strategies: tuple[Strategy, ...] = tuple(Strategy)


@dataclass(frozen=True, slots=True)
class Figures:
    """One strategy measured. Shares are 0…1; None where the library does not tell."""

    strategy: Strategy
    radios: int
    picks: int
    same_artist_share: float
    """Picks by an artist heard within the artist window before."""
    duplicates: int
    """Picks that are another file of a recording their radio played before."""
    unreported_breaks: int
    """Rules broken without saying so; strategies without reasons report none."""
    reported_breaks: int
    """Rules broken which the pick names as relaxed."""
    genre_jumps: float | None
    """Steps between tracks which share no genre, of those where both have one."""
    tempo_jumps: float | None
    """Steps by more than ``TEMPO_JUMP``, of those where both tempi are known."""
    mean_step: float
    """Mean similarity of consecutive tracks, the seed first; NaN without vectors."""
    worst_step: float
    hub_skewness: float
    """Skewness of how often each track is picked (Radovanović et al. 2010); 0 is even."""
    reach: float
    """Share of the library that plays at all."""
    coverage: tuple[tuple[int, float], ...]
    """Share of the library played after so many radios."""


@dataclass(frozen=True, slots=True)
class Hubs:
    """How unevenly tracks occur in each other's lists of ``HUB_NEIGHBOURS`` nearest."""

    skewness: float
    hub_share: float
    anti_hub_share: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured."""

    library: int
    """Tracks a radio could play: present, heard, not banned."""
    figures: tuple[Figures, ...]
    hubs_plain: Hubs
    hubs_corrected: Hubs
    is_complete: bool
    """False when stopped early: the figures are then of fewer radios."""
    artist_window: int = 0
    """As the radio kept it: a small library narrows it (``windows.fitted``)."""
    album_window: int = 0

    def of(self, strategy: Strategy) -> Figures | None:
        """The figures of one strategy; None when it was not measured."""
        return next((one for one in self.figures if one.strategy is strategy), None)


def measure(
    ids: Sequence[int],
    settings: RadioSettings,
    neighbours: Neighbourhood,
    track: FindTrack,
    rng: random.Random,
    plan: Plan = Plan(),
    *,
    history: History = NO_HISTORY,
    on_progress: Progress = lambda done, total: None,
    is_stopped: Callable[[], bool] = lambda: False,
    whole_artists: frozenset[str] = frozenset(),
) -> Report:
    """Fills radios from random seeds in several ways and measures each.

    Every strategy gets the same seeds. It takes about a minute: run it in a thread.

    Args:
        ids: All tracks; those without a vector, missing or banned are left out.
        settings: Dials and manners of this radio.
        neighbours: What is near what.
        track: Finds a track by id; None when it is gone.
        rng: The only source of chance.
        plan: How much to measure.
        history: Bans and plays, as this radio knows them; no strategy plays what is banned.
        on_progress: Told after each radio.
        is_stopped: Whether to finish with what there is; asked before each radio.
        whole_artists: Keys of artist names that only look joined (``whole_names``).
    """
    faces = Faces(track, history, whole_artists)
    playable = [i for i in ids if i in neighbours and faces.find(i) is not None]
    named = (_credit(track(i)) for i in playable)
    settings = fitted(settings, variety(named, whole_artists))
    seeds = rng.sample(playable, min(plan.radios, len(playable)))
    filler = Filler(playable, plan.length, settings, neighbours, track, history, whole_artists)
    tallies = [_Tally(one, settings, neighbours, track, whole_artists) for one in plan.strategies]
    total = len(seeds) * len(tallies)
    done = 0
    for seed, tally in product(seeds, tallies):
        if is_stopped():
            break
        tally.add(filler.fill(tally.strategy, seed, random.Random(rng.getrandbits(64))))
        done += 1
        on_progress(done, total)
    plain, corrected = hubs(playable, settings, neighbours, rng)
    figures = tuple(tally.figures(playable) for tally in tallies)
    windows = settings.artist_window, settings.album_window
    return Report(len(playable), figures, plain, corrected, done == total, *windows)


def _credit(track: Track | None) -> Credit:
    if track is None:
        return Credit("", "", "")
    return Credit(track.artist, track.album_artist, track.album)


def hubs(
    ids: Sequence[int], settings: RadioSettings, neighbours: Neighbourhood, rng: random.Random
) -> tuple[Hubs, Hubs]:
    """Hubs among (a sample of) tracks which all have a vector: plain, and corrected."""
    sample = sorted(rng.sample(list(ids), min(len(ids), MOST_SAMPLED)))
    k = min(HUB_NEIGHBOURS, len(sample) - 1)
    if k < 1:
        return Hubs(0.0, 0.0, 0.0), Hubs(0.0, 0.0, 0.0)
    shares = neighbours.shares(settings.weights)
    scale = np.array([neighbours.hubness_scale(i, settings.weights) for i in sample])
    counts = np.zeros((2, len(sample)), dtype=np.int64)
    for row, track_id in enumerate(sample):
        near = neighbours.similarities(track_id, sample) @ shares
        near[row] = -np.inf
        for way, score in enumerate((near, near - HUB_SHARE * scale)):
            counts[way, np.argpartition(-score, k - 1)[:k]] += 1
    return _hubs_of(counts[0], k), _hubs_of(counts[1], k)


def skewness(counts: NDArray[np.int64]) -> float:
    """Third standardised moment; 0 for none or when all are equal."""
    if not len(counts):
        return 0.0
    spread = counts - counts.mean()
    deviation = float(np.sqrt((spread**2).mean()))
    return float((spread**3).mean()) / deviation**3 if deviation > 0.0 else 0.0


def _hubs_of(counts: NDArray[np.int64], k: int) -> Hubs:
    is_hub, is_anti = counts > 5 * k, counts == 0
    return Hubs(skewness(counts), float(is_hub.mean()), float(is_anti.mean()))


class _Tally:
    """Adds up the radios of one strategy."""

    def __init__(
        self,
        strategy: Strategy,
        settings: RadioSettings,
        neighbours: Neighbourhood,
        track: FindTrack,
        whole: frozenset[str],
    ) -> None:
        self.strategy = strategy
        self._settings = settings
        self._neighbours = neighbours
        self._is_same = sounds_same(neighbours)
        self._track = track
        self._faces = Faces(track, History(), whole)
        self._shares = neighbours.shares(settings.weights)
        self._played: Counter[int] = Counter()
        self._reached: list[int] = []
        self._same_artist = 0
        self._breaks: Counter[str] = Counter()
        self._genre: Counter[bool] = Counter()
        self._tempo: Counter[bool] = Counter()
        self._steps: list[float] = []

    def add(self, filled: Filled) -> None:
        """Takes one radio into account."""
        self._played.update(filled.track_ids)
        self._reached.append(len(self._played))
        order = (filled.seed_id, *filled.track_ids)
        self._add_breaks(order, filled.relaxed)
        for one, other in pairwise(order):
            step = float(self._neighbours.similarities(one, [other])[0] @ self._shares)
            if not math.isnan(step):
                self._steps.append(step)
            self._add_jumps(self._track(one), self._track(other))

    def figures(self, library: Sequence[int]) -> Figures:
        """What was added up; ``library`` is what could have played."""
        picks = self._played.total()
        counts = np.array([self._played[i] for i in library], dtype=np.int64)
        size = max(1, len(library))
        return Figures(
            strategy=self.strategy,
            radios=len(self._reached),
            picks=picks,
            same_artist_share=self._same_artist / max(1, picks),
            duplicates=self._breaks["duplicate"],
            unreported_breaks=self._breaks["unreported"],
            reported_breaks=self._breaks["reported"],
            genre_jumps=_share(self._genre),
            tempo_jumps=_share(self._tempo),
            mean_step=float(np.mean(self._steps)) if self._steps else float("nan"),
            worst_step=min(self._steps, default=float("nan")),
            hub_skewness=skewness(counts),
            reach=len(self._played) / size,
            coverage=tuple(
                (radios, self._reached[radios - 1] / size)
                for radios in _milestones(len(self._reached))
            ),
        )

    def _add_breaks(self, order: Sequence[int], relaxed: Sequence[tuple[Rule, ...]]) -> None:
        programme = Programme(self._settings, {})
        faces = [self._faces.played(track_id) for track_id in order]
        programme.play(faces[0])
        for at, (one, said) in enumerate(zip(faces[1:], relaxed, strict=True), start=1):
            window = faces[max(0, at - self._settings.artist_window) : at]
            heard = {artist for before in window for artist in before.artists}
            self._same_artist += bool(heard & set(one.artists))
            broken = set(programme.breach(one, self._is_same).rules)
            self._breaks["duplicate"] += Rule.RECORDING in broken
            self._breaks["reported"] += len(broken & set(said))
            self._breaks["unreported"] += len(broken - set(said))
            programme.play(one)

    def _add_jumps(self, one: Track | None, other: Track | None) -> None:
        if one is None or other is None:
            return
        genres = [{name.casefold() for name in track.genres} for track in (one, other)]
        if all(genres):
            self._genre[not genres[0] & genres[1]] += 1
        tempi = tempo_of(one), tempo_of(other)
        if min(tempi) > 0.0:
            self._tempo[tempo_jump(*tempi) > TEMPO_JUMP] += 1


def _share(counts: Counter[bool]) -> float | None:
    total = counts.total()
    return counts[True] / total if total else None


def _milestones(radios: int) -> list[int]:
    return sorted({-(-radios * part // 4) for part in range(1, 5)} - {0})
