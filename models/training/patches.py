"""Between training and refining: the timbre listener on the very patches the teacher heard.

    python -m models.training.patches --corpus ../shared/corpus --run runs/default --minutes 30

The corpus's embeddings are the mean of two 3 s patches of each 10 s excerpt. Where they lie was
measured: a network's guess from 3 s agrees with the teacher best at 0 and at about 4.8 s. ``train``
hears 3.2 s from anywhere, so a part of its error is the teacher having heard something else; here
what is heard of both patches is averaged before it is compared, and only the timbre listener and
the heads that ask it for the teacher's embeddings and tags are trained on, from where they are:
batch normalisation stays as it was measured. Writes ``patched.pt``, from which ``refine`` goes on,
and begins from ``last.pt``.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.training import augment, losses
from models.training.dataset import UNITS, open_part
from models.training.export import trained
from models.training.fit import RIDGE
from models.training.network import Ear
from models.training.refine import hear
from models.training.targets import Targets, load, tag_scale
from models.training.validation import Validation

SEED = 1
PATCH = 94
"""Frames, 3 s."""
STARTS = (3, 152)
"""Frames at which the teacher's two patches begin, about."""
NEAR = 6
"""Frames off them that a draw may be."""
TRACKS = (46, 10)
"""Real recordings and MIDI pieces in a batch, one excerpt of each."""
RATE = 2e-4
AVERAGING = 0.995
_PEN = 200
_WARM_STEPS = 30
_LOG_EVERY = 25

Part = tuple[NDArray[np.uint8], Targets]


@dataclass(frozen=True, slots=True)
class Batch:
    """Excerpts' two patches and what the teacher said of them."""

    log_mel: Tensor
    """[2 · batch, 94, 96]: all first patches, then all second ones."""
    teacher: Tensor
    """[batch, 400], the training part's mean taken away."""
    probabilities: Tensor


class Patches:
    """A network whose timbre listener is trained on; the same draws for the same seed."""

    def __init__(self, ear: Ear, real: Part, midi: Part) -> None:
        self.ear = ear.eval()
        self.parts = (real, midi)
        self.random = np.random.default_rng(SEED)
        self.torch_random = torch.Generator().manual_seed(SEED)
        self._tracks = [np.flatnonzero(~targets.valid) for _, targets in self.parts]
        train = np.flatnonzero(~real[1].valid[real[1].track])
        teacher = torch.from_numpy(real[1].teacher[train])
        self.mean = teacher.mean(0)
        self.spread = [(each**2).sum(1).mean() for each in (teacher - self.mean).split(_PEN, 1)]
        self._begin_head(hear(ear, real[0][train], None).timbre, teacher - self.mean)
        self.learning = nn.ModuleList([ear.timbre, ear.teacher, ear.tags])
        self.averaged = copy.deepcopy(self.learning)
        self.optimiser = torch.optim.AdamW(self.learning.parameters(), RATE, weight_decay=0.01)
        self.step = 0

    @torch.no_grad()
    def _begin_head(self, heard: Tensor, wanted: Tensor) -> None:
        """Where a ridge regression would have it: a random head would undo what is known."""
        middle = heard.mean(0)
        centred = heard - middle
        ridge = RIDGE * len(heard) * centred.var(0).mean() * torch.eye(centred.shape[1])
        weights = torch.linalg.solve(centred.T @ centred + ridge, centred.T @ wanted)
        self.ear.teacher.weight.copy_(weights.T)
        self.ear.teacher.bias.copy_(-middle @ weights)

    def draw(self) -> Batch:
        """One excerpt of each track drawn, its two patches a little off their places."""
        rows = []
        for (_, targets), tracks, count in zip(self.parts, self._tracks, TRACKS, strict=True):
            chosen = self.random.choice(tracks, min(count, len(tracks)), replace=False)
            among = (self.random.random(len(chosen)) * targets.count[chosen]).astype(np.int64)
            rows.append(targets.first[chosen] + among)
        starts = [max(0, at + int(self.random.integers(-NEAR, NEAR + 1))) for at in STARTS]
        log_mel = np.concatenate(
            [
                part[0][at, start : start + PATCH]
                for start in starts
                for part, at in zip(self.parts, rows, strict=True)
            ]
        )
        both = list(zip(self.parts, rows, strict=True))
        teacher = np.concatenate([part[1].teacher[at] for part, at in both])
        probabilities = np.concatenate([part[1].probabilities[at] for part, at in both])
        return Batch(
            torch.from_numpy(log_mel).float() / UNITS,
            torch.from_numpy(teacher) - self.mean,
            torch.from_numpy(probabilities),
        )

    def train_step(self, progress: float) -> dict[str, float]:
        """One batch; ``progress`` of the whole stage, 0 to 1, sets the rate."""
        warm = min(1.0, (self.step + 1) / _WARM_STEPS)
        for group in self.optimiser.param_groups:
            group["lr"] = RATE * warm * (0.5 + 0.5 * math.cos(math.pi * progress))
        terms = self.terms(self.draw())
        total = torch.stack(list(terms.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.learning.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return {name: value.item() for name, value in terms.items()}

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """Shares of the teacher's variance missed, its neighbours, its tags."""
        ear = self.ear
        elsewhere = augment.heard_elsewhere(batch.log_mel, self.torch_random)
        with torch.autocast("cpu", torch.bfloat16):
            timbre = ear.timbre(augment.with_gaps(elsewhere, self.torch_random))
        first, second = timbre.float().chunk(2)
        timbre = (first + second) / 2
        guess = ear.teacher(timbre)
        off = [(each**2).sum(1).mean() for each in (guess - batch.teacher).split(_PEN, 1)]
        ours, theirs = (
            functional.normalize(each[:, :_PEN], dim=1) for each in (guess, batch.teacher)
        )
        # Centred rows are twice as far apart as ``losses.NEIGHBOUR_SCALE`` is made for.
        near = losses.neighbours(ours @ ours.T / 2, theirs @ theirs.T / 2)
        logits = ear.tags(timbre)
        tags = functional.binary_cross_entropy_with_logits(logits, batch.probabilities)
        return {
            "msd": 2 * off[0] / self.spread[0],
            "mtt": off[1] / self.spread[1],
            "neighbours": 0.5 * near,
            "tags": 3 * tags,
        }

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(AVERAGING, (1 + self.step) / (10 + self.step))
        pairs = zip(self.averaged.parameters(), self.learning.parameters(), strict=True)
        for averaged, ours in pairs:
            averaged.lerp_(ours, 1 - keep)

    def finish(self) -> Ear:
        """The network with the averaged weights."""
        self.learning.load_state_dict(self.averaged.state_dict())
        return self.ear


def train(patches: Patches, log: Path, minutes: float) -> None:
    """Train for ``minutes`` and keep a log of the terms."""
    began_s = time.monotonic()
    sums: dict[str, float] = {}
    with log.open("a", encoding="utf-8") as lines:
        while (progress := (time.monotonic() - began_s) / (60 * minutes)) < 1:
            for name, value in patches.train_step(progress).items():
                sums[name] = sums.get(name, 0.0) + value
            if patches.step % _LOG_EVERY == 0:
                line = {name: round(value / _LOG_EVERY, 4) for name, value in sums.items()}
                line |= {"patches": patches.step, "minutes": round(progress * minutes, 2)}
                print(json.dumps(line), file=lines, flush=True)
                sums = {}


def main() -> None:
    """Train a run's timbre listener on."""
    parser = argparse.ArgumentParser(description="Train on the teacher's own patches.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    scale = tag_scale(options.corpus)
    real, midi = (
        (open_part(options.corpus, options.cache, part), load(options.corpus, part, scale))
        for part in ("real", "midi")
    )
    patches = Patches(trained(options.run / "last.pt"), real, midi)
    validation = Validation(*real, *midi)
    before = validation.measure(patches.ear)
    patches.ear.eval()
    train(patches, options.run / "log.jsonl", options.minutes)
    ear = patches.finish()
    print(json.dumps({"before": before, "after": validation.measure(ear)}, indent=2))
    torch.save({"averaged": ear.state_dict()}, options.run / "patched.pt")


if __name__ == "__main__":
    main()
