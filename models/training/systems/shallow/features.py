"""Standard audio features of an excerpt and their statistics over time, from its log-mel.

Cleveland et al. 2020 use the 518 features of FMA's ``features.csv``: seven statistics of librosa's
MFCC, chroma (STFT, CQT, CENS), tonnetz, RMS, spectral centroid, bandwidth, contrast, roll-off and
zero-crossing rate. The corpus's real recordings are log-mels of 96 bands, so each spectral feature
is computed over mel bands instead of Fourier bins, there is one chroma (of the bands' centres),
no zero-crossing rate (it needs samples), and flatness and onset strength join: 51 × 7 = 357.

``graph`` computes the same as nodes.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.training.frontend import MELS, mel_filters

Floats = NDArray[np.float32]

COEFFICIENTS = 20
OCTAVES_HZ = (0, 200, 400, 800, 1600, 3200, 6400, 8001)
ROLL_OFF = 0.85
STATISTICS = 7
SMALLEST = 1e-6
"""Added to what is divided by, or of which the logarithm is taken."""
_LOWEST_PITCH_HZ, _HIGHEST_PITCH_HZ = 100.0, 2000.0
_BIN_KHZ = 16.0 / 1024


def band_khz() -> tuple[Floats, Floats]:
    """Centre and width of each mel band in kHz, [96] each."""
    filters = mel_filters()
    share = filters / filters.sum(0)
    khz = np.arange(len(filters)) * _BIN_KHZ
    centre = khz @ share
    # A triangle of area 1 and height 2 / (high - low): its width at half height.
    return centre.astype(np.float32), (1 / (1000 * filters.max(0))).astype(np.float32)


def cosines() -> Floats:
    """Orthonormal DCT-II, [96 bands, 20 coefficients]."""
    band = np.arange(MELS)[:, None]
    coefficient = np.arange(COEFFICIENTS)
    table = np.sqrt(2 / MELS) * np.cos(np.pi * coefficient * (2 * band + 1) / (2 * MELS))
    table[:, 0] /= np.sqrt(2)
    return table.astype(np.float32)


def chroma_filters() -> Floats:
    """How much each band sounds in each pitch class, [96, 12], C first."""
    centre, width = band_khz()
    hz, reach = 1000 * centre.astype(np.float64), 1000 * width.astype(np.float64)
    semitone = 12 * np.log2(hz / 261.63)
    # A low band spans several semitones and says the less of each.
    spread = np.maximum(0.5, 6 * np.log2((hz + reach / 2) / np.maximum(hz - reach / 2, 1)))
    off = (semitone[:, None] - np.arange(12) + 6) % 12 - 6
    weight = np.exp(-0.5 * (off / spread[:, None]) ** 2) / spread[:, None]
    heard = (hz >= _LOWEST_PITCH_HZ) & (hz <= _HIGHEST_PITCH_HZ)
    return (weight * heard[:, None]).astype(np.float32)


def tonnetz_axes() -> Floats:
    """Fifths, minor and major thirds as circles, [12, 6] (Harte et al. 2006)."""
    pitch = np.arange(12)
    circles = [(7 * np.pi / 6, 1.0), (3 * np.pi / 2, 1.0), (2 * np.pi / 3, 0.5)]
    rows = [r * f(pitch * angle) for angle, r in circles for f in (np.sin, np.cos)]
    return np.stack(rows, 1).astype(np.float32)


def octave_edges() -> list[tuple[int, int]]:
    """First and last band of each range of ``OCTAVES_HZ``."""
    hz = 1000 * band_khz()[0]
    edges = np.searchsorted(hz, OCTAVES_HZ)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def frame_features(log_mel: Floats) -> Floats:
    """[excerpts, frames, 96] → [excerpts, frames, 51]."""
    power = np.maximum(np.float32(10) ** log_mel - 1, 0)
    centre, width = band_khz()
    amplitude = np.sqrt(power) * width
    total = amplitude.sum(2, keepdims=True) + SMALLEST
    centroid = (amplitude @ centre)[..., None] / total
    variance = (amplitude * (centre - centroid) ** 2).sum(2, keepdims=True) / total
    below = np.cumsum(amplitude, 2) < ROLL_OFF * total
    rolled = np.where(below, 0, centre).astype(np.float32)
    # The lowest band that is not below; the highest of all when rounding leaves none.
    roll_off = np.where(rolled > 0, rolled, centre[-1]).min(2, keepdims=True)
    flatness = np.exp(np.log(power + SMALLEST).mean(2, keepdims=True))
    flatness = flatness / (power.mean(2, keepdims=True) + SMALLEST)
    loudness = np.sqrt((power @ width)[..., None])
    octaves = [log_mel[..., a:b] for a, b in octave_edges()]
    contrast = [o.max(2, keepdims=True) - o.min(2, keepdims=True) for o in octaves]
    chroma = amplitude @ chroma_filters()
    tonnetz = (chroma / (chroma.sum(2, keepdims=True) + SMALLEST)) @ tonnetz_axes()
    chroma = chroma / (chroma.max(2, keepdims=True) + SMALLEST)
    rise = np.maximum(np.diff(log_mel, axis=1, prepend=log_mel[:, :1]), 0).mean(2, keepdims=True)
    return np.concatenate(
        [
            log_mel @ cosines(),
            chroma,
            tonnetz,
            loudness,
            centroid,
            np.sqrt(variance + SMALLEST),
            *contrast,
            roll_off,
            flatness,
            rise,
        ],
        axis=2,
    ).astype(np.float32)


def statistics(frames: Floats) -> Floats:
    """Mean, deviation, skew, kurtosis, median, least and greatest over time, [excerpts, 7 · n]."""
    mean = frames.mean(1)
    off = frames - mean[:, None]
    variance = (off**2).mean(1)
    spread = variance + np.float32(SMALLEST)
    rows = [
        mean,
        np.sqrt(spread),
        (off**3).mean(1) / spread ** np.float32(1.5),
        (off**4).mean(1) / spread**2 - 3,
        _median(frames),
        frames.min(1),
        frames.max(1),
    ]
    return np.concatenate(rows, axis=1).astype(np.float32)


def features(log_mel: Floats) -> Floats:
    """[excerpts, frames, 96] → [excerpts, 357]."""
    return statistics(frame_features(log_mel))


def _median(frames: Floats) -> Floats:
    """The middle frame in order; of an even number the upper of the two."""
    return np.asarray(np.sort(frames, 1)[:, frames.shape[1] // 2])
