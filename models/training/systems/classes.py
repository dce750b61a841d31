"""Classes of similar sounding music, and the tracks that belong to them.

Burns & van Zyl (2020) grouped FMA's songs by hand into 8 classes, Savvas & Poulianou took GTZAN's
10 genres. Neither is in this corpus. In their place, kept apart and never compared with each
other: the true genre of MIDI pieces (8), and for real recordings the one of 8 groups of genre tags
that the teacher says most above its average of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training import tags
from models.training.corpus import FRAMES, MELS
from models.training.dataset import open_part
from models.training.targets import GENRES, tag_scale

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

GROUPS = {
    "rock, metal": (
        "msd:rock, msd:classic rock, msd:alternative rock, msd:hard rock, msd:punk, msd:metal, "
        "mtt:rock, mtt:metal"
    ),
    "dance, electronic": "msd:dance, msd:House, msd:electro, mtt:techno, mtt:dance",
    "ambient": "msd:ambient, msd:chillout, mtt:ambient, mtt:new age",
    "pop": "msd:pop, msd:indie pop, mtt:pop",
    "hip-hop, rnb": "msd:Hip-Hop, msd:rnb",
    "jazz, soul": "msd:jazz, msd:soul, msd:funk, msd:blues",
    "folk, country": "msd:folk, msd:country, msd:acoustic, mtt:country",
    "classical": "mtt:classical, mtt:opera, mtt:strings, mtt:cello",
}
NAMES = {"real": tuple(GROUPS), "midi": GENRES}
COUNT = 8
"""Classes of each part."""
PARTS = ("midi", "real")
TRAIN, VALID, TEST = 0, 1, 2
_VALID_SHARE = 1 / 9
_SEED = 8


@dataclass(frozen=True, slots=True)
class Part:
    """The labelled tracks of ``real`` or ``midi``."""

    name: str
    heard: Bytes
    """[E, 313, 96], log-mel = value / 50."""
    first: Ints
    """[T] each track's first excerpt."""
    count: Ints
    """[T] its excerpts."""
    label: Ints
    """[T] place in ``NAMES``."""
    split: Ints
    """[T] ``TRAIN``, ``VALID`` (steers) or ``TEST`` (the corpus's held-out tracks)."""

    def tracks(self, split: int) -> Ints:
        """Those of a split, in order."""
        return np.flatnonzero(self.split == split)

    def window(self, track: int, random: np.random.Generator) -> Bytes:
        """A random excerpt [313, 96] of a track; MIDI's two follow each other, so any place."""
        first, count = int(self.first[track]), int(self.count[track])
        if self.name == "midi":
            piece = self.heard[first : first + count].reshape(-1, MELS)
            start = int(random.integers(0, len(piece) - FRAMES + 1))
            return piece[start : start + FRAMES]
        return self.heard[first + int(random.integers(count))]


def load(corpus: Path, cache: Path) -> dict[str, Part]:
    """Both parts, 80 % to train on, 10 % to steer by and the 10 % that the corpus holds out."""
    labels = {"real": real_labels(corpus), "midi": midi_labels(corpus)}
    return {name: _part(corpus, cache, name, labels[name]) for name in PARTS}


def _part(corpus: Path, cache: Path, name: str, label: Ints) -> Part:
    with np.load(corpus / f"{name}.npz") as arrays:
        first, count = (arrays[key].astype(np.int64) for key in ("first", "excerpts"))
        split = divide(arrays["valid"])
    return Part(name, open_part(corpus, cache, name), first, count, label, split)


def divide(held_out: NDArray[np.bool_]) -> Ints:
    """The split of each track [T]: a ninth of those not held out steers."""
    random = np.random.default_rng(_SEED)
    steers = random.random(len(held_out)) < _VALID_SHARE
    return np.where(held_out, TEST, np.where(steers, VALID, TRAIN)).astype(np.int64)


def midi_labels(corpus: Path) -> Ints:
    """The true genre of each piece."""
    with np.load(corpus / "midi.npz") as arrays:
        return np.searchsorted(GENRES, arrays["genre"]).astype(np.int64)


def real_labels(corpus: Path) -> Ints:
    """The group of genre tags that the teacher says most above average, per track."""
    with np.load(corpus / "real.npz") as arrays:
        odds = standard_odds(corpus, track_means(arrays))
        train = ~arrays["valid"]
    return top_group(odds, train)


def top_group(odds: Floats, train: NDArray[np.bool_]) -> Ints:
    """Per row of standard log-odds [T, 100] the group furthest above its training average."""
    members = [tags.places(words.split(", ")) for words in GROUPS.values()]
    means = np.stack([odds[:, columns].mean(1) for columns in members], 1)
    return ((means - means[train].mean(0)) / means[train].std(0)).argmax(1).astype(np.int64)


def standard_odds(corpus: Path, probabilities: Floats) -> Floats:
    """Log-odds of tags [n, 100] in deviations over the training part of ``real``."""
    scale = tag_scale(corpus)
    return np.asarray((tags.log_odds(probabilities) - scale.mean) / scale.deviation)


def track_means(arrays: np.lib.npyio.NpzFile) -> Floats:
    """The teacher's tags [T, 100], mean of each track's excerpts."""
    excerpts = np.hstack([arrays["msd"], arrays["mtt"]]).astype(np.float32)
    means = np.add.reduceat(excerpts, arrays["first"]) / arrays["excerpts"][:, None]
    return np.asarray(means, np.float32)


def draw(
    part: Part, random: np.random.Generator, each: int, label: Ints | None = None
) -> tuple[Bytes, Ints]:
    """A window of ``each`` training tracks of every class, [n, 313, 96], and their classes.

    Classes are the part's own, or those of ``label`` [T]; one of fewer tracks repeats some.
    """
    labels = part.label if label is None else label
    training = part.tracks(TRAIN)
    chosen: list[int] = []
    for value in np.unique(labels[training]):
        able = training[labels[training] == value]
        chosen += random.choice(able, each, replace=len(able) < each).tolist()
    return np.stack([part.window(track, random) for track in chosen]), labels[chosen]


def excerpts_of(part: Part, tracks: Ints, most: int) -> tuple[Bytes, Ints]:
    """The first ``most`` excerpts of each of these tracks, and where each track's begin."""
    rows = [part.first[t] + np.arange(min(most, part.count[t])) for t in tracks]
    starts = np.cumsum([0, *(len(each) for each in rows[:-1])])
    return part.heard[np.concatenate(rows)], starts.astype(np.int64)


def trained_on(parts: dict[str, Part]) -> dict[str, str]:
    """How many tracks of each part are trained on, for cards."""
    return {name: f"{len(part.tracks(TRAIN)):,}" for name, part in parts.items()}
