"""The tall listener in the graph that ships."""

from __future__ import annotations

from models.training.corpus import MELS
from models.training.graph import Graph, ints
from models.training.layers import add_dense_in_bytes, add_scaled, add_slice, in_bytes
from models.training.tall import EVERY, HEARD, PATCH, STARTS, Dense, Slow, Tall, TallFilters, Talls


def add_patches(graph: Graph, log_mel: str) -> str:
    """``tall.patches_of`` a log-mel [batch, 313, 96]."""
    patches = [
        graph("Unsqueeze", add_slice(graph, log_mel, at, at + PATCH, 1), ints(1)) for at in STARTS
    ]
    return graph("Reshape", graph("Concat", *patches, axis=1), ints(-1, PATCH, MELS))


def add_over_patches(graph: Graph, heard: str, size: int) -> str:
    """``tall.over_patches``, ``size`` numbers of each."""
    apart = graph("Reshape", heard, ints(-1, len(STARTS), size))
    return graph("ReduceMean", apart, axes=[1], keepdims=0)


def add_talls(graph: Graph, talls: Talls, patches: str) -> str:
    """``Talls`` of patches [2 · batch, 94, 96], the mean over each excerpt's."""
    heard = [_tall(graph, each, patches) for each in talls.members if isinstance(each, Tall)]
    mean = graph("Mean", *heard)
    return add_over_patches(graph, mean, HEARD)


def _tall(graph: Graph, tall: Tall, log_mel: str) -> str:
    scaled = add_scaled(graph, log_mel, tall.mean, tall.deviation)
    picture = graph("Unsqueeze", scaled, ints(1))
    channels = []
    for each in tall.filters:
        assert isinstance(each, TallFilters)
        weight, bias = each.folded()
        steps = {"strides": [EVERY, each.step], "pads": [1, 0, 1, 0]}
        y = graph("Conv", picture, in_bytes(graph, weight), bias, **steps)
        channels.append(graph("Relu", graph("ReduceMax", y, axes=[3], keepdims=0)))
    channels.append(_slow(graph, tall.slow, graph("ReduceMean", picture, axes=[3], keepdims=0)))
    layers = [graph("Concat", *channels, axis=1)]
    for i, dense in enumerate(tall.dense):
        assert isinstance(dense, Dense)
        weight, bias = dense.folded()
        y = graph("Relu", graph("Conv", layers[-1], in_bytes(graph, weight), bias, pads=[1, 1]))
        layers.append(graph("Add", layers[-1], y) if i else y)
    x = graph("Concat", *layers, axis=1)
    pooled = [graph("ReduceMean", x, axes=[2], keepdims=0)]
    pooled.append(graph("ReduceMax", x, axes=[2], keepdims=0))
    scale, weight, bias = tall.folded()
    scaled = graph("Mul", graph("Concat", *pooled, axis=1), scale)
    return graph("Relu", add_dense_in_bytes(graph, scaled, weight, bias))


def _slow(graph: Graph, slow: Slow, mean: str) -> str:
    weight, bias = slow.folded()
    # As over a frame of silence before the patch and one behind it, less the last place.
    pads = [weight.shape[2] // 2 + 1, weight.shape[2] // 2 - 2]
    return graph(
        "Relu", graph("Conv", mean, in_bytes(graph, weight), bias, strides=[EVERY], pads=pads)
    )
