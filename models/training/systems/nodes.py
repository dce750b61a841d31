"""Layers as nodes of an ONNX graph, for the exports of the rebuilt systems.

Weights are kept as float16 and widened when the model is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.training.graph import Graph, ints

if TYPE_CHECKING:
    import torch
    from torch import nn

Floats = NDArray[np.float32]
_TO_FLOAT32 = 1


def array(values: torch.Tensor) -> Floats:
    """A weight as numpy has it."""
    return values.detach().cpu().numpy().astype(np.float32)


def scalar(value: float) -> Floats:
    """A constant that broadcasts."""
    return np.array(value, np.float32)


def half(graph: Graph, weight: Floats) -> str:
    """A constant in half the bytes."""
    return graph("Cast", weight.astype(np.float16), to=_TO_FLOAT32)


def dense(graph: Graph, x: str, weight: Floats, bias: Floats) -> str:
    """``x`` [..., inner] times ``weight`` [outer, inner], plus ``bias`` [outer]."""
    return graph("Add", graph("MatMul", x, half(graph, weight.T)), bias)


def linear(graph: Graph, layer: nn.Linear, x: str) -> str:
    """A layer with bias."""
    return dense(graph, x, array(layer.weight), array(layer.bias))


def folded(
    conv: nn.Conv1d | nn.Conv2d, norm: nn.BatchNorm1d | nn.BatchNorm2d
) -> tuple[Floats, Floats]:
    """Weight and bias of a convolution with the normalisation that follows it."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = array(norm.weight) / np.sqrt(array(norm.running_var) + np.float32(norm.eps))
    bias = np.float32(0) if conv.bias is None else array(conv.bias)
    shape = (-1, *[1] * (conv.weight.dim() - 1))
    return (
        array(conv.weight) * scale.reshape(shape),
        (bias - array(norm.running_mean)) * scale + array(norm.bias),
    )


def conv_norm(
    graph: Graph,
    conv: nn.Conv1d | nn.Conv2d,
    norm: nn.BatchNorm1d | nn.BatchNorm2d,
    x: str,
) -> str:
    """Convolution and normalisation as one node."""
    weight, bias = folded(conv, norm)
    assert isinstance(conv.padding, tuple)
    return graph(
        "Conv",
        x,
        half(graph, weight),
        bias,
        strides=list(conv.stride),
        pads=[*conv.padding, *conv.padding],
        group=conv.groups,
    )


def gelu(graph: Graph, x: str) -> str:
    """x · Φ(x), exactly; onnxruntime makes one node of it."""
    erf = graph("Erf", graph("Div", x, scalar(2**0.5)))
    return graph("Mul", graph("Mul", x, graph("Add", erf, scalar(1))), scalar(0.5))


def gru(graph: Graph, layer: nn.GRU, x: str) -> str:
    """All layers of a GRU, [batch, time, inner] → [batch, time, directions · hidden]."""
    x = graph("Transpose", x, perm=[1, 0, 2])
    directions = 2 if layer.bidirectional else 1
    for depth in range(layer.num_layers):
        parts = [
            _gru_weights(layer, f"l{depth}{suffix}") for suffix in ("", "_reverse")[:directions]
        ]
        weight, recurrence, bias = (np.stack(column) for column in zip(*parts, strict=True))
        y = graph(
            "GRU",
            x,
            half(graph, weight),
            half(graph, recurrence),
            bias,
            hidden_size=layer.hidden_size,
            linear_before_reset=1,
            direction="bidirectional" if directions == 2 else "forward",
        )
        # [time, directions, batch, hidden] → [time, batch, directions · hidden]
        y = graph("Transpose", y, perm=[0, 2, 1, 3])
        x = graph("Reshape", y, ints(0, 0, directions * layer.hidden_size))
    return graph("Transpose", x, perm=[1, 0, 2])


def unit(graph: Graph, x: str, axis: int = 1) -> str:
    """Vectors of norm 1."""
    norm = graph("ReduceL2", x, axes=[axis], keepdims=1)
    return graph("Div", x, graph("Max", norm, scalar(1e-12)))


def cut(graph: Graph, x: str, start: int, stop: int, axis: int) -> str:
    """``x[start:stop]`` along an axis."""
    return graph("Slice", x, ints(start), ints(stop), ints(axis))


def deviation(graph: Graph, x: str, axis: int, floor: float = 1e-5) -> str:
    """√(variance + ``floor``) along an axis, which goes."""
    spread = graph("Sub", x, graph("ReduceMean", x, axes=[axis]))
    variance = graph("ReduceMean", graph("Mul", spread, spread), axes=[axis], keepdims=0)
    return graph("Sqrt", graph("Add", variance, scalar(floor)))


def _gru_weights(layer: nn.GRU, name: str) -> tuple[Floats, Floats, Floats]:
    """Torch's gates are reset, update, new; ONNX wants update, reset, hidden."""
    ordered = []
    for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        reset, update, new = array(getattr(layer, f"{kind}_{name}")).reshape(
            3, layer.hidden_size, -1
        )
        ordered.append(np.concatenate([update, reset, new]))
    weight, recurrence, bias_in, bias_hidden = ordered
    return weight, recurrence, np.concatenate([bias_in, bias_hidden])[:, 0]
