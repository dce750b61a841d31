"""Draws of training excerpts: two of every track drawn, real recordings beside MIDI pieces."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.augment import stretched
from models.training.corpus import FRAMES
from models.training.dataset import UNITS
from models.training.targets import Targets

SLOWEST, FASTEST = 0.8, 1.25


@dataclass(frozen=True, slots=True)
class Batch:
    """Real excerpts first, then those of MIDI pieces."""

    log_mel: Tensor
    """[batch, 313, 96]"""
    whole: Tensor
    teacher: Tensor
    aspects: dict[str, Tensor]
    probabilities: Tensor
    bpm: Tensor
    """Of the MIDI rows."""
    families: Tensor
    genre: Tensor
    real: int
    """Rows of real recordings."""

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        moved = {
            field.name: value.to(device)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), Tensor)
        }
        aspects = {name: rows.to(device) for name, rows in self.aspects.items()}
        return replace(self, aspects=aspects, **moved)


class Draws:
    """An endless supply of batches, the same for the same seed."""

    def __init__(
        self,
        real: tuple[NDArray[np.uint8], Targets],
        midi: tuple[NDArray[np.uint8], Targets],
        random: np.random.Generator,
        tracks: tuple[int, int] = (44, 20),
    ) -> None:
        """``tracks``: how many of each kind a batch holds, two excerpts of each."""
        self.random = random
        self._real, self._midi = real, midi
        self._tracks = tracks

    def __next__(self) -> Batch:
        real, midi = self.rows()
        factors = np.exp(self.random.uniform(np.log(SLOWEST), np.log(FASTEST), len(midi)))
        played = [self._stretch(*each) for each in zip(midi, factors, strict=True)]
        log_mel = torch.cat(
            [torch.from_numpy(self._real[0][real]).float() / UNITS, torch.stack(played)]
        )
        return self.batch(real, midi, log_mel, factors)

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Excerpts of real recordings and of MIDI pieces, two of every track drawn."""
        return (
            self._two_of_each(self._real[1], self._tracks[0]),
            self._two_of_each(self._midi[1], self._tracks[1]),
        )

    def batch(
        self,
        real: NDArray[np.int64],
        midi: NDArray[np.int64],
        log_mel: Tensor,
        factors: NDArray[np.float64],
    ) -> Batch:
        """What is to be learnt of these rows, MIDI pieces played ``factors`` as fast."""
        a, b = self._real[1], self._midi[1]

        def joined(of_real: NDArray[np.float32], of_midi: NDArray[np.float32]) -> Tensor:
            return torch.from_numpy(np.concatenate([of_real[real], of_midi[midi]]))

        return Batch(
            log_mel,
            joined(a.whole, b.whole),
            joined(a.teacher, b.teacher),
            {name: joined(a.aspects[name], b.aspects[name]) for name in a.aspects},
            joined(a.probabilities, b.probabilities),
            torch.from_numpy((b.bpm[midi] * factors).astype(np.float32)),
            torch.from_numpy(b.families[midi]),
            torch.from_numpy(b.genre[midi]),
            len(real),
        )

    def _two_of_each(self, targets: Targets, tracks: int) -> NDArray[np.int64]:
        chosen = self.random.choice(np.flatnonzero(~targets.valid), tracks, replace=False)
        pairs = [self.random.choice(targets.count[t], 2, replace=False) for t in chosen]
        return np.concatenate([targets.first[t] + p for t, p in zip(chosen, pairs, strict=True)])

    def _stretch(self, excerpt: int, factor: float) -> Tensor:
        """The piece's excerpt at ``factor`` its tempo; its two excerpts follow each other."""
        first = int(self._midi[1].first[self._midi[1].track[excerpt]])
        piece = torch.from_numpy(self._midi[0][first : first + 2].reshape(2 * FRAMES, -1))
        room = 2 * FRAMES - 1 - FRAMES * factor
        # The first excerpt's half or the second's, whichever was drawn.
        start = self.random.uniform(0, room / 2) + (room / 2 if excerpt > first else 0)
        return stretched(piece.float() / UNITS, FRAMES, float(factor), float(start))
