"""Triplets that genres and the teacher judge, and how many of them vectors order rightly."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.systems.mecomp_tiny.pieces import Pieces
from models.training.systems.triplets import Triplets

CLEARLY = 0.25
"""By how much the teacher must find the positive more similar than the negative."""
HELD_TRIPLETS = 2000


def clear_triplets(teacher: Tensor) -> Triplets:
    """All triplets of a batch whose order the teacher is sure of (``CLEARLY``)."""
    similarity = teacher @ teacher.T
    similarity.fill_diagonal_(-torch.inf)
    clear = similarity[:, :, None] - similarity[:, None, :] > CLEARLY
    clear &= torch.isfinite(similarity)[:, None, :]
    anchor, positive, negative = clear.nonzero(as_tuple=True)
    return anchor, positive, negative


def agreed(genre: Tensor, genre_tags: Tensor) -> Triplets:
    """All triplets of a batch: anchor and positive of one genre, negative of another.

    Those that the teacher's genre tags contradict are left out: a MIDI file's genre is that of
    its song, which a rendering need not tell.
    """
    similarity = genre_tags @ genre_tags.T
    same = genre[:, None] == genre[None]
    is_heard = similarity[:, :, None] > similarity[:, None, :]
    triplets = is_heard & same[:, :, None] & ~same[:, None, :]
    anchor, positive, negative = triplets.nonzero(as_tuple=True)
    apart = anchor != positive
    return anchor[apart], positive[apart], negative[apart]


def genre_triplets(
    pieces: Pieces, rows: NDArray[np.integer], count: int, is_agreed: bool = True
) -> NDArray[np.int64]:
    """[count, 3] of ``agreed`` among these pieces, or of all genre triplets."""
    genre, genre_tags = torch.from_numpy(pieces.genre[rows]), torch.from_numpy(pieces.tags[rows])
    # Tags that say the same of the pieces of a genre, and nothing of others, contradict nothing.
    own = torch.nn.functional.one_hot(genre).float()
    return _some(agreed(genre, genre_tags if is_agreed else own), count)


def teacher_triplets(teacher: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """[count, 3] rows that the teacher orders clearly."""
    return _some(clear_triplets(torch.from_numpy(teacher)), count)


def _some(triplets: Triplets, count: int) -> NDArray[np.int64]:
    rows = torch.stack(triplets, 1).numpy()
    chosen = np.random.default_rng(6).choice(len(rows), min(count, len(rows)), replace=False)
    return np.asarray(rows[chosen])


def accuracy(vectors: NDArray[np.floating], triplets: NDArray[np.int64]) -> float:
    """Share of triplets whose positive is nearer to the anchor than the negative."""
    anchor, positive, negative = vectors[triplets].transpose(1, 0, 2)
    near = np.linalg.norm(anchor - positive, axis=1)
    return float((near < np.linalg.norm(anchor - negative, axis=1)).mean())
