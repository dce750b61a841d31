"""How a network in training does on the tracks held out from it; never on the judge set."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.training.dataset import UNITS
from models.training.judge import track_vectors
from models.training.measures import neighbours_kept, starts, tempo_right
from models.training.network import TEMPI, Ear
from models.training.targets import Targets

Floats = NDArray[np.float32]
_BATCH = 32
_PEN_MSD = 200


class Validation:
    """The held-out tracks of ``real`` and ``midi``, ready to be listened to."""

    def __init__(
        self,
        real: NDArray[np.uint8],
        real_targets: Targets,
        midi: NDArray[np.uint8],
        midi_targets: Targets,
    ) -> None:
        rows = np.flatnonzero(real_targets.valid[real_targets.track])
        self._real = real[rows]
        self._first = starts(real_targets.track[rows])
        self._teacher = track_vectors(real_targets.teacher[rows, :_PEN_MSD], self._first)
        rows = np.flatnonzero(midi_targets.valid[midi_targets.track])
        self._midi = np.asarray(midi[rows])
        self._bpm = midi_targets.bpm[rows]

    @torch.no_grad()
    def measure(self, ear: Ear) -> dict[str, float]:
        """Figures by name, for the log."""
        ear.eval()
        vectors = track_vectors(listen(ear, ear.embed, self._real), self._first)
        rhythm = listen(ear, lambda x: ear.tempo_classes(ear.rhythm(x)), self._midi)
        ear.train()
        bpm = TEMPI[rhythm.argmax(1)]
        right = tempo_right(bpm, self._bpm)
        octaves = tempo_right(bpm, self._bpm, octaves=True)
        return {
            "kept": round(neighbours_kept(vectors, self._teacher), 4),
            "tempo_right": round(float(right.mean()), 4),
            "tempo_right_octaves": round(float(octaves.mean()), 4),
        }


def listen(ear: nn.Module, hear: object, excerpts: NDArray[np.uint8]) -> Floats:
    """``hear`` applied to log-mels [excerpts, 313, 96] as the cache holds them."""
    assert callable(hear)
    device = next(ear.parameters()).device
    batches = range(0, len(excerpts), _BATCH)
    rows = [
        hear(torch.from_numpy(np.asarray(excerpts[i : i + _BATCH])).to(device).float() / UNITS)
        for i in batches
    ]
    return torch.cat(rows).cpu().numpy()
