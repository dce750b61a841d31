"""Classifiers of labelled log-mels: what they hear, their loss, and their answers in batches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.training import augment
from models.training.corpus import MELS
from models.training.dataset import UNITS
from models.training.systems import classes
from models.training.systems.classes import COUNT, TRAIN, Bytes, Part
from models.training.systems.ranking import Floats

Hear = Callable[[Tensor], Tensor]

MIDI_EACH, REAL_EACH = 2, 6
"""Windows of each class in a batch: 16 and 48."""
_BATCH = 64


def elsewhere(windows: Bytes, random: np.random.Generator, device: torch.device) -> Tensor:
    """Log-mels [n, 313, 96] at another level, through other equipment, with gaps."""
    draws = torch.Generator().manual_seed(int(random.integers(2**31)))
    log_mel = augment.heard_elsewhere(torch.from_numpy(windows).float() / UNITS, draws)
    return augment.with_gaps(log_mel, draws).to(device)


def genre_entropy(
    logits: Hear, parts: dict[str, Part], random: np.random.Generator, device: torch.device
) -> Tensor:
    """Cross-entropy of a freshly drawn batch, evenly of the classes.

    ``logits``: log-mels → [batch, 16], the eight classes of real recordings first; each part
    competes among its own.
    """
    real, real_label = classes.draw(parts["real"], random, REAL_EACH)
    midi, midi_label = classes.draw(parts["midi"], random, MIDI_EACH)
    log_mel = elsewhere(np.concatenate([real, midi]), random, device)
    with torch.autocast(device.type, torch.bfloat16):
        told = logits(log_mel)
    told, count = told.float(), len(real)
    truth = (torch.from_numpy(label).to(device) for label in (real_label, midi_label))
    of_real = functional.cross_entropy(told[:count, :COUNT], next(truth), reduction="sum")
    of_midi = functional.cross_entropy(told[count:, COUNT:], next(truth), reduction="sum")
    return (of_real + of_midi) / len(told)


def own_classes(logits: Floats, part: str) -> Floats:
    """The columns [n, 8] of 16 that are classes of ``part``."""
    return logits[:, :COUNT] if part == "real" else logits[:, COUNT:]


@torch.no_grad()
def listen(hear: Hear, excerpts: Bytes, device: torch.device) -> Floats:
    """``hear`` applied to log-mels [n, 313, 96] as the cache holds them."""
    batches = range(0, len(excerpts), _BATCH)
    rows = [
        hear(torch.from_numpy(np.asarray(excerpts[i : i + _BATCH])).to(device).float() / UNITS)
        for i in batches
    ]
    heard: Floats = torch.cat(rows).cpu().numpy()
    return heard


def band_scale(parts: dict[str, Part]) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each band [96] over an excerpt of every fourth training track."""
    rows = []
    for part in parts.values():
        excerpts, _ = classes.excerpts_of(part, part.tracks(TRAIN)[::4], 1)
        rows.append(excerpts.reshape(-1, MELS))
    values = np.concatenate(rows).astype(np.float32) / UNITS
    return torch.from_numpy(values.mean(0)), torch.from_numpy(values.std(0))
