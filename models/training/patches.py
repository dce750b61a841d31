"""Between training and refining: the tall filters, on the very patches the teacher heard.

    python -m models.training.patches --corpus ../shared/corpus --run runs/default --minutes 60

The corpus's embeddings are the mean of two 3 s patches of each 10 s excerpt, so what ``tall`` hears
of both is averaged before it is compared: with both of the teacher's embeddings as they are and
with its 100 tags. Real recordings and MIDI pieces alike; a part of the patches is heard a little
higher or lower and elsewhere (``augment``), so that 1,463 recordings are not learnt by heart.
Begins from ``last.pt``, or goes on from ``patched.pt`` where there is one, and writes
``patched.pt``, from which ``refine`` goes on; the other listeners stay as they are, but for their
large weights rounded to what the file keeps. ``--minutes`` are of this call.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.training import augment
from models.training.dataset import UNITS, open_part
from models.training.export import trained
from models.training.tall import PATCH, PEN, STARTS, Tall, over_patches, patches_of
from models.training.targets import Targets, load, tag_scale

SEED = 1
NEAR = 24
"""Frames off the teacher's places that a draw may be: other 3 s of an excerpt sound alike enough,
and are more to learn from."""
BATCH = 32
"""Excerpts; twice as many patches."""
RATE = 2e-3
FOLDED_RATE = 2e-4
"""Where normalisation was folded away: nothing holds a large step back."""
DECAY = 0.02
AVERAGING = 0.998
SHARES = (0.65, 0.35)
"""Of the time, for the wide listener and the narrow one."""
COOLING = 0.6
"""Share of the time over which the rate falls to nothing."""
SHIFTED = 0.5
ELSEWHERE = 0.5
"""Shares of the patches that are altered."""
_WARM_STEPS = 100
_LOG_EVERY = 200
_ENOUGH = 500
_VALIDATE_EVERY_S = 120.0
_NAMES = ("msd", "mtt")
_EMBEDDINGS = (slice(0, PEN), slice(PEN, 2 * PEN))

Part = tuple[NDArray[np.uint8], Targets]


@dataclass(frozen=True, slots=True)
class Batch:
    """Excerpts' two patches and what the teacher said of them."""

    log_mel: Tensor
    """[2 · batch, 94, 96]: all first patches, then all second ones."""
    pen: Tensor
    """[batch, 400]"""
    probabilities: Tensor
    """[batch, 100]"""


class Patches:
    """One listener of tall filters in training; the same draws for the same seed."""

    def __init__(self, tall: Tall, real: Part, midi: Part, seed: int = SEED) -> None:
        self.tall = tall
        self.parts = (real, midi)
        self.rate = FOLDED_RATE if tall.is_folded else RATE
        self.excerpts = np.concatenate([real[0], midi[0]])
        self.pen = np.concatenate([real[1].pen, midi[1].pen])
        self.probabilities = np.concatenate([part[1].probabilities for part in (real, midi)])
        held_out = [targets.valid[targets.track] for _, targets in (real, midi)]
        self.rows = np.flatnonzero(~np.concatenate(held_out))
        self.held_out = np.flatnonzero(held_out[0])
        of_real = self.pen[: len(real[0])][~held_out[0]]
        self.spread = [float(of_real[:, part].var(0).sum()) for part in _EMBEDDINGS]
        self.random = np.random.default_rng(seed)
        self.torch_random = torch.Generator().manual_seed(seed)
        self._waiting = np.zeros(0, np.int64)
        self.step = 0
        if not self.tall.is_begun:
            self.tall.begin(torch.from_numpy(of_real))
        elif not self.tall.constant.any():
            self._find_constant()
        self.averaged = copy.deepcopy(self.tall)
        self.optimiser = _optimiser(self.tall)

    @torch.no_grad()
    def _find_constant(self) -> None:
        """A file does not hold what ``pen`` adds."""
        some = self.rows[:: max(1, len(self.rows) // _ENOUGH)]
        missing = torch.from_numpy(self.pen[some]) - self._hear(self.tall, some)
        self.tall.constant.copy_(missing.mean(0))

    def _hear(self, tall: Tall, rows: NDArray[np.int64]) -> Tensor:
        tall.eval()
        heard = [
            over_patches(tall(patches_of(torch.from_numpy(self.excerpts[some]).float() / UNITS)))
            for some in np.array_split(rows, max(1, len(rows) // BATCH))
        ]
        return torch.cat(heard)

    def draw(self) -> Batch:
        """The next of all excerpts in random order, patches a little off their places."""
        if len(self._waiting) < BATCH:
            self._waiting = np.append(self._waiting, self.random.permutation(self.rows))
        rows, self._waiting = np.split(self._waiting, [BATCH])
        off = self.random.integers(-NEAR, NEAR + 1, len(STARTS))
        starts = np.maximum(0, np.array(STARTS) + off)
        patches = np.concatenate([self.excerpts[rows, at : at + PATCH] for at in starts])
        return Batch(
            torch.from_numpy(patches).float() / UNITS,
            torch.from_numpy(self.pen[rows]),
            torch.from_numpy(self.probabilities[rows]),
        )

    def train_step(self, progress: float) -> dict[str, float]:
        """One batch; ``progress`` of the whole stage, 0 to 1, sets the rate."""
        warm = min(1.0, (self.step + 1) / _WARM_STEPS)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * warm * min(1.0, max(0.01, (1 - progress) / COOLING))
        terms = self.terms(self.draw())
        total = torch.stack(list(terms.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.tall.parameters(), 3.0)
        self.optimiser.step()
        self.tall.keep_foldable()
        self.step += 1
        self._average()
        return {name: value.item() for name, value in terms.items()}

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """Shares of the teacher's variance missed, and its tags."""
        log_mel = augment.some(batch.log_mel, SHIFTED, augment.shifted, self.torch_random)
        log_mel = augment.some(log_mel, ELSEWHERE, augment.heard_elsewhere, self.torch_random)
        with torch.autocast("cpu", torch.bfloat16):
            first, second = self.tall.train()(log_mel).float().chunk(2)
        heard = (first + second) / 2
        off = (self.tall.pen(heard) - batch.pen).square().mean(0)
        missed = [
            off[part].sum() / spread for part, spread in zip(_EMBEDDINGS, self.spread, strict=True)
        ]
        logits = self.tall.tags(heard)
        tags = functional.binary_cross_entropy_with_logits(logits, batch.probabilities)
        return {"msd": 2 * missed[0], "mtt": missed[1], "tags": 2 * tags}

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(AVERAGING, (1 + self.step) / (10 + self.step))
        ours = self.tall.state_dict()
        for name, value in self.averaged.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(ours[name], 1 - keep)

    @torch.no_grad()
    def measure(self) -> dict[str, float]:
        """Share of both embeddings' variance that held-out real excerpts' guesses explain."""
        rows = self.held_out
        heard = self._hear(self.averaged, rows)
        guess, truth = self.averaged.pen(heard).numpy(), self.pen[rows]
        off, spread = (guess - truth) ** 2, (truth - truth.mean(0)) ** 2
        explained = [1 - off[:, part].sum() / spread[:, part].sum() for part in _EMBEDDINGS]
        return {
            f"held_out_{name}": round(float(r2), 4)
            for name, r2 in zip(_NAMES, explained, strict=True)
        }

    def finish(self) -> None:
        """Give the listener its averaged weights."""
        self.tall.load_state_dict(self.averaged.state_dict())
        self.tall.eval()


def _optimiser(tall: Tall) -> torch.optim.Optimizer:
    """Without decay of what only scales or shifts."""
    large = [each for each in tall.parameters() if each.ndim > 1]
    small = [each for each in tall.parameters() if each.ndim <= 1]
    groups = [{"params": large, "weight_decay": DECAY}, {"params": small, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, RATE, betas=(0.9, 0.98))


def train(patches: Patches, log: Path, minutes: float) -> None:
    """Train for ``minutes`` and keep a log of the terms and of the held-out excerpts."""
    earlier_steps, earlier_minutes = _earlier(log)
    began_s = validated_s = time.monotonic()
    sums: dict[str, float] = {}
    with log.open("a", encoding="utf-8") as lines:
        while (progress := (time.monotonic() - began_s) / (60 * minutes)) < 1:
            for name, value in patches.train_step(progress).items():
                sums[name] = sums.get(name, 0.0) + value
            if patches.step % _LOG_EVERY == 0:
                line = {name: round(value / _LOG_EVERY, 4) for name, value in sums.items()}
                if time.monotonic() - validated_s > _VALIDATE_EVERY_S:
                    line |= patches.measure()
                    validated_s = time.monotonic()
                line["patches"] = earlier_steps + patches.step
                line["minutes"] = round(earlier_minutes + progress * minutes, 2)
                print(json.dumps(line), file=lines, flush=True)
                sums = {}
        last = {"patches": earlier_steps + patches.step, **patches.measure()}
        print(json.dumps(last | {"minutes": round(earlier_minutes + minutes, 2)}), file=lines)


def _earlier(log: Path) -> tuple[int, float]:
    """Steps and minutes of earlier calls."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    last = next((each for each in map(json.loads, reversed(lines)) if "patches" in each), {})
    return last.get("patches", 0), last.get("minutes", 0.0)


def main() -> None:
    """Train a run's tall filters."""
    parser = argparse.ArgumentParser(description="Train on the teacher's own patches.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    scale = tag_scale(options.corpus)
    real, midi = (
        (open_part(options.corpus, options.cache, part), load(options.corpus, part, scale))
        for part in ("real", "midi")
    )
    patched = options.run / "patched.pt"
    ear = trained(patched if patched.exists() else options.run / "last.pt")
    members = [each for each in ear.tall.members if isinstance(each, Tall)]
    for place, tall in enumerate(members):
        patches = Patches(tall, real, midi, SEED + place)
        train(patches, options.run / "log.jsonl", options.minutes * SHARES[place])
        patches.finish()
        print(json.dumps(patches.measure()))
    ear.eval()
    ear.tall.settle()
    ear.timbre.settle()
    torch.save({"averaged": ear.state_dict()}, patched)


if __name__ == "__main__":
    main()
