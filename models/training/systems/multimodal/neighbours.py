"""Top-5 lists: by cosine, as the player listens, with names (Savvas & Poulianou, section 4)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training import music
from tuiradio.library.track import Failure
from tuiradio.listening.decode import read_excerpts
from tuiradio.listening.encoder import Embedding, Encoder

Floats = NDArray[np.floating]

LISTED = 5
QUERIES = 6


def nearest(queries: Floats, others: Floats, count: int) -> NDArray[np.int64]:
    """The ``count`` nearest rows of ``others`` to each query by cosine, both of unit rows."""
    return np.argsort(-(queries @ others.T), axis=1, kind="stable")[:, :count]


def lists(model: Path, folder: Path) -> dict[str, Any]:
    """A table of queries spread over a folder of music and their five nearest in it."""
    vectors, names = _library(model, folder)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    chosen = np.linspace(0, len(names) - 1, QUERIES + 2).astype(int)[1:-1]
    rows = []
    for query in chosen:
        five = np.argsort(-similarity[query], kind="stable")[:LISTED]
        told = [f"{names[other]} ({similarity[query, other]:.2f})" for other in five]
        rows.append([names[query], *told])
    return {
        "title": f"Top 5 of {len(names)} tracks of ../shared/music (cosine)",
        "columns": ["query", *map(str, range(1, LISTED + 1))],
        "rows": rows,
    }


def _library(model: Path, folder: Path) -> tuple[Floats, list[str]]:
    encoder = Encoder(model)
    card = encoder.card
    vectors, names = [], []
    for file, artist in music.tracks(folder):
        read = read_excerpts(os.fsencode(file), card.sample_rate_hz, card.excerpt_s, card.excerpts)
        if isinstance(read, Failure):
            continue
        heard = encoder.embed(read.samples)
        if isinstance(heard, Embedding):
            vectors.append(heard.vector)
            names.append(f"{artist}: {file.stem}" if artist else file.stem)
    return np.stack(vectors), names
