"""The arithmetic of a personal ear: many small logistic regressions at once; see ``ear``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FOLDS = 5
_INNER_FOLDS = 4
_REPEATED = 600
"""Answers to predict in all: 40 of them in 10 rounds of folds, 300 in two."""
_MOST_ROUNDS, _FEWEST_ROUNDS = 10, 2
_STEPS = 160
_USUAL_TEMPERATURE, _LEAST_TEMPERATURE, _MOST_TEMPERATURE = 3.0, 0.3, 30.0
_HOLD = 0.05

ACROSS = (8.0, 2.0, 0.5, 0.1)
"""How firmly the sub-spaces are held to the shipped weights; the answers choose."""
WITHIN = (np.inf, 100.0, 30.0)
"""How firmly dimensions are held to their sub-space; infinite = not learned at all."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Answers as numbers."""

    rows: Floats
    """What each dimension says for B and against C; [answers, dim]."""
    targets: Floats
    """1 where B was called closer, 0 where C was, ½ where neither; [answers]."""
    groups: NDArray[np.intp]
    """Answers to one question share a number and never lie on both sides of a split."""
    widths: tuple[int, ...]
    """Dimensions of each sub-space."""
    spreads: Floats
    """Spread of the differences of cosines per sub-space; [sub-spaces]."""

    @property
    def sums(self) -> Floats:
        """The difference of the cosines per sub-space, in units of its spread."""
        edges = np.concatenate([[0], np.cumsum(self.widths)[:-1]])
        return np.asarray(np.add.reduceat(self.rows, edges, axis=1) / self.spreads)

    @property
    def scales(self) -> Floats:
        """Units of the dimensions, in which their evidence is comparable; [dim]."""
        widths = np.array(self.widths)
        return np.asarray(np.repeat(self.spreads / np.sqrt(widths), widths))


@dataclass(frozen=True, slots=True)
class Credit:
    """1 for an answer that was predicted, 0 for one that was not, in the mean of the rounds."""

    ear: Floats
    shipped: Floats


def fit(data: Comparisons, rng: np.random.Generator) -> Floats:
    """Non-negative factor of each dimension, float64 [dim], from all answers.

    How firmly they are held to the shipped ones is chosen by cross-validation.
    """
    everything = np.ones((1, len(data.targets)))
    return np.asarray(_fitted(data, everything, rng)[0])


def cross_validate(data: Comparisons, rng: np.random.Generator) -> Credit:
    """Repeated k-fold: every answer is predicted by ears that never saw its question.

    The strength of the regularisation is chosen inside of each training part.
    """
    count = len(data.targets)
    rounds = int(np.clip(_REPEATED // (2 * count), _FEWEST_ROUNDS, _MOST_ROUNDS))
    folds = np.stack([_folds(data.groups, FOLDS, rng) for _ in range(rounds)])
    masks = np.concatenate([(folds != fold).astype(np.float64) for fold in range(FOLDS)])
    factors = _fitted(data, masks, rng)
    hits = _hits(factors @ data.rows.T, data.targets)
    held_out = 1.0 - masks
    shipped = _hits(data.rows.sum(axis=1)[None, :], data.targets)[0]
    return Credit(np.asarray((hits * held_out).sum(axis=0) / held_out.sum(axis=0)), shipped)


def _hits(scores: Floats, targets: Floats) -> Floats:
    """1 where the sign is that of the answer, ½ where there is none."""
    return np.asarray(0.5 + 0.5 * np.sign(np.round(scores, 9)) * np.sign(targets - 0.5))


def _fitted(data: Comparisons, masks: Floats, rng: np.random.Generator) -> Floats:
    """One ear for each row of ``masks``, [problems, answers] of 0 and 1; [problems, dim]."""
    across, within = _strengths(data, masks, rng)
    return _within(data, masks, within, _across(data, masks, across))


def _strengths(data: Comparisons, masks: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """For each problem the two strengths that predict best inside of its training part."""
    fold = _folds(data.groups, _INNER_FOLDS, rng)
    apart = np.stack([(fold == number).astype(np.float64) for number in range(_INNER_FOLDS)])
    trained = (masks[:, None, :] * (1.0 - apart)).reshape(-1, masks.shape[1])
    tested = (masks[:, None, :] * apart).reshape(-1, masks.shape[1])

    def best(strengths: tuple[float, ...], factors: list[Floats]) -> Floats:
        losses = np.stack([_losses(f @ data.rows.T, data.targets) * tested for f in factors])
        held_out = losses.reshape(len(strengths), len(masks), _INNER_FOLDS, -1).sum(axis=2)
        return np.asarray(np.array(strengths)[_firmest_of_the_best(held_out, masks)])

    def each(strength: float) -> Floats:
        return np.full(len(trained), strength)

    across = best(ACROSS, [_across(data, trained, each(ridge)) for ridge in ACROSS])
    plain = _across(data, trained, np.repeat(across, _INNER_FOLDS))
    within = best(WITHIN, [_within(data, trained, each(ridge), plain) for ridge in WITHIN])
    return across, within


def _firmest_of_the_best(losses: Floats, masks: Floats) -> NDArray[np.intp]:
    """The first strength, [problems], whose losses [strengths, problems, answers] are within
    one standard error of the smallest (Breiman et al. 1984, section 3.4.3)."""
    totals = losses.sum(axis=2)
    smallest = totals.argmin(axis=0)
    more = losses - losses[smallest, np.arange(len(masks))]
    counts = masks.sum(axis=1)
    errors = np.sqrt(np.maximum(0.0, (more**2).sum(axis=2) - more.sum(axis=2) ** 2 / counts))
    return np.asarray((more.sum(axis=2) <= errors).argmax(axis=0))


def _across(data: Comparisons, masks: Floats, ridges: Floats) -> Floats:
    """Factors that differ between sub-spaces alone; [problems, dim]."""
    shipped = data.spreads / np.linalg.norm(data.spreads)
    centres = _temperatures(data.sums @ shipped, data.targets, masks)[:, None] * shipped
    weights = _minimised(data.sums, data.targets, masks, ridges, centres)
    return np.repeat(weights / data.spreads, data.widths, axis=1)


def _within(data: Comparisons, masks: Floats, ridges: Floats, plain: Floats) -> Floats:
    """Factors that also differ within sub-spaces, where the strength is finite."""
    factors = plain.copy()
    learned = np.flatnonzero(np.isfinite(ridges))
    if len(learned):
        scaled = data.rows / data.scales
        centres = plain[learned] * data.scales
        found = _minimised(scaled, data.targets, masks[learned], ridges[learned], centres)
        factors[learned] = found / data.scales
    return factors


def _minimised(
    rows: Floats, targets: Floats, masks: Floats, ridges: Floats, centres: Floats
) -> Floats:
    """argmin over w ≥ 0 of Σ log(1 + exp(±w·row)) + ridge/2 · |w - centre|²; [problems, n].

    Accelerated projected gradient (Beck & Teboulle 2009, section 4, FISTA with constant
    step), the same number of steps for all problems, so that each is a matrix product.
    """
    steepest = 0.25 * float(np.linalg.norm(rows, 2)) ** 2
    ridge = ridges[:, None]
    step = 1.0 / (steepest + ridge)
    found = ahead = centres
    momentum = 1.0
    for _ in range(_STEPS):
        slope = ((_probability(ahead @ rows.T) - targets) * masks) @ rows
        new = np.maximum(0.0, ahead - step * (slope + ridge * (ahead - centres)))
        following = 0.5 + 0.5 * (1.0 + 4.0 * momentum * momentum) ** 0.5
        ahead = new + (momentum - 1.0) / following * (new - found)
        found, momentum = new, following
    return np.asarray(found)


def _temperatures(scores: Floats, targets: Floats, masks: Floats) -> Floats:
    """How surely the shipped space should speak: the factor of its scores; [problems] > 0.

    Newton's method on one number, held near 3 where the answers say little.
    """
    found = np.full(len(masks), _USUAL_TEMPERATURE)
    for _ in range(30):
        p = _probability(found[:, None] * scores)
        slope = ((p - targets) * masks) @ scores + _HOLD * (found - _USUAL_TEMPERATURE)
        bend = (p * (1.0 - p) * masks) @ (scores * scores) + _HOLD
        found = np.clip(found - slope / bend, _LEAST_TEMPERATURE, _MOST_TEMPERATURE)
    return np.asarray(found)


def _losses(scores: Floats, targets: Floats) -> Floats:
    return np.asarray(np.logaddexp(0.0, scores) - targets * scores)


def _probability(scores: Floats) -> Floats:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * scores))


def _folds(groups: NDArray[np.intp], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """A fold for each answer, all answers to one question in the same; folds of even size."""
    names, places = np.unique(groups, return_inverse=True)
    order = rng.permutation(len(names)) % count
    return np.asarray(order[places])
