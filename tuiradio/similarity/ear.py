"""A personal ear: a re-weighting of the space learned from a few dozen comparisons.

The listener hears A, B and C and says which of B and C is closer to A. As in Schultz &
Joachims 2003 ("Learning a distance metric from relative comparisons", section 3, with a
diagonal matrix) the similarity of the ear is linear in one non-negative factor per
dimension, so an answer is a linear constraint on the factors and the problem is convex.
The loss is the logistic one of van der Maaten & Weinberger 2012 ("Stochastic triplet
embedding", equation 2) in place of their hinge: listeners err, and a probability forgives
a wrong answer near the boundary that a margin would chase. McFee & Lanckriet's metric
learning to rank wants whole rankings and full matrices, which a few dozen answers cannot
feed. What is regularised is the distance from the shipped space, in two steps: how much
each sub-space counts, then, only where it predicts better, each dimension within it.

The factors scale queries alone (``Space``), so one index serves every ear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.ear_fit import Comparisons, cross_validate, fit
from tuiradio.similarity.neighbourhood import Weights
from tuiradio.similarity.space import Space, Vectors

FEWEST_ANSWERS = 16
"""Answers without a doubt in them before anything is concluded."""
FEWEST_REPEATS = 4
"""Questions asked twice before the listener's own consistency is told."""
SURE = 1.64
"""Standard errors by which the ear has to be better: 5 % of useless ears pass by chance."""

_LEAST_SAY = 0.02
"""A sub-space keeps at least this share of the say of the weightiest, so that it still decides
between equals and where the dials are turned to it."""


class Choice(StrEnum):
    """What the listener said of one question."""

    B = "b"
    C = "c"
    SAME = "same"
    """Both are equally close."""
    UNSURE = "unsure"
    """Cannot say; teaches nothing."""


@dataclass(frozen=True, slots=True)
class Triplet:
    """Three tracks: is ``b`` or ``c`` closer to ``a``?"""

    a: int
    b: int
    c: int

    @property
    def question(self) -> tuple[int, int, int]:
        """The same for the question with B and C exchanged."""
        return (self.a, min(self.b, self.c), max(self.b, self.c))


@dataclass(frozen=True, slots=True)
class Answer:
    """A triplet and what was said of it."""

    triplet: Triplet
    choice: Choice

    @property
    def closer(self) -> int | None:
        """The track that was called closer; None for neither."""
        if self.choice is Choice.B:
            return self.triplet.b
        return self.triplet.c if self.choice is Choice.C else None


@dataclass(frozen=True, slots=True)
class Ear:
    """What was learned, for the vectors of one model."""

    model_id: str
    weights: Weights = ()
    """How much each sub-space counts, 1 on average; ``()`` = as shipped."""
    factors: tuple[float, ...] = ()
    """One for each dimension, ≥ 0; ``()`` = as shipped. Within each sub-space a track is as
    similar to itself as before, in the mean over the library."""

    def weigh(self, weights: Weights) -> Weights:
        """The listener's dials on top of the ear: unnamed sub-spaces weigh 1 on a dial."""
        named = dict(weights)
        own = dict(self.weights)
        mine = [(name, max(0.0, named.get(name, 1.0)) * weight) for name, weight in self.weights]
        return (*mine, *((name, weight) for name, weight in weights if name not in own))


@dataclass(frozen=True, slots=True)
class Consistency:
    """How often the listener said the same of a question asked twice."""

    repeats: int = 0
    agreed: int = 0

    @property
    def share(self) -> float:
        """0 … 1; 1 where nothing was asked twice."""
        return self.agreed / self.repeats if self.repeats else 1.0

    @property
    def ceiling(self) -> float:
        """The agreement with such answers that even a perfect ear would reach.

        A listener who errs with probability e repeats himself with (1 - e)² + e²; the
        smaller solution for e is taken.
        """
        return 0.5 + 0.5 * float(np.sqrt(max(0.0, 2.0 * self.share - 1.0)))


@dataclass(frozen=True, slots=True)
class EarVerdict:
    """Whether the ear is better than the shipped space, on answers it was not taught."""

    answers: int = 0
    """Answers that chose B or C, of tracks that have vectors."""
    same: int = 0
    """Answers that both are equally close."""
    shipped: float = 0.0
    """Share of the answers with which the shipped space agrees, 0 … 1."""
    ear: float = 0.0
    """Share of the held-out answers with which the ear agrees, 0 … 1."""
    noise: float = 0.0
    """By how much the ear has to be better, 0 … 1."""
    consistency: Consistency = Consistency()

    @property
    def is_known(self) -> bool:
        """Whether there are answers enough to tell."""
        return self.answers >= FEWEST_ANSWERS

    @property
    def is_better(self) -> bool:
        """Whether the ear agrees with more held-out answers, by more than chance gives."""
        return self.is_known and self.ear - self.shipped > self.noise


def learn(
    answers: Sequence[Answer],
    vectors: Mapping[int, Vectors],
    library: Vectors,
    space: Space,
    model_id: str,
    rng: np.random.Generator,
) -> tuple[Ear, EarVerdict]:
    """The ear that these answers teach, and whether it deserves to be used.

    Args:
        answers: What was said, oldest first; those of tracks without a vector are left out.
        vectors: Normalised vector, float32 [dim], of each track that has one.
        library: A sample of the library's normalised vectors, float32 [n, dim], n ≥ 2: how
            far cosines spread in each sub-space is read from it.
        space: The space of the model.
        model_id: The model whose vectors these are.
        rng: Draws the folds of the cross-validation.
    """
    usable = [one for one in answers if _is_heard(one, vectors) and one.choice is not Choice.UNSURE]
    chosen = sum(one.closer is not None for one in usable)
    consistency = consistency_of(answers)
    if chosen < FEWEST_ANSWERS:
        ear = Ear(model_id)
        return ear, EarVerdict(chosen, len(usable) - chosen, consistency=consistency)
    data = comparisons(usable, vectors, library, space)
    credit = cross_validate(data, rng)
    decided = data.targets != 0.5
    gain = _by_question(credit.ear - credit.shipped, data.groups, decided)
    noise = SURE * float(gain.std(ddof=1)) / len(gain) ** 0.5 if len(gain) > 1 else 1.0
    verdict = EarVerdict(
        chosen,
        len(usable) - chosen,
        float(credit.shipped[decided].mean()),
        float(credit.ear[decided].mean()),
        noise,
        consistency,
    )
    return _ear_of(fit(data, rng), data.spreads, library, space, model_id), verdict


def comparisons(
    answers: Sequence[Answer],
    vectors: Mapping[int, Vectors],
    library: Vectors,
    space: Space,
) -> Comparisons:
    """The answers as the learner sees them; every track has a vector, no answer is unsure."""
    rows = np.array([triplet_row(one.triplet, vectors) for one in answers], dtype=np.float64)
    numbers = {one.triplet.question: n for n, one in enumerate(answers)}
    targets = {Choice.B: 1.0, Choice.C: 0.0}
    return Comparisons(
        rows.reshape(len(answers), space.dim),
        np.array([targets.get(one.choice, 0.5) for one in answers]),
        np.array([numbers[one.triplet.question] for one in answers], dtype=np.intp),
        tuple(stop - start for _, start, stop in space.subspaces),
        spreads(library, space),
    )


def triplet_row(triplet: Triplet, vectors: Mapping[int, Vectors]) -> Vectors:
    """What each dimension says for B and against C; summed, the difference of the cosines."""
    a, b, c = (vectors[track_id] for track_id in (triplet.a, triplet.b, triplet.c))
    return np.asarray(a * (b - c))


def spreads(library: Vectors, space: Space) -> NDArray[np.float64]:
    """Standard deviation of the difference of two cosines, per sub-space; float64 [s] > 0.

    In some sub-spaces all tracks are alike to 0.05, in others to 0.3: only in units of
    this do weights say what decides.
    """
    rows = np.asarray(library[:256], dtype=np.float64)
    above = np.triu_indices(len(rows), 1)
    found = [
        (rows[:, start:stop] @ rows[:, start:stop].T)[above].std()
        for _, start, stop in space.subspaces
    ]
    return np.asarray(np.maximum(np.sqrt(2.0) * np.array(found), 1e-3))


def consistency_of(answers: Sequence[Answer]) -> Consistency:
    """How often a later answer to the same question names the track the first one named."""
    first: dict[tuple[int, int, int], int] = {}
    repeats = agreed = 0
    for one in answers:
        question, closer = one.triplet.question, one.closer
        if closer is None:
            continue
        if question in first:
            repeats += 1
            agreed += first[question] == closer
        else:
            first[question] = closer
    return Consistency(repeats, agreed)


def _is_heard(answer: Answer, vectors: Mapping[int, Vectors]) -> bool:
    triplet = answer.triplet
    return triplet.a in vectors and triplet.b in vectors and triplet.c in vectors


def _by_question(
    values: NDArray[np.float64], groups: NDArray[np.intp], decided: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Mean of each question: answers to the same one are no independent evidence."""
    _, places = np.unique(groups[decided], return_inverse=True)
    return np.asarray(np.bincount(places, values[decided]) / np.bincount(places))


def _ear_of(
    raw: NDArray[np.float64],
    spread: NDArray[np.float64],
    library: Vectors,
    space: Space,
    model_id: str,
) -> Ear:
    """Splits what was learned, float64 [dim] ≥ 0, into weights and factors."""
    power = np.mean(np.asarray(library, dtype=np.float64) ** 2, axis=0)
    factors = np.ones(space.dim)
    weights = np.zeros(len(space.subspaces))
    for place, (_, start, stop) in enumerate(space.subspaces):
        weights[place] = raw[start:stop] @ power[start:stop]
        if weights[place] > 0.0:
            factors[start:stop] = raw[start:stop] / weights[place]
    if not weights.any():
        return Ear(model_id)
    weights = np.maximum(weights, _LEAST_SAY * (weights * spread).max() / spread)
    weights /= weights.mean()
    named = tuple((name, float(f"{w:.4g}")) for name, w in zip(space.names, weights, strict=True))
    is_plain = bool(np.allclose(factors, 1.0, atol=1e-3))
    return Ear(model_id, named, () if is_plain else tuple(np.round(factors, 4).tolist()))
