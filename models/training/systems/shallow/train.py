"""Training the two layers on random and on same-genre triplets; features are computed once.

The paper's triplets: two songs of one artist, a third of another. The corpus's training part
names no artists. The substitute: the positive is of one of the five tracks that the teacher
finds most similar to the anchor's (its embedding ranks a true artist's songs with an AUC of 0.912
on the judge set). Genre triplets take the negative from a track of the anchor's genre: the genre
tag the teacher says most above its average, in place of FMA's labels. A third network, ``track``,
shows the nearer-lying substitute, two excerpts of one track, which learns to know recordings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.training import tags
from models.training.dataset import UNITS, open_part
from models.training.frontend import SAMPLE_RATE_HZ
from models.training.judge import track_vectors
from models.training.measures import neighbours_kept, starts
from models.training.systems.classes import TRAIN, VALID, divide
from models.training.systems.common import (
    SEED,
    Job,
    Stage,
    Trained,
    parameters,
    run_stage,
    write_model,
)
from models.training.systems.nodes import array
from models.training.systems.shallow.features import features
from models.training.systems.shallow.graph import build
from models.training.systems.shallow.measures import retrieval_auc
from models.training.systems.triplets import triplet_margin
from models.training.targets import Targets, load, tag_scale, unit

VERSION = "2"
MARGIN = 1.0
TRIPLETS_AN_EPOCH, EPOCHS, BATCH = 512, 200, 64
KINDS = ("random", "genre", "track")
LIKE_ONE_ARTIST = 5
_AT_ONCE = 64

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """The real recordings' features, E excerpts."""

    rows: Floats
    """[E, 357] as ``features`` gives them."""
    mean: Floats
    deviation: Floats
    """[357] over the training excerpts."""
    targets: Targets
    split: NDArray[np.int64]
    """[T] ``TRAIN``, ``VALID`` (steers) or ``TEST`` (the corpus's held-out tracks, reported)."""
    genre: NDArray[np.int64]
    """[T] the teacher's most telling genre tag."""
    alike: NDArray[np.int64]
    """[T, 5] the training tracks that the teacher finds most similar."""

    def scaled(self, rows: Floats) -> Floats:
        """Features as z-scores."""
        return np.asarray((rows - self.mean) / self.deviation)


class Shallow(nn.Module):
    """Layers of the input's size, sigmoid then tanh (section 2)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.first = nn.Linear(size, size)
        self.second = nn.Linear(size, size)

    def forward(self, scaled: Tensor) -> Tensor:
        return torch.tanh(self.second(torch.sigmoid(self.first(scaled))))


def train(job: Job) -> None:
    """All networks; the one of random triplets, the paper's better one, is exported."""
    heard = hear(job)
    trained = {kind: fit(kind, heard, job) for kind in KINDS}
    network, done = trained["random"]
    write_model(
        job,
        build(heard.mean, heard.deviation, [layer(network.first), layer(network.second)]),
        version=VERSION,
        sample_rate=SAMPLE_RATE_HZ,
        subspaces={"sound": (0, len(heard.mean))},
        training=_words(done, len(heard.mean), int((heard.split == TRAIN).sum())),
        minutes=done.minutes,
        learnt=parameters(network),
    )


def hear(job: Job) -> Heard:
    """Features of every real excerpt, kept in the cache."""
    targets = load(job.corpus, "real", tag_scale(job.corpus))
    rows = part_features(job.corpus, job.cache, "real")
    split = divide(targets.valid)
    free = rows[split[targets.track] == TRAIN]
    odds = tags.log_odds(targets.probabilities)[:, tags.places(tags.GENRE)]
    odds = (odds - odds.mean(0)) / odds.std(0)
    genre = np.add.reduceat(odds, targets.first, axis=0) / targets.count[:, None]
    deviation = np.maximum(free.std(0), 1e-6)
    alike = most_alike(targets, split)
    return Heard(rows, free.mean(0), deviation, targets, split, genre.argmax(1), alike)


def most_alike(targets: Targets, split: NDArray[np.int64]) -> NDArray[np.int64]:
    """The five training tracks nearest to each track by the teacher's embeddings, [T, 5]."""
    vectors = unit(np.add.reduceat(targets.whole, targets.first, axis=0))
    similarity = vectors @ vectors.T
    similarity[:, split != TRAIN] = -np.inf
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1)[:, :LIKE_ONE_ARTIST]


def part_features(corpus: Path, cache: Path, part: str) -> Floats:
    """[E, 357] of ``real``, ``judge`` or ``midi``, computed at first use."""
    file = cache / f"{part}_features.npy"
    if not file.exists():
        excerpts = open_part(corpus, cache, part)
        parts = [
            features(excerpts[i : i + _AT_ONCE].astype(np.float32) / UNITS)
            for i in range(0, len(excerpts), _AT_ONCE)
        ]
        unfinished = file.with_suffix(".part")
        with unfinished.open("wb") as stream:
            np.save(stream, np.concatenate(parts))
        unfinished.rename(file)
    return np.asarray(np.load(file))


def fit(kind: str, heard: Heard, job: Job) -> tuple[Shallow, Trained]:
    """A network trained on one kind of triplets.

    The score: of the ten tracks that steer nearest by the teacher the share kept; for ``track``
    the AUC with which excerpts of such a track find each other.
    """
    torch.manual_seed(SEED)
    network = Shallow(len(heard.mean)).to(job.device)
    scaled = torch.from_numpy(heard.scaled(heard.rows)).to(job.device)
    targets = heard.targets
    held = np.flatnonzero(heard.split[targets.track] == VALID)
    first = starts(targets.track[held])
    teacher = track_vectors(targets.whole[held], first)

    def loss(random: np.random.Generator) -> Tensor:
        rows = np.stack([triplet(kind, heard, random) for _ in range(BATCH)])
        vectors = network(scaled[rows.T.ravel()])
        places = torch.arange(3 * BATCH, device=job.device).reshape(3, BATCH)
        return triplet_margin(vectors, (places[0], places[1], places[2]), MARGIN, is_squared=True)

    def score() -> float:
        with torch.no_grad():
            vectors = network(scaled[held]).cpu().numpy()
        if kind == "track":
            return retrieval_auc(vectors, targets.track[held])
        return neighbours_kept(track_vectors(vectors, first), teacher)

    steps = TRIPLETS_AN_EPOCH // BATCH
    stage = Stage(
        kind,
        loss,
        score,
        1e-3,
        steps,
        job.minutes / 3,
        epochs=EPOCHS,
        patience=20,
        stop_after=EPOCHS,
    )
    return network, run_stage(network, stage, job.run)


def triplet(kind: str, heard: Heard, random: np.random.Generator) -> NDArray[np.int64]:
    """Excerpts of anchor, positive and negative among the training tracks."""
    targets = heard.targets
    free = np.flatnonzero(heard.split == TRAIN)
    anchor = random.choice(free)
    if kind == "track":
        pair = random.choice(targets.count[anchor], 2, replace=False) + targets.first[anchor]
    else:
        pair = np.array(
            [_excerpt(t, targets, random) for t in (anchor, random.choice(heard.alike[anchor]))]
        )
    is_other = (free != anchor) & ~np.isin(free, heard.alike[anchor])
    same = free[is_other & (heard.genre[free] == heard.genre[anchor])]
    others = same if kind == "genre" and len(same) else free[is_other]
    return np.array([*pair, _excerpt(random.choice(others), targets, random)])


def _excerpt(track: int, targets: Targets, random: np.random.Generator) -> int:
    return int(targets.first[track] + random.integers(targets.count[track]))


def layer(of: nn.Linear) -> tuple[Floats, Floats]:
    """Weight and bias for the export."""
    return array(of.weight), array(of.bias)


def _words(done: Trained, size: int, tracks: int) -> str:
    return (
        f"Cleveland et al. (2020) rebuilt: {size} standard audio features over 10 s (seven "
        "statistics of MFCC, chroma, tonnetz, RMS, spectral centroid, bandwidth, contrast, "
        "roll-off, flatness and onset strength), each over mel bands since the corpus's real "
        "recordings are log-mels; no zero-crossing rate, which needs samples, one chroma in place "
        "of three. Two layers of the input's size, sigmoid and tanh; squared distances, margin 1, "
        f"{done.epochs} epochs of {TRIPLETS_AN_EPOCH} random triplets, {done.minutes:.1f} minutes "
        f"of one processor core, as many triplets as the paper's, on {tracks:,} real recordings; "
        "the best epoch by a ninth of those not held out. No artists are named there: the positive "
        "is one of the five tracks the tagging teacher finds most similar to the anchor."
    )
