"""How well a model keeps artists together in a folder of real music, ``<artist>/…/<track>``.

From the files themselves and as the player listens, so that models of any sample rate compare.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuiradio.evaluation import measures
from tuiradio.library.track import Failure
from tuiradio.listening.card import find_model
from tuiradio.listening.decode import read_excerpts
from tuiradio.listening.encoder import Embedding, Encoder

Floats = NDArray[np.float32]

SUFFIXES = {".mp3", ".ogg", ".opus", ".flac", ".m4a", ".wav"}
NOBODY = {"Unknown", "Unsorted"}
"""Folders that are no artist's."""


def artist_auc(model: Path, music: Path) -> float:
    """Chance that a track of the query's artist is more similar than another's (0.5 is chance).

    Over all tracks whose artist has another one; similarity is the mean of the sub-spaces'
    cosines, the player's own with every weight 1.
    """
    found = find_model(model)
    encoder = Encoder(found.path)
    vectors, artists = [], []
    for file, artist in tracks(music):
        vector = _heard(encoder, file)
        if vector is not None:
            vectors.append(vector)
            artists.append(artist)
    rows = np.stack(vectors)
    return measures.artist_auc(rows @ rows.T, np.array(artists))


def tracks(music: Path) -> list[tuple[Path, str]]:
    """Audio files in order, with their artist ('' where nobody knows)."""
    files = sorted(f for f in music.rglob("*") if f.suffix.lower() in SUFFIXES)
    tops = (file.relative_to(music).parts[0] for file in files)
    return [(f, "" if top in NOBODY else top) for f, top in zip(files, tops, strict=True)]


def _heard(encoder: Encoder, file: Path) -> Floats | None:
    card = encoder.card
    excerpts = read_excerpts(os.fsencode(file), card.sample_rate_hz, card.excerpt_s, card.excerpts)
    if isinstance(excerpts, Failure):
        return None
    heard = encoder.embed(excerpts.samples)
    return heard.vector if isinstance(heard, Embedding) else None
