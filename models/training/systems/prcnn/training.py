"""Cross-entropy first, then triplets by three ways to choose them, and cross-entropy alone.

Burns & van Zyl (2020), sections 2.4 to 2.6. The paper gives no margin and does not say whether
vectors are made unit; both are taken from where it has its loss from (Schroff et al. 2015: unit,
0.2). Adam stands for plain gradient descent (at the paper's rate of 0.001 for cross-entropy,
a tenth of it for triplets), and recordings are as if heard elsewhere (level, tone, noise, gaps),
for the corpus is small.

But for the custom strategy: there a negative lies at 0.07 from its anchor, positives at 0.44,
others at 0.83 (squared, after cross-entropy), so much pulls and little pushes, and Adam, whose
steps are as long as ever however small the gradient, drew all vectors to one point within 60: its
loss settled at the margin (of plain distances, too: their mean fell from 0.45 to 0.005). Plain
descent at 0.001, which is the paper's own, draws together slowly (0.03, 0.25, 0.55 in 160 steps).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.training.judge import track_vectors
from models.training.systems import classes
from models.training.systems.classes import VALID, Part
from models.training.systems.common import Job, Stage, Trained, run_stage
from models.training.systems.hearing import band_scale, elsewhere, genre_entropy, listen
from models.training.systems.prcnn.network import Prcnn
from models.training.systems.ranking import rank
from models.training.systems.triplets import (
    Triplets,
    custom,
    random_triplets,
    semi_hard,
    triplet_margin,
)

Loss = Callable[[np.random.Generator], Tensor]

PRETRAINED = "pretrained"
ALONE = "cross-entropy"
RATE = 1e-3
TRIPLET_RATE = 1e-4
DESCENT = "custom"
"""The strategy that has the paper's optimiser."""
MARGIN = 0.2
STEPS_AN_EPOCH = 40
STEERING_EXCERPTS = 2
"""Of each track that steers."""
_EACH = 8
_REAL_SHARE = 0.7
_SHARES = {PRETRAINED: 0.28, "random": 0.18, "semi-hard": 0.18, "custom": 0.18, ALONE: 0.18}

MINERS: dict[str, Callable[[Tensor, Tensor], Triplets]] = {
    "random": lambda vectors, label: random_triplets(label),
    "semi-hard": lambda vectors, label: semi_hard(vectors, label, MARGIN),
    "custom": custom,
}


class Course:
    """The network, what it learns from, and how it is scored between epochs."""

    def __init__(self, parts: dict[str, Part], network: Prcnn, device: torch.device) -> None:
        self.parts = parts
        self.network = network.to(device)
        self._device = device
        self._steering = {
            name: classes.excerpts_of(part, part.tracks(VALID), STEERING_EXCERPTS)
            for name, part in parts.items()
        }

    def cross_entropy(self, random: np.random.Generator) -> Tensor:
        """Of 16 windows of MIDI pieces and 48 of real recordings, evenly of the classes."""
        return genre_entropy(self.network.logits, self.parts, random, self._device)

    def triplets(self, miner: Callable[[Tensor, Tensor], Triplets]) -> Loss:
        """Of 64 windows of one part, eight of each class, as ``miner`` pairs them."""

        def loss(random: np.random.Generator) -> Tensor:
            name = "real" if random.random() < _REAL_SHARE else "midi"
            windows, label = classes.draw(self.parts[name], random, _EACH)
            with torch.autocast(self._device.type, torch.bfloat16):
                vectors = self.network(elsewhere(windows, random, self._device))
            vectors = functional.normalize(vectors.float())
            chosen = miner(vectors, torch.from_numpy(label).to(self._device))
            return triplet_margin(vectors, chosen, MARGIN, is_squared=True)

        return loss

    def score(self) -> float:
        """Mean of MIDI's and real recordings' MAP among the tracks that steer."""
        maps = []
        for name, part in self.parts.items():
            excerpts, starts = self._steering[name]
            vectors = track_vectors(listen(self.network, excerpts, self._device), starts)
            maps.append(rank(vectors, part.label[part.tracks(VALID)]).overall()[1])
        return float(np.mean(maps))


def untrained(parts: dict[str, Part], seed: int = 0) -> Prcnn:
    """With the corpus's scale and weights by chance."""
    torch.manual_seed(seed)
    return Prcnn(*band_scale(parts))


def run(job: Job, course: Course) -> dict[str, Trained]:
    """All stages by name, each of the last four from the pre-trained weights."""
    network = course.network
    done = {PRETRAINED: _stage(job, network, PRETRAINED, course.cross_entropy, course)}
    start = copy.deepcopy(network.state_dict())
    losses = {name: course.triplets(miner) for name, miner in MINERS.items()}
    for name, loss in {**losses, ALONE: course.cross_entropy}.items():
        network.load_state_dict(start)
        done[name] = _stage(job, network, name, loss, course)
    return done


def _stage(job: Job, network: Prcnn, name: str, loss: Loss, course: Course) -> Trained:
    stage = stage_of(name, loss, course.score, _SHARES[name] * job.minutes)
    done = run_stage(network, stage, job.run)
    print(f"{name}: {done}", flush=True)
    return done


def stage_of(name: str, loss: Loss, score: Callable[[], float], minutes: float) -> Stage:
    """How a strategy, or cross-entropy, is descended."""
    has_small_steps = name in MINERS and name != DESCENT
    return Stage(
        name=name,
        loss=loss,
        score=score,
        rate=TRIPLET_RATE if has_small_steps else RATE,
        steps_an_epoch=STEPS_AN_EPOCH,
        minutes=minutes,
        optimiser=torch.optim.SGD if name == DESCENT else torch.optim.Adam,
    )


def best_weights(run: Path, name: str) -> dict[str, Tensor]:
    """Of a finished stage."""
    kept: dict[str, Tensor] = torch.load(run / f"{name}.pt", weights_only=True)["best"]
    return kept
