"""How well a ranking finds what belongs together, what chance would find, and how sure that is.

Pure numpy over similarities; training and ``tuiradio eval`` measure with the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEASURES = ("p1", "p5", "map", "mrr", "auc")
"""Precision at 1 and 5, mean average precision, mean reciprocal rank, area under the ROC curve."""

_FIRST = 5
_FEWEST_GROUPS = 5
_NOTHING = dict.fromkeys(MEASURES, float("nan"))


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
        for name, value in _of_ranking(right[_best_first(near, right)]).items():
            values[name][place] = value
        values["auc"][place] = area_under_curve(near, right)
        for name, value in expected(int(right.sum()), len(right)).items():
            chance[name][place] = value
    return Scores(queries, values, chance)


def score_without(
    similarity: Floats, is_right: Flags, is_candidate: Flags, group: NDArray[np.integer]
) -> tuple[dict[str, Doubles], dict[str, Doubles]]:
    """Mean scores, and those of chance, with one group of tracks taken away in turn.

    Rows and columns are the same tracks, of the groups ``group`` (int [tracks], 0, 1, …). The
    group that is away neither asks nor is ranked; nor do rows that all is right for. Returns
    measure → float64 [groups], NaN where nothing is left. For ``noise_of``.
    """
    number = int(group.max()) + 1
    rows: list[dict[str, Doubles]] = []
    by_chance: list[dict[str, Doubles]] = []
    for query in np.flatnonzero((is_right & is_candidate).any(axis=1)):
        among = is_candidate[query]
        near, right = similarity[query, among], is_right[query, among]
        order = _best_first(near, right)
        stays = group[among][order] != np.arange(number)[:, None]
        asks = group[query] != np.arange(number)
        row, chance = _of_rankings(stays, right[order], asks)
        rows.append(row)
        by_chance.append(chance)
    return _means(rows, number), _means(by_chance, number)


def _best_first(near: Floats, right: Flags) -> NDArray[np.int64]:
    order = np.argsort(-near)
    ranked = near[order]
    if (ranked[1:] < ranked[:-1]).all():
        return order
    # Ties are rare, and lexsort is slower. Its last key is the first criterion.
    return np.lexsort((right, -near))


def _of_ranking(hits: Flags) -> dict[str, float]:
    """Measures of one ranking, nearest first; at least one hit."""
    places = np.flatnonzero(hits)
    return {
        "p1": float(hits[0]),
        "p5": float(hits[:_FIRST].mean()),
        "map": float((np.arange(1, len(places) + 1) / (places + 1)).mean()),
        "mrr": float(1 / (places[0] + 1)),
    }


def _of_rankings(
    stays: Flags, hits: Flags, asks: Flags
) -> tuple[dict[str, Doubles], dict[str, Doubles]]:
    """Measures of one ranking ``hits`` [n] where only ``stays`` [m, n] is left; NaN for none."""
    rank = stays.cumsum(axis=1)
    hit = stays & hits
    found = hit.cumsum(axis=1)
    total, right = rank[:, -1], found[:, -1]
    wrong = total - right
    told = asks & (right > 0) & (wrong > 0)
    at_hit = np.where(hit, 1 / rank.clip(1), 0.0)
    some, others = right.clip(1), wrong.clip(1)
    values = {
        "p1": (hit & (rank == 1)).any(axis=1).astype(float),
        "p5": (hit & (rank <= _FIRST)).sum(axis=1) / total.clip(1, _FIRST),
        "map": (at_hit * found).sum(axis=1) / some,
        "mrr": at_hit.max(axis=1, initial=0.0),
        "auc": 1 - ((rank - found) * hit).sum(axis=1) / (some * others),
    }
    chances = [
        expected(r, n) if ok else _NOTHING
        for r, n, ok in zip(right.tolist(), total.tolist(), told.tolist(), strict=True)
    ]
    chance = {name: np.array([one[name] for one in chances]) for name in MEASURES}
    return {name: np.where(told, row, np.nan) for name, row in values.items()}, chance


def _means(rows: Sequence[Mapping[str, Doubles]], number: int) -> dict[str, Doubles]:
    """Column means, what is NaN left out."""
    means = {}
    for name in MEASURES:
        table = np.array([row[name] for row in rows]).reshape(-1, number)
        told = (~np.isnan(table)).sum(axis=0)
        means[name] = np.where(told, np.nansum(table, axis=0) / told.clip(1), np.nan)
    return means


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


@lru_cache(maxsize=4096)
def expected(right: int, candidates: int) -> Mapping[str, float]:
    """What a random order of ``candidates`` scores on average, ``right`` ≥ 1 of them right; exact.

    Source of the average precision: Bestgen 2015, "Exact expected average precision of the random
    baseline for system evaluation". The reciprocal rank sums over the place of the first right one.
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

    Source: Lee et al. 2020, section 3.3; Rubick, Ispir & Berglund 2025.
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


def noise_of(without: Doubles, level: float = 0.95) -> float:
    """Half the width of the interval of a figure, from its values with one group away [groups].

    The delete-a-group jackknife (Kott 2001; Shao & Tu 1995, section 2.3), with Student's t for
    its few groups; right for the difference of two models, too. A group is taken away as queries
    *and* as candidates: all queries are ranked among the same tracks, so a bootstrap over queries
    alone is too sure (of 120 pairs of equally good models on simulated libraries it called 28
    different at 95 %, this one 2). A group holds whole artists: twenty tracks of one are not
    twenty observations. NaN below five groups, from which nothing can be guessed.
    """
    groups = len(without)
    if groups < _FEWEST_GROUPS:
        return float("nan")
    variance = (groups - 1) / groups * ((without - without.mean()) ** 2).sum()
    return float(_student((1 + level) / 2, groups - 1) * np.sqrt(variance))


def deal(
    clusters: NDArray[np.integer], asks: Flags, most: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """A group for each track [n], clusters whole, with as many that ask in each as can be.

    There are at most ``most`` groups, and no more than clusters that ask (bool [n]): a group
    without queries would tell little of the noise.
    """
    names, cluster = np.unique(clusters, return_inverse=True)
    asking = np.bincount(cluster, asks, len(names))
    number = max(1, min(most, int((asking > 0).sum())))
    order = np.lexsort((random.permutation(len(names)), -np.bincount(cluster), -asking))
    # Back and forth, as teams are chosen.
    turns = np.arange(len(names)) % (2 * number)
    group = np.empty(len(names), np.int64)
    group[order] = np.minimum(turns, 2 * number - 1 - turns)
    return group[cluster]


def _student(probability: float, freedom: int) -> float:
    """A quantile of Student's t, within 1 % from 9 degrees on (Abramowitz & Stegun 26.7.5)."""
    x = NormalDist().inv_cdf(probability)
    first = (x**3 + x) / 4
    second = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    third = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    return x + first / freedom + second / freedom**2 + third / freedom**3


def nearest_others(vectors: Floats) -> NDArray[np.int64]:
    """Of unit ``vectors`` [T, n] each one's others by cosine, nearest first; int64 [T, T − 1]."""
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1, kind="stable")[:, :-1]
