"""Neighbour statistics, kept one by one, against those computed at once."""

from __future__ import annotations

import numpy as np
import pytest

from tests.similarity.support import SPACE, clustered
from tuiradio.similarity.hubs import NEIGHBOURS, HubStatistics
from tuiradio.similarity.index import VectorIndex


def true_scale(rows: np.ndarray, place: int) -> float:
    near = np.delete(rows @ SPACE.scale_query(rows[place]), place)
    return float(np.sort(near)[-NEIGHBOURS:].mean())


def test_scales_follow_additions_and_removals() -> None:
    rows = SPACE.normalise(clustered(400))
    index = VectorIndex(SPACE)
    for start in range(0, 400, 16):
        index.add(range(start, min(400, start + 16)), rows[start : start + 16])
    found = [index.hubness_scale(i) for i in range(400)]
    expected = [true_scale(rows, i) for i in range(400)]
    np.testing.assert_allclose(found, expected, atol=0.02)

    index.remove(range(100))
    found = [index.hubness_scale(i) for i in range(100, 400)]
    expected = [true_scale(rows[100:], i) for i in range(300)]
    np.testing.assert_allclose(found, expected, atol=0.03)


def test_weights_turn_the_scale() -> None:
    index = VectorIndex(SPACE)
    index.add(range(60), clustered(60))
    genre, mood = (index.hubness_scale(3, ((name, 0.0),)) for name in ("mood", "genre"))
    assert index.hubness_scale(3) == pytest.approx((genre + mood) / 2, abs=1e-5)


def test_a_track_without_statistics_counts_as_average() -> None:
    hubs = HubStatistics(1)
    shares = np.ones(1, dtype=np.float32)
    assert hubs.scale(1, shares) == 0.0
    hubs.put(1, np.array([2]), np.array([[0.5]], dtype=np.float32))
    assert hubs.scale(99, shares) == pytest.approx(0.5)


def test_occurrences_count_how_often_a_track_is_a_neighbour() -> None:
    hubs = HubStatistics(1)
    for track_id in (1, 2, 3):
        others = np.array([i for i in (1, 9) if i != track_id])
        hubs.set(track_id, others, np.full((len(others), 1), 0.5, dtype=np.float32))
    assert hubs.occurrences().tolist() == [2, 0, 0]


def test_survives_being_kept_as_arrays() -> None:
    index = VectorIndex(SPACE)
    index.add(range(50), clustered(50))
    arrays = index._hubs.arrays()
    again = HubStatistics.from_arrays(
        arrays["hub_ids"], arrays["hub_neighbours"], arrays["hub_cosines"]
    )
    shares = SPACE.shares()
    for track_id in range(50):
        assert again.scale(track_id, shares) == pytest.approx(index.hubness_scale(track_id))
