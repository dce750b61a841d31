"""Train the default network.

    python -m models.training.train --corpus ../shared/corpus --run runs/default --minutes 45

Decodes the corpus once into ``--cache``, trains on the processor (or a GPU's host; 2 cores are
enough), writes ``last.pt`` every two minutes and goes on from it when started again, logs every
figure to ``log.jsonl``, and chooses nothing by the judge set: the held-out tracks of ``real``
are all that is looked at. ``python -m models.training.export`` makes the shipped file of it.

The same seed gives the same draws. Sums in another order (other processors, thread counts) and
a rate that follows the clock leave runs about 0.01 apart in the figures of RESULTS.md.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.training import augment, objective
from models.training.batches import Batch, Draws
from models.training.corpus import FRAMES, MELS
from models.training.dataset import UNITS, open_part
from models.training.network import Ear, Heard, Shape
from models.training.objective import Weights
from models.training.targets import Targets, load, tag_scale
from models.training.validation import Validation

SEED = 20
SAVE_EVERY_S = 120.0
VALIDATE_EVERY_S = 240.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Of one run; kept in its checkpoint."""

    crop: int = 100
    """Frames the timbre listener gets of an excerpt: 3.2 s, about the teacher's patch."""
    rate: float = 2e-3
    decay: float = 0.02
    averaging: float = 0.997
    """Of the weights, per step."""


class Run:
    """A network in training and all that is needed to go on with it."""

    def __init__(self, corpus: Path, cache: Path, settings: Settings, is_compiled: bool) -> None:
        torch.manual_seed(SEED)
        self.settings = settings
        self.weights = Weights()
        self.random = torch.Generator().manual_seed(SEED)
        scale = tag_scale(corpus)
        real, midi = load(corpus, "real", scale), load(corpus, "midi", scale)
        heard = np.asarray(open_part(corpus, cache, "real"))
        self.draws = Draws(
            (heard, real),
            (np.asarray(open_part(corpus, cache, "midi")), midi),
            np.random.default_rng(SEED),
        )
        self.validation = Validation(heard, real, open_part(corpus, cache, "midi"), midi)
        self.ear = Ear(Shape(), *band_scale(heard, real))
        self.ear.timbre.to(memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.ear)
        self.optimiser = torch.optim.AdamW(
            self.ear.parameters(), settings.rate, weight_decay=settings.decay
        )
        self.scale = scale
        self.step, self.elapsed_s = 0, 0.0
        self.timbre = torch.compile(self.ear.timbre) if is_compiled else self.ear.timbre

    def train_step(self, progress: float) -> dict[str, float]:
        """One batch; ``progress`` of the whole training, 0 to 1, sets the rate."""
        warm = min(1.0, (self.step + 1) / 100)
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * warm * (0.5 + 0.5 * math.cos(math.pi * progress))
        terms = self._terms(next(self.draws))
        total = torch.stack(list(terms.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.ear.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return {name: value.item() for name, value in terms.items()}

    def _terms(self, batch: Batch) -> dict[str, Tensor]:
        crop = self.settings.crop
        log_mel = augment.heard_elsewhere(batch.log_mel, self.random)
        start = int(torch.randint(0, FRAMES - crop, (1,), generator=self.random))
        cropped = augment.with_gaps(log_mel[:, start : start + crop], self.random)
        with torch.autocast("cpu", torch.bfloat16):
            timbre = self.timbre(cropped)
        heard = Heard(timbre.float(), self.ear.rhythm(log_mel), self.ear.cepstra(log_mel))
        return objective.terms(self.ear, self.weights, heard, batch, self.random)

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.settings.averaging, (1 + self.step) / (10 + self.step))
        ours, averaged = self.ear.state_dict(), self.averaged.state_dict()
        for name, value in averaged.items():
            if value.dtype.is_floating_point:
                value.lerp_(ours[name], 1 - keep)
            else:
                value.copy_(ours[name])

    def save(self, file: Path) -> None:
        """Everything, atomically."""
        unfinished = file.with_suffix(".part")
        torch.save(
            {
                "settings": asdict(self.settings),
                "ear": self.ear.state_dict(),
                "averaged": self.averaged.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "random": self.random.get_state(),
                "draws": self.draws.random.bit_generator.state,
                "step": self.step,
                "elapsed_s": self.elapsed_s,
            },
            unfinished,
        )
        unfinished.rename(file)

    def resume(self, file: Path) -> None:
        """Go on from a checkpoint of the same settings."""
        kept: dict[str, Any] = torch.load(file, weights_only=True)
        self.ear.load_state_dict(kept["ear"])
        self.averaged.load_state_dict(kept["averaged"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.random.set_state(kept["random"])
        self.draws.random.bit_generator.state = kept["draws"]
        self.step, self.elapsed_s = kept["step"], kept["elapsed_s"]


def band_scale(heard: np.ndarray, targets: Targets) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each band over every tenth training excerpt, [96] each."""
    rows = np.flatnonzero(~targets.valid[targets.track])[::10]
    values = heard[rows].reshape(-1, MELS).astype(np.float32) / UNITS
    return torch.from_numpy(values.mean(0)), torch.from_numpy(values.std(0))


def train(run: Run, folder: Path, minutes: float) -> None:
    """Train until ``minutes`` of training are over, earlier sessions' included."""
    budget_s = minutes * 60
    saved_s = validated_s = run.elapsed_s
    sums: dict[str, float] = {}
    since = 0
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        while run.elapsed_s < budget_s:
            began_s = time.monotonic()
            for name, value in run.train_step(run.elapsed_s / budget_s).items():
                sums[name] = sums.get(name, 0.0) + value
            since += 1
            is_last = run.elapsed_s + time.monotonic() - began_s >= budget_s
            figures: dict[str, float] = {}
            if is_last or run.elapsed_s - validated_s > VALIDATE_EVERY_S:
                validated_s = run.elapsed_s
                figures = run.validation.measure(run.averaged)
            run.elapsed_s += time.monotonic() - began_s
            if figures or since == 50:
                line = {name: round(value / since, 4) for name, value in sums.items()}
                line |= {"step": run.step, "minutes": round(run.elapsed_s / 60, 2), **figures}
                print(json.dumps(line), file=log, flush=True)
                sums, since = {}, 0
            if is_last or run.elapsed_s - saved_s > SAVE_EVERY_S:
                saved_s = run.elapsed_s
                run.save(folder / "last.pt")


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description="Train the default network.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--compile", action="store_true", help="fused kernels; needs a C++ compiler"
    )
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of Settings")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    changes = (each.split("=") for each in options.set)
    given = {name: type(getattr(Settings(), name))(float(value)) for name, value in changes}
    options.run.mkdir(parents=True, exist_ok=True)
    run = Run(options.corpus, options.cache, Settings(**given), options.compile)
    if (options.run / "last.pt").exists():
        run.resume(options.run / "last.pt")
    train(run, options.run, options.minutes)


if __name__ == "__main__":
    main()
