"""What the rebuilt systems share: stages of training that resume, cards, the job at hand.

Losses and miners are in ``triplets``, pieces of ONNX graphs in ``nodes``.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

SEED = 31


@dataclass(frozen=True, slots=True)
class Job:
    """Where a system is trained from and to."""

    name: str
    corpus: Path
    run: Path
    cache: Path
    out: Path
    """The folder of models."""
    music: Path
    """A folder of real music, an artist a folder: to measure on, never to train on."""
    minutes: float
    """Of processor time for all stages together."""
    device: torch.device
    start: Path | None = None
    """A checkpoint whose best weights training begins with (``disentangled`` only)."""

    @property
    def model(self) -> Path:
        """The ONNX file; its card lies beside it."""
        return self.out / f"{self.name}.onnx"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of training: Adam, rate reduced on plateaus, stopped early, the best kept."""

    name: str
    loss: Callable[[np.random.Generator], Tensor]
    """Of one freshly drawn batch."""
    score: Callable[[], float]
    """On held-out tracks; higher is better."""
    rate: float
    steps_an_epoch: int
    minutes: float
    """Of processor time, at most."""
    epochs: int = 10_000
    factor: float = 0.5
    """Of the rate, after ``patience`` epochs without a better score."""
    patience: int = 3
    stop_after: int = 10
    """Epochs without a better score (early stopping)."""
    optimiser: Callable[..., torch.optim.Optimizer] = torch.optim.Adam
    warm_steps: int = 0
    """At the beginning, over which the rate rises from nearly nothing."""


@dataclass(frozen=True, slots=True)
class Trained:
    """How a stage went."""

    best: float
    epochs: int
    steps: int
    minutes: float
    """Of processor time."""
    is_stopped_early: bool


def run_stage(network: nn.Module, stage: Stage, folder: Path) -> Trained:
    """Train ``network`` in place, to end with its best weights; goes on from a checkpoint.

    Logs an epoch a line in ``folder/log.jsonl``; checkpoint and best weights are in
    ``folder/<stage>.pt``. Frozen parameters (``requires_grad`` False) stay as they are.
    """
    return _Progress(network, stage, folder).run()


class _Progress:
    def __init__(self, network: nn.Module, stage: Stage, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._network, self._stage, self._folder = network, stage, folder
        self._file = folder / f"{stage.name}.pt"
        self._random = np.random.default_rng(SEED)
        torch.manual_seed(SEED)
        self._parameters = [each for each in network.parameters() if each.requires_grad]
        self._optimiser = stage.optimiser(self._parameters, lr=stage.rate)
        self._schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self._optimiser, "max", stage.factor, stage.patience, threshold=1e-4
        )
        self._best: dict[str, Tensor] = {}
        self._score, self._since = -math.inf, 0
        self._epoch, self._elapsed_s = 0, 0.0
        if self._file.exists():
            self._resume()

    def run(self) -> Trained:
        stage = self._stage
        while not self._is_over():
            began_s = time.process_time()
            loss = self._train_epoch()
            score = stage.score()
            self._elapsed_s += time.process_time() - began_s
            self._epoch += 1
            self._keep_best(score)
            self._schedule.step(score)
            self._log(loss, score)
            self._save()
        self._network.load_state_dict(self._best)
        return Trained(
            round(self._score, 4),
            self._epoch,
            self._epoch * stage.steps_an_epoch,
            round(self._elapsed_s / 60, 2),
            self._since >= stage.stop_after,
        )

    def _is_over(self) -> bool:
        stage = self._stage
        is_spent = self._epoch >= stage.epochs or self._elapsed_s >= stage.minutes * 60
        return self._epoch > 0 and (is_spent or self._since >= stage.stop_after)

    def _train_epoch(self) -> float:
        self._network.train()
        total = 0.0
        for step in range(self._stage.steps_an_epoch):
            self._warm_up(self._epoch * self._stage.steps_an_epoch + step + 1)
            loss = self._stage.loss(self._random)
            self._optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._parameters, 5.0)
            self._optimiser.step()
            total += loss.item()
        self._network.eval()
        return total / self._stage.steps_an_epoch

    def _warm_up(self, step: int) -> None:
        if step <= self._stage.warm_steps:
            for group in self._optimiser.param_groups:
                group["lr"] = self._stage.rate * step / self._stage.warm_steps

    def _keep_best(self, score: float) -> None:
        self._since += 1
        if score > self._score:
            self._score, self._since = score, 0
            state = self._network.state_dict()
            self._best = {name: value.detach().clone() for name, value in state.items()}

    def _log(self, loss: float, score: float) -> None:
        line = {
            "stage": self._stage.name,
            "epoch": self._epoch,
            "loss": round(loss, 4),
            "score": round(score, 4),
            "rate": self._optimiser.param_groups[0]["lr"],
            "minutes": round(self._elapsed_s / 60, 2),
        }
        with (self._folder / "log.jsonl").open("a", encoding="utf-8") as log:
            print(json.dumps(line), file=log)

    def _save(self) -> None:
        unfinished = self._file.with_suffix(".part")
        torch.save(
            {
                "network": self._network.state_dict(),
                "best": self._best,
                "optimiser": self._optimiser.state_dict(),
                "schedule": self._schedule.state_dict(),
                "torch": torch.get_rng_state(),
                "random": json.dumps(self._random.bit_generator.state),
                "counts": [self._score, self._since, self._epoch, self._elapsed_s],
            },
            unfinished,
        )
        unfinished.rename(self._file)

    def _resume(self) -> None:
        kept = torch.load(self._file, weights_only=True)
        self._network.load_state_dict(kept["network"])
        self._best = kept["best"]
        self._optimiser.load_state_dict(kept["optimiser"])
        self._schedule.load_state_dict(kept["schedule"])
        torch.set_rng_state(kept["torch"])
        self._random.bit_generator.state = json.loads(kept["random"])
        self._score, self._since, self._epoch, self._elapsed_s = kept["counts"]


def parameters(network: nn.Module) -> int:
    """How many numbers were learnt."""
    return sum(each.numel() for each in network.parameters())


def write_model(
    job: Job,
    model: bytes,
    *,
    version: str,
    sample_rate: int,
    subspaces: Mapping[str, tuple[int, int]],
    training: str,
    minutes: float,
    learnt: int,
    excerpt_s: float = 10.0,
    excerpts: int = 6,
    tags: tuple[str, ...] = (),
) -> None:
    """``models/NAME.onnx`` and its card; ``measure`` fills in quality and the paper's figures.

    ``version`` goes up with each file that ships: libraries are listened to anew by it.
    """
    card = {
        "format": 1,
        "name": job.name,
        "version": version,
        "sha256": hashlib.sha256(model).hexdigest(),
        "sample_rate": sample_rate,
        "excerpt_s": excerpt_s,
        "excerpts": excerpts,
        "dim": max(stop for _, stop in subspaces.values()),
        "subspaces": {name: list(edges) for name, edges in subspaces.items()},
        "tags": list(tags),
        "licence": "GPL-2.0-or-later",
        "training": training,
        "quality": {"parameters": learnt, "training_minutes": round(minutes, 1)},
        "paper": {},
    }
    job.model.write_bytes(model)
    _write_card(job, card)
    print(f"{job.model}: {len(model):,} bytes, {learnt:,} parameters")


def amend_card(job: Job, quality: Mapping[str, float], paper: Mapping[str, Any]) -> None:
    """Add measured figures to the card of a model.

    ``paper``: ``source`` and ``substitutes`` (words), and ``tables``, each ``title``, ``columns``
    and ``rows`` (lists that begin with the row's name), the paper's own rows marked so.
    """
    card = read_card(job)
    kept = {name: card["quality"][name] for name in ("parameters", "training_minutes")}
    card["quality"] = kept | {name: round(float(value), 4) for name, value in quality.items()}
    card["paper"] = dict(paper)
    _write_card(job, card)


def read_card(job: Job) -> dict[str, Any]:
    """The card as it stands."""
    card: dict[str, Any] = json.loads(job.model.with_suffix(".json").read_text("utf-8"))
    return card


def _write_card(job: Job, card: Mapping[str, Any]) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False)
    job.model.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
