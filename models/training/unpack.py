"""From a shipped file back to a network that can be trained on.

    python -m models.training.unpack models/tuiradio.onnx --run runs/more

Writes ``last.pt``, from which ``patches`` and ``refine`` go on. Batch normalisation was
folded on export: here it passes its input on unchanged, and stays that way (``eval``).
Files of versions 1 and 2 have no tall filters: these start anew.
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
from models.training.network import BESIDE, TIMBRE_SPACES, ConvNorm, Ear, Separable, Shape
from models.training.tall import HEARD, Dense, Slow, Tall, TallFilters, pass_on


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
    has_talls = across.weight.ndim == 4
    if has_talls:
        for tall in _members(ear):
            across = _copy_tall(tall, across, convolutions)
    rhythm.across.weight.data.copy_(_tensor(across.weight))
    assert rhythm.across.bias is not None
    rhythm.across.bias.data.copy_(_tensor(across.bias))
    constants = [each for each in found if each.op in ("Sub", "Mul")]
    timbre.mean.copy_(_tensor(_next(constants, "Sub", (MELS,)).weight))
    timbre.deviation.copy_(1 / _tensor(_next(constants, "Mul", (MELS,)).weight))
    size = (ear.cepstra.SIZE,)
    ear.cepstra.mean.copy_(_tensor(_next(constants, "Sub", size).weight))
    ear.cepstra.deviation.copy_(1 / _tensor(_next(constants, "Mul", size).weight))
    products = [each for each in found if each.op == "MatMul"]
    if has_talls:
        ear.tall_mean.copy_(_tensor(_next(constants, "Sub", (HEARD,)).weight))
        ear.tall_deviation.copy_(1 / _tensor(_next(constants, "Mul", (HEARD,)).weight))
        told = _product(products, HEARD, ear.tags.out_features)
    for tall in _members(ear):
        if has_talls:
            tall.mean.copy_(_tensor(_next(constants, "Sub", (MELS,)).weight))
            tall.deviation.copy_(1 / _tensor(_next(constants, "Mul", (MELS,)).weight))
            _copy_linear(tall.hidden, _product(products, tall.hidden.in_features, HEARD))
            _copy_linear(tall.tags, told)
            pooled = tall.hidden.in_features
            pass_on(tall.pooled_norm, torch.zeros(pooled))
            tall.pooled_norm.weight.data.copy_(_tensor(_next(constants, "Mul", (pooled,)).weight))
            tall.is_begun.fill_(True)
            tall.is_folded.fill_(True)
        else:
            tall.mean.copy_(timbre.mean)
            tall.deviation.copy_(timbre.deviation)
    _copy_products(ear, products, has_talls)
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
    pass_on(layer.norm, _tensor(found.bias))


def _members(ear: Ear) -> list[Tall]:
    return [each for each in ear.tall.members if isinstance(each, Tall)]


def _copy_tall(tall: Tall, first: Weight, others: Iterator[Weight]) -> Weight:
    """The tall listener's convolutions, ``first`` among them; returns the one behind them."""
    found = first
    for each in tall.filters:
        assert isinstance(each, TallFilters)
        each.weight.data.copy_(_tensor(found.weight)[:, 0])
        pass_on(each.norm, _tensor(found.bias))
        found = next(others)
    _copy_slow(tall.slow, found)
    for layer in tall.dense:
        assert isinstance(layer, Dense)
        found = next(others)
        layer.conv.weight.data.copy_(_tensor(found.weight))
        pass_on(layer.norm, _tensor(found.bias))
    return next(others)


def _copy_slow(slow: Slow, found: Weight) -> None:
    widest = _tensor(found.weight)
    pass_on(slow.norm, _tensor(found.bias))
    for layer, weight in zip(slow.filters, widest.chunk(len(slow.filters)), strict=True):
        assert isinstance(layer, nn.Conv1d)
        short = layer.weight.shape[2]
        start = (widest.shape[2] - short) // 2
        layer.weight.data.copy_(weight[..., start : start + short])


def _copy_linear(layer: nn.Linear, found: Weight) -> None:
    layer.weight.data.copy_(_tensor(found.weight).T)
    if layer.bias is not None:
        layer.bias.data.copy_(_tensor(found.bias))


def _copy_products(ear: Ear, products: list[Weight], has_talls: bool) -> None:
    timbre, rhythm = ear.timbre, ear.rhythm
    split = timbre.pooled.in_features
    pooled = _product(products, split + timbre.statistics.in_features, timbre.pooled.out_features)
    timbre.pooled.weight.data.copy_(_tensor(pooled.weight).T[:, :split])
    timbre.statistics.weight.data.copy_(_tensor(pooled.weight).T[:, split:])
    pass_on(timbre.norm, _tensor(pooled.bias))
    groups = _product(products, *rhythm.groups.shape)
    rhythm.groups.data.copy_(_tensor(groups.weight))
    hidden = _product(products, rhythm.hidden.in_features, rhythm.hidden.out_features)
    rhythm.hidden.weight.data.copy_(_tensor(hidden.weight).T)
    pass_on(rhythm.norm, _tensor(hidden.bias))
    layers = [ear.spaces[name] for name in TIMBRE_SPACES]
    for layer in [*layers, ear.tempo_space, ear.tags, ear.tempo_classes]:
        assert isinstance(layer, nn.Linear)
        _copy_linear(layer, _product(products, layer.in_features, layer.out_features))
    size = BESIDE if has_talls else ear.cepstra.SIZE
    for name in TIMBRE_SPACES:
        layer = ear.shortcuts[name]
        assert isinstance(layer, nn.Linear)
        found = _product(products, size, layer.out_features)
        layer.weight.data[:, :size].copy_(_tensor(found.weight).T)


def _product(products: list[Weight], inputs: int, outputs: int) -> Weight:
    return _next(products, "MatMul", (inputs, outputs))


def _next(found: list[Weight], op: str, shape: tuple[int, ...]) -> Weight:
    """The first of ``found`` of this kind and shape, taken out."""
    for place, each in enumerate(found):
        if each.op == op and each.weight.shape == shape:
            return found.pop(place)
    raise ValueError(f"the model has no {op} by {shape}: it is not of this network's shape")


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
    minutes = re.search(r"(\d+) minutes", card["training"])
    known = card["quality"].get("training_minutes", float(minutes[1]) if minutes else 0.0)
    line = json.dumps({"unpacked": words, "minutes": known})
    (options.run / "log.jsonl").write_text(line + "\n", encoding="utf-8")
    ear = unpacked(options.model.read_bytes())
    torch.save({"averaged": ear.state_dict()}, options.run / "last.pt")


if __name__ == "__main__":
    main()
