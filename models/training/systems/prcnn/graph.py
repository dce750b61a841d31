"""The trained network behind the corpus's front end, as one ONNX graph."""

from __future__ import annotations

from models.training.frontend import add_log_mel
from models.training.graph import Graph, ints
from models.training.systems.nodes import array, cut, gru, half, linear
from models.training.systems.prcnn.network import (
    CONVOLVED,
    DIM,
    POOLS,
    RECURRENT_POOL,
    UNITS,
    Prcnn,
)


def build(network: Prcnn) -> bytes:
    """The ONNX model of a trained network; the same weights give the same bytes."""
    graph = Graph()
    log_mel = add_log_mel(graph)
    centred = graph("Sub", log_mel, array(network.mean))
    scaled = graph("Unsqueeze", graph("Div", centred, array(network.deviation)), ints(1))
    parts = [_convolved(graph, network, scaled), _recurred(graph, network, scaled)]
    embedding = graph("Sigmoid", linear(graph, network.dense, graph("Concat", *parts, axis=1)))
    return graph.model_bytes([(embedding, "embedding", ("batch", DIM))])


def _convolved(graph: Graph, network: Prcnn, x: str) -> str:
    for convolution, pool in zip(network.convolutions, POOLS, strict=True):
        weight = half(graph, array(convolution.weight))
        x = graph("Conv", x, weight, array(convolution.bias), pads=[1, 1, 1, 1])
        x = _pooled(graph, graph("Relu", x), pool)
    return graph("Reshape", x, ints(0, CONVOLVED))


def _recurred(graph: Graph, network: Prcnn, scaled: str) -> str:
    frames = graph("Squeeze", _pooled(graph, scaled, RECURRENT_POOL), ints(1))
    states = gru(graph, network.recurrent, linear(graph, network.reduce, frames))
    # Where each direction ends: at the last frame and at the first.
    forward = cut(graph, cut(graph, states, 0, UNITS, 2), -1, 1 << 30, 1)
    backward = cut(graph, cut(graph, states, UNITS, 2 * UNITS, 2), 0, 1, 1)
    return graph("Squeeze", graph("Concat", forward, backward, axis=2), ints(1))


def _pooled(graph: Graph, x: str, pool: tuple[int, int]) -> str:
    return graph("MaxPool", x, kernel_shape=list(pool), strides=list(pool))
