"""From a shipped file back to a network that can be trained on.

    python -m models.training.unpack models/tuiradio.onnx --run runs/more

Writes ``last.pt``, from which ``patches`` and ``refine`` go on. Batch normalisation was
folded on export: here it passes its input on unchanged, and stays that way (``eval``).
Heads that train only (teacher, families, genres) are not in the file and start anew, and what
``fit`` finds has to be found again.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.training.corpus import MELS
from models.training.graph import Weight, weights
from models.training.network import TIMBRE_SPACES, ConvNorm, Ear, Separable, Shape


def unpacked(model: bytes) -> Ear:
    """The network that ``export.build`` made ``model`` of.

    Raises:
        ValueError: it is not of the default network's shape.
    """
    ear = Ear(Shape(), torch.zeros(MELS), torch.ones(MELS)).eval()
    found = list(weights(model))
    timbre, rhythm = ear.timbre, ear.rhythm
    convolutions = (each for each in found if each.op == "Conv")
    for layer in _convolutions(ear):
        _copy_convolution(layer, next(convolutions))
    across = next(convolutions)
    rhythm.across.weight.data.copy_(_tensor(across.weight))
    assert rhythm.across.bias is not None
    rhythm.across.bias.data.copy_(_tensor(across.bias))
    constants = [each for each in found if each.op in ("Sub", "Mul")]
    timbre.mean.copy_(_tensor(_next(constants, "Sub", (MELS,)).weight))
    timbre.deviation.copy_(1 / _tensor(_next(constants, "Mul", (MELS,)).weight))
    size = (ear.cepstra.SIZE,)
    ear.cepstra.mean.copy_(_tensor(_next(constants, "Sub", size).weight))
    ear.cepstra.deviation.copy_(1 / _tensor(_next(constants, "Mul", size).weight))
    _copy_products(ear, [each for each in found if each.op == "MatMul"])
    return ear


def _convolutions(ear: Ear) -> Iterator[ConvNorm]:
    timbre = ear.timbre
    yield timbre.stem
    for block in timbre.blocks:
        assert isinstance(block, Separable)
        yield from (block.depth, block.across)
    yield timbre.whole
    for layer in timbre.temporal:
        assert isinstance(layer, ConvNorm)
        yield layer


def _copy_convolution(layer: ConvNorm, found: Weight) -> None:
    if found.weight.shape != tuple(layer.conv.weight.shape):
        raise ValueError(f"a layer is {found.weight.shape}, not {tuple(layer.conv.weight.shape)}")
    layer.conv.weight.data.copy_(_tensor(found.weight))
    _pass_on(layer.norm, _tensor(found.bias))


def _copy_products(ear: Ear, products: list[Weight]) -> None:
    timbre, rhythm = ear.timbre, ear.rhythm
    split = timbre.pooled.in_features
    pooled = _product(products, split + timbre.statistics.in_features, timbre.pooled.out_features)
    timbre.pooled.weight.data.copy_(_tensor(pooled.weight).T[:, :split])
    timbre.statistics.weight.data.copy_(_tensor(pooled.weight).T[:, split:])
    _pass_on(timbre.norm, _tensor(pooled.bias))
    groups = _product(products, *rhythm.groups.shape)
    rhythm.groups.data.copy_(_tensor(groups.weight))
    hidden = _product(products, rhythm.hidden.in_features, rhythm.hidden.out_features)
    rhythm.hidden.weight.data.copy_(_tensor(hidden.weight).T)
    _pass_on(rhythm.norm, _tensor(hidden.bias))
    layers = [ear.spaces[name] for name in TIMBRE_SPACES]
    layers += [ear.shortcuts[name] for name in TIMBRE_SPACES]
    for layer in [*layers, ear.tempo_space, ear.tags, ear.tempo_classes]:
        assert isinstance(layer, nn.Linear)
        found = _product(products, layer.in_features, layer.out_features)
        layer.weight.data.copy_(_tensor(found.weight).T)
        if layer.bias is not None:
            layer.bias.data.copy_(_tensor(found.bias))


def _product(products: list[Weight], inputs: int, outputs: int) -> Weight:
    return _next(products, "MatMul", (inputs, outputs))


def _next(found: list[Weight], op: str, shape: tuple[int, ...]) -> Weight:
    """The first of ``found`` of this kind and shape, taken out."""
    for place, each in enumerate(found):
        if each.op == op and each.weight.shape == shape:
            return found.pop(place)
    raise ValueError(f"the model has no {op} by {shape}: it is not of this network's shape")


def _pass_on(norm: nn.BatchNorm1d | nn.BatchNorm2d, bias: Tensor) -> None:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.data.fill_(1)
    norm.bias.data.copy_(bias)


def _tensor(values: np.ndarray | None) -> Tensor:
    if values is None:
        raise ValueError("a layer has no bias: it is not of this network's shape")
    return torch.from_numpy(values.astype(np.float32))


def main() -> None:
    """Unpack a file into a run."""
    parser = argparse.ArgumentParser(description="Make a run of a shipped network.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--run", type=Path, required=True)
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    card = json.loads(options.model.with_suffix(".json").read_text(encoding="utf-8"))
    trained = re.search(r"[\d,]+ steps", card["training"])
    words = f"{card['name']} {card['version']}" + (f" ({trained[0]})" if trained else "")
    line = json.dumps({"unpacked": words})
    (options.run / "log.jsonl").write_text(line + "\n", encoding="utf-8")
    ear = unpacked(options.model.read_bytes())
    torch.save({"averaged": ear.state_dict()}, options.run / "last.pt")


if __name__ == "__main__":
    main()
