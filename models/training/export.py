"""The shipped file of a trained network: front end, network and estimates in one ONNX graph.

    python -m models.training.export --corpus ../shared/corpus --run runs/default \\
        --out models/tuiradio.onnx
    python -m models.training.evaluate --corpus ../shared/corpus --write models/tuiradio.onnx

Batch normalisation is folded into the layers before it. Weights are kept as float16, the timbre
listeners' large ones as bytes (``tall.settle`` rounded them before the last layers were found), and
widened when the model is loaded: a smaller file, and no difference that a neighbour could notice.
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

from models.training import tags
from models.training.corpus import FRAMES, MELS
from models.training.frontend import SAMPLE_RATE_HZ, add_log_mel
from models.training.graph import Graph, ints
from models.training.layers import (
    add_conv,
    add_dense,
    add_dense_in_bytes,
    add_deviation,
    add_differences,
    add_linear,
    add_scaled,
    add_slice,
    add_unit,
    array,
    folded,
    halved,
    in_bytes,
)
from models.training.network import (
    BEATS,
    DIM,
    FARTHEST,
    LIKENESS,
    NEARBY,
    OWN,
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
from models.training.tall import Tall
from models.training.tall_graph import add_over_patches, add_patches, add_talls
from models.training.targets import Scale, tag_scale

Floats = NDArray[np.float32]


def build(ear: Ear, scale: Scale) -> bytes:
    """The ONNX model of a trained network; the same weights give the same bytes."""
    graph = Graph()
    log_mel = add_log_mel(graph)
    patches = add_patches(graph, log_mel)
    hidden = ear.shape.hidden
    timbre = add_over_patches(graph, _timbre(graph, ear.timbre, patches), hidden)
    tall = add_talls(graph, ear.tall, patches)
    rhythm = _rhythm(graph, ear.rhythm, log_mel)
    cepstra = _cepstra(graph, ear.cepstra, log_mel)
    raw = {name: add_linear(graph, layer, timbre) for name, layer in ear.spaces.items()}
    beside = add_scaled(graph, tall, ear.tall_mean, ear.tall_deviation)
    beside = graph("Concat", cepstra, beside, axis=1)
    for name, layer in ear.shortcuts.items():
        shortcut = graph("MatMul", beside, halved(graph, array(layer.weight).T))
        raw[name] = add_unit(graph, graph("Add", raw[name], shortcut))
    raw["tempo"] = _tempo_space(graph, add_linear(graph, ear.tempo_space, rhythm))
    told = add_dense(graph, tall, *map(array, ear.tall.tag_layer()))
    told = graph("Add", add_linear(graph, ear.tags, timbre), told)
    logits = graph("Mul", told, np.array(0.5, np.float32))
    probabilities = graph("MatMul", graph("Sigmoid", logits), tags.merging())
    spaces = _finished(graph, ear.finish, raw, (timbre, rhythm, cepstra, tall))
    weights, bias = tags.valence_arousal(scale.mean, scale.deviation)
    mood = graph("Tanh", graph("Add", graph("MatMul", logits, weights), bias))
    return graph.model_bytes(
        [
            (graph("Concat", *spaces, axis=1), "embedding", ("batch", DIM)),
            (probabilities, "tags", ("batch", len(tags.NAMES))),
            (mood, "mood", ("batch", 2)),
            (_tempo(graph, add_linear(graph, ear.tempo_classes, rhythm)), "tempo_bpm", ("batch",)),
        ]
    )


def _timbre(graph: Graph, timbre: Timbre, log_mel: str) -> str:
    scaled = add_scaled(graph, log_mel, timbre.mean, timbre.deviation)
    x = add_conv(graph, timbre.stem, graph("Unsqueeze", scaled, ints(1)))
    for block in timbre.blocks:
        assert isinstance(block, Separable)
        y = add_conv(graph, block.across, add_conv(graph, block.depth, x))
        x = graph("Add", x, y) if block.adds else y
    # [batch, channels, frames, bands] → [batch, channels · bands, frames, 1]
    x = graph("Transpose", x, perm=[0, 1, 3, 2])
    flat = timbre.whole.conv.in_channels
    x = graph("Reshape", x, ints(0, flat, -1, 1))
    x = add_conv(graph, timbre.whole, x, in_bytes)
    for layer in timbre.temporal:
        assert isinstance(layer, ConvNorm)
        x = graph("Add", x, add_conv(graph, layer, x, in_bytes))
    x = graph("Squeeze", x, ints(3))
    pooled = [graph("ReduceMean", x, axes=[2], keepdims=0), add_deviation(graph, x, 2)]
    pooled.append(graph("ReduceMax", x, axes=[2], keepdims=0))
    plain = [graph("ReduceMean", scaled, axes=[1], keepdims=0), add_deviation(graph, scaled, 1)]
    plain.append(add_deviation(graph, add_differences(graph, scaled), 1))
    both = graph("Concat", *pooled, *plain, axis=1)
    weight = torch.cat([timbre.pooled.weight, timbre.statistics.weight], 1)
    return graph("Relu", add_dense_in_bytes(graph, both, *folded(weight, timbre.norm)))


def _rhythm(graph: Graph, rhythm: Rhythm, log_mel: str) -> str:
    onsets = graph("MatMul", graph("Relu", add_differences(graph, log_mel)), array(rhythm.groups))
    onsets = graph("Sub", onsets, graph("ReduceMean", onsets, axes=[1]))
    # The beating of an excerpt of other length is measured over its first 10 s.
    beating = graph("MatMul", halved(graph, array(rhythm.waves)), onsets)
    square = graph("Mul", beating, beating)
    half = len(BEATS)
    power = graph(
        "Add", add_slice(graph, square, 0, half, 1), add_slice(graph, square, half, 2 * half, 1)
    )
    floor = graph("Add", graph("ReduceMean", power, axes=[1]), np.array(1e-3, np.float32))
    relative = graph("Log", graph("Add", graph("Div", power, floor), np.array(1, np.float32)))
    y = graph("Transpose", relative, perm=[0, 2, 1])
    across = rhythm.across
    assert across.bias is not None
    y = graph("Conv", y, halved(graph, array(across.weight)), array(across.bias), pads=[2, 2])
    y = graph("Reshape", graph("Relu", y), ints(0, -1))
    return graph("Relu", add_dense(graph, y, *folded(rhythm.hidden.weight, rhythm.norm)))


def _tempo_space(graph: Graph, raw: str) -> str:
    beat = add_unit(graph, raw)
    edges = np.array([0, 1, 0, 0], np.int64)
    return add_unit(graph, graph("Pad", beat, edges, np.array(TEMPO_CONSTANT, np.float32)))


def _finished(
    graph: Graph, finish: Finish, placed: dict[str, str], heard: tuple[str, str, str, str]
) -> list[str]:
    """``Finish``: the sub-spaces in their order."""
    everything = graph("Concat", *heard, *(placed[name] for name in TIMBRE_SPACES), axis=1)
    scaled = add_scaled(graph, everything, finish.mean, finish.deviation)
    edges = (np.array(edge, np.float32) for edge in (-FARTHEST, FARTHEST))
    cut = graph("Clip", scaled, *edges)
    likeness = graph("MatMul", cut, halved(graph, array(finish.likeness)))
    done = dict(placed)
    for name, (numbers, share) in LIKENESS.items():
        own = graph("MatMul", placed[name], halved(graph, array(getattr(finish, name))))
        done[name] = _beside(graph, add_slice(graph, likeness, 0, numbers, 1), own, share)
    centred = graph("Sub", heard[2], array(finish.timbre_mean))
    timbre = graph("MatMul", centred, halved(graph, array(finish.timbre)))
    done["instruments"] = _beside(graph, placed["instruments"], timbre, 1 - TIMBRE_SHARE)
    return [done[name] for name in SUBSPACES]


def _beside(graph: Graph, one: str, other: str, share: float) -> str:
    """``network.beside``."""
    halves = [
        graph("Mul", add_unit(graph, x), np.array(part**0.5, np.float32))
        for x, part in ((one, share), (other, 1 - share))
    ]
    return graph("Concat", *halves, axis=1)


def _cepstra(graph: Graph, cepstra: Cepstra, log_mel: str) -> str:
    x = graph("MatMul", log_mel, array(cepstra.cosines))
    parts = [graph("ReduceMean", x, axes=[1], keepdims=0), add_deviation(graph, x, 1)]
    parts.append(add_deviation(graph, add_differences(graph, x), 1))
    raw = graph("Concat", *parts, axis=1)
    return add_scaled(graph, raw, cepstra.mean, cepstra.deviation)


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


def trained(checkpoint: Path) -> Ear:
    """The averaged network of a checkpoint, ready to hear."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["averaged"]
    ear = Ear(Shape(), torch.zeros(MELS), torch.ones(MELS))
    ear.load_state_dict(state)
    return ear.eval()


def parameters(ear: Ear) -> int:
    """Numbers found by training or in closed form that the file holds."""
    trained_only = {*ear.teacher.parameters(), *ear.families.parameters(), *ear.genres.parameters()}
    for tall in ear.tall.members:
        assert isinstance(tall, Tall)
        trained_only |= {tall.factor, tall.constant}
    finish = ear.finish
    fitted = [finish.likeness, finish.timbre, *(getattr(finish, name) for name in OWN)]
    kept = [each for each in ear.parameters() if each not in trained_only]
    return sum(each.numel() for each in (*kept, *fitted))


def card(model: bytes, log: Path, count: int) -> dict[str, Any]:
    """What stands beside the model of ``count`` parameters; ``evaluate`` adds its quality."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return {
        "format": 1,
        "name": "tuiradio",
        "version": "3",
        "sha256": hashlib.sha256(model).hexdigest(),
        "sample_rate": SAMPLE_RATE_HZ,
        "excerpt_s": 10.0,
        "excerpts": 6,
        "dim": DIM,
        "subspaces": {name: list(edges) for name, edges in SUBSPACES.items()},
        "tags": list(tags.NAMES),
        "licence": "GPL-2.0-or-later",
        "training": _TRAINING.format(history=_history(lines)),
        "quality": {"parameters": count, "training_minutes": _minutes(lines)},
    }


def _last(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What each stage wrote last, by stage."""
    return {key: line for line in lines for key in _STAGES if key in line}


def _history(lines: list[dict[str, Any]]) -> str:
    """How long which stage took, from what they wrote down."""
    last = _last(lines)
    return ", ".join(
        said.format(last[key][key], minutes=last[key].get("minutes", 0))
        for key, said in _STAGES.items()
        if key in last
    )


def _minutes(lines: list[dict[str, Any]]) -> float:
    return round(sum(line.get("minutes", 0.0) for line in _last(lines).values()), 1)


_STAGES = {
    "unpacked": "going on from {}",
    "step": "{:,} steps on 3.2 s excerpts in {minutes:.0f} minutes",
    "patches": "{:,} steps of the tall filters on the teacher's own 3 s patches in {minutes:.0f} "
    "minutes",
}
_TRAINING = (
    "Distilled from musicnn (Pons & Serra 2019, ISC licence) on shared processor cores ({history}) "
    "from 1,463 real recordings and 898 rendered MIDI "
    "pieces: the teacher's two embeddings, its 100 tags and the similarity relations between "
    "tracks. Genre, mood and instruments: relations and triplets of the tags that speak of "
    "them, and MIDI genres and families. Tempo: a listener of its own that hears onsets only, "
    "MIDI truth. Beside the first timbre listener, of separable convolutions, two of the "
    "teacher's own family (tall filters, the maximum over frequency) that learnt nothing but its "
    "embeddings and tags. Then, on whole excerpts, the last layers among 320 tracks at a time, "
    "and in closed form what fills the rest of three sub-spaces: a ridge regression of the "
    "teacher's embedding (0.7 of genre and of mood) and the directions of MFCC statistics that "
    "tell tracks apart (0.6 of instruments). Training takes more music, too: folders of tagged "
    "files (--music) and the Free Music Archive's dataset (--fma). "
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
    about = card(model, options.run / "log.jsonl", parameters(ear))
    text = json.dumps(about, indent=2, ensure_ascii=False)
    options.out.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(f"{options.out}: {len(model):,} bytes for excerpts of {FRAMES} frames")


if __name__ == "__main__":
    main()
