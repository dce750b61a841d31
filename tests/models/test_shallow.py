"""The standard features of the shallow system, in numpy and as nodes of its graph."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from models.training.frontend import MELS
from models.training.systems.shallow import features
from models.training.systems.shallow.graph import build, features_only
from models.training.systems.shallow.measures import retrieval_auc
from tests.listening.sounds import tune
from tests.models.test_frontend import log_mel

SIZE = 51 * features.STATISTICS


def by_graph(model: bytes, audio: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"audio": audio})[0])


@pytest.fixture(scope="module")
def model() -> bytes:
    return features_only()


@pytest.mark.parametrize("seconds", [3, 4.1])
def test_the_graph_computes_what_numpy_does(model: bytes, seconds: float) -> None:
    samples = int(seconds * 16_000)
    noise = np.random.default_rng(2).normal(0, 0.05, samples)
    audio = np.stack([tune(5, 16_000, 1)[:samples], noise]).astype(np.float32)
    given = log_mel(audio).astype(np.float32)
    ours, wanted = by_graph(model, audio), features.features(given)
    assert ours.shape == (2, SIZE)
    np.testing.assert_allclose(ours, wanted, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("level", [0.0, 0.5])
def test_silence_and_direct_current_have_features(model: bytes, level: float) -> None:
    audio = np.full((1, 32_000), level, np.float32)
    assert np.isfinite(by_graph(model, audio)).all()


def test_a_tone_is_where_it_sounds() -> None:
    """A sine of 440 Hz: centroid there, its octave range contrasts most, pitch class A."""
    time = np.arange(48_000) / 16_000
    audio = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)[None]
    mean = features.frame_features(log_mel(audio).astype(np.float32))[0, 10:-10].mean(0)
    chroma = mean[features.COEFFICIENTS : features.COEFFICIENTS + 12]
    centroid = mean[features.COEFFICIENTS + 12 + 6 + 1]
    assert chroma.argmax() == 9
    assert centroid == pytest.approx(0.44, abs=0.15)


def test_statistics_are_those_of_the_book() -> None:
    frames = np.random.default_rng(0).gamma(2, 1, (1, 20_001, 1)).astype(np.float32)
    mean, deviation, skew, kurtosis, median, least, greatest = features.statistics(frames)[0]
    assert mean == pytest.approx(2, abs=0.05)
    assert deviation == pytest.approx(np.sqrt(2), abs=0.05)
    assert skew == pytest.approx(np.sqrt(2), abs=0.15)
    assert kurtosis == pytest.approx(3, abs=1)
    assert median == np.median(frames)
    assert (least, greatest) == (frames.min(), frames.max())


def test_ranges_cover_all_bands() -> None:
    edges = features.octave_edges()
    assert edges[0][0] == 0
    assert edges[-1][1] == MELS
    assert all(a < b for a, b in edges)


def test_the_layers_follow_the_scaled_features() -> None:
    rng = np.random.default_rng(1)
    layers = [(rng.normal(0, 0.05, (SIZE, SIZE)), rng.normal(size=SIZE)) for _ in range(2)]
    layers = [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]
    mean, deviation = rng.normal(size=SIZE), rng.uniform(1, 2, SIZE)
    audio = tune(2, 16_000)[None]
    scaled = (features.features(log_mel(audio).astype(np.float32)) - mean) / deviation
    (first, first_bias), (second, second_bias) = layers
    hidden = 1 / (1 + np.exp(-(scaled @ first.T + first_bias)))
    wanted = np.tanh(hidden @ second.T + second_bias)
    model = build(mean.astype(np.float32), deviation.astype(np.float32), layers)
    np.testing.assert_allclose(by_graph(model, audio), wanted, atol=0.02)


def test_auc_counts_pairs_that_are_right() -> None:
    vectors = np.array([[0.0], [1.0], [1.5], [3.0], [9.0]])
    # The row of nobody, third, is neither query nor answer.
    assert retrieval_auc(vectors, np.array([0, 0, -1, 1, 1])) == pytest.approx((1 + 1 + 0 + 1) / 4)
    assert retrieval_auc(vectors, np.array([0, 1, -1, 0, 0])) == pytest.approx((0 + 0 + 0.5) / 3)


def test_auc_of_equal_vectors_is_chance() -> None:
    assert retrieval_auc(np.zeros((6, 2)), np.array([0, 0, 1, 1, 2, 2])) == 0.5
