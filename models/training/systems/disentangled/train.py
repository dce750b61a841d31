"""Training the shipped network, and the smaller ones that the paper's tables compare.

Per batch 32 tracks are heard, two windows of 3 s each that overlap by half at most. Triplets are
all drawn within the batch: for each kind of likeness its own, under that kind's mask, and triplets
of tracks (two windows of one against a window of another) without a mask, λ = 0.5.
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
from models.training.systems.disentangled.likeness import KINDS, SUBSPACES, Pairs, joined, likeness
from models.training.systems.disentangled.network import (
    SMALL_WIDTHS,
    WIDTHS,
    WINDOW_FRAMES,
    Inception,
)
from models.training.systems.triplets import drawn, triplet_margin
from models.training.targets import load, tag_scale

MARGIN = 0.1
TRACK_SHARE = 0.5
RATE = 0.01
REAL_TRACKS, MIDI_TRACKS = 16, 16
STEPS_AN_EPOCH = 40
COMPARED_STEPS = 160
TRIPLETS_AN_ANCHOR = 3
MEAN, DEVIATION = 2.5, 1.45
"""Of the corpus's log-mel (the paper's, of another compression: 0.2 and 0.25)."""
_TRACKS_A_TEMPO = 4
_COMPARED_SHARE = 0.4
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


class Tracks:
    """Both parts of the corpus as one row of tracks, real recordings first."""

    def __init__(self, corpus: Path, cache: Path) -> None:
        scale = tag_scale(corpus)
        real, midi = load(corpus, "real", scale), load(corpus, "midi", scale)
        self._excerpts = open_part(corpus, cache, "real"), open_part(corpus, cache, "midi")
        self._count = np.concatenate([real.count, midi.count])
        self._first = np.concatenate([real.first, midi.first])
        self.reals = len(real.count)
        self.valid = np.concatenate([real.valid, midi.valid])
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

    def two(self, track: int, random: np.random.Generator) -> NDArray[np.uint8]:
        """Two windows that overlap by half at most."""
        room = FRAMES - WINDOW_FRAMES
        while True:
            excerpts = random.integers(0, self._count[track], 2)
            within = random.integers(0, room + 1, 2)
            if excerpts[0] != excerpts[1] or abs(within[0] - within[1]) >= WINDOW_FRAMES // 2:
                return self.windows(track, excerpts * FRAMES + within)

    def whole(self, track: int, excerpts: int = 1) -> NDArray[np.uint8]:
        """Non-overlapping windows of a track's first excerpts."""
        within = np.arange(FRAMES // WINDOW_FRAMES) * WINDOW_FRAMES
        of_each = np.arange(min(excerpts, self._count[track]))[:, None] * FRAMES
        return self.windows(track, (of_each + within).ravel())


def train(job: Job) -> None:
    """The shipped network, its model and card; then the networks to compare."""
    tracks = Tracks(job.corpus, job.cache)
    network = Inception(MEAN, DEVIATION, WIDTHS).to(job.device)
    done = fit(network, SHIPPED, tracks, job, "shipped", job.minutes * (1 - _COMPARED_SHARE))
    write_model(
        job,
        build(network.cpu()),
        sample_rate=SAMPLE_RATE_HZ,
        subspaces=SUBSPACES,
        training=_words(done),
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
    """Train in place; the score is the triplet accuracy on held-out tracks (section 3.3)."""
    held = np.flatnonzero(tracks.valid)
    heard = np.concatenate([tracks.whole(t)[:1] for t in held])
    tests = {kind: held_triplets(*pairs, 1000) for kind, pairs in tracks.of(held).items()}

    def loss(random: np.random.Generator) -> Tensor:
        rows = draw(tracks, random)
        windows = np.concatenate([tracks.two(t, random) for t in rows])
        vectors = hear(network, windows, job.device)
        return triplet_loss(vectors, tracks.of(rows), variant)

    def score() -> float:
        with torch.no_grad():
            vectors = hear(network, heard, job.device).cpu().numpy()
        return float(
            np.mean([ordered(vectors, tests[k], k, variant) for k in variant.kinds or KINDS])
        )

    network.to(memory_format=torch.channels_last)
    is_small = name != "shipped"
    stage = Stage(
        name,
        loss,
        score,
        RATE,
        STEPS_AN_EPOCH,
        minutes,
        epochs=COMPARED_STEPS // STEPS_AN_EPOCH if is_small else 1000,
        factor=0.2,
        # The paper's 4 and 20 epochs are of 200,000 triplets each; these are of 40 batches.
        patience=1,
        stop_after=10,
    )
    return run_stage(network, stage, job.run)


def draw(tracks: Tracks, random: np.random.Generator) -> NDArray[np.int64]:
    """Training tracks of a batch; MIDI pieces in groups of near tempo, or none would be near."""
    free = np.flatnonzero(~tracks.valid)
    real = random.choice(free[free < tracks.reals], REAL_TRACKS, replace=False)
    midi = free[free >= tracks.reals]
    groups: list[int] = []
    while len(groups) < MIDI_TRACKS:
        near = midi[np.abs(tracks.bpm[midi] - tracks.bpm[random.choice(midi)]) <= 2.5]
        fresh = np.setdiff1d(near, groups)
        groups += random.permutation(fresh)[:_TRACKS_A_TEMPO].tolist()
    return np.concatenate([real, groups[:MIDI_TRACKS]]).astype(np.int64)


def triplet_loss(vectors: Tensor, pairs: dict[str, Pairs], variant: Variant) -> Tensor:
    """Eq. 5 over ``vectors`` [2 · tracks, 256], two windows of each track in turn."""
    device = vectors.device
    total = vectors.new_zeros(())
    for kind in variant.kinds:
        near, far = (
            torch.from_numpy(each).to(device).repeat_interleave(2, 0).repeat_interleave(2, 1)
            for each in pairs[kind]
        )
        seen = masked(vectors, kind) if variant.is_masked else vectors
        total = total + triplet_margin(seen, drawn(near, far, TRIPLETS_AN_ANCHOR), MARGIN)
    if variant.track_share:
        track = torch.arange(len(vectors), device=device) // 2
        same = track[:, None] == track[None]
        itself = torch.eye(len(vectors), dtype=torch.bool, device=device)
        of_tracks = drawn(same & ~itself, ~same, TRIPLETS_AN_ANCHOR)
        total = total + variant.track_share * triplet_margin(vectors, of_tracks, MARGIN)
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


def _words(done: Trained) -> str:
    return (
        "Lee, Bryan, Salamon, Jin & Nam (2020) rebuilt: Inception blocks on 3 s of log-mel, "
        "4 × 64 masks, triplets under each mask (margin 0.1) and track regularisation with "
        f"λ = {TRACK_SHARE}; {done.steps} steps of 64 windows, {done.minutes:.0f} minutes of one "
        "processor core, on 1,463 real recordings and 898 rendered MIDI pieces. In place of "
        "listeners' tags: the tagging teacher's two most telling tags of a kind (real "
        "recordings, and moods of MIDI pieces); true genre, tempo and notes per instrument family "
        f"of MIDI pieces. The corpus's front end ({MELS} bands, 32 ms) in place of 128 bands and "
        "11.6 ms. A vector is the mean over three windows of an excerpt."
    )
