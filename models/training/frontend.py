"""The front end of every tuiradio model: samples → log-mel, as nodes of the graph.

Power spectra of 1,024 samples every 512 (periodic Hann window, centred with
reflected edges), 96 Slaney mel bands up to 8 kHz, log10(1 + 10,000·mel).

How the spectra are computed decides how fast a library is listened to. Per 10 s
excerpt with onnxruntime 1.31 on one core (AMD EPYC, AVX-512), the whole front end:

========================================  ======  =================
ONNX ``Conv`` with 1,026 filters          8.8 ms
``MatMul`` with the DFT matrix            7.7 ms
ONNX ``DFT``                              6.9 ms
ONNX ``STFT``                             6.5 ms
``MatMul``, even and odd parts folded     4.5 ms
the same, folded twice                    3.0 ms
1,024 = 32·32 in two ``MatMul`` stages    1.9 ms  ← built here
========================================  ======  =================

All agree with the corpus's ``frontend_check.npz`` within 2e-5. An excerpt at a time: six in
one batch take 2.6 ms each, because the spectra no longer fit the cache.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.graph import Graph, ints, run

SAMPLE_RATE_HZ = 16_000
WINDOW = 1024
HOP = 512
MELS = 96

# WINDOW = _ROOT², the two stages of the transform; a real signal needs _HALF of the first's bins.
_ROOT = 32
_HALF = _ROOT // 2 + 1


def add_log_mel(graph: Graph, audio: str = "audio") -> str:
    """Add the front end to ``graph``; returns the name of log-mel [batch, frames, 96]."""
    frames = graph("Mul", _frames(graph, audio), _hann().astype(np.float32))
    # Sample 32·a + b: stage one transforms over a for every b …
    square = graph("Reshape", frames, ints(-1, _ROOT, _ROOT))
    first = graph("MatMul", _first_stage(), square)
    by_bin = graph("Transpose", graph("Reshape", first, ints(-1, _HALF, 2 * _ROOT)), perm=[1, 0, 2])
    # … and stage two over b, the twiddle factors within its matrices.
    spectra = graph("MatMul", by_bin, _second_stage())
    power = graph("Transpose", graph("Mul", spectra, spectra), perm=[1, 0, 2])
    flat = graph("Reshape", power, ints(-1, _HALF * 2 * _ROOT))
    mel = graph("MatMul", flat, _mel_of_stages())
    batch = graph("Shape", audio, start=0, end=1)
    mel = graph("Reshape", mel, graph("Concat", batch, ints(-1, MELS), axis=0))
    compressed = graph("Log", graph("Add", graph("Mul", mel, _scalar(10_000)), _scalar(1)))
    return graph("Mul", compressed, _scalar(1 / np.log(10)))


def deviation_from(corpus: Path) -> float:
    """Largest difference from the log-mels that the corpus's ``frontend_check.npz`` wants."""
    check = np.load(corpus / "frontend_check.npz")
    graph = Graph()
    model = graph.model_bytes([(add_log_mel(graph), "log_mel", ("batch", "frames", MELS))])
    (log_mel,) = run(model, (check["audio"] / 32767).astype(np.float32))
    return float(np.abs(log_mel.transpose(0, 2, 1) - check["logmel"]).max())


def _frames(graph: Graph, audio: str) -> str:
    """Overlapping frames [batch, frames, 1024]: hops side by side, for WINDOW = 2·HOP."""
    padded = graph("Pad", audio, ints(0, WINDOW // 2, 0, WINDOW // 2), mode="reflect")
    hops = graph("Div", graph("Shape", padded, start=1, end=2), ints(HOP))
    whole = graph("Slice", padded, ints(0), graph("Mul", hops, ints(HOP)), ints(1))
    # 0 keeps the batch.
    blocks = graph("Reshape", whole, ints(0, -1, HOP))
    left = graph("Slice", blocks, ints(0), ints(-1), ints(1))
    right = graph("Slice", blocks, ints(1), ints(np.iinfo(np.int64).max), ints(1))
    return graph("Concat", left, right, axis=2)


def _scalar(value: float) -> NDArray[np.float32]:
    return np.array(value, np.float32)


def _hann() -> NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)


def _first_stage() -> NDArray[np.float32]:
    """[2·_HALF, _ROOT]: real and imaginary part of each bin in turn."""
    angle = 2 * np.pi * np.outer(np.arange(_HALF), np.arange(_ROOT)) / _ROOT
    return np.stack([np.cos(angle), -np.sin(angle)], 1).reshape(2 * _HALF, _ROOT).astype(np.float32)


def _second_stage() -> NDArray[np.float32]:
    """[_HALF, 2·_ROOT, 2·_ROOT]: for each bin of stage one, twiddle and transform."""
    first, sample, second = np.ogrid[:_HALF, :_ROOT, :_ROOT]
    angle = -2 * np.pi * (sample * first / WINDOW + sample * second / _ROOT)
    cosine, sine = np.cos(angle), np.sin(angle)
    rows = [np.concatenate([cosine, sine], 2), np.concatenate([-sine, cosine], 2)]
    return np.concatenate(rows, 1).astype(np.float32)


def _mel_of_stages() -> NDArray[np.float32]:
    """Mel filters for the order in which the stages leave the bins, [_HALF·2·_ROOT, MELS].

    Stage bins (a, b) are frequency a + 32·b or, above the half, its mirror; a = 0 and
    a = 16 hold their mirrors too, which count once.
    """
    filters = mel_filters()
    placed = np.zeros((_HALF, _ROOT, MELS))
    for first in range(_HALF):
        for second in range(_ROOT):
            frequency = first + _ROOT * second
            if frequency <= WINDOW // 2:
                placed[first, second] = filters[frequency]
            elif first not in (0, _ROOT // 2):
                placed[first, second] = filters[WINDOW - frequency]
    return np.concatenate([placed, placed], 1).reshape(-1, MELS).astype(np.float32)


def mel_filters() -> NDArray[np.float64]:
    """Area-normalised triangles on Slaney's mel scale, [513 bins, 96 bands]."""
    edges = _slaney_hz(np.linspace(0, _slaney_mel(SAMPLE_RATE_HZ / 2), MELS + 2))
    low, peak, high = edges[:-2], edges[1:-1], edges[2:]
    hz = np.arange(WINDOW // 2 + 1)[:, None] * (SAMPLE_RATE_HZ / WINDOW)
    triangles = np.minimum((hz - low) / (peak - low), (high - hz) / (high - peak))
    return np.maximum(triangles, 0) * (2 / (high - low))


def _slaney_mel(hz: float) -> float:
    """Linear to 1 kHz (15 mel), then 27 mel per factor of 6.4; ``hz`` above 1 kHz."""
    return float(15 + 27 * np.log(hz / 1000) / np.log(6.4))


def _slaney_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
