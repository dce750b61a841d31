"""Tables 1 and 2 of Lee et al. 2020 on tracks held out from training, beside the paper's own.

Accuracy of triplets: the share whose positive is nearer than the negative. Whole tracks are the
means of windows of 3 s (two excerpts of a MIDI piece, one of a real recording: the paper hears
all of a song); triplets of tracks compare single windows. "User" in Table 2 were 879 triplets that
people agreed on; here people's labels of the judge set stand in: triplets of the same and another
mood cluster, and of the same and another artist.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.training.dataset import UNITS, open_part
from models.training.systems.classes import TEST, TRAIN
from models.training.systems.common import Job, amend_card
from models.training.systems.disentangled import vq
from models.training.systems.disentangled.likeness import KINDS
from models.training.systems.disentangled.network import (
    SMALL_WIDTHS,
    WIDTHS,
    WINDOW_FRAMES,
    Inception,
)
from models.training.systems.disentangled.train import (
    COMPARED_STEPS,
    DEVIATION,
    MEAN,
    SHIPPED,
    VARIANTS,
    Tracks,
    Variant,
    compared,
    hear,
    held_triplets,
    ordered,
)
from models.training.systems.quality import quality

Floats = NDArray[np.float32]
TRIPLETS = 4000
PLAIN = Variant(KINDS, False, 0.0)
"""All dimensions at once."""
ROWS = {
    "track": "Track",
    "category": "Category",
    "category-track": "Category + track regularisation",
    "disentangled": "Category + disentanglement",
    "disentangled-track": "Category + disentanglement + track regularisation",
}


class Test:
    """The held-out tracks, their triplets, and what people say of the judge set's clips."""

    def __init__(self, job: Job, tracks: Tracks) -> None:
        self.tracks = tracks
        self.held = np.flatnonzero(tracks.split == TEST)
        self.windows = [tracks.whole(t, 2 if t >= tracks.reals else 1) for t in self.held]
        pairs = tracks.of(self.held)
        self.triplets = {k: held_triplets(*pairs[k], TRIPLETS) for k in KINDS}
        random = np.random.default_rng(12)
        self.twos = np.concatenate([tracks.two(t, random) for t in self.held])
        track = np.repeat(np.arange(len(self.held)), 2)
        same = track[:, None] == track[None]
        self.of_tracks = held_triplets(same & ~np.eye(len(same), dtype=bool), ~same, TRIPLETS)
        labels = np.load(job.corpus / "judge.npz")
        clips = open_part(job.corpus, job.cache, "judge")
        ends = labels["first"] + labels["excerpts"]
        self.clips = [clips[a:b] for a, b in zip(labels["first"], ends, strict=True)]
        itself = np.eye(len(self.clips), dtype=bool)
        mood, artist = labels["mood"], labels["artist"]
        alike, known = mood[:, None] == mood[None], artist != ""
        by_one = (artist[:, None] == artist[None]) & known & known[:, None]
        by_other = (artist[:, None] != artist[None]) & known & known[:, None]
        self.of_moods = held_triplets(alike & ~itself, ~alike, TRIPLETS)
        self.of_artists = held_triplets(by_one & ~itself, by_other, TRIPLETS)

    def judge_windows(self, clip: int) -> NDArray[np.uint8]:
        """The first window of each excerpt of a clip."""
        return self.clips[clip][:, :WINDOW_FRAMES]


def measure(job: Job) -> None:
    """The card's figures and both tables; networks to compare that are missing are trained."""
    tracks = Tracks(job.corpus, job.cache)
    test = Test(job, tracks)
    centres = _dictionary(test)
    rows = [["MFCC-VQ, all", *_shares(_quantised(test.windows, centres), test, PLAIN)]]
    people = [["MFCC-VQ", *_people_quantised(test, centres)]]
    for name, words in ROWS.items():
        network = compared(name, tracks, job)
        vectors = songs(network, test.windows, job)
        rows.append([f"{words}, all", *_shares(vectors, test, PLAIN)])
        if VARIANTS[name].is_masked:
            rows.append([f"{words}, sub-dimensions", *_shares(vectors, test, SHIPPED)])
        people.append([words, *_people(network, test, job)])
    special = {k: songs(compared(f"only-{k}", tracks, job), test.windows, job) for k in KINDS}
    shares = [ordered(special[k], test.triplets[k], k, PLAIN) for k in KINDS]
    rows.append(["Set of specialised networks, sub-dimensions", *_with_mean(shares)])
    shipped = _shipped(job)
    vectors = songs(shipped, test.windows, job)
    rows.append(["the shipped network (wider, longer), all", *_shares(vectors, test, PLAIN)])
    rows.append(["… sub-dimensions", *_shares(vectors, test, SHIPPED)])
    people.append(["the shipped network", *_people(shipped, test, job)])
    paper = {"source": _SOURCE, "substitutes": _WORDS, "tables": _tables(rows, people)}
    amend_card(job, quality(job), paper)


def songs(network: Inception, windows: list[NDArray[np.uint8]], job: Job) -> Floats:
    """Mean vectors of each track's windows."""
    network.eval()
    with torch.no_grad():
        heard = hear(network, np.concatenate(windows), job.device).cpu().numpy()
    starts = np.concatenate([[0], np.cumsum([len(each) for each in windows])[:-1]])
    count = np.array([len(each) for each in windows])
    return np.asarray(np.add.reduceat(heard, starts) / count[:, None])


def _shares(vectors: Floats, test: Test, variant: Variant) -> list[float]:
    return _with_mean([ordered(vectors, test.triplets[k], k, variant) for k in KINDS])


def _with_mean(shares: list[float]) -> list[float]:
    return [round(share, 3) for share in (*shares, float(np.mean(shares)))]


def _people(network: Inception, test: Test, job: Job) -> list[float]:
    with torch.no_grad():
        twos = hear(network, test.twos, job.device).cpu().numpy()
    clips = songs(network, [test.judge_windows(i) for i in range(len(test.clips))], job)
    return _three(twos, clips, test)


def _three(twos: Floats, clips: Floats, test: Test) -> list[float]:
    cases = [(twos, test.of_tracks), (clips, test.of_moods), (clips, test.of_artists)]
    return [round(ordered(v, triplets, KINDS[0], PLAIN), 3) for v, triplets in cases]


def _quantised(tracks: list[NDArray[np.uint8]], centres: Floats) -> Floats:
    return np.stack([_histogram(each, centres) for each in tracks])


def _people_quantised(test: Test, centres: Floats) -> list[float]:
    clips = [test.judge_windows(i) for i in range(len(test.clips))]
    return _three(
        _quantised([w[None] for w in test.twos], centres), _quantised(clips, centres), test
    )


def _histogram(windows: NDArray[np.uint8], centres: Floats) -> Floats:
    frames = [vq.cepstra(window.astype(np.float32) / UNITS) for window in windows]
    return vq.histogram(np.concatenate(frames), centres)


def _dictionary(test: Test) -> Floats:
    """Of frames of training tracks, the same each time."""
    tracks = test.tracks
    random = np.random.default_rng(13)
    free = random.permutation(np.flatnonzero(tracks.split == TRAIN))
    chosen = free[: vq.FRAMES_LEARNT // WINDOW_FRAMES + 1]
    windows = [tracks.whole(t)[0].astype(np.float32) / UNITS for t in chosen]
    return vq.dictionary(np.concatenate([vq.cepstra(window) for window in windows]))


def _shipped(job: Job) -> Inception:
    network = Inception(MEAN, DEVIATION, WIDTHS)
    kept = torch.load(job.run / "shipped.pt", weights_only=True, map_location="cpu")
    network.load_state_dict(kept["best"])
    return network.eval().to(job.device)


def _tables(rows: list[list[Any]], people: list[list[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "title": "Table 1: triplets of each kind, by the whole vector (all) or its part",
            "columns": [*KINDS, "overall"],
            "rows": rows + [[f"paper: {name}", *shares] for name, *shares in _TABLE_1],
        },
        {
            "title": "Table 2: triplets of tracks, and people's (the paper's users; here labels)",
            "columns": ["track", "mood cluster", "artist"],
            "rows": people + [[f"paper: {name}", *shares, None] for name, *shares in _TABLE_2],
        },
    ]


_TABLE_1: list[tuple[Any, ...]] = [
    ("MFCC-VQ, all", 0.563, 0.481, 0.495, 0.516, 0.514),
    ("Track, all", 0.611, 0.595, 0.531, 0.534, 0.568),
    ("Category, all", 0.647, 0.633, 0.562, 0.875, 0.679),
    ("Category + track regularisation, all", 0.647, 0.627, 0.561, 0.891, 0.681),
    ("Category + disentanglement, all", 0.708, 0.717, 0.657, 0.783, 0.716),
    ("… + track regularisation, all", 0.693, 0.704, 0.626, 0.836, 0.715),
    ("Set of specialised networks, sub-dimensions", 0.708, 0.619, 0.603, 0.942, 0.718),
    ("Category + disentanglement, sub-dimensions", 0.785, 0.790, 0.798, 0.955, 0.832),
    ("… + track regularisation, sub-dimensions", 0.765, 0.743, 0.700, 0.953, 0.790),
]
_TABLE_2: list[tuple[Any, ...]] = [
    ("MFCC-VQ (users)", 0.833, 0.654),
    ("Track (users)", 0.950, 0.763),
    ("Category (users)", 0.975, 0.766),
    ("Category + track regularisation (users)", 0.980, 0.740),
    ("Category + disentanglement (users)", 0.985, 0.763),
    ("Category + disentanglement + track regularisation (users)", 0.988, 0.792),
]
_SOURCE = (
    "Lee, Bryan, Salamon, Jin & Nam, Disentangled Multidimensional Metric Learning for Music "
    "Similarity (ICASSP 2020), Tables 1 and 2"
)
_WORDS = (
    "Listeners' tags → the teacher's two most telling tags of a kind, true genre, tempo and notes "
    "of MIDI pieces; users' triplets → the judge set's mood clusters and artists; "
    f"the compared networks have stem and blocks of {', '.join(map(str, SMALL_WIDTHS))} channels "
    f"and {COMPARED_STEPS} steps each, so they show what each idea adds, not what it can reach. "
    "No track that is reported was trained on or chose an epoch."
)
