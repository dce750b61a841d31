"""Retrieval as Cleveland et al. 2020 measure it; numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def retrieval_auc(vectors: Floats, label: NDArray[np.integer]) -> float:
    """Chance that a row of the query's label is nearer (Euclid) than one of another.

    Mean over all rows of ``vectors`` [n, dim] as queries that share their ``label`` [n] with
    another; negative labels belong to nothing and are ranked by no query. Ties count half.
    """
    kept = label >= 0
    vectors, label = vectors[kept].astype(np.float64), label[kept]
    squares = (vectors**2).sum(1)
    apart = squares[:, None] + squares[None] - 2 * vectors @ vectors.T
    aucs = []
    for query in range(len(label)):
        others = np.arange(len(label)) != query
        same = others & (label == label[query])
        near, far = apart[query, same], np.sort(apart[query, others & ~same])
        if len(near) and len(far):
            beaten = np.searchsorted(far, near, "left") + np.searchsorted(far, near, "right")
            aucs.append(1 - beaten.mean() / (2 * len(far)))
    return float(np.mean(aucs))
