"""What the classifiers learn from, how they do, and what they say of every excerpt.

Emotions are Thayer's quadrants of the teacher's valence and arousal, for no ratings are in the
corpus; the weaker quadrants' windows are shifted in pitch and noised as the paper does (section
2.3), and drawn as often as the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.training import tags
from models.training.frontend import MELS, SAMPLE_RATE_HZ, mel_filters
from models.training.systems import classes
from models.training.systems.classes import VALID, Bytes, Ints, Part
from models.training.systems.hearing import elsewhere, listen, own_classes
from models.training.systems.multimodal.network import QUADRANTS, GenreListener, MoodListener
from models.training.targets import tag_scale

Floats = NDArray[np.float32]

_STEERING_EXCERPTS = 2
_MOOD_MIDI, _MOOD_REAL = 4, 12
"""Windows of each quadrant in a batch of 64."""
_WEAK = (QUADRANTS.index("calm"), QUADRANTS.index("angry"))
_SHIFTED_SHARE = 2 / 3
_MOST_SEMITONES = 2.0
_NOISE = 0.1


def quadrants(corpus: Path, part: Part) -> Ints:
    """The place in ``QUADRANTS`` of each track [T], by the teacher's tags."""
    scale = tag_scale(corpus)
    weights, bias = tags.valence_arousal(scale.mean, scale.deviation)
    with np.load(corpus / f"{part.name}.npz") as arrays:
        odds = tags.log_odds(classes.track_means(arrays))
    return quadrant(odds @ weights + bias)


def quadrant(felt: Floats) -> Ints:
    """Of (valence, arousal) rows around 0: happy ++, calm +-, angry -+, sad --."""
    return np.where(felt[:, 0] > 0, 0, 2) + np.where(felt[:, 1] > 0, 0, 1)


def pitched(windows: Bytes, semitones: Floats) -> Bytes:
    """Log-mels [n, frames, 96] with every frequency moved by ``semitones`` [n]."""
    centres = _centres_hz()
    moved = np.empty_like(windows)
    for row, shift in enumerate(semitones):
        place = np.interp(centres / 2 ** (shift / 12), centres, np.arange(MELS))
        left = np.minimum(place.astype(np.int64), MELS - 2)
        share = (place - left).astype(np.float32)
        window = windows[row].astype(np.float32)
        moved[row] = np.rint(window[:, left] * (1 - share) + window[:, left + 1] * share)
    return moved


def _centres_hz() -> NDArray[np.float64]:
    """Of each mel band [96], ascending."""
    filters = mel_filters()
    hz = np.linspace(0, SAMPLE_RATE_HZ / 2, len(filters))
    return np.asarray((filters * hz[:, None]).sum(0) / filters.sum(0))


class Moods:
    """The four quadrants' windows, and how a classifier of them does."""

    def __init__(self, corpus: Path, parts: dict[str, Part], device: torch.device) -> None:
        self.parts, self._device = parts, device
        self.label = {name: quadrants(corpus, part) for name, part in parts.items()}

    def loss(self, network: MoodListener, random: np.random.Generator) -> Tensor:
        """Cross-entropy of a freshly drawn batch, evenly of the quadrants."""
        drawn = [
            classes.draw(self.parts[name], random, each, self.label[name])
            for name, each in (("real", _MOOD_REAL), ("midi", _MOOD_MIDI))
        ]
        windows = np.concatenate([each[0] for each in drawn])
        label = np.concatenate([each[1] for each in drawn])
        weak = np.flatnonzero(np.isin(label, _WEAK) & (random.random(len(label)) < _SHIFTED_SHARE))
        shifts = random.uniform(-_MOST_SEMITONES, _MOST_SEMITONES, len(weak))
        windows[weak] = pitched(windows[weak], shifts.astype(np.float32))
        log_mel = elsewhere(windows, random, self._device)
        noise = torch.from_numpy(random.normal(0, _NOISE, (len(weak), 1, MELS)))
        log_mel[weak] = (log_mel[weak] + noise.float().to(self._device)).clamp_min(0)
        with torch.autocast(self._device.type, torch.bfloat16):
            logits = network.logits(log_mel)
        return functional.cross_entropy(logits.float(), torch.from_numpy(label).to(self._device))


class Steering:
    """Macro recall of a classifier among the tracks that steer, mean of both parts."""

    def __init__(
        self, parts: dict[str, Part], label: dict[str, Ints], device: torch.device
    ) -> None:
        self._label, self._device = label, device
        self._heard = {
            name: (
                part.tracks(VALID),
                *classes.excerpts_of(part, part.tracks(VALID), _STEERING_EXCERPTS),
            )
            for name, part in parts.items()
        }

    def score(self, network: GenreListener | MoodListener) -> float:
        """0 to 1."""
        recalls = []
        for name, (tracks, excerpts, starts) in self._heard.items():
            logits = listen(network.logits, excerpts, self._device)
            guess = told(logits, starts, name).argmax(1)
            truth = self._label[name][tracks]
            recalls.append(
                np.mean([(guess[truth == value] == value).mean() for value in np.unique(truth)])
            )
        return float(np.mean(recalls))


def told(logits: NDArray[np.floating], starts: Ints, part: str) -> Floats:
    """A track's mean shares of its part's genres [T, 8], or of the quadrants [T, 4]."""
    own = logits if logits.shape[1] == len(QUADRANTS) else own_classes(logits, part)
    shares = np.exp(own - own.max(1, keepdims=True))
    shares = shares / shares.sum(1, keepdims=True)
    counts = np.diff([*starts, len(logits)])
    return np.asarray(np.add.reduceat(shares, starts) / counts[:, None], np.float32)


class Heard:
    """What both classifiers say of every excerpt, with its track's metadata."""

    def __init__(
        self,
        parts: dict[str, Part],
        known: dict[str, Floats],
        genre: GenreListener,
        mood: MoodListener,
        device: torch.device,
    ) -> None:
        self.parts, self.known = parts, known
        self.rows = {
            name: np.hstack(
                [listen(each, part.heard, device) for each in (genre.eval(), mood.eval())]
            )
            for name, part in parts.items()
        }

    def of(self, split: int) -> tuple[Floats, Floats]:
        """Excerpts' numbers [n, 512] and metadata [n, 14] of the tracks of a split."""
        rows, known = [], []
        for name, part in self.parts.items():
            track = np.repeat(np.arange(len(part.first)), part.count)
            wanted = part.split[track] == split
            rows.append(self.rows[name][wanted])
            known.append(self.known[name][track[wanted]])
        return np.concatenate(rows), np.concatenate(known)
