"""The measures, by hand and by what must hold of any ranking."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tuiradio.evaluation import measures

SIZES = st.integers(4, 14)


def square(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who is right for whom, and who may be ranked: everyone but oneself."""
    return labels[:, None] == labels[None], ~np.eye(len(labels), dtype=bool)


@st.composite
def rankings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Labels [n] of which one occurs twice, and a similarity [n, n] with many ties."""
    size = draw(SIZES)
    labels = draw(arrays.arrays(np.int64, size, elements=st.integers(0, 3)))
    labels[:2] = 0
    similarity = draw(
        arrays.arrays(np.float64, (size, size), elements=st.sampled_from([0, 0.5, 1]))
    )
    return labels, similarity


def test_one_ranking_by_hand() -> None:
    similarity = np.array([[9.0, 0.9, 0.8, 0.7, 0.6, 0.1]])
    is_right = np.array([[True, False, True, False, True, False]])
    among = np.array([[False, True, True, True, True, True]])
    scores = measures.score(similarity, is_right, among)
    assert scores.queries.tolist() == [0]
    values = {name: float(row[0]) for name, row in scores.values.items()}
    assert values == pytest.approx(
        {"p1": 0, "p5": 2 / 5, "map": (1 / 2 + 2 / 4) / 2, "mrr": 1 / 2, "auc": 3 / 6}
    )


@given(rankings())
def test_perfect_separation_is_one_and_the_reverse_is_below_chance(
    given: tuple[np.ndarray, np.ndarray],
) -> None:
    labels, _ = given
    is_right, among = square(labels)
    scores = measures.score(is_right.astype(float), is_right, among)
    reverse = measures.score(-is_right.astype(float), is_right, among)
    for name in ("p1", "map", "mrr"):
        assert (scores.values[name] == 1).all()
        assert (reverse.values[name] <= reverse.chance[name] + 1e-12).all()
    areas = scores.values["auc"]
    assert (areas[~np.isnan(areas)] == 1).all()


@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_of_tracks_changes_nothing(
    given: tuple[np.ndarray, np.ndarray], random: object
) -> None:
    labels, similarity = given
    order = np.array(sorted(range(len(labels)), key=lambda _: random.random()))  # type: ignore[attr-defined]
    is_right, among = square(labels)
    shuffled_right, _ = square(labels[order])
    one = measures.score(similarity, is_right, among)
    other = measures.score(similarity[np.ix_(order, order)], shuffled_right, among)
    for name in measures.MEASURES:
        assert np.sort(one.values[name]) == pytest.approx(np.sort(other.values[name]), nan_ok=True)
        assert np.sort(one.chance[name]) == pytest.approx(np.sort(other.chance[name]))


@given(rankings())
def test_every_value_is_a_share_and_scaling_changes_nothing(
    given: tuple[np.ndarray, np.ndarray],
) -> None:
    labels, similarity = given
    is_right, among = square(labels)
    one = measures.score(similarity, is_right, among)
    other = measures.score(3 * similarity - 1, is_right, among)
    for name in measures.MEASURES:
        known = one.values[name][~np.isnan(one.values[name])]
        assert ((known >= 0) & (known <= 1)).all()
        assert one.values[name] == pytest.approx(other.values[name], nan_ok=True)


def test_saying_the_same_of_all_gains_nothing() -> None:
    is_right, among = square(np.repeat(np.arange(4), 3))
    scores = measures.score(np.ones((12, 12)), is_right, among)
    assert (scores.values["auc"] == 0.5).all()
    assert (scores.values["map"] < scores.chance["map"]).all()


@pytest.mark.parametrize(("right", "candidates"), [(1, 1), (1, 4), (2, 5), (3, 6), (6, 6)])
def test_chance_is_the_mean_over_every_order(right: int, candidates: int) -> None:
    found = []
    for places in itertools.combinations(range(candidates), right):
        is_right = np.zeros((1, candidates), bool)
        is_right[0, list(places)] = True
        nearness = -np.arange(candidates, dtype=float)[None]
        found.append(measures.score(nearness, is_right, np.ones_like(is_right)).values)
    chance = measures.expected(right, candidates)
    for name in ("p1", "map", "mrr"):
        assert np.mean([values[name][0] for values in found]) == pytest.approx(chance[name])


def test_permuted_labels_score_as_chance() -> None:
    random = np.random.default_rng(0)
    labels = random.permutation(np.repeat(np.arange(10), 40))
    vectors = random.normal(size=(400, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = measures.score(vectors @ vectors.T, *square(labels))
    for name in measures.MEASURES:
        assert scores.values[name].mean() == pytest.approx(scores.chance[name].mean(), abs=0.03)


def test_a_triplet_is_ordered_or_not() -> None:
    similarity = np.array([[1.0, 0.9, 0.3], [0.9, 1, 0.3], [0.3, 0.3, 1]])
    assert measures.triplet_accuracy(similarity, np.array([[0, 1, 2], [1, 0, 2]])) == 1
    assert measures.triplet_accuracy(similarity, np.array([[0, 2, 1], [2, 0, 1]])) == 0


def test_the_area_counts_triplets_and_ties_half() -> None:
    score = np.array([0.9, 0.5, 0.5, 0.1])
    assert measures.area_under_curve(score, np.array([False, True, False, False])) == 0.5
    assert np.isnan(measures.area_under_curve(score, np.zeros(4, bool)))


def test_an_artist_alone_has_no_area() -> None:
    assert np.isnan(measures.artist_auc(np.eye(3), np.array(["a", "b", ""])))


@given(rankings(), st.integers(1, 3))
def test_scores_without_a_group_are_those_of_a_library_without_it(
    given: tuple[np.ndarray, np.ndarray], groups: int
) -> None:
    labels, similarity = given
    is_right, among = square(labels)
    group = np.arange(len(labels)) % groups
    # Ties count half in the one area and against the model in the other.
    similarity = similarity + np.arange(len(labels)) / 1000
    values, chance = measures.score_without(similarity, is_right, among, group)
    for away in range(groups):
        rest = np.ix_(group != away, group != away)
        alone = measures.score(similarity[rest], is_right[rest], among[rest])
        told = ~np.isnan(alone.values["auc"])
        for name in measures.MEASURES:
            if told.any():
                assert values[name][away] == pytest.approx(alone.values[name][told].mean())
                assert chance[name][away] == pytest.approx(alone.chance[name][told].mean())
            else:
                assert np.isnan(values[name][away])


def test_the_noise_of_a_mean_is_as_theory_says() -> None:
    random = np.random.default_rng(0)
    widths = []
    for _ in range(50):
        artists = random.normal(0.5, 0.1, 200).reshape(20, 10)
        without = [np.delete(artists, away, axis=0).mean() for away in range(20)]
        widths.append(measures.noise_of(np.array(without)))
    assert np.mean(widths) == pytest.approx(2.093 * 0.1 / np.sqrt(200), rel=0.05)
    assert np.isnan(measures.noise_of(np.ones(1)))


def test_equally_good_models_are_seldom_called_different() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(24), 3)
    is_right, among = square(labels % 3)
    among &= labels[:, None] != labels[None]
    group = measures.deal(labels, np.ones(72, bool), 12, random)
    points = random.normal(size=(3, 6))[labels % 3]
    different = 0
    for _ in range(40):
        one, other = (
            measures.score_without(near, is_right, among, group)[0]["map"]
            for near in (rows @ rows.T for rows in points + random.normal(0, 2, (2, 72, 6)))
        )
        apart = one - other
        different += abs(apart.mean()) > measures.noise_of(apart)
    assert different <= 4


@given(
    arrays.arrays(np.int64, 30, elements=st.integers(0, 9)),
    arrays.arrays(np.bool_, 30),
    st.integers(1, 6),
)
def test_groups_hold_whole_clusters_and_each_asks(
    clusters: np.ndarray, asks: np.ndarray, most: int
) -> None:
    group = measures.deal(clusters, asks, most, np.random.default_rng(0))
    asking = len(np.unique(clusters[asks]))
    assert set(group.tolist()) == set(range(max(1, min(most, asking))))
    for name in np.unique(clusters):
        assert len(set(group[clusters == name].tolist())) == 1
    if asking:
        assert set(group[asks].tolist()) == set(group.tolist())
