"""Exact search against plain numpy."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.similarity.support import SPACE, clustered
from tuiradio.similarity.exact import ExactIndex


def test_finds_the_nearest() -> None:
    rows = SPACE.normalise(clustered(300))
    index = ExactIndex(SPACE)
    index.put(range(300), rows)
    ids, scores = index.nearest_to_vector(rows[7], 20)
    expected = np.sort(rows @ SPACE.scale_query(rows[7]))[::-1][:20]
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert ids[0] == 7


def test_more_than_there_are_gives_all() -> None:
    index = ExactIndex(SPACE)
    assert len(index.nearest_to_vector(SPACE.normalise(clustered(1))[0], 5)[0]) == 0
    index.put([4, 5], clustered(2))
    assert len(index.nearest_to_vector(SPACE.normalise(clustered(1))[0], 5)[0]) == 2


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=60))
def test_behaves_as_a_dictionary(steps: list[tuple[bool, int]]) -> None:
    vectors = SPACE.normalise(clustered(61))
    index, model = ExactIndex(SPACE), {}
    for step, (is_put, track_id) in enumerate(steps):
        if is_put:
            index.put([track_id], vectors[step : step + 1])
            model[track_id] = vectors[step]
        else:
            assert index.drop([track_id]) == ((track_id,) if track_id in model else ())
            model.pop(track_id, None)
    assert set(index.ids.tolist()) == set(model)
    for track_id, vector in model.items():
        found = index.vector(track_id)
        assert found is not None
        np.testing.assert_allclose(found, vector, atol=1e-6)
