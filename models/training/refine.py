"""The second stage: the sub-spaces' last layers, on whole excerpts and among hundreds of tracks.

    python -m models.training.refine --corpus ../shared/corpus --run runs/default

The MFCC baseline's numbers join by a short cut: beside a network that saw 1,463 tracks they help.
The first stage sees 3 s of an excerpt and 64 tracks at a time. Here the listeners are done
learning; what they hear of each whole excerpt, as it is and as it might be elsewhere, is kept, and
the layers from there to genre, mood and instruments are trained on among 320 tracks at a time:
seconds of work where the first stage takes an hour. Writes ``refined.pt`` beside ``last.pt``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training import augment, objective
from models.training.batches import Draws
from models.training.dataset import UNITS, open_part
from models.training.export import trained
from models.training.network import Ear, Heard
from models.training.objective import Weights
from models.training.tall import over_patches, patches_of
from models.training.targets import Targets, load, tag_scale
from models.training.validation import Validation

SEED = 21
TRACKS = (250, 70)
RATE = 1e-3
DECAY = 0.02
SILENT = 0.05
"""Deviation below which a unit counts as one that says nothing."""
_BATCH = 32


@torch.no_grad()
def hear(ear: Ear, excerpts: NDArray[np.uint8], random: torch.Generator | None) -> Heard:
    """What the listeners hear of whole excerpts, elsewhere when ``random`` is given."""
    parts: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
    for i in range(0, len(excerpts), _BATCH):
        log_mel = torch.from_numpy(excerpts[i : i + _BATCH]).float() / UNITS
        if random is not None:
            log_mel = augment.heard_elsewhere(log_mel, random)
        patches = patches_of(log_mel)
        with torch.autocast("cpu", torch.bfloat16):
            timbre = over_patches(ear.timbre(patches).float())
        tall = over_patches(ear.tall(patches))
        parts.append((timbre, ear.rhythm(log_mel), ear.cepstra(log_mel), tall))
    return Heard(*(torch.cat(column) for column in zip(*parts, strict=True)))


@torch.no_grad()
def scale_cepstra(ear: Ear, excerpts: NDArray[np.uint8]) -> None:
    """Give the cepstra mean 0 and deviation 1 over these excerpts."""
    batches = range(0, len(excerpts), _BATCH)
    log_mels = (torch.from_numpy(excerpts[i : i + _BATCH]).float() / UNITS for i in batches)
    rows = torch.cat([ear.cepstra(log_mel) for log_mel in log_mels])
    ear.cepstra.mean.copy_(rows.mean(0))
    ear.cepstra.deviation.copy_(rows.std(0))


@torch.no_grad()
def scale_tall(ear: Ear, heard: Tensor) -> None:
    """Give what the tall filters heard [excerpts, 400] mean 0 and deviation 1."""
    ear.tall_mean.copy_(heard.mean(0))
    ear.tall_deviation.copy_(heard.std(0).clamp(min=SILENT))


def refine(
    ear: Ear,
    real: tuple[NDArray[np.uint8], Targets],
    midi: tuple[NDArray[np.uint8], Targets],
    steps: int,
    tracks: tuple[int, int] = TRACKS,
) -> list[float]:
    """Train the last layers in place; returns the sum of the terms at each step."""
    random = torch.Generator().manual_seed(SEED)
    ear.eval()
    train = np.flatnonzero(~real[1].valid[real[1].track])
    scale_cepstra(ear, real[0][train])
    ear.shortcuts.requires_grad_(True)
    versions = [[hear(ear, part[0], how) for how in (None, random)] for part in (real, midi)]
    scale_tall(ear, versions[0][0].tall[train])
    draws = Draws(real, midi, np.random.default_rng(SEED), tracks)
    layers = [
        *ear.spaces.parameters(),
        *ear.shortcuts.parameters(),
        *ear.families.parameters(),
        *ear.genres.parameters(),
    ]
    optimiser = torch.optim.AdamW(layers, RATE, weight_decay=0.01)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    weights, sums = Weights(), []
    for _ in range(steps):
        rows = draws.rows()
        batch = draws.batch(*rows, torch.empty(0), np.ones(len(rows[1])))
        chosen = [part[int(draws.random.integers(2))] for part in versions]
        terms = objective.terms(ear, weights, _joined(chosen, rows), batch, random)
        total = torch.stack(list(terms.values())).sum()
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        rate.step()
        sums.append(total.item())
    return sums


def _joined(chosen: list[Heard], rows: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Heard:
    pairs = list(zip(chosen, rows, strict=True))
    return Heard(
        torch.cat([heard.timbre[at] for heard, at in pairs]),
        torch.cat([heard.rhythm[at] for heard, at in pairs]),
        torch.cat([heard.cepstra[at] for heard, at in pairs]),
        torch.cat([heard.tall[at] for heard, at in pairs]),
    )


def main() -> None:
    """Refine a run's averaged network."""
    parser = argparse.ArgumentParser(description="Train the last layers of a network on.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scale = tag_scale(options.corpus)
    real, midi = (
        (open_part(options.corpus, options.cache, part), load(options.corpus, part, scale))
        for part in ("real", "midi")
    )
    patched = options.run / "patched.pt"
    ear = trained(patched if patched.exists() else options.run / "last.pt")
    validation = Validation(*real, *midi)
    before = validation.measure(ear)
    sums = refine(ear, real, midi, options.steps)
    figures = {"before": before, "after": validation.measure(ear), "loss": [sums[0], sums[-1]]}
    print(json.dumps(figures, indent=2))
    torch.save({"averaged": ear.state_dict()}, options.run / "refined.pt")


if __name__ == "__main__":
    main()
