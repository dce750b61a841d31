"""Training the shipped network, and the smaller ones that the paper's tables compare.

Per batch 32 tracks are heard, two windows of 3 s each that overlap by half at most. The loss is
over all triplets within the batch: for each kind of likeness its own, under that kind's mask, and
triplets of tracks (two windows of one against a window of another) without a mask, λ = 0.5.

Tempo is the hard one to learn: 898 pieces say little about it, each of them the same thing. In 160
to 1,160 steps no network left chance (0.50 to 0.53 of held-out triplets), one of tempo alone not
even on what it was trained on (0.51 after 400), though a plain autocorrelation of the same windows
orders 0.75. The rate was spent early, too: it fell after two epochs of 40 steps without a better
score. Now the rate has longer, the loss is that of all triplets of a batch instead of a few random
ones, and MIDI pieces are played faster or slower, to a tempo that four of a batch share; a piece's
two windows have a speed each, so that the same piece at another tempo is the negative that tempo
alone tells apart. A few hundred steps of this are still too few: it wants hours, or a GPU.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.corpus import FRAMES, MELS
from models.training.dataset import UNITS, open_part
from models.training.frontend import SAMPLE_RATE_HZ
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
from models.training.systems.disentangled.graph import build
from models.training.systems.disentangled.likeness import (
    KINDS,
    SUBSPACES,
    Pairs,
    by_tempo,
    joined,
    likeness,
)
from models.training.systems.disentangled.network import (
    SMALL_WIDTHS,
    WIDTHS,
    WINDOW_FRAMES,
    Inception,
)
from models.training.systems.triplets import every_triplet_margin
from models.training.targets import load, tag_scale

VERSION = "2"
MARGIN = 0.1
TRACK_SHARE = 0.5
RATE = 0.01
LATER_RATE = 0.002
"""Of a network that begins with trained weights."""
REAL_TRACKS, MIDI_TRACKS = 16, 16
STEPS_AN_EPOCH = 40
COMPARED_STEPS = 160
MEAN, DEVIATION = 2.5, 1.45
"""Of the corpus's log-mel (the paper's, of another compression: 0.2 and 0.25)."""
_TRACKS_A_TEMPO = 4
_SLOWEST, _FASTEST = 0.65, 1.5
_LOG_SPEED = 0.3
"""How far the tempo of four lies from their mean, at most, as a logarithm."""
_TEMPO_JITTER = 0.01
_COMPARED_SHARE = 0.4
WARM_STEPS = 80
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Variant:
    """A row of the paper's tables."""

    kinds: tuple[str, ...]
    is_masked: bool
    track_share: float
    """λ; with no ``kinds`` the triplets of tracks are all there is."""


SHIPPED = Variant(KINDS, True, TRACK_SHARE)
VARIANTS = {
    "track": Variant((), False, 1.0),
    "category": Variant(KINDS, False, 0.0),
    "category-track": Variant(KINDS, False, TRACK_SHARE),
    "disentangled": Variant(KINDS, True, 0.0),
    "disentangled-track": SHIPPED,
    **{f"only-{kind}": Variant((kind,), False, 0.0) for kind in KINDS},
}


AS_IT_IS = np.ones(2)
"""Speeds of a track's two windows."""


def played(log_mel: NDArray[np.uint8], speed: float) -> NDArray[np.uint8]:
    """A window [94, 96] of frames [n, 96] at ``speed`` times theirs, between frames a mixture."""
    if speed == 1:
        return log_mel[:WINDOW_FRAMES]
    place = np.minimum(np.arange(WINDOW_FRAMES) * speed, len(log_mel) - 1.001)
    left = place.astype(np.int64)
    share = (place - left)[:, None].astype(np.float32)
    mixed = log_mel[left] * (1 - share) + log_mel[left + 1] * share
    return np.rint(mixed).astype(np.uint8)


class Tracks:
    """Both parts of the corpus as one row of tracks, real recordings first."""

    def __init__(self, corpus: Path, cache: Path) -> None:
        scale = tag_scale(corpus)
        real, midi = load(corpus, "real", scale), load(corpus, "midi", scale)
        self._excerpts = open_part(corpus, cache, "real"), open_part(corpus, cache, "midi")
        self._count = np.concatenate([real.count, midi.count])
        self._first = np.concatenate([real.first, midi.first])
        self.reals = len(real.count)
        self.split = np.concatenate([divide(real.valid), divide(midi.valid)])
        self.bpm = np.concatenate([np.zeros(self.reals), midi.bpm[midi.first]])
        self.pairs = joined(likeness(real, scale), likeness(midi, scale))

    def of(self, rows: NDArray[np.integer]) -> dict[str, Pairs]:
        """The pairs among these tracks."""
        return {
            k: (a[np.ix_(rows, rows)], b[np.ix_(rows, rows)]) for k, (a, b) in self.pairs.items()
        }

    def windows(self, track: int, starts: NDArray[np.integer]) -> NDArray[np.uint8]:
        """Windows [starts, 94, 96] of a track, counted in frames over all its excerpts."""
        of_part = self._excerpts[int(track >= self.reals)]
        first = self._first[track]
        return np.stack(
            [of_part[first + s // FRAMES, s % FRAMES : s % FRAMES + WINDOW_FRAMES] for s in starts]
        )

    def two(
        self,
        track: int,
        random: np.random.Generator,
        speeds: NDArray[np.floating] = AS_IT_IS,
    ) -> NDArray[np.uint8]:
        """Two windows that overlap by half at most, each played at its own speed."""
        frames = np.ceil(WINDOW_FRAMES * speeds).astype(np.int64)
        while True:
            excerpts = random.integers(0, self._count[track], 2)
            within = random.integers(0, FRAMES - frames + 1)
            apart = abs(within[0] - within[1])
            if excerpts[0] != excerpts[1] or apart >= frames.max() // 2:
                break
        heard = self._excerpts[int(track >= self.reals)]
        first = self._first[track]
        rows = zip(excerpts, within, frames, speeds, strict=True)
        return np.stack([played(heard[first + e, w : w + n], s) for e, w, n, s in rows])

    def whole(self, track: int, excerpts: int = 1) -> NDArray[np.uint8]:
        """Non-overlapping windows of a track's first excerpts."""
        within = np.arange(FRAMES // WINDOW_FRAMES) * WINDOW_FRAMES
        of_each = np.arange(min(excerpts, self._count[track]))[:, None] * FRAMES
        return self.windows(track, (of_each + within).ravel())


def train(job: Job) -> None:
    """The shipped network, its model and card; then the networks to compare."""
    tracks = Tracks(job.corpus, job.cache)
    network = Inception(MEAN, DEVIATION, WIDTHS).to(job.device)
    if job.start is not None:
        network.load_state_dict(torch.load(job.start, weights_only=True)["best"])
    done = fit(network, SHIPPED, tracks, job, "shipped", job.minutes * (1 - _COMPARED_SHARE))
    write_model(
        job,
        build(network.cpu()),
        version=VERSION,
        sample_rate=SAMPLE_RATE_HZ,
        subspaces=SUBSPACES,
        training=_words(done, tracks) + (_BEGUN if job.start is not None else ""),
        minutes=done.minutes,
        learnt=parameters(network),
    )
    for name in VARIANTS:
        compared(name, tracks, job)


def compared(name: str, tracks: Tracks, job: Job) -> Inception:
    """A small network of a row of the tables, trained if it is not yet."""
    torch.manual_seed(SEED)
    network = Inception(MEAN, DEVIATION, SMALL_WIDTHS).to(job.device)
    minutes = job.minutes * _COMPARED_SHARE / len(VARIANTS)
    fit(network, VARIANTS[name], tracks, job, name, minutes)
    return network


def fit(
    network: Inception, variant: Variant, tracks: Tracks, job: Job, name: str, minutes: float
) -> Trained:
    """Train in place; the score is the triplet accuracy on tracks that steer (section 3.3)."""
    steering = np.flatnonzero(tracks.split == VALID)
    heard = np.concatenate([tracks.whole(t) for t in steering])
    tests = {kind: held_triplets(*pairs, 4000) for kind, pairs in tracks.of(steering).items()}

    def loss(random: np.random.Generator) -> Tensor:
        rows, speeds = draw(tracks, random)
        pairs = [tracks.two(t, random, s) for t, s in zip(rows, speeds, strict=True)]
        vectors = hear(network, np.concatenate(pairs), job.device)
        return triplet_loss(vectors, of_windows(tracks, rows, speeds), variant)

    def score() -> float:
        with torch.no_grad():
            each = hear(network, heard, job.device).cpu().numpy()
        vectors = each.reshape(len(steering), -1, each.shape[1]).mean(1)
        return float(
            np.mean([ordered(vectors, tests[k], k, variant) for k in variant.kinds or KINDS])
        )

    network.to(memory_format=torch.channels_last)
    is_small = name != "shipped"
    stage = Stage(
        name,
        loss,
        score,
        RATE if is_small or job.start is None else LATER_RATE,
        STEPS_AN_EPOCH,
        minutes,
        epochs=COMPARED_STEPS // STEPS_AN_EPOCH if is_small else 1000,
        factor=0.2,
        # The paper's 4 epochs are of 200,000 triplets each; these are of 40 batches. After 2 of
        # them the rate was spent within 900 steps.
        patience=8,
        stop_after=40,
        warm_steps=WARM_STEPS,
    )
    return run_stage(network, stage, job.run)


def draw(
    tracks: Tracks, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Training tracks of a batch, and the speed of each one's two windows [tracks, 2].

    MIDI pieces of near tempo are brought to the same, twice, or hardly any would be near.
    """
    free = np.flatnonzero(tracks.split == TRAIN)
    real = random.choice(free[free < tracks.reals], REAL_TRACKS, replace=False)
    midi = random.choice(free[free >= tracks.reals], MIDI_TRACKS, replace=False)
    midi = midi[np.argsort(tracks.bpm[midi])]
    bpm = tracks.bpm[midi].reshape(-1, _TRACKS_A_TEMPO)
    means = np.log(bpm).mean(1)[:, None, None]
    goals = means + random.uniform(-_LOG_SPEED, _LOG_SPEED, (len(bpm), 1, 2))
    jitter = random.normal(0, _TEMPO_JITTER, (*bpm.shape, 2))
    speeds = np.exp(goals + jitter - np.log(bpm)[:, :, None]).reshape(-1, 2)
    speeds = np.clip(speeds, _SLOWEST, _FASTEST)
    return np.concatenate([real, midi]), np.concatenate([np.ones((REAL_TRACKS, 2)), speeds])


def of_windows(
    tracks: Tracks, rows: NDArray[np.integer], speeds: NDArray[np.floating]
) -> dict[str, Pairs]:
    """Near and far pairs among two windows of each of these tracks in turn."""
    pairs = {kind: (_twice(near), _twice(far)) for kind, (near, far) in tracks.of(rows).items()}
    return pairs | {"tempo": by_tempo((tracks.bpm[rows][:, None] * speeds).ravel())}


def _twice(pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return pairs.repeat(2, 0).repeat(2, 1)


def triplet_loss(vectors: Tensor, pairs: dict[str, Pairs], variant: Variant) -> Tensor:
    """Eq. 5 over ``vectors`` [2 · tracks, 256], two windows of each track in turn."""
    device = vectors.device
    total = vectors.new_zeros(())
    for kind in variant.kinds:
        near, far = (torch.from_numpy(each).to(device) for each in pairs[kind])
        seen = masked(vectors, kind) if variant.is_masked else vectors
        total = total + every_triplet_margin(seen, near, far, MARGIN)
    if variant.track_share:
        track = torch.arange(len(vectors), device=device) // 2
        same = track[:, None] == track[None]
        itself = torch.eye(len(vectors), dtype=torch.bool, device=device)
        of_tracks = every_triplet_margin(vectors, same & ~itself, ~same, MARGIN)
        total = total + variant.track_share * of_tracks
    return total


def masked(vectors: Tensor, kind: str) -> Tensor:
    """A kind's own part; what its mask blocks adds nothing to a distance."""
    start, stop = SUBSPACES[kind]
    return vectors[:, start:stop]


def hear(network: Inception, windows: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Vectors of windows as the cache holds them."""
    parts = [windows[i : i + _BATCH] for i in range(0, len(windows), _BATCH)]
    with torch.autocast(device.type, torch.bfloat16):
        heard = [network(torch.from_numpy(p).to(device).float() / UNITS) for p in parts]
    return torch.cat(heard)


def held_triplets(near: NDArray[np.bool_], far: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """[count, 3] rows of random triplets, the same each time."""
    random = np.random.default_rng(4)
    able = np.flatnonzero(near.any(1) & far.any(1))
    rows = [
        (a, random.choice(np.flatnonzero(near[a])), random.choice(np.flatnonzero(far[a])))
        for a in random.choice(able, count)
    ]
    return np.array(rows)


def ordered(
    vectors: NDArray[np.floating],
    triplets: NDArray[np.int64],
    kind: str,
    variant: Variant,
) -> float:
    """Share of triplets whose positive is the nearer one."""
    if variant.is_masked:
        start, stop = SUBSPACES[kind]
        vectors = vectors[:, start:stop]
    anchor, positive, negative = vectors[triplets].transpose(1, 0, 2)
    near = np.linalg.norm(anchor - positive, axis=1)
    return float((near < np.linalg.norm(anchor - negative, axis=1)).mean())


_BEGUN = " It began with the weights of a former run, whose steps and minutes are not counted."


def _words(done: Trained, tracks: Tracks) -> str:
    is_free = tracks.split == TRAIN
    reals, midi = is_free[: tracks.reals].sum(), is_free[tracks.reals :].sum()
    return (
        "Lee, Bryan, Salamon, Jin & Nam (2020) rebuilt: Inception blocks on 3 s of log-mel, "
        "4 × 64 masks, triplets under each mask (margin 0.1) and track regularisation with "
        f"λ = {TRACK_SHARE}; {done.steps} steps of 64 windows, {done.minutes:.0f} minutes of one "
        f"processor core, on {reals:,} real recordings and {midi} rendered MIDI pieces; the best "
        "epoch by a ninth of those not held out. In place of "
        "listeners' tags: the tagging teacher's two most telling tags of a kind (real "
        "recordings, and moods of MIDI pieces); true genre, tempo and notes per instrument family "
        "of MIDI pieces, which are played faster and slower. The corpus's front end "
        f"({MELS} bands, a frame each 32 ms) in place of 128 bands and 23 ms. A vector is the mean "
        "over three windows of an excerpt."
    )
