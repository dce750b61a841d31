"""Rankings, reports and splits of the rebuilt systems, by hand-made cases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.training.systems import classes
from models.training.systems.ranking import confusion, rank, report


def on_a_circle(*degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def test_measures_of_a_ranking_known_by_heart() -> None:
    # From 0°: 10° (other), 25° (same), 90° (other). From 25°: 10°, 0° (same), 90°.
    found = rank(on_a_circle(0, 10, 25, 90), np.array([0, 1, 0, 2]))
    assert found.label.tolist() == [0, 0]
    np.testing.assert_allclose(found.values[0], [1 / 2, 1 / 2, 0, 1 / 3, 1 / 3])
    np.testing.assert_allclose(found.overall(), found.values.mean(0))
    # One right among three candidates: found first, second or third.
    np.testing.assert_allclose(found.by_chance(), [11 / 18, 11 / 18, 1 / 3, 1 / 3, 1 / 3])


def test_length_of_vectors_does_not_matter() -> None:
    vectors, label = on_a_circle(0, 5, 60, 70), np.array([0, 0, 1, 1])
    scaled = rank(vectors * np.array([[1], [50], [0.1], [3]]), label)
    np.testing.assert_allclose(scaled.values, rank(vectors, label).values)
    assert scaled.overall()[:3] == [1, 1, 1]


def test_precision_at_nine_counts_the_ninth() -> None:
    label = np.array([0] * 6 + [1] * 6)
    vectors = on_a_circle(*range(6), *range(80, 86))
    np.testing.assert_allclose(rank(vectors, label).values[:, 4], 5 / 9)


def test_classes_are_read_apart() -> None:
    found = rank(on_a_circle(0, 1, 40, 90, 91), np.array([0, 0, 1, 1, 2]))
    assert found.of_class(0) == (1, 1)
    assert found.of_class(1)[0] < 1
    assert math.isnan(found.of_class(2)[0])
    assert found.error() > 0


def test_confusion_and_report_of_a_small_case() -> None:
    table = confusion(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2)
    assert table.tolist() == [[2, 1], [0, 1]]
    first, second, accuracy, macro, weighted = report(table)
    assert first == pytest.approx([1, 2 / 3, 0.8, 3])
    assert second == pytest.approx([0.5, 1, 2 / 3, 1])
    assert accuracy[2:] == [0.75, 4]
    assert macro == pytest.approx([0.75, 5 / 6, (0.8 + 2 / 3) / 2, 4])
    assert weighted == pytest.approx([0.875, 0.75, (3 * 0.8 + 2 / 3) / 4, 4])


def test_a_class_never_told_has_no_precision_but_no_error_either() -> None:
    assert report(confusion(np.array([0, 1]), np.array([0, 0]), 2))[1][:3] == [0, 0, 0]


def test_held_out_tracks_are_neither_trained_on_nor_steered_by() -> None:
    held = np.arange(1000) % 10 == 0
    split = classes.divide(held)
    assert (split[held] == classes.TEST).all()
    assert set(split[~held]) == {classes.TRAIN, classes.VALID}
    assert 70 <= (split == classes.VALID).sum() <= 130
    np.testing.assert_array_equal(split, classes.divide(held))


def test_the_top_group_is_the_one_furthest_above_average() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(size=(60, 100)).astype(np.float32)
    groups = list(classes.GROUPS)
    for row, name in enumerate(groups):
        wanted = classes.tags.places(classes.GROUPS[name].split(", "))
        odds[row, wanted] += 6
    assert classes.top_group(odds, np.ones(60, bool))[:8].tolist() == list(range(8))


def part(name: str) -> classes.Part:
    """Six tracks of two excerpts, every value the track's number."""
    heard = np.repeat(np.arange(6, dtype=np.uint8), 2)[:, None, None]
    return classes.Part(
        name,
        np.broadcast_to(heard, (12, 313, 96)).copy(),
        np.arange(0, 12, 2),
        np.full(6, 2),
        np.array([0, 0, 0, 1, 1, 0]),
        np.array([0, 0, 0, 0, 0, 2]),
    )


@pytest.mark.parametrize("name", classes.PARTS)
def test_draws_are_even_of_the_classes_and_of_training_tracks_only(name: str) -> None:
    windows, label = classes.draw(part(name), np.random.default_rng(1), 3)
    assert windows.shape == (6, 313, 96)
    assert label.tolist() == [0, 0, 0, 1, 1, 1]
    tracks = windows[:, 0, 0]
    assert set(tracks[:3]) == {0, 1, 2}
    assert set(tracks[3:]) <= {3, 4}


def test_excerpts_of_tracks_come_with_where_each_begins() -> None:
    excerpts, starts = classes.excerpts_of(part("real"), np.array([4, 1]), 1)
    assert excerpts[:, 0, 0].tolist() == [4, 1]
    assert starts.tolist() == [0, 1]
    assert classes.excerpts_of(part("real"), np.array([4, 1]), 9)[1].tolist() == [0, 2]
