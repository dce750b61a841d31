from __future__ import annotations

import numpy as np
import pytest

from models.training.frontend import MELS, add_log_mel, mel_filters
from models.training.graph import Graph, run
from tests.listening.sounds import tune

RATE_HZ = 16_000


def log_mel(audio: np.ndarray) -> np.ndarray:
    graph = Graph()
    model = graph.model_bytes([(add_log_mel(graph), "log_mel", ("batch", "frames", MELS))])
    return run(model, audio)[0]


def by_the_book(audio: np.ndarray) -> np.ndarray:
    """The same with numpy's transform, frame by frame."""
    padded = np.pad(audio.astype(np.float64), 512, mode="reflect")
    window = np.hanning(1025)[:1024]
    starts = range(0, len(padded) - 1024 + 1, 512)
    power = [np.abs(np.fft.rfft(window * padded[start : start + 1024])) ** 2 for start in starts]
    return np.log10(1 + 10_000 * (np.array(power) @ mel_filters()))


@pytest.mark.parametrize("samples", [160_000, 16_000, 5_000, 5_120])
def test_the_graph_computes_log_mels_by_the_book(samples: int) -> None:
    audio = np.stack([tune(10, RATE_HZ, seed)[:samples] for seed in (1, 2)])
    computed = log_mel(audio)
    wanted = np.stack([by_the_book(row) for row in audio])
    assert computed.shape == wanted.shape == (2, samples // 512 + 1, 96)
    np.testing.assert_allclose(computed, wanted, atol=1e-4)


@pytest.mark.parametrize("hz", [0, 15.625, 500, 1000, 4000, 7984.375, 8000])
def test_every_frequency_counts_once(hz: float) -> None:
    audio = np.cos(2 * np.pi * hz * np.arange(16_000) / RATE_HZ).astype(np.float32)
    np.testing.assert_allclose(log_mel(audio[None])[0], by_the_book(audio), atol=1e-3)


def test_mel_bands_are_triangles_of_equal_area() -> None:
    filters = mel_filters()
    assert filters.shape == (513, 96)
    assert (filters >= 0).all()
    # Up to 1 kHz the scale is linear and bands are 41 Hz apart: peaks rise evenly.
    peaks_hz = filters.argmax(0) * RATE_HZ / 1024
    assert (np.diff(peaks_hz) >= 0).all()
    # Wide bands hold enough bins for the sum to be the area, which is 1.
    np.testing.assert_allclose(filters[:, 60:].sum(0) * RATE_HZ / 1024, 1, atol=0.05)
