from __future__ import annotations

import numpy as np
import pytest

from models.training import measures


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def clusters(labels: np.ndarray, noise: float, seed: int = 0) -> np.ndarray:
    """Unit vectors that lie about their label's axis."""
    rng = np.random.default_rng(seed)
    return unit(np.eye(8)[labels] + noise * rng.normal(size=(len(labels), 8)))


def test_correlation_is_of_columns_and_leaves_the_constant_out() -> None:
    theirs = np.array([[0.0, 1, 5], [1, 0, 5], [2, -1, 5]])
    ours = np.array([[1.0, 1, 0], [2, 0, 1], [3, -1, 2]])
    assert measures.correlation(ours, theirs) == pytest.approx(1)
    assert measures.correlation(-ours, theirs) == pytest.approx(-1)


def test_average_precision_by_hand() -> None:
    score = np.array([0.9, 0.8, 0.7, 0.6])
    is_right = np.array([True, False, True, False])
    assert measures.average_precision(score, is_right) == pytest.approx((1 + 2 / 3) / 2)


def test_neighbours_vote_on_labels() -> None:
    labels = np.repeat(np.arange(4), 10)
    assert measures.voted_accuracy(clusters(labels, 0.05), labels) == 1
    stranger = np.random.default_rng(1).permutation(labels)
    assert measures.voted_accuracy(clusters(stranger, 0.05), labels) < 0.6


def test_neighbours_vote_on_families() -> None:
    labels = np.repeat(np.arange(4), 10)
    present = np.eye(4, dtype=bool)[labels]
    assert measures.voted_precision(clusters(labels, 0.05), present) == 1
    assert measures.voted_precision(clusters(labels[::-1] * 0, 0.5), present) < 0.6


def test_all_neighbours_are_kept_by_the_same_vectors_and_chance_by_others() -> None:
    rng = np.random.default_rng(0)
    one, other = (unit(rng.normal(size=(101, 20))) for _ in range(2))
    assert measures.neighbours_kept(one, one) == 1
    assert measures.neighbours_kept(one, other) == pytest.approx(0.1, abs=0.04)


def test_a_tempo_is_right_within_four_percent() -> None:
    truth = np.full(6, 120.0)
    bpm = np.array([120, 124.7, 125, 60, 240, 180])
    assert measures.tempo_right(bpm, truth).tolist() == [True, True, False, False, False, False]
    forgiven = measures.tempo_right(bpm, truth, octaves=True)
    assert forgiven.tolist() == [True, True, False, True, True, False]


def test_tracks_begin_where_the_number_changes() -> None:
    assert measures.starts(np.array([3, 3, 5, 9, 9, 9])).tolist() == [0, 2, 3]


def test_a_space_orders_its_own_kind_of_triplets_and_no_other() -> None:
    rng = np.random.default_rng(0)
    genre = rng.integers(0, 8, 80)
    bpm = 60 * 2.0 ** (rng.integers(0, 4, 80) / 4)
    families = np.eye(17)[rng.integers(0, 17, 80)]
    mood = np.eye(5)[rng.integers(0, 5, 80)]
    spaces = {
        "genre": clusters(genre, 0.05),
        "tempo": unit(np.stack([np.cos(np.log(bpm) * 2), np.sin(np.log(bpm) * 2)], 1)),
    }
    truths = measures.nearness_by_truth(genre, mood, families, bpm)
    shares = measures.disentanglement(spaces, truths)
    assert list(shares) == ["genre", "mood", "instruments", "tempo"]
    assert shares["genre"]["genre"] > 0.98
    assert shares["tempo"]["tempo"] > 0.98
    for kind, space in [("genre", "tempo"), ("tempo", "genre"), ("mood", "genre")]:
        assert shares[kind][space] == pytest.approx(0.5, abs=0.12)
    assert shares["genre"]["all"] > 0.8


def test_an_octave_is_no_far_tempo() -> None:
    nothing = np.zeros((3, 1))
    truths = measures.nearness_by_truth(np.zeros(3, int), nothing, nothing, np.array([60, 120, 90]))
    near, far = truths["tempo"]
    assert not far[0, 1]
    assert far[0, 2]
    assert not near[0, 1]
