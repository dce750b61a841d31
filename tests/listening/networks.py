"""Small models made for tests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from models.training.graph import Graph, ints

RATE_HZ = 1_000
SAMPLES = 1_000
DIM = 4


def pair(
    folder: Path, extra: dict[str, int] | None = None, scale: float = 1.0, **card: Any
) -> Path:
    """A model that averages audio in ``DIM`` stretches, and its card; fields override."""
    path = folder / "small.onnx"
    path.write_bytes(stretches(extra or {}, scale))
    fields: dict[str, Any] = {
        "format": 1,
        "name": "small",
        "version": "3",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "sample_rate": RATE_HZ,
        "excerpt_s": 1.0,
        "excerpts": 2,
        "dim": DIM,
        "subspaces": {"genre": [0, 2], "mood": [2, 4]},
        "licence": "GPL-2.0-or-later",
    }
    fields.update(card)
    text = json.dumps({name: value for name, value in fields.items() if value is not None})
    path.with_suffix(".json").write_text(text)
    return path


def stretches(extra: dict[str, int], scale: float = 1.0) -> bytes:
    """Embedding = mean of each quarter of the excerpt, times ``scale``; so are extra outputs."""
    graph = Graph()
    blocks = graph("Reshape", "audio", ints(0, DIM, -1))
    means = graph("ReduceMean", blocks, axes=[2], keepdims=0)
    scaled = graph("Mul", means, np.array(scale, np.float32))
    outputs: list[tuple[str, str, tuple[int | str, ...]]] = [
        (scaled, "embedding", ("batch", DIM)),
    ]
    for name, size in extra.items():
        part = graph("Slice", means, ints(0), ints(size), ints(1))
        if name == "tempo_bpm":
            part = graph("Squeeze", part, ints(1))
        outputs.append((part, name, ("batch", size)[: 1 if name == "tempo_bpm" else 2]))
    return graph.model_bytes(outputs)
