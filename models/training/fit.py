"""The third stage: the network's last step, in closed form on all training excerpts at once.

    python -m models.training.fit --corpus ../shared/corpus --run runs/default

Three things are found, none by descent, so that the same network gives the same numbers:

- *Likeness*: a ridge regression from everything heard (the listeners, the MFCC statistics and the
  placed sub-spaces) to the teacher's first embedding, its mean taken away, turned to its main
  directions. Every excerpt is heard as it is and as it might be elsewhere, so that level and
  equipment weigh less. Targets are each excerpt's own: shared with the rest of its track they cost
  0.02 of the neighbours kept.
- *Timbre*: the directions in which MFCC statistics differ between tracks and not within one (linear
  discriminants with the track as class, the within-track covariance shrunk to its mean): what
  stays the same in a recording is its players, its room and its mix, so artists come together.
- *Own*: the main directions of the genre and mood that training placed.

Writes ``fitted.pt`` from ``refined.pt``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.dataset import open_part
from models.training.export import trained
from models.training.network import LIKENESS, OWN, TIMBRE_NUMBERS, Ear, Heard
from models.training.refine import hear
from models.training.targets import Targets, load, tag_scale
from models.training.validation import Validation

SEED = 22
RIDGE = 0.02
"""Of each input's variance."""
SHRINKAGE = 0.5
"""Of the mean variance within tracks, to every direction."""
_PEN_MSD = 200


@torch.no_grad()
def fit(ear: Ear, excerpts: NDArray[np.uint8], targets: Targets) -> None:
    """Find ``ear.finish`` from log-mels [excerpts, 313, 96] that are not held out."""
    ear.eval()
    train = np.flatnonzero(~targets.valid[targets.track])
    heard = hear(ear, excerpts[train], None)
    elsewhere = hear(ear, excerpts[train], torch.Generator().manual_seed(SEED))
    teacher = torch.from_numpy(targets.teacher[train, :_PEN_MSD])
    track = torch.from_numpy(targets.track[train])
    finish, placed = ear.finish, ear.place(heard)
    _scale(ear, heard, placed)
    both = [finish.everything(each, ear.place(each)) for each in (heard, elsewhere)]
    twice = torch.cat([teacher, teacher])
    finish.likeness.copy_(main_regression(torch.cat(both), twice, LIKENESS["genre"][0]))
    for name, kept in OWN.items():
        getattr(finish, name).copy_(main_directions(placed[name], kept))
    finish.timbre_mean.copy_(heard.cepstra.mean(0))
    finish.timbre.copy_(discriminants(heard.cepstra, track, TIMBRE_NUMBERS))
    finish.is_fitted.fill_(True)


def main_regression(inputs: Tensor, wanted: Tensor, numbers: int) -> Tensor:
    """Ridge weights [inputs, numbers] to the centred targets' main predicted directions."""
    gram = inputs.T @ inputs + RIDGE * len(inputs) * torch.eye(inputs.shape[1])
    weights = torch.linalg.solve(gram, inputs.T @ (wanted - wanted.mean(0)))
    return weights @ main_directions(inputs @ weights, numbers)


def main_directions(rows: Tensor, numbers: int) -> Tensor:
    """Of the rows' second moments, the largest first [columns, numbers]."""
    return torch.linalg.eigh(rows.T @ rows).eigenvectors.flip(1)[:, :numbers]


def discriminants(rows: Tensor, track: Tensor, numbers: int) -> Tensor:
    """Directions [columns, numbers] that differ most between tracks for how little within."""
    centred = rows - rows.mean(0)
    known, place, count = torch.unique(track, return_inverse=True, return_counts=True)
    means = torch.zeros(len(known), rows.shape[1]).index_add_(0, place, centred) / count[:, None]
    apart = centred - means[place]
    within = apart.T @ apart / len(rows)
    within += SHRINKAGE * within.diagonal().mean() * torch.eye(len(within))
    variance, axes = torch.linalg.eigh(within)
    whitening = axes / variance.sqrt()
    return whitening @ main_directions(means @ whitening, numbers)


def _scale(ear: Ear, heard: Heard, placed: dict[str, Tensor]) -> None:
    """Give everything heard mean 0 and deviation 1 over these excerpts."""
    raw = ear.finish.unscaled(heard, placed)
    ear.finish.mean.copy_(raw.mean(0))
    ear.finish.deviation.copy_(raw.std(0) + 1e-5)


def main() -> None:
    """Fit a run's refined network."""
    parser = argparse.ArgumentParser(description="Fit the last step of a network.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scale = tag_scale(options.corpus)
    real, midi = (
        (open_part(options.corpus, options.cache, part), load(options.corpus, part, scale))
        for part in ("real", "midi")
    )
    ear = trained(options.run / "refined.pt")
    validation = Validation(*real, *midi)
    before = validation.measure(ear)
    fit(ear.eval(), *real)
    print(json.dumps({"before": before, "after": validation.measure(ear)}, indent=2))
    torch.save({"averaged": ear.state_dict()}, options.run / "fitted.pt")


if __name__ == "__main__":
    main()
