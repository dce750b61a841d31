"""What to ask next: the comparison from which a personal ear learns most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.ear import Answer, Choice, Ear, Triplet, spreads
from tuiradio.similarity.space import Space, Vectors

Floats = NDArray[np.float64]

FEWEST_TRACKS = 8
"""Fewer tracks give no questions worth asking."""
REPEAT_EVERY = 8
"""One question in so many was asked before, to measure the listener's own consistency."""

_REPEAT_AFTER = 5
_ANCHORS = 24
_PAIRS = 20
_NEAR = 12
_ALIKE = 0.98
_SURENESS = 2.0
_PRIOR = 1.0
_WORN = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A triplet to be put to the listener."""

    triplet: Triplet
    is_repeat: bool = False
    """It was answered before, with B and C the other way round."""


def next_question(
    answers: Sequence[Answer],
    ids: Sequence[int],
    vectors: Vectors,
    space: Space,
    ear: Ear,
    rng: np.random.Generator,
) -> Question | None:
    """The next comparison; None when the library is too small.

    Candidates are anchors that were asked about least, each with pairs of tracks that are
    near to it in some sub-space, since nobody can compare two tracks that are both nothing
    like the third. Of these the one is taken whose answer is expected to tell most: the
    gain in information about the weights of the sub-spaces, ½ log(1 + p(1-p)·xᵀΣx)
    (D-optimal design for logistic regression: Chaloner & Verdinelli 1995, section 4; Σ the
    Laplace approximation of what is not known yet). It is large where the ear is unsure and
    the sub-spaces disagree in a direction in which they were not compared before.

    Args:
        answers: What was said so far, oldest first, whatever was chosen.
        ids: Tracks that may be asked about, such as a sample of the library.
        vectors: Their normalised vectors, float32 [len(ids), dim].
        space: The space of the vectors.
        ear: What was learned so far.
        rng: Draws the candidates.
    """
    again = _repeat(answers, frozenset(ids), rng)
    if again is not None:
        return Question(again, is_repeat=True)
    if len(ids) < FEWEST_TRACKS:
        return None
    return _informative(answers, ids, vectors, space, ear, rng)


def _repeat(
    answers: Sequence[Answer], there: frozenset[int], rng: np.random.Generator
) -> Triplet | None:
    """An earlier question to ask again when it is time for one."""
    if not answers or len(answers) % REPEAT_EVERY != REPEAT_EVERY - 1:
        return None
    asked = Counter(one.triplet.question for one in answers)
    old = [
        one.triplet
        for one in answers[:-_REPEAT_AFTER]
        if one.closer is not None
        and asked[one.triplet.question] == 1
        and {one.triplet.a, one.triplet.b, one.triplet.c} <= there
    ]
    if not old:
        return None
    before = old[int(rng.integers(len(old)))]
    return Triplet(before.a, before.c, before.b)


def _informative(
    answers: Sequence[Answer],
    ids: Sequence[int],
    vectors: Vectors,
    space: Space,
    ear: Ear,
    rng: np.random.Generator,
) -> Question | None:
    rows = np.asarray(vectors, dtype=np.float64)
    spread = spreads(vectors, space)
    used = Counter(i for one in answers for i in (one.triplet.a, one.triplet.b, one.triplet.c))
    worn = np.array([used[track_id] for track_id in ids], dtype=np.float64)
    places = _candidates(rows, space, worn, rng)
    asked = {one.triplet.question for one in answers}
    triplets = [Triplet(ids[a], ids[b], ids[c]) for a, b, c in places.tolist()]
    fresh = [n for n, triplet in enumerate(triplets) if triplet.question not in asked]
    if not fresh:
        return None
    places = places[fresh]
    x = _sums(rows, places, space) / spread
    weights = _weights(ear, space) * spread
    weights *= _SURENESS / np.linalg.norm(weights)
    gain = _information(x, weights, _unknown(answers, ids, rows, space, spread, weights))
    gain *= np.exp(-_WORN * worn[places].mean(axis=1))
    return Question(triplets[fresh[int(gain.argmax())]])


def _candidates(
    rows: Floats, space: Space, worn: Floats, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Places of A, B and C, [n, 3]: B and C among the nearest of A in some sub-space."""
    chance = np.exp(-worn)
    anchors = rng.choice(
        len(rows), min(_ANCHORS, len(rows)), replace=False, p=chance / chance.sum()
    )
    found = []
    for anchor in anchors.tolist():
        cosines = np.stack(
            [rows[:, start:stop] @ rows[anchor, start:stop] for _, start, stop in space.subspaces]
        )
        is_other = cosines.mean(axis=0) < _ALIKE
        near = {
            int(place)
            for cosine in cosines
            for place in np.argsort(-np.where(is_other, cosine, -np.inf))[:_NEAR]
            if is_other[place]
        }
        pool = sorted(near)
        for _ in range(_PAIRS if len(pool) > 1 else 0):
            b, c = rng.choice(pool, 2, replace=False).tolist()
            if rows[b] @ rows[c] < _ALIKE * len(space.subspaces):
                found.append((anchor, b, c))
    return np.array(found, dtype=np.intp).reshape(-1, 3)


def _sums(rows: Floats, places: NDArray[np.intp], space: Space) -> Floats:
    """Difference of the cosines of B and C to A per sub-space; [n, sub-spaces]."""
    a, b, c = (rows[places[:, n]] for n in range(3))
    edges = [start for _, start, _ in space.subspaces]
    return np.asarray(np.add.reduceat(a * (b - c), edges, axis=1))


def _weights(ear: Ear, space: Space) -> Floats:
    named = dict(ear.weights)
    return np.array([named.get(name, 1.0) for name in space.names])


def _unknown(
    answers: Sequence[Answer],
    ids: Sequence[int],
    rows: Floats,
    space: Space,
    spread: Floats,
    weights: Floats,
) -> Floats:
    """Covariance of the weights given the answers, [sub-spaces, sub-spaces]."""
    place_of = {track_id: place for place, track_id in enumerate(ids)}
    known = [
        (place_of[t.a], place_of[t.b], place_of[t.c])
        for t in (one.triplet for one in answers if one.choice is not Choice.UNSURE)
        if t.a in place_of and t.b in place_of and t.c in place_of
    ]
    precision = _PRIOR * np.eye(len(space.subspaces))
    if known:
        x = _sums(rows, np.array(known, dtype=np.intp), space) / spread
        precision += (x * _doubt(x, weights)[:, None]).T @ x
    return np.asarray(np.linalg.inv(precision))


def _doubt(x: Floats, weights: Floats) -> Floats:
    """p(1 - p) of each answer."""
    p = 0.5 + 0.5 * np.tanh(0.5 * (x @ weights))
    return np.asarray(p * (1.0 - p))


def _information(x: Floats, weights: Floats, unknown: Floats) -> Floats:
    spread = np.einsum("ni,ij,nj->n", x, unknown, x)
    return np.asarray(0.5 * np.log1p(_doubt(x, weights) * spread))
