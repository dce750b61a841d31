"""What is alike in what, and the quantised baseline, of the disentangled system."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.training.systems.disentangled import vq
from models.training.systems.disentangled.likeness import KINDS, joined, likeness
from models.training.targets import load, tag_scale
from tests.models.corpora import write_arrays

BPM = [100.0, 103.0, 106.0, 150.0]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_arrays(tmp_path, "real", [2, 1, 2], [False, False, True])
    write_arrays(tmp_path, "midi", [2] * 4, [False] * 4, BPM)
    return tmp_path


def test_each_kind_has_its_own_pairs(corpus: Path) -> None:
    scale = tag_scale(corpus)
    pairs = likeness(load(corpus, "midi", scale), scale)
    assert tuple(pairs) == KINDS
    near, far = pairs["tempo"]
    assert near[0, 1]
    assert near[1, 2]
    assert far[0, 2]
    assert far[:3, 3].all()
    near, far = pairs["genre"]
    assert near[0, 2]
    assert far[0, 1]


def test_nothing_is_both_near_and_far_nor_near_to_itself(corpus: Path) -> None:
    scale = tag_scale(corpus)
    for part in ("real", "midi"):
        for near, far in likeness(load(corpus, part, scale), scale).values():
            assert not (near & far).any()
            assert not near.diagonal().any()
            np.testing.assert_array_equal(near, near.T)


def test_real_recordings_tell_no_tempo(corpus: Path) -> None:
    scale = tag_scale(corpus)
    near, far = likeness(load(corpus, "real", scale), scale)["tempo"]
    assert not near.any()
    assert not far.any()


def test_no_pair_across_the_parts(corpus: Path) -> None:
    scale = tag_scale(corpus)
    both = joined(*(likeness(load(corpus, part, scale), scale) for part in ("real", "midi")))
    for near, far in both.values():
        assert near.shape == (7, 7)
        assert not (near | far)[:3, 3:].any()


def test_the_dictionary_finds_clusters() -> None:
    rng = np.random.default_rng(0)
    places = np.array([[0.0, 0], [10, 0], [0, 10], [10, 10]], np.float32)
    frames = np.repeat(places, 50, 0) + rng.normal(0, 0.1, (200, 2)).astype(np.float32)
    centres = vq.dictionary(frames, words=8, rounds=5)
    assert np.linalg.norm(frames - centres[vq.quantised(frames, centres)], axis=1).max() < 1
    share = vq.histogram(frames[:100], centres)
    assert share.sum() == pytest.approx(1)
    assert np.linalg.norm(share - vq.histogram(frames[100:], centres)) > 0.5


def test_cepstra_have_two_differences() -> None:
    ramp = np.linspace(0, 1, 20, dtype=np.float32)[:, None] * np.ones(96, np.float32)
    rows = vq.cepstra(ramp)
    assert rows.shape == (20, 39)
    slope = rows[:, 13]
    np.testing.assert_allclose(slope, slope[0], rtol=1e-4)
    np.testing.assert_allclose(rows[:, 26], 0, atol=1e-4)
