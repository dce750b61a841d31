"""AudioEmbeddingTiny as an ONNX graph: samples in, any number of whole frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.training.graph import Graph, ints
from models.training.systems import nodes
from models.training.systems.mecomp_tiny.network import DIM, FEATURES, FRAME, Separable, Tiny
from models.training.systems.nodes import Floats

if TYPE_CHECKING:
    from torch import nn


def build(tiny: Tiny) -> bytes:
    """The model of a trained network; the same weights give the same bytes."""
    graph = Graph()
    count = graph("Div", graph("Shape", "audio", start=1, end=2), ints(FRAME))
    whole = graph("Slice", "audio", ints(0), graph("Mul", count, ints(FRAME)), ints(1))
    x = graph("Reshape", whole, ints(-1, 1, FRAME))
    for part in (tiny.first, tiny.second):
        x = _separable(graph, part, x)
    x = graph("ReduceMean", x, axes=[2], keepdims=0)
    batch = graph("Shape", "audio", start=0, end=1)
    x = graph("Reshape", x, graph("Concat", batch, count, ints(FEATURES), axis=0))
    mean, deviation = _statistics(tiny.frame_norm)
    x = graph("Div", graph("Sub", x, mean), deviation)
    states = nodes.gru(graph, tiny.gru, x)
    scores = nodes.linear(
        graph, tiny.weight, graph("Tanh", nodes.linear(graph, tiny.attention, states))
    )
    shares = graph("Softmax", scores, axis=1)
    pooled = graph("ReduceSum", graph("Mul", states, shares), ints(1), keepdims=0)
    x = nodes.gelu(graph, nodes.linear(graph, tiny.inner, pooled))
    x = nodes.unit(graph, nodes.dense(graph, x, *_centred(tiny)))
    return graph.model_bytes([(x, "embedding", ("batch", DIM))])


def _centred(tiny: Tiny) -> tuple[Floats, Floats]:
    """Weight and bias of the projection with its normalisation."""
    mean, deviation = _statistics(tiny.outer_norm)
    bias = (nodes.array(tiny.outer.bias) - mean) / deviation
    return nodes.array(tiny.outer.weight) / deviation[:, None], bias


def _statistics(norm: nn.BatchNorm1d) -> tuple[Floats, Floats]:
    """Mean and deviation by which a normalisation scales."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    deviation = np.sqrt(nodes.array(norm.running_var) + np.float32(norm.eps))
    return nodes.array(norm.running_mean), deviation


def _separable(graph: Graph, part: Separable, x: str) -> str:
    x = nodes.gelu(graph, nodes.conv_norm(graph, part.across, part.across_norm, x))
    return nodes.gelu(graph, nodes.conv_norm(graph, part.point, part.point_norm, x))
