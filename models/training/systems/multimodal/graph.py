"""Front end, both classifiers and the encoder as one ONNX graph: audio in, 64 numbers out."""

from __future__ import annotations

import numpy as np
from torch import nn

from models.training.frontend import add_log_mel
from models.training.graph import Graph, ints
from models.training.systems.multimodal.network import (
    DIM,
    GENRE_FILTERS,
    MOOD_BANDS,
    MOOD_FILTERS,
    SLOPE,
    Autoencoder,
    GenreListener,
    MoodListener,
    Scaled,
)
from models.training.systems.nodes import array, conv_norm, half, linear

# Rows happy, calm, angry, sad; columns valence, arousal.
_FELT = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], np.float32)


def build(genre: GenreListener, mood: MoodListener, joined: Autoencoder) -> bytes:
    """The ONNX model; the same weights give the same bytes.

    Metadata are guessed from audio; those that no one can hear are fed at their neutral value, 0.
    """
    graph = Graph()
    log_mel = add_log_mel(graph)
    felt = _mood(graph, mood, log_mel)
    both = graph("Concat", _genre(graph, genre, log_mel), felt, axis=1)
    scaled = graph("Sub", both, array(joined.mean))
    scaled = graph("Div", scaled, array(joined.deviation))
    x = graph("Concat", scaled, linear(graph, joined.guess, scaled), axis=1)
    for layer in joined.encoder:
        x = linear(graph, layer, x) if isinstance(layer, nn.Linear) else graph("Relu", x)
    shares = graph("Softmax", linear(graph, mood.quadrants, felt), axis=1)
    return graph.model_bytes(
        [
            (x, "embedding", ("batch", DIM)),
            (graph("MatMul", shares, _FELT), "mood", ("batch", 2)),
        ]
    )


def _genre(graph: Graph, network: GenreListener, log_mel: str) -> str:
    x = _scaled(graph, network.scaled, log_mel)
    for convolution in network.convolutions:
        weight, bias = half(graph, array(convolution.weight)), array(convolution.bias)
        x = graph("Conv", x, weight, bias, strides=[2, 2], pads=[2, 2, 2, 2])
        x = _pooled(graph, graph("Relu", x))
    flat = graph("Reshape", x, ints(0, 2 * GENRE_FILTERS[-1]))
    return graph("Relu", linear(graph, network.dense, flat))


def _mood(graph: Graph, network: MoodListener, log_mel: str) -> str:
    x = _scaled(graph, network.scaled, log_mel)
    for convolution, norm in zip(network.convolutions, network.norms, strict=True):
        x = _pooled(graph, _leaky(graph, conv_norm(graph, convolution, norm, x)))
    x = graph("ReduceMean", x, axes=[2], keepdims=0)
    x = graph("Reshape", x, ints(0, MOOD_FILTERS[-1] * MOOD_BANDS))
    for layer in (network.first, network.second):
        x = _leaky(graph, linear(graph, layer, x))
    return x


def _scaled(graph: Graph, scaled: Scaled, log_mel: str) -> str:
    centred = graph("Sub", log_mel, array(scaled.mean))
    return graph("Unsqueeze", graph("Div", centred, array(scaled.deviation)), ints(1))


def _leaky(graph: Graph, x: str) -> str:
    return graph("LeakyRelu", x, alpha=SLOPE)


def _pooled(graph: Graph, x: str) -> str:
    return graph("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
