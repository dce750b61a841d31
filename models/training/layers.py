"""Layers of a trained network as nodes of a graph, and how their weights are kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.training.graph import Graph, ints
from models.training.network import ConvNorm
from models.training.tall import LEVELS

Floats = NDArray[np.float32]


def add_conv(
    graph: Graph, layer: ConvNorm, x: str, kept: Callable[[Graph, Floats], str] | None = None
) -> str:
    """``kept`` says how weights are kept, as float16 unless told."""
    weight, bias = layer.folded()
    conv = layer.conv
    assert isinstance(conv.padding, tuple)
    y = graph(
        "Conv",
        x,
        (kept or halved)(graph, weight),
        bias,
        strides=list(conv.stride),
        pads=[*conv.padding, *conv.padding],
        dilations=list(conv.dilation),
        group=conv.groups,
    )
    return graph("Relu", y) if layer.rectify else y


def add_linear(graph: Graph, layer: nn.Module, x: str) -> str:
    """A layer with a bias; its weight as float16."""
    assert isinstance(layer, nn.Linear)
    return add_dense(graph, x, array(layer.weight), array(layer.bias))


def add_dense(graph: Graph, x: str, weight: Floats, bias: Floats) -> str:
    """``x`` [batch, inputs] by a weight [outputs, inputs] kept as float16."""
    return graph("Add", graph("MatMul", x, halved(graph, weight.T)), bias)


def folded(weight: torch.Tensor, norm: nn.BatchNorm1d) -> tuple[Floats, Floats]:
    """Weight and bias of a layer that normalisation follows."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return array(weight * scale[:, None]), array(norm.bias - norm.running_mean * scale)


def halved(graph: Graph, weight: Floats) -> str:
    """A constant kept in half the bytes; onnxruntime widens it once, on loading."""
    return graph("Cast", weight.astype(np.float16), to=1)


def in_bytes(graph: Graph, weight: Floats, axis: int = 0) -> str:
    """A constant kept in bytes, for each output (along ``axis``) in a unit of its own."""
    others = tuple(i for i in range(weight.ndim) if i != axis)
    largest = np.abs(weight).max(others, keepdims=True)
    unit = np.maximum(largest, 1e-12).astype(np.float32) / LEVELS
    return graph("Mul", graph("Cast", np.rint(weight / unit).astype(np.int8), to=1), unit)


def add_dense_in_bytes(graph: Graph, x: str, weight: Floats, bias: Floats) -> str:
    """``x`` [batch, inputs] by a weight [outputs, inputs] kept in bytes."""
    return graph("Add", graph("MatMul", x, in_bytes(graph, weight.T, axis=1)), bias)


def add_scaled(graph: Graph, x: str, mean: torch.Tensor, deviation: torch.Tensor) -> str:
    """In deviations from the mean, both [columns]."""
    return graph("Mul", graph("Sub", x, array(mean)), 1 / array(deviation))


def add_differences(graph: Graph, x: str) -> str:
    """Frame to frame, [batch, frames, 96] → [batch, frames - 1, 96]."""
    later = add_slice(graph, x, 1, np.iinfo(np.int64).max, 1)
    return graph("Sub", later, add_slice(graph, x, 0, -1, 1))


def add_slice(graph: Graph, x: str, start: int, stop: int, axis: int) -> str:
    """From ``start`` up to ``stop`` along one axis."""
    return graph("Slice", x, ints(start), ints(stop), ints(axis))


def add_deviation(graph: Graph, x: str, axis: int) -> str:
    """``network.deviation_of``, the axis taken away."""
    spread = graph("Sub", x, graph("ReduceMean", x, axes=[axis]))
    variance = graph("ReduceMean", graph("Mul", spread, spread), axes=[axis], keepdims=0)
    return graph("Sqrt", graph("Add", variance, np.array(1e-5, np.float32)))


def add_unit(graph: Graph, x: str) -> str:
    """Rows of norm 1."""
    return graph("Div", x, graph("ReduceL2", x, axes=[1], keepdims=1))


def array(values: object) -> Floats:
    """A tensor of the network as a constant of the graph."""
    assert isinstance(values, torch.Tensor)
    return values.detach().numpy().astype(np.float32)
