"""The two stages of MECOMP's training, on the corpus's MIDI audio.

Stage one, ``synthetic``: triplets of genres. Stage two, ``judged``: the CNN frozen, triplets that
a judge ordered with a clear margin. The report's judges were people (60 triplets); no people
judged this corpus, so the tagging teacher is the judge: the nearest honest substitute.

Triplets are made within batches of a few pieces of each genre instead of drawn one by one, so
that each excerpt heard serves as anchor, positive and negative: the processor time of the
report's 8,000 × 3 excerpts an epoch is not at hand. Excerpts have 3 to 6 s, another length each
batch (the network takes any).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.systems.classes import TRAIN, VALID
from models.training.systems.common import Job, Stage, Trained, parameters, run_stage, write_model
from models.training.systems.mecomp_tiny import network
from models.training.systems.mecomp_tiny.graph import build
from models.training.systems.mecomp_tiny.judging import (
    HELD_TRIPLETS,
    accuracy,
    agreed,
    clear_triplets,
    genre_triplets,
    teacher_triplets,
)
from models.training.systems.mecomp_tiny.network import FRAME, WHOLE, Tiny
from models.training.systems.mecomp_tiny.pieces import SAMPLES, Pieces, open_pieces
from models.training.systems.triplets import triplet_margin

VERSION = "2"
MARGIN = 0.2
PIECES_A_GENRE = 4
GENRES = 8
SHORTEST, LONGEST = 32, 64
"""Frames an excerpt, 3 to 6 s."""
PART = FRAME // 8
"""Samples of each frame that are heard in stage one, from a random place on: the mean over a frame
is nearly that over a part of it, for a fraction of the time."""
RATE = 1e-3
WARM_STEPS = 80
STEPS_AN_EPOCH = 80
_SYNTHETIC_SHARE = 0.7
_HEARD_AT_ONCE = 16


def train(job: Job) -> None:
    """Both stages, then the model and its card."""
    pieces = open_pieces(job.corpus, job.cache)
    tiny = Tiny().to(job.device)
    stages = [synthetic(tiny, pieces, job.minutes * _SYNTHETIC_SHARE, job)]
    stages.append(judged(tiny, pieces, job.minutes * (1 - _SYNTHETIC_SHARE), job))
    write_model(
        job,
        build(tiny.cpu()),
        version=VERSION,
        sample_rate=network.SAMPLE_RATE_HZ,
        subspaces={"sound": (0, network.DIM)},
        training=_words(*stages, int((pieces.split == TRAIN).sum())),
        minutes=sum(stage.minutes for stage in stages),
        learnt=parameters(tiny),
    )


def synthetic(tiny: Tiny, pieces: Pieces, minutes: float, job: Job) -> Trained:
    """Genre triplets; the score is their accuracy on the pieces that steer."""
    held = np.flatnonzero(pieces.split == VALID)
    triplets = genre_triplets(pieces, held, HELD_TRIPLETS)
    is_free = pieces.split == TRAIN
    by_genre = [np.flatnonzero(is_free & (pieces.genre == g)) for g in range(GENRES)]
    genre = torch.arange(GENRES).repeat_interleave(PIECES_A_GENRE)

    def loss(random: np.random.Generator) -> Tensor:
        rows = np.concatenate([random.choice(g, PIECES_A_GENRE, replace=False) for g in by_genre])
        audio = _excerpts(pieces, rows, random).to(job.device)
        start = int(random.integers(0, FRAME - PART + 1))
        vectors = tiny.place(_fast_frames(tiny, audio, slice(start, start + PART)))
        return triplet_margin(vectors, agreed(genre, torch.from_numpy(pieces.tags[rows])), MARGIN)

    def score() -> float:
        return accuracy(hear(tiny, pieces, held), triplets)

    stage = Stage(
        "synthetic",
        loss,
        score,
        RATE,
        STEPS_AN_EPOCH,
        minutes,
        patience=3,
        stop_after=12,
        warm_steps=WARM_STEPS,
    )
    return run_stage(tiny, stage, job.run)


def judged(tiny: Tiny, pieces: Pieces, minutes: float, job: Job) -> Trained:
    """Triplets the teacher orders clearly, on what the frozen CNN hears of 10 s of pieces."""
    tiny.freeze_cnn()
    heard = _frames(tiny, pieces, np.arange(len(pieces.audio)), SAMPLES // 2).to(job.device)
    held, free = (np.flatnonzero(pieces.split == each) for each in (VALID, TRAIN))
    triplets = teacher_triplets(pieces.teacher[held], HELD_TRIPLETS)
    teacher = torch.from_numpy(pieces.teacher)

    def loss(random: np.random.Generator) -> Tensor:
        rows = random.choice(free, 48, replace=False)
        count = int(random.integers(SHORTEST, heard.shape[1]))
        start = int(random.integers(0, heard.shape[1] - count + 1))
        vectors = tiny.place(heard[rows, start : start + count])
        anchor, positive, negative = clear_triplets(teacher[rows])
        chosen = torch.from_numpy(random.choice(len(anchor), min(256, len(anchor)), replace=False))
        return triplet_margin(vectors, (anchor[chosen], positive[chosen], negative[chosen]), MARGIN)

    def score() -> float:
        with torch.no_grad():
            vectors = tiny.place(heard[held]).cpu().numpy()
        return accuracy(vectors, triplets)

    # The frozen CNN is not run, so its batch statistics stand still, too. The report's rate of 1e-4
    # was for 60 triplets; here every batch has thousands.
    stage = Stage("judged", loss, score, RATE, 20, minutes, stop_after=20)
    return run_stage(tiny, stage, job.run)


@torch.no_grad()
def hear(tiny: Tiny, pieces: Pieces, rows: NDArray[np.integer]) -> NDArray[np.float32]:
    """Vectors of the first ten seconds of pieces."""
    heard = _frames(tiny, pieces, rows, SAMPLES // 2).to(tiny.outer.weight.device)
    return tiny.place(heard).cpu().numpy()


@torch.no_grad()
def _frames(tiny: Tiny, pieces: Pieces, rows: NDArray[np.integer], samples: int) -> Tensor:
    """What the CNN hears in the beginnings of pieces, [rows, frames, 64]."""
    device = tiny.outer.weight.device
    parts = np.array_split(rows, -(-len(rows) // _HEARD_AT_ONCE))
    audio = (torch.from_numpy(pieces.heard(part, 0, samples)).to(device) for part in parts)
    return torch.cat([_fast_frames(tiny, each).cpu() for each in audio])


def _fast_frames(tiny: Tiny, audio: Tensor, part: slice = WHOLE) -> Tensor:
    """In bfloat16: a fifth of the time, where the processor has it."""
    with torch.autocast(audio.device.type, torch.bfloat16):
        return tiny.frames(audio, part).float()


def _excerpts(pieces: Pieces, rows: NDArray[np.integer], random: np.random.Generator) -> Tensor:
    """The same length of each piece, from anywhere in it, at any loudness."""
    samples = int(random.integers(SHORTEST, LONGEST + 1)) * FRAME
    starts = random.integers(0, SAMPLES - samples, len(rows))
    gains = 10 ** random.uniform(-0.3, 0.3, len(rows)).astype(np.float32)
    parts = [
        gain * pieces.heard(np.array([row]), start, samples)
        for row, start, gain in zip(rows, starts, gains, strict=True)
    ]
    return torch.from_numpy(np.concatenate(parts))


def _words(first: Trained, second: Trained, count: int) -> str:
    return (
        "MECOMP's AudioEmbeddingTiny (Rubick, Ispir & Berglund 2025) rebuilt and trained from "
        f"scratch on the audio of {count} rendered MIDI pieces, since it starts from samples and "
        "of real recordings the corpus has log-mels only. "
        f"Stage one: genre triplets, margin {MARGIN}, {first.steps} steps of 32 excerpts of 3 to "
        f"6 s (the report: 10 to 20 s), {first.minutes:.0f} minutes of one processor core. Stage "
        "two, CNN frozen: triplets that the tagging teacher (musicnn) orders clearly, in place of "
        f"the report's 60 human-judged ones, {second.steps} steps, {second.minutes:.1f} minutes. "
        f"Adam, rate {RATE:g} (the report's: 1e-3, then 1e-4), reduced on "
        "plateaus, stopped early; the best epoch of each stage by a ninth of the pieces that were "
        "not held out, which it was not trained on."
    )
