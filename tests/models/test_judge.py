from __future__ import annotations

import numpy as np
import pytest

from models.training.judge import Quality, measure, track_vectors


def circle(*degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def test_perfect_neighbours_score_one() -> None:
    vectors = circle(0, 1, 2, 3, 4, 5, 90, 91, 92, 93, 94, 95)
    mood = np.repeat([0, 1], 6)
    artist = np.repeat(["a", "b"], 6)
    assert measure(vectors, mood, artist) == Quality(1.0, 1.0, 1.0, 1.0)


def test_precision_and_average_precision_by_hand() -> None:
    # From 0°: moods 1, 0, 1 by distance. Every query leaves itself out.
    quality = measure(circle(0, 10, 30, 70), np.array([0, 1, 0, 1]), np.array(["x", "y", "x", "z"]))
    # Nearest: 0°→10° (no), 10°→0° (no), 30°→10° (no), 70°→30° (no).
    assert quality.mood_p1 == 0
    # The one same-mood track comes 2nd, 3rd, 2nd and 2nd.
    assert quality.mood_map == pytest.approx((1 / 2 + 1 / 3 + 1 / 2 + 1 / 2) / 4)


def test_artist_auc_counts_pairs_and_leaves_the_unknown_out() -> None:
    artist = np.array(["a", "b", "a", "c", ""])
    quality = measure(circle(0, 30, 20, 50, 5), np.zeros(5, int), artist)
    # From 0°, 20° is nearer than 30° and 50°; from 20°, 0° is nearer than 50° only.
    # b and c have no second track, the last artist is unknown.
    assert quality.artist_auc == pytest.approx((1 + 1 / 2) / 2)


def test_track_vectors_are_means_of_unit_vectors() -> None:
    excerpts = np.array([[2.0, 0], [0, 9], [0, -3]])
    vectors = track_vectors(excerpts, np.array([0, 2]))
    np.testing.assert_allclose(vectors, [np.sqrt([0.5, 0.5]), [0, -1]])
