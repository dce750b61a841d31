"""Choosing among scored candidates with manners: the best that breaks no rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tuiradio.library.track import Status, Track
from tuiradio.radio.manners import Breach, Face, Programme, SoundsSame, face
from tuiradio.radio.never import NeverList
from tuiradio.radio.pick import History, PassedOver, Rule
from tuiradio.radio.recording import SAME_VECTOR
from tuiradio.similarity.neighbourhood import Neighbourhood

FindTrack = Callable[[int], Track | None]


class Faces:
    """What the manners see of each track, found once; None for what cannot play."""

    def __init__(
        self, track: FindTrack, history: History, whole_artists: frozenset[str] = frozenset()
    ) -> None:
        self._find_track = track
        self._banned = history.banned
        self._never = NeverList(history.bans, whole_artists)
        self._whole = whole_artists
        self._found: dict[int, Face | None] = {}
        self._forbidden: set[int] = set()

    def find(self, track_id: int) -> Face | None:
        """The face; None for a track which is gone, missing, failed or never to play."""
        if track_id not in self._found:
            found = self._find_track(track_id)
            # What could not be listened to cannot be played either, or is silence.
            if found is None or found.missing or found.status is Status.FAILED:
                self._found[track_id] = None
            elif self._forbids(found):
                self._found[track_id] = None
                self._forbidden.add(track_id)
            else:
                self._found[track_id] = face(found, self._whole)
        return self._found[track_id]

    def played(self, track_id: int) -> Face:
        """The face of a track which plays whatever it is; a bare one when it is gone."""
        found = self._find_track(track_id)
        if found is None:
            return Face(track_id, (), "", "", 0.0, False)
        return face(found, self._whole)

    def is_forbidden(self, track_id: int) -> bool:
        """Whether ``find`` has told None because the track is never to play."""
        return track_id in self._forbidden

    def _forbids(self, track: Track) -> bool:
        is_banned = track.banned or track.id in self._banned
        return is_banned or self._never.forbids(track) is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate that may play, and who stood before it."""

    place: int
    """Its place among the candidates given."""
    breach: Breach
    passed_over: tuple[PassedOver, ...]


def choose(
    ids: Sequence[int],
    scores: Sequence[float],
    faces: Faces,
    programme: Programme,
    is_same: SoundsSame,
) -> Choice | None:
    """The best that breaks no rule, else the mildest breach; None without candidates."""
    order = np.lexsort((np.asarray(ids), -np.asarray(scores, dtype=np.float64))).tolist()
    refused: list[tuple[int, Breach]] = []
    forbidden = 0
    for place in order:
        candidate = faces.find(ids[place])
        if candidate is None:
            forbidden += faces.is_forbidden(ids[place])
            continue
        breach = programme.breach(candidate, is_same)
        if not breach.rules:
            return Choice(place, breach, _counted(refused, forbidden))
        refused.append((place, breach))
    if not refused:
        return None

    def reluctance(rank: int) -> tuple[tuple[float, ...], float]:
        place, breach = refused[rank]
        # Where everything has played, what played longest ago comes first.
        staleness = min(2.0, programme.staleness(ids[place]))
        return breach.cost, -scores[place] - staleness

    rank = min(range(len(refused)), key=reluctance)
    return Choice(*refused[rank], _counted(refused[:rank]))


def sounds_same(neighbours: Neighbourhood) -> SoundsSame:
    """Whether a track's vector is nearly identical to that of any of the others."""

    def is_same(track_id: int, others: Sequence[int]) -> bool:
        cosines = neighbours.similarities(track_id, others)
        return bool((cosines.min(axis=1) >= SAME_VECTOR).any())

    return is_same


def _counted(refused: Iterable[tuple[int, Breach]], forbidden: int = 0) -> tuple[PassedOver, ...]:
    """How many each rule kept out, each track under the gravest rule it breaks.

    One this radio has played itself was played recently; only another file of the
    same recording is told as such.
    """
    counts = Counter(
        Rule.RECENT if {Rule.RECORDING, Rule.RECENT} <= set(breach.rules) else breach.rules[0]
        for _, breach in refused
    )
    if forbidden:
        counts[Rule.BANNED] = forbidden
    return tuple(PassedOver(rule, count) for rule, count in counts.most_common())
