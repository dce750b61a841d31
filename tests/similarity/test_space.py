"""Sub-spaces and weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.similarity.support import SPACE, clustered
from tuiradio.similarity.space import Space


def test_every_subspace_gets_unit_norm() -> None:
    rows = SPACE.normalise(clustered(50))
    for _, start, stop in SPACE.subspaces:
        np.testing.assert_allclose(np.linalg.norm(rows[:, start:stop], axis=1), 1.0, atol=1e-6)


@given(st.floats(0, 10), st.floats(0, 10))
def test_scaling_the_query_gives_the_weighted_cosine(genre: float, mood: float) -> None:
    one, other = SPACE.normalise(clustered(2))
    weights = (("genre", genre), ("mood", mood))
    cosines = SPACE.by_subspace(one, other[None, :])[0]
    expected = float(cosines @ SPACE.shares(weights))
    assert float(SPACE.scale_query(one, weights) @ other) == pytest.approx(expected, abs=1e-5)


def test_unnamed_subspaces_weigh_one_and_unknown_names_nothing() -> None:
    np.testing.assert_allclose(SPACE.shares((("mood", 3.0), ("taste", 9.0))), [0.25, 0.75])
    np.testing.assert_allclose(SPACE.shares((("mood", 0.0), ("genre", 0.0))), [0.5, 0.5])


def test_bad_vectors_are_told_from_good_ones() -> None:
    rows = clustered(5)
    rows[1, 3] = np.nan
    rows[2, 8:] = 0.0
    rows[3, 0] = np.inf
    assert SPACE.usable(rows).tolist() == [True, False, False, False, True]
    with pytest.raises(ValueError, match="not finite"):
        SPACE.normalise(rows)
    with pytest.raises(ValueError, match="expected"):
        SPACE.usable(rows[:, :4])


@pytest.mark.parametrize(
    "subspaces", [(), (("a", 0, 3),), (("a", 0, 2), ("b", 3, 4)), (("a", 0, 3), ("b", 2, 4))]
)
def test_subspaces_cover_the_vector_without_gap_or_overlap(
    subspaces: tuple[tuple[str, int, int], ...],
) -> None:
    with pytest.raises(ValueError, match="sub-space"):
        Space(subspaces, 4)
