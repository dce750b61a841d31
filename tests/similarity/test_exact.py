"""Exact search against plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.similarity.support import SPACE, clustered
from tuiradio.similarity import exact
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


@pytest.fixture
def kept_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if so many tracks were there that their vectors are kept as 16-bit numbers."""
    monkeypatch.setattr(exact, "FLOATS_KEPT_WHOLE", 0)


@pytest.mark.usefixtures("kept_narrow")
def test_many_vectors_take_half_the_memory_and_give_the_same_cosines() -> None:
    count = exact._BLOCK + 300
    rows = SPACE.normalise(clustered(count))
    index = ExactIndex(SPACE)
    index.put(range(count), rows)
    assert index.stored.nbytes == rows.nbytes // 2
    ids, scores = index.nearest_to_vector(rows[7], 20, (("mood", 0.0),))
    expected = rows @ SPACE.scale_query(rows[7], (("mood", 0.0),))
    np.testing.assert_allclose(scores, np.sort(expected)[::-1][:20], atol=1e-4)
    np.testing.assert_allclose(expected[ids], scores, atol=1e-4)
    each = index.similarities(rows[7], [3, count - 1, count])
    np.testing.assert_allclose(each[:2], SPACE.by_subspace(rows[7], rows[[3, -1]]), atol=1e-4)
    assert np.isnan(each[2]).all()
    np.testing.assert_allclose(index.everything(), rows, atol=2e-5)


def test_growing_beyond_what_is_kept_whole_keeps_the_vectors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exact, "FLOATS_KEPT_WHOLE", 1_024 * SPACE.dim)
    rows = SPACE.normalise(clustered(1_500))
    index = ExactIndex(SPACE)
    index.put(range(1_000), rows[:1_000])
    assert index.stored.dtype == np.float32
    index.put(range(1_000, 1_500), rows[1_000:])
    assert index.stored.dtype == np.int16
    np.testing.assert_allclose(index.everything(), rows, atol=2e-5)
    index.drop(range(200))
    assert index.stored.dtype == np.int16
    np.testing.assert_allclose(index.vector(1_400), rows[1_400], atol=2e-5)


@pytest.mark.usefixtures("kept_narrow")
def test_storing_again_and_again_does_not_wear_the_vectors() -> None:
    rows = SPACE.normalise(clustered(400))
    index = ExactIndex(SPACE)
    index.put(range(400), rows)
    for _ in range(5):
        again = ExactIndex(SPACE)
        again.put_stored(index.ids, index.stored)
        index = again
    np.testing.assert_allclose(index.everything(), rows, atol=4e-5)
    with pytest.raises(ValueError, match="399 ids for 400 vectors"):
        index.put_stored(index.ids[1:], index.stored)
