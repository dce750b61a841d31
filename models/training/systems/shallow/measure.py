"""The paper's Table 1: retrieval AUC of raw and z-scored features and of both networks.

Artists are those of the judge set (52 artists of 116 clips, people's labels, heard by no
training); tracks are held-out real recordings, whose other excerpts are to be found. The paper
ranks 25,290 songs for one query of each of 2,529 artists; here every clip is a query.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.training.systems.classes import TEST
from models.training.systems.common import Job, amend_card
from models.training.systems.quality import quality
from models.training.systems.shallow.measures import retrieval_auc
from models.training.systems.shallow.train import KINDS, Heard, Shallow, hear, part_features

Floats = NDArray[np.float32]

COLUMNS = ("artist AUC", "track AUC", "artist AUC, cosine")
_TABLE_1 = (
    ("L2 of raw features", 0.800),
    ("L2 of z-scored features", 0.825),
    ("triplet network, random triplets", 0.900),
    ("triplet network, same-genre triplets", 0.883),
)


def measure(job: Job) -> None:
    """The card's figures and the table."""
    heard = hear(job)
    labels = np.load(job.corpus / "judge.npz")
    clips = part_features(job.corpus, job.cache, "judge")
    held = np.flatnonzero(heard.split[heard.targets.track] == TEST)
    track = heard.targets.track[held]
    rows: list[list[Any]] = []
    names = [*(name for name, _ in _TABLE_1), "… positives of the same track"]
    for name, place in zip(names, _spaces(heard, job), strict=True):
        of_excerpts = place(clips)
        of_clips = np.add.reduceat(of_excerpts, labels["first"], axis=0)
        of_clips = of_clips / labels["excerpts"][:, None]
        unit = of_clips / np.linalg.norm(of_clips, axis=1, keepdims=True)
        artist = _numbered(labels["artist"])
        figures = [
            retrieval_auc(of_clips, artist),
            retrieval_auc(place(heard.rows[held]), track),
            retrieval_auc(unit, artist),
        ]
        rows.append([name, *(round(figure, 3) for figure in figures)])
    rows += [[f"paper: {name}", figure, None, None] for name, figure in _TABLE_1]
    table = {"title": "Table 1: retrieval AUC by L2", "columns": COLUMNS, "rows": rows}
    amend_card(job, quality(job), {"source": _SOURCE, "substitutes": _WORDS, "tables": [table]})


def _spaces(heard: Heard, job: Job) -> list[Any]:
    def by(network: Shallow) -> Any:
        def place(rows: Floats) -> Floats:
            with torch.no_grad():
                return network(torch.from_numpy(heard.scaled(rows))).numpy()

        return place

    networks = []
    for kind in KINDS:
        network = Shallow(len(heard.mean))
        kept = torch.load(job.run / f"{kind}.pt", weights_only=True, map_location="cpu")
        network.load_state_dict(kept["best"])
        networks.append(by(network.eval()))
    return [lambda rows: rows, heard.scaled, *networks]


def _numbered(names: NDArray[np.str_]) -> NDArray[np.int64]:
    """A number a name, -1 for nobody."""
    _, number = np.unique(names, return_inverse=True)
    return np.where(names == "", -1, number)


_SOURCE = "Cleveland et al., Content-based Music Similarity with Triplet Networks (2020), Table 1"
_WORDS = (
    "FMA's artists → in training the five tracks the teacher finds most similar to a track, in the "
    "test the judge set's artists; FMA's genre labels → the teacher's most telling genre tag; 518 "
    "librosa features → 357 of the same kinds from the log-mel. Neither the judge set's clips nor "
    "the held-out tracks of the track AUC were trained on or chose an epoch."
)
