"""Measures of rankings and of classifiers, as the papers define them; numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.evaluation.measures import score

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]

MEASURES = ("MRR", "MAP", "P@1", "P@5", "P@9")
_KEYS = ("mrr", "map", "p1", "p5")
_DEEP = 9


@dataclass(frozen=True, slots=True)
class Ranking:
    """Of each query [Q] whose class has another track."""

    label: Ints
    values: Floats
    """[Q, 5] in the order of ``MEASURES`` (Burns & van Zyl 2020, section 2.7)."""
    chance: Floats
    """[Q, 5] what a random order scores on average."""

    def overall(self) -> list[float]:
        """Means over the queries."""
        return [float(value) for value in self.values.mean(0)]

    def by_chance(self) -> list[float]:
        """Means of what a random order scores."""
        return [float(value) for value in self.chance.mean(0)]

    def error(self) -> float:
        """Standard error of MAP over the queries."""
        average = self.values[:, 1]
        return float(average.std(ddof=1) / np.sqrt(len(average)))

    def of_class(self, label: int) -> tuple[float, float]:
        """MAP and MRR of the queries of one class; NaN when it has none."""
        rows = self.values[self.label == label]
        if not len(rows):
            return float("nan"), float("nan")
        return float(rows[:, 1].mean()), float(rows[:, 0].mean())


def rank(vectors: Floats, label: Ints) -> Ranking:
    """Leave one out over ``vectors`` [T, dim] by cosine; right is what shares the class [T]."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    similarity = unit @ unit.T
    others = ~np.eye(len(label), dtype=bool)
    scores = score(similarity, label[:, None] == label[None], others)
    # The ninth is counted here; equals count as wrong, as ``score`` has it.
    right = label[:, None] == label[None]
    similarity = np.where(others, similarity, -np.inf)
    order = np.stack(
        [np.lexsort((row, -near)) for row, near in zip(right, similarity, strict=True)]
    )
    first = order[:, : min(_DEEP, len(label) - 1)]
    deep = np.take_along_axis(right, first, 1).mean(1)[scores.queries]
    return Ranking(
        label[scores.queries],
        np.column_stack([*(scores.values[key] for key in _KEYS), deep]),
        np.column_stack([scores.chance[key] for key in (*_KEYS, "p1")]),
    )


def confusion(truth: Ints, guess: Ints, classes: int) -> Ints:
    """How often each true class (row) was taken for each class (column)."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (truth, guess), 1)
    return table


def report(table: Ints) -> list[list[float]]:
    """Precision, recall, F1 and support of each class of a confusion matrix.

    Then accuracy (in the F1 column, as reports print it), macro and weighted averages.
    """
    right = np.diag(table).astype(float)
    support = table.sum(1)
    precision = right / np.maximum(table.sum(0), 1)
    recall = right / np.maximum(support, 1)
    both = precision + recall
    f1 = 2 * precision * recall / np.where(both > 0, both, 1)
    scores = np.stack([precision, recall, f1], 1)
    total = float(support.sum())
    rows = [[*map(float, row), float(n)] for row, n in zip(scores, support, strict=True)]
    rows.append([float("nan"), float("nan"), float(right.sum() / total), total])
    rows.append([*map(float, scores.mean(0)), total])
    rows.append([*map(float, np.average(scores, axis=0, weights=support)), total])
    return rows
