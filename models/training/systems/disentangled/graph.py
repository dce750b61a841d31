"""The Inception network as an ONNX graph: an excerpt's windows of 3 s heard, their mean told."""

from __future__ import annotations

from models.training.corpus import MELS
from models.training.frontend import add_log_mel
from models.training.graph import Graph, ints
from models.training.systems import nodes
from models.training.systems.disentangled.likeness import DIM
from models.training.systems.disentangled.network import (
    WINDOW_FRAMES,
    ConvNorm,
    Inception,
    Naive,
    Reducing,
)


def build(network: Inception) -> bytes:
    """The model of a trained network; the same weights give the same bytes.

    Audio is heard in whole windows of 94 frames (3.0 s); it must have one at least.
    """
    graph = Graph()
    log_mel = add_log_mel(graph)
    count = graph("Div", graph("Shape", log_mel, start=1, end=2), ints(WINDOW_FRAMES))
    frames = graph("Mul", count, ints(WINDOW_FRAMES))
    whole = graph("Slice", log_mel, ints(0), frames, ints(1))
    x = graph("Reshape", whole, ints(-1, 1, WINDOW_FRAMES, MELS))
    x = graph("Sub", x, nodes.scalar(float(network.mean)))
    x = graph("Div", x, nodes.scalar(float(network.deviation)))
    x = graph("MaxPool", _conv(graph, network.stem, x), kernel_shape=[2, 2], strides=[2, 2])
    for block in network.blocks:
        x = _naive(graph, block, x) if isinstance(block, Naive) else _reducing(graph, block, x)
    x = nodes.unit(graph, graph("ReduceMean", x, axes=[2, 3], keepdims=0))
    batch = graph("Shape", log_mel, start=0, end=1)
    by_track = graph("Reshape", x, graph("Concat", batch, count, ints(DIM), axis=0))
    mean = graph("ReduceMean", by_track, axes=[1], keepdims=0)
    return graph.model_bytes([(mean, "embedding", ("batch", DIM))])


def _naive(graph: Graph, block: Naive, x: str) -> str:
    convolved = [_conv(graph, each, x) for each in (block.one, block.three, block.five)]
    pooled = graph("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    return graph("Concat", *convolved, pooled, axis=1)


def _reducing(graph: Graph, block: object, x: str) -> str:
    assert isinstance(block, Reducing)
    pooled = graph("MaxPool", x, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    branches = [
        _conv(graph, block.one, x),
        _conv(graph, block.three, _conv(graph, block.to_three, x)),
        _conv(graph, block.five, _conv(graph, block.to_five, x)),
        _conv(graph, block.after, pooled),
    ]
    return graph("Concat", *branches, axis=1)


def _conv(graph: Graph, layer: ConvNorm, x: str) -> str:
    y = nodes.conv_norm(graph, layer.conv, layer.norm, x)
    return graph("Relu", y) if layer.rectify else y
