"""The map: finite and the same for any input, stable when tracks come, near stays near."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.similarity.support import clustered
from tuiradio.similarity import near, projection
from tuiradio.similarity.embedding import Repulsion, attraction
from tuiradio.similarity.space import Space

Floats = NDArray[np.float32]


def islands(count: int, seed: int = 3) -> tuple[Floats, NDArray[np.intp]]:
    """Vectors of six clearly separate kinds, and which is which."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 6, count)
    centres = rng.standard_normal((6, 24)) * 2.0
    return (centres[kind] + rng.standard_normal((count, 24)) * 0.4).astype(np.float32), kind


def kept_kinds(places: Floats, kind: NDArray[np.intp]) -> float:
    """Share of nearest neighbours on the map that are of the same kind."""
    found = near.nearest_rows(np.asarray(places, np.float32), 5)
    return float((kind[found] == kind[:, None]).mean())


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 12])
def test_few_tracks_have_places(count: int) -> None:
    ids = np.arange(count) * 7
    vectors = clustered(count)[:count] if count else np.zeros((0, 16), np.float32)
    for made in (projection.draw(ids, vectors), projection.sketch(ids, vectors)):
        assert made.places.shape == (count, 2)
        assert np.isfinite(made.places).all()
        assert made.ids.tolist() == ids.tolist()


@settings(max_examples=20, deadline=None)
@given(
    arrays(np.float32, st.tuples(st.integers(0, 24), st.just(5)),
           elements=st.floats(-1e3, 1e3, width=32) | st.sampled_from([np.nan, np.inf, 0.0, 1.0]))
)  # fmt: skip
def test_any_vectors_give_finite_places(vectors: Floats) -> None:
    made = projection.draw(np.arange(len(vectors)), vectors)
    assert len(made) == int(np.isfinite(vectors).all(axis=1).sum())
    assert np.isfinite(made.places).all()
    assert (np.abs(made.places) < 100.0).all()


@pytest.mark.parametrize("count", [40, 3_200])
def test_equal_tracks_do_not_break_it(count: int) -> None:
    vectors = np.ones((count, 12), np.float32)
    vectors[: count // 10] = clustered(count // 10, seed=2)[:, :12]
    made = projection.draw(np.arange(count), vectors)
    assert np.isfinite(made.places).all()


def test_the_same_tracks_give_the_same_map_in_any_order() -> None:
    vectors, _ = islands(400)
    ids = np.arange(400) + 5
    shuffled = np.random.default_rng(1).permutation(400)
    first = projection.draw(ids, vectors)
    second = projection.draw(ids[shuffled], vectors[shuffled])
    assert np.array_equal(first.ids, second.ids)
    assert np.array_equal(first.places, second.places)


@pytest.mark.parametrize("count", [200, 2_000])
def test_what_sounds_alike_stands_together(count: int) -> None:
    vectors, kind = islands(count)
    assert kept_kinds(projection.draw(np.arange(count), vectors).places, kind) > 0.97


def test_newcomers_move_nobody_and_stand_among_their_like() -> None:
    vectors, kind = islands(600)
    ids = np.arange(600)
    old = projection.draw(ids[:500], vectors[:500])
    made = projection.extend(old, ids, vectors)
    assert made is not None
    assert np.array_equal(made.places[:500], old.places)
    assert kept_kinds(made.places, kind) > 0.97
    assert made.drawn == 500


def test_a_track_that_changed_its_sound_moves_and_one_that_left_is_gone() -> None:
    vectors, kind = islands(300)
    ids = np.arange(300)
    old = projection.draw(ids, vectors)
    other = int(np.flatnonzero(kind != kind[7])[0])
    vectors[7] = vectors[other] + 0.01
    made = projection.extend(old, ids[:290], vectors[:290])
    assert made is not None
    assert made.ids.tolist() == list(range(290))
    moved = np.flatnonzero((made.places != old.places[:290]).any(axis=1))
    assert moved.tolist() == [7]
    assert np.linalg.norm(made.places[7] - old.places[other]) < 0.3


def test_a_library_that_grew_much_is_drawn_anew_with_its_regions_kept() -> None:
    vectors, kind = islands(800)
    ids = np.arange(800)
    old = projection.draw(ids[:300], vectors[:300])
    assert projection.extend(old, ids, vectors) is None
    made = projection.draw(ids, vectors, old)
    for one in range(6):
        before = old.places[kind[:300] == one].mean(axis=0)
        after = made.places[kind == one].mean(axis=0)
        others = [made.places[kind == other].mean(axis=0) for other in range(6) if other != one]
        nearest = min(float(np.linalg.norm(before - centre)) for centre in others)
        assert np.linalg.norm(before - after) < nearest


def test_a_sketch_is_never_extended() -> None:
    vectors, _ = islands(100)
    rough = projection.sketch(np.arange(100), vectors)
    assert rough.is_sketch
    assert projection.extend(rough, np.arange(100), vectors) is None


def test_weights_decide_what_counts() -> None:
    space = Space((("genre", 0, 8), ("mood", 8, 16)), 16)
    vectors = space.normalise(clustered(60, space))
    rows = projection.weighted(space, vectors, (("genre", 1.0), ("mood", 0.0)))
    assert np.allclose(rows[:, 8:], 0.0)
    assert np.allclose(rows @ rows.T, vectors[:, :8] @ vectors[:, :8].T, atol=1e-5)


def test_the_grid_agrees_with_the_sum_over_all_pairs() -> None:
    rng = np.random.default_rng(4)
    at = rng.normal(0.0, 4.0, (300, 2)).astype(np.float32)
    apart = at[:, None] - at[None]
    kernel = 1.0 / (1.0 + (apart**2).sum(axis=2))
    np.fill_diagonal(kernel, 0.0)
    exact = 4.0 * ((kernel**2)[:, :, None] * apart).sum(axis=1) / kernel.sum()
    assert np.linalg.norm(Repulsion()(at) - exact) < 0.1 * np.linalg.norm(exact)


def test_the_pull_is_that_of_symmetric_affinities() -> None:
    rng = np.random.default_rng(5)
    at = rng.normal(0.0, 2.0, (50, 2)).astype(np.float32)
    found = near.nearest_rows(rng.standard_normal((50, 6)).astype(np.float32), 4)
    affinity = np.zeros((50, 50))
    np.put_along_axis(affinity, found, 1.0, axis=1)
    affinity = (affinity + affinity.T) / affinity.sum() / 2.0
    apart = at[:, None] - at[None]
    strength = affinity / (1.0 + (apart**2).sum(axis=2))
    exact = -4.0 * (strength[:, :, None] * apart).sum(axis=1)
    assert np.allclose(attraction(at, found), exact, atol=1e-6)


def test_approximate_neighbours_are_mostly_the_true_ones() -> None:
    rng = np.random.default_rng(6)
    # Sixteen dimensions of which some five matter, as in an embedding of music.
    scales = np.array([1.0] * 5 + [0.15] * 11)
    vectors = (rng.standard_normal((5_000, 16)) * scales).astype(np.float32)
    found = near.nearest_rows(vectors, 10)
    sample = np.arange(0, 5_000, 50)
    true, _ = near.nearest_to(vectors[sample], vectors, 11)
    hits = [len(set(found[row]) & set(best[1:])) for row, best in zip(sample, true, strict=True)]
    assert np.mean(hits) > 7.0
    assert not (found == np.arange(5_000)[:, None]).any()
