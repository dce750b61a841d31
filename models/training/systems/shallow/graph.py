"""The features, their statistics and the two layers as one ONNX graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.training.frontend import add_log_mel
from models.training.graph import Graph, ints
from models.training.systems import nodes
from models.training.systems.nodes import scalar
from models.training.systems.shallow import features
from models.training.systems.shallow.features import SMALLEST

Floats = NDArray[np.float32]


def build(mean: Floats, deviation: Floats, layers: list[tuple[Floats, Floats]]) -> bytes:
    """``mean``, ``deviation`` [357] of the features; weight [n, n] and bias [n] of two layers."""
    graph = Graph()
    rows = add_statistics(graph, add_frame_features(graph, add_log_mel(graph)))
    scaled = graph("Mul", graph("Sub", rows, mean), (1 / deviation).astype(np.float32))
    (first, first_bias), (second, second_bias) = layers
    hidden = graph("Sigmoid", nodes.dense(graph, scaled, first, first_bias))
    out = graph("Tanh", nodes.dense(graph, hidden, second, second_bias))
    return graph.model_bytes([(out, "embedding", ("batch", len(second_bias)))])


def features_only() -> bytes:
    """The statistics as they are, output ``features``: for the test of parity."""
    graph = Graph()
    rows = add_statistics(graph, add_frame_features(graph, add_log_mel(graph)))
    return graph.model_bytes([(rows, "features", ("batch", "features"))])


def add_frame_features(graph: Graph, log_mel: str) -> str:
    """As ``features.frame_features``."""
    raised = graph("Pow", scalar(10), log_mel)
    power = graph("Relu", graph("Sub", raised, scalar(1)))
    centre, width = features.band_khz()
    amplitude = graph("Mul", graph("Sqrt", power), width)
    total = _above_zero(graph, _sum(graph, amplitude))
    centroid = graph("Div", graph("MatMul", amplitude, centre[:, None]), total)
    off = graph("Sub", centre, centroid)
    variance = graph("Mul", amplitude, graph("Mul", off, off))
    variance = graph("Div", _sum(graph, variance), total)
    loudness = graph("Sqrt", graph("MatMul", power, width[:, None]))
    chroma = graph("MatMul", amplitude, features.chroma_filters())
    shares = graph("Div", chroma, _above_zero(graph, _sum(graph, chroma)))
    greatest = _above_zero(graph, graph("ReduceMax", chroma, axes=[2]))
    parts = [
        graph("MatMul", log_mel, features.cosines()),
        graph("Div", chroma, greatest),
        graph("MatMul", shares, features.tonnetz_axes()),
        loudness,
        centroid,
        graph("Sqrt", _above_zero(graph, variance)),
        *(_contrast(graph, log_mel, a, b) for a, b in features.octave_edges()),
        _roll_off(graph, amplitude, total, centre),
        _flatness(graph, power),
        _rise(graph, log_mel),
    ]
    return graph("Concat", *parts, axis=2)


def add_statistics(graph: Graph, frames: str) -> str:
    """As ``features.statistics``."""
    mean = graph("ReduceMean", frames, axes=[1])
    off = graph("Sub", frames, mean)
    square = graph("Mul", off, off)
    spread = _above_zero(graph, _mean(graph, square))
    deviation = graph("Sqrt", spread)
    cube = _mean(graph, graph("Mul", square, off))
    fourth = _mean(graph, graph("Mul", square, square))
    parts = [
        graph("Squeeze", mean, ints(1)),
        deviation,
        graph("Div", cube, graph("Mul", spread, deviation)),
        graph("Sub", graph("Div", fourth, graph("Mul", spread, spread)), scalar(3)),
        _median(graph, frames),
        graph("ReduceMin", frames, axes=[1], keepdims=0),
        graph("ReduceMax", frames, axes=[1], keepdims=0),
    ]
    return graph("Concat", *parts, axis=1)


def _contrast(graph: Graph, log_mel: str, start: int, stop: int) -> str:
    octave = nodes.cut(graph, log_mel, start, stop, 2)
    return graph("Sub", graph("ReduceMax", octave, axes=[2]), graph("ReduceMin", octave, axes=[2]))


def _roll_off(graph: Graph, amplitude: str, total: str, centre: Floats) -> str:
    limit = graph("Mul", total, scalar(features.ROLL_OFF))
    is_below = graph("Less", graph("CumSum", amplitude, ints(2)), limit)
    reached = graph("Where", is_below, scalar(float(centre[-1])), centre)
    return graph("ReduceMin", reached, axes=[2])


def _flatness(graph: Graph, power: str) -> str:
    logs = graph("Log", _above_zero(graph, power))
    geometric = graph("Exp", graph("ReduceMean", logs, axes=[2]))
    return graph("Div", geometric, _above_zero(graph, graph("ReduceMean", power, axes=[2])))


def _rise(graph: Graph, log_mel: str) -> str:
    last = np.iinfo(np.int64).max
    first = nodes.cut(graph, log_mel, 0, 1, 1)
    earlier = graph("Concat", first, nodes.cut(graph, log_mel, 0, -1, 1), axis=1)
    later = nodes.cut(graph, log_mel, 0, last, 1)
    return graph("ReduceMean", graph("Relu", graph("Sub", later, earlier)), axes=[2])


def _median(graph: Graph, frames: str) -> str:
    """The last of the upper half: what ``features`` calls the middle frame in order."""
    length = graph("Shape", frames, start=1, end=2)
    upper = graph("Sub", length, graph("Div", length, ints(2)))
    half = graph.outputs(2, "TopK", frames, upper, axis=1)[0]
    return graph("Squeeze", nodes.cut(graph, half, -1, np.iinfo(np.int64).max, 1), ints(1))


def _above_zero(graph: Graph, x: str) -> str:
    return graph("Add", x, scalar(SMALLEST))


def _sum(graph: Graph, x: str) -> str:
    return graph("ReduceSum", x, ints(2), keepdims=1)


def _mean(graph: Graph, x: str) -> str:
    return graph("ReduceMean", x, axes=[1], keepdims=0)
