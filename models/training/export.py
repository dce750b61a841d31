"""The shipped file of a trained network: front end, network and estimates in one ONNX graph.

    python -m models.training.export --corpus ../shared/corpus --run runs/default \\
        --out models/tuiradio.onnx
    python -m models.training.evaluate --corpus ../shared/corpus --write models/tuiradio.onnx

Batch normalisation is folded into the layers before it. Weights are kept as float16 and widened
when the model is loaded: half the file, and no difference that a neighbour could notice.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.training import tags
from models.training.corpus import FRAMES, MELS
from models.training.frontend import SAMPLE_RATE_HZ, add_log_mel
from models.training.graph import Graph, ints
from models.training.network import (
    BEATS,
    DIM,
    FARTHEST,
    LIKENESS,
    NEARBY,
    PIECE_FRAMES,
    PIECES,
    SUBSPACES,
    TEMPI,
    TEMPO_CONSTANT,
    TIMBRE_SHARE,
    TIMBRE_SPACES,
    Cepstra,
    ConvNorm,
    Ear,
    Finish,
    Rhythm,
    Separable,
    Shape,
    Timbre,
)
from models.training.targets import Scale, tag_scale

Floats = NDArray[np.float32]


def build(ear: Ear, scale: Scale) -> bytes:
    """The ONNX model of a trained network; the same weights give the same bytes."""
    graph = Graph()
    log_mel = add_log_mel(graph)
    timbre = _in_pieces(graph, ear.timbre, log_mel)
    rhythm = _rhythm(graph, ear.rhythm, log_mel)
    cepstra = _cepstra(graph, ear.cepstra, log_mel)
    raw = {name: _linear(graph, layer, timbre) for name, layer in ear.spaces.items()}
    for name, layer in ear.shortcuts.items():
        shortcut = graph("MatMul", cepstra, _half(graph, _array(layer.weight).T))
        raw[name] = _unit(graph, graph("Add", raw[name], shortcut))
    raw["tempo"] = _tempo_space(graph, _linear(graph, ear.tempo_space, rhythm))
    logits = _linear(graph, ear.tags, timbre)
    probabilities = graph("MatMul", graph("Sigmoid", logits), tags.merging())
    spaces = _finished(graph, ear.finish, raw, (timbre, rhythm, cepstra))
    weights, bias = tags.valence_arousal(scale.mean, scale.deviation)
    mood = graph("Tanh", graph("Add", graph("MatMul", logits, weights), bias))
    return graph.model_bytes(
        [
            (graph("Concat", *spaces, axis=1), "embedding", ("batch", DIM)),
            (probabilities, "tags", ("batch", len(tags.NAMES))),
            (mood, "mood", ("batch", 2)),
            (_tempo(graph, _linear(graph, ear.tempo_classes, rhythm)), "tempo_bpm", ("batch",)),
        ]
    )


def _in_pieces(graph: Graph, timbre: Timbre, log_mel: str) -> str:
    whole = _slice(graph, log_mel, 0, PIECES * PIECE_FRAMES, 1)
    pieces = graph("Reshape", whole, ints(-1, PIECE_FRAMES, MELS))
    heard = _timbre(graph, timbre, pieces)
    hidden = timbre.pooled.out_features
    apart = graph("Reshape", heard, ints(-1, PIECES, hidden))
    return graph("ReduceMean", apart, axes=[1], keepdims=0)


def _timbre(graph: Graph, timbre: Timbre, log_mel: str) -> str:
    scaled = graph("Sub", log_mel, _array(timbre.mean))
    scaled = graph("Mul", scaled, 1 / _array(timbre.deviation))
    x = _conv(graph, timbre.stem, graph("Unsqueeze", scaled, ints(1)))
    for block in timbre.blocks:
        assert isinstance(block, Separable)
        y = _conv(graph, block.across, _conv(graph, block.depth, x))
        x = graph("Add", x, y) if block.adds else y
    # [batch, channels, frames, bands] → [batch, channels · bands, frames, 1]
    x = graph("Transpose", x, perm=[0, 1, 3, 2])
    flat = timbre.whole.conv.in_channels
    x = graph("Reshape", x, ints(0, flat, -1, 1))
    x = _conv(graph, timbre.whole, x)
    for layer in timbre.temporal:
        assert isinstance(layer, ConvNorm)
        x = graph("Add", x, _conv(graph, layer, x))
    x = graph("Squeeze", x, ints(3))
    pooled = [graph("ReduceMean", x, axes=[2], keepdims=0), _deviation(graph, x, 2)]
    pooled.append(graph("ReduceMax", x, axes=[2], keepdims=0))
    plain = [graph("ReduceMean", scaled, axes=[1], keepdims=0), _deviation(graph, scaled, 1)]
    plain.append(_deviation(graph, _differences(graph, scaled), 1))
    both = graph("Concat", *pooled, *plain, axis=1)
    weight = torch.cat([timbre.pooled.weight, timbre.statistics.weight], 1)
    return graph("Relu", _dense(graph, both, *_folded(weight, timbre.norm)))


def _rhythm(graph: Graph, rhythm: Rhythm, log_mel: str) -> str:
    onsets = graph("MatMul", graph("Relu", _differences(graph, log_mel)), _array(rhythm.groups))
    onsets = graph("Sub", onsets, graph("ReduceMean", onsets, axes=[1]))
    # The beating of an excerpt of other length is measured over its first 10 s.
    beating = graph("MatMul", _half(graph, _array(rhythm.waves)), onsets)
    square = graph("Mul", beating, beating)
    half = len(BEATS)
    power = graph(
        "Add", _slice(graph, square, 0, half, 1), _slice(graph, square, half, 2 * half, 1)
    )
    floor = graph("Add", graph("ReduceMean", power, axes=[1]), np.array(1e-3, np.float32))
    relative = graph("Log", graph("Add", graph("Div", power, floor), np.array(1, np.float32)))
    y = graph("Transpose", relative, perm=[0, 2, 1])
    across = rhythm.across
    assert across.bias is not None
    y = graph("Conv", y, _half(graph, _array(across.weight)), _array(across.bias), pads=[2, 2])
    y = graph("Reshape", graph("Relu", y), ints(0, -1))
    return graph("Relu", _dense(graph, y, *_folded(rhythm.hidden.weight, rhythm.norm)))


def _tempo_space(graph: Graph, raw: str) -> str:
    beat = _unit(graph, raw)
    edges = np.array([0, 1, 0, 0], np.int64)
    return _unit(graph, graph("Pad", beat, edges, np.array(TEMPO_CONSTANT, np.float32)))


def _finished(
    graph: Graph, finish: Finish, placed: dict[str, str], heard: tuple[str, str, str]
) -> list[str]:
    """``Finish``: the sub-spaces in their order."""
    everything = graph("Concat", *heard, *(placed[name] for name in TIMBRE_SPACES), axis=1)
    scaled = graph("Sub", everything, _array(finish.mean))
    scaled = graph("Mul", scaled, 1 / _array(finish.deviation))
    edges = (np.array(edge, np.float32) for edge in (-FARTHEST, FARTHEST))
    cut = graph("Clip", scaled, *edges)
    likeness = graph("MatMul", cut, _half(graph, _array(finish.likeness)))
    done = dict(placed)
    for name, (numbers, share) in LIKENESS.items():
        own = graph("MatMul", placed[name], _half(graph, _array(getattr(finish, name))))
        done[name] = _beside(graph, _slice(graph, likeness, 0, numbers, 1), own, share)
    centred = graph("Sub", heard[2], _array(finish.timbre_mean))
    timbre = graph("MatMul", centred, _half(graph, _array(finish.timbre)))
    done["instruments"] = _beside(graph, placed["instruments"], timbre, 1 - TIMBRE_SHARE)
    return [done[name] for name in SUBSPACES]


def _beside(graph: Graph, one: str, other: str, share: float) -> str:
    """``network.beside``."""
    halves = [
        graph("Mul", _unit(graph, x), np.array(part**0.5, np.float32))
        for x, part in ((one, share), (other, 1 - share))
    ]
    return graph("Concat", *halves, axis=1)


def _cepstra(graph: Graph, cepstra: Cepstra, log_mel: str) -> str:
    x = graph("MatMul", log_mel, _array(cepstra.cosines))
    parts = [graph("ReduceMean", x, axes=[1], keepdims=0), _deviation(graph, x, 1)]
    parts.append(_deviation(graph, _differences(graph, x), 1))
    centred = graph("Sub", graph("Concat", *parts, axis=1), _array(cepstra.mean))
    return graph("Mul", centred, 1 / _array(cepstra.deviation))


def _tempo(graph: Graph, logits: str) -> str:
    """The mean tempo around the likeliest class, over the octaves' logarithms."""
    places = np.arange(len(TEMPI), dtype=np.float32)
    likeliest = graph("Cast", graph("ArgMax", logits, axis=1, keepdims=1), to=1)
    apart = graph("Abs", graph("Sub", likeliest, places))
    near = graph("Cast", graph("Less", apart, np.array(NEARBY + 0.5, np.float32)), to=1)
    shares = graph("Mul", graph("Softmax", logits, axis=1), near)
    octaves = graph("MatMul", shares, np.log(TEMPI).astype(np.float32)[:, None])
    total = graph("ReduceSum", shares, ints(1), keepdims=1)
    return graph("Squeeze", graph("Exp", graph("Div", octaves, total)), ints(1))


def _conv(graph: Graph, layer: ConvNorm, x: str) -> str:
    weight, bias = layer.folded()
    conv = layer.conv
    assert isinstance(conv.padding, tuple)
    y = graph(
        "Conv",
        x,
        _half(graph, weight),
        bias,
        strides=list(conv.stride),
        pads=[*conv.padding, *conv.padding],
        dilations=list(conv.dilation),
        group=conv.groups,
    )
    return graph("Relu", y) if layer.rectify else y


def _linear(graph: Graph, layer: nn.Module, x: str) -> str:
    assert isinstance(layer, nn.Linear)
    return _dense(graph, x, _array(layer.weight), _array(layer.bias))


def _dense(graph: Graph, x: str, weight: Floats, bias: Floats) -> str:
    return graph("Add", graph("MatMul", x, _half(graph, weight.T)), bias)


def _folded(weight: torch.Tensor, norm: nn.BatchNorm1d) -> tuple[Floats, Floats]:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return _array(weight * scale[:, None]), _array(norm.bias - norm.running_mean * scale)


def _half(graph: Graph, weight: Floats) -> str:
    """A constant kept in half the bytes; onnxruntime widens it once, on loading."""
    return graph("Cast", weight.astype(np.float16), to=1)


def _differences(graph: Graph, x: str) -> str:
    """Frame to frame, [batch, frames, 96] → [batch, frames - 1, 96]."""
    later = _slice(graph, x, 1, np.iinfo(np.int64).max, 1)
    return graph("Sub", later, _slice(graph, x, 0, -1, 1))


def _slice(graph: Graph, x: str, start: int, stop: int, axis: int) -> str:
    return graph("Slice", x, ints(start), ints(stop), ints(axis))


def _deviation(graph: Graph, x: str, axis: int) -> str:
    spread = graph("Sub", x, graph("ReduceMean", x, axes=[axis]))
    variance = graph("ReduceMean", graph("Mul", spread, spread), axes=[axis], keepdims=0)
    return graph("Sqrt", graph("Add", variance, np.array(1e-5, np.float32)))


def _unit(graph: Graph, x: str) -> str:
    return graph("Div", x, graph("ReduceL2", x, axes=[1], keepdims=1))


def _array(values: object) -> Floats:
    assert isinstance(values, torch.Tensor)
    return values.detach().numpy().astype(np.float32)


def trained(checkpoint: Path) -> Ear:
    """The averaged network of a checkpoint, ready to hear."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["averaged"]
    ear = Ear(Shape(), torch.zeros(MELS), torch.ones(MELS))
    ear.load_state_dict(state)
    return ear.eval()


def card(model: bytes, log: Path) -> dict[str, Any]:
    """What stands beside the model; ``evaluate`` fills in its quality."""
    return {
        "format": 1,
        "name": "tuiradio",
        "version": "2",
        "sha256": hashlib.sha256(model).hexdigest(),
        "sample_rate": SAMPLE_RATE_HZ,
        "excerpt_s": 10.0,
        "excerpts": 6,
        "dim": DIM,
        "subspaces": {name: list(edges) for name, edges in SUBSPACES.items()},
        "tags": list(tags.NAMES),
        "licence": "GPL-2.0-or-later",
        "training": _TRAINING.format(history=_history(log)),
        "quality": {},
    }


def _history(log: Path) -> str:
    """How long which stage took, from what they wrote down."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    words = []
    for key, said in _STAGES.items():
        last = next((line for line in reversed(lines) if key in line), None)
        if last is not None:
            words.append(said.format(last[key], minutes=last.get("minutes", 0)))
    return ", ".join(words)


_STAGES = {
    "unpacked": "going on from {}",
    "step": "{:,} steps on 3.2 s excerpts in {minutes:.0f} minutes",
    "patches": "{:,} steps on the teacher's own 3 s patches in {minutes:.0f} minutes",
}
_TRAINING = (
    "Distilled from musicnn (Pons & Serra 2019, ISC licence) on shared processor cores ({history}) "
    "from 1,463 real recordings and 898 rendered MIDI "
    "pieces: the teacher's two embeddings, its 100 tags and the similarity relations between "
    "tracks. Genre, mood and instruments: relations and triplets of the tags that speak of "
    "them, and MIDI genres and families. Tempo: a listener of its own that hears onsets only, "
    "MIDI truth. Then, on whole excerpts, the last layers among 320 tracks at a time, and in "
    "closed form what fills the rest of three sub-spaces: a ridge regression of the teacher's "
    "embedding (0.7 of genre and of mood) and the directions of MFCC statistics that tell tracks "
    "apart (0.6 of instruments). "
    "Tags: the 50 of last.fm, and the 50 of MagnaTagATune, the mean where they share a word. "
    "Mood has no human ratings behind it: valence is the pleasant (happy, party, catchy, funk, "
    "easy listening, dance) against the unpleasant tags (sad, metal, experimental, weird), "
    "arousal the excited (party, metal, hard rock, punk, dance, fast, loud, beat) against the "
    "calm (chillout, chill, Mellow, ambient, acoustic, slow, quiet, soft), from the tag "
    "estimates. Among the quality figures only mood and artist of the judge set rest on "
    "people's labels; mood triplets are the teacher's opinion."
)


def main() -> None:
    """Write the ONNX file of a fitted run, and its card."""
    parser = argparse.ArgumentParser(description="Export a trained network.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    options = parser.parse_args()
    ear = trained(options.run / "fitted.pt")
    model = build(ear, tag_scale(options.corpus))
    options.out.write_bytes(model)
    text = json.dumps(card(model, options.run / "log.jsonl"), indent=2, ensure_ascii=False)
    options.out.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(f"{options.out}: {len(model):,} bytes for excerpts of {FRAMES} frames")


if __name__ == "__main__":
    main()
