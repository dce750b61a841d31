"""Listeners who answer comparisons by a similarity of their own, with some mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tuiradio.similarity.ear import Answer, Choice, Ear, EarVerdict, Triplet, learn, triplet_row
from tuiradio.similarity.ear_questions import next_question
from tuiradio.similarity.space import Space, Vectors


@dataclass(slots=True)
class Listener:
    """Weights the dimensions by ``mask`` and errs in a share of the answers."""

    library: Vectors
    space: Space
    mask: NDArray[np.float64]
    rng: np.random.Generator
    errs: float = 0.1
    answers: list[Answer] = field(default_factory=list)
    ear: Ear = field(default_factory=lambda: Ear("model"))
    verdict: EarVerdict = field(default_factory=EarVerdict)

    @property
    def vectors(self) -> dict[int, Vectors]:
        """The library by track id."""
        return dict(enumerate(self.library))

    def says(self, triplet: Triplet) -> Choice:
        """B or C, sometimes the wrong one."""
        is_b = float(triplet_row(triplet, self.vectors) @ self.mask) > 0.0
        return Choice.B if is_b != (self.rng.random() < self.errs) else Choice.C

    def teach(self, count: int, every: int = 20) -> None:
        """Answers so many questions, each the most telling; learns after ``every`` of them."""
        ids = range(len(self.library))
        while len(self.answers) < count:
            asked = next_question(self.answers, ids, self.library, self.space, self.ear, self.rng)
            assert asked is not None
            self.answers.append(Answer(asked.triplet, self.says(asked.triplet)))
            if len(self.answers) % every == 0 or len(self.answers) == count:
                self.learn()

    def learn(self) -> None:
        """The ear of the answers so far."""
        self.ear, self.verdict = learn(
            self.answers, self.vectors, self.library, self.space, "model", self.rng
        )

    def agreement(self, ear: Ear | None, count: int = 2000) -> float:
        """Share of fresh random questions answered as this listener means, without mistakes."""
        triplets = [Triplet(*self.rng.permutation(len(self.library))[:3]) for _ in range(count)]
        rows = np.array([triplet_row(triplet, self.vectors) for triplet in triplets])
        factors = np.ones(self.space.dim) if ear is None else dimension_factors(ear, self.space)
        return float(np.mean((rows @ factors > 0.0) == (rows @ self.mask > 0.0)))


def listener(
    library: Vectors, space: Space, only: str | None, seed: int, errs: float = 0.1
) -> Listener:
    """One who hears a single sub-space, or, with None, as the shipped space does."""
    mask = np.zeros(space.dim)
    for name, start, stop in space.subspaces:
        if only is None or name == only:
            mask[start:stop] = 1.0
    return Listener(library, space, mask, np.random.default_rng(seed), errs)


def dimension_factors(ear: Ear, space: Space) -> NDArray[np.float64]:
    """Weights and factors of an ear in one, float64 [dim]."""
    named = dict(ear.weights)
    widths = [stop - start for _, start, stop in space.subspaces]
    weights = np.repeat([named.get(name, 1.0) for name in space.names], widths)
    return np.asarray(weights * (np.array(ear.factors) if ear.factors else 1.0))
