"""How well a ranking finds what belongs together, what chance would find, and how sure that is.

Pure numpy over similarities; training and ``tuiradio eval`` measure with the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEASURES = ("p1", "p5", "map", "mrr", "auc")
"""Precision at 1 and 5, mean average precision, mean reciprocal rank, area under the ROC curve."""

_FIRST = 5


@dataclass(frozen=True, slots=True)
class Scores:
    """Per query that had something to find: what was scored, and what chance would score."""

    queries: NDArray[np.int64]
    """Rows of the similarity, ascending; int64 [q]."""
    values: Mapping[str, Doubles]
    """Measure → float64 [q], each 0 … 1; ``auc`` is NaN where every candidate was right."""
    chance: Mapping[str, Doubles]
    """The same, expected of a ranking at random."""


def score(similarity: Floats, is_right: Flags, is_candidate: Flags) -> Scores:
    """Rank each row's candidates by similarity, and score where the right ones stand.

    Of equally similar candidates the wrong ones come first: a model that says the same of all
    gains nothing, and the order of the columns does not matter.

    Args:
        similarity: [queries, candidates], higher is nearer, finite where ``is_candidate``.
        is_right: bool, same shape: belongs to the query.
        is_candidate: bool, same shape: may be ranked at all (a query itself may not).

    Sources: P@k, average precision and reciprocal rank as Manning, Raghavan & Schütze 2008,
    section 8.4; AUC as Cleveland et al. 2020, section 3 (over every query, where they draw one
    per artist).
    """
    queries = np.flatnonzero((is_right & is_candidate).any(axis=1))
    values = {name: np.empty(len(queries)) for name in MEASURES}
    chance = {name: np.empty(len(queries)) for name in MEASURES}
    for place, query in enumerate(queries):
        among = is_candidate[query]
        near, right = similarity[query, among], is_right[query, among]
        # lexsort: the last key is the first criterion.
        hits = right[np.lexsort((right, -near))]
        for name, value in _of_ranking(hits).items():
            values[name][place] = value
        values["auc"][place] = area_under_curve(near, right)
        for name, value in expected(int(right.sum()), len(right)).items():
            chance[name][place] = value
    return Scores(queries, values, chance)


def _of_ranking(hits: Flags) -> dict[str, float]:
    """Measures of one ranking, nearest first; at least one hit."""
    places = np.flatnonzero(hits)
    return {
        "p1": float(hits[0]),
        "p5": float(hits[:_FIRST].mean()),
        "map": float((np.arange(1, len(places) + 1) / (places + 1)).mean()),
        "mrr": float(1 / (places[0] + 1)),
    }


def average_precision(score: Floats, is_right: Flags) -> float:
    """Mean precision at each right one, best score first; of equals the earlier first.

    Source: Manning, Raghavan & Schütze 2008, section 8.4.
    """
    return _of_ranking(is_right[np.argsort(-score, kind="stable")])["map"]


def area_under_curve(score: Floats, is_right: Flags) -> float:
    """Chance that a right one scores above a wrong one, ties counting half; NaN without either.

    The area under the ROC curve by its rank form (Mann–Whitney): Hanley & McNeil 1982. With the
    one right answer among many it is the share of all triplets that are ordered rightly.
    """
    right, wrong = score[is_right], np.sort(score[~is_right])
    if not len(right) or not len(wrong):
        return float("nan")
    below = np.searchsorted(wrong, right, "left") + np.searchsorted(wrong, right, "right")
    return float(below.mean() / (2 * len(wrong)))


def expected(right: int, candidates: int) -> dict[str, float]:
    """What a random order of ``candidates`` scores on average, ``right`` ≥ 1 of them right; exact.

    Source of the average precision: Bestgen 2015, "Exact expected average precision of the random
    baseline", equation 1. The reciprocal rank sums over the place of the first right one.
    """
    places = np.arange(1, candidates + 1)
    share = right / candidates
    harmonic = float((1 / places).sum())
    rest = (right - 1) / (candidates - 1) if candidates > 1 else 0.0
    # No right one among the first k: hypergeometric, as a running product.
    misses = np.cumprod((candidates - right - places + 1).clip(0) / (candidates - places + 1))
    first = np.concatenate([[1.0], misses[:-1]]) - misses
    return {
        "p1": share,
        "p5": share,
        "map": (harmonic + rest * (candidates - harmonic)) / candidates,
        "mrr": float((first / places).sum()),
        "auc": 0.5,
    }


def triplet_accuracy(similarity: Floats, triplets: NDArray[np.integer]) -> float:
    """Share of (anchor, near, far) [t, 3] whose near one is the more similar; a tie is wrong.

    Source: Lee et al. 2020, section 4.3; Rubick, Ispir & Berglund 2025.
    """
    anchor, near, far = triplets.T
    return float((similarity[anchor, near] > similarity[anchor, far]).mean())


def artist_auc(similarity: Floats, artist: NDArray[np.str_]) -> float:
    """Mean over tracks of the AUC that their artist's other tracks are the nearest; NaN for none.

    ``similarity`` [T, T]; tracks of an unknown artist ("") are left out. Source: Cleveland et al.
    2020, section 3.
    """
    known = artist != ""
    among = known[:, None] & known[None] & ~np.eye(len(artist), dtype=bool)
    areas = score(similarity, artist[:, None] == artist[None], among).values["auc"]
    areas = areas[~np.isnan(areas)]
    return float(areas.mean()) if len(areas) else float("nan")


def resampled_means(
    values: Doubles, clusters: NDArray[np.integer], rounds: int, random: np.random.Generator
) -> Doubles:
    """Means of ``values`` [m, q] in ``rounds`` bootstrap samples; float64 [rounds, m].

    Whole clusters (int [q]) are drawn, not queries: the tracks of one artist are alike, and
    twenty of them are not twenty observations. The rows of ``values`` share each draw, so that
    differences between them are paired.

    Source: Davison & Hinkley 1997, "Bootstrap Methods and their Application", section 3.8.
    """
    _, cluster = np.unique(clusters, return_inverse=True)
    number = int(cluster.max()) + 1
    sums = np.stack([np.bincount(cluster, row, number) for row in values])
    sizes = np.bincount(cluster, minlength=number)
    drawn = random.multinomial(number, np.full(number, 1 / number), size=rounds)
    return np.asarray((drawn @ sums.T) / (drawn @ sizes)[:, None], np.float64)


def interval(samples: Doubles, level: float = 0.95) -> tuple[float, float]:
    """The middle ``level`` of bootstrap samples [rounds]: the percentile interval.

    Source: Davison & Hinkley 1997, section 5.3.1.
    """
    rest = (1 - level) / 2
    low, high = np.quantile(samples, (rest, 1 - rest))
    return float(low), float(high)


def nearest_others(vectors: Floats) -> NDArray[np.int64]:
    """Of unit ``vectors`` [T, n] each one's others by cosine, nearest first; int64 [T, T − 1]."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1, kind="stable")[:, :-1]
