"""Two classifiers, then the autoencoder over what they hear and the metadata.

Savvas & Poulianou, sections 2.2 to 2.4: cross-entropy with Adam, the best weights kept; mean
squared error for the autoencoder, its inputs standardised.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.training.systems.classes import TRAIN, VALID, Part
from models.training.systems.common import SEED, Job, Stage, Trained, run_stage
from models.training.systems.hearing import band_scale, genre_entropy
from models.training.systems.multimodal import metadata
from models.training.systems.multimodal.network import Autoencoder, GenreListener, MoodListener
from models.training.systems.multimodal.training_data import Heard, Moods, Steering

Floats = NDArray[np.float32]

RATE = 1e-3
_SHARES = {"genre": 0.4, "mood": 0.55, "joined": 0.05}
_STEPS_AN_EPOCH = {"genre": 100, "mood": 50, "joined": 400}
_ROWS = 128
"""Of the autoencoder's batches."""
_GUESSED_SHARE = 0.5
"""Of the autoencoder's rows, metadata as the shipped graph guesses them."""
_RIDGE = 1.0


def standardised(rows: Floats) -> tuple[Tensor, Tensor]:
    """Mean and deviation of columns, deviation no smaller than a tenth of their average."""
    deviation = rows.std(0)
    floor = 0.1 * deviation.mean()
    return torch.from_numpy(rows.mean(0)), torch.from_numpy(np.maximum(deviation, floor))


def guesses(scaled: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Weights [14, 512] and bias [14] that tell metadata from standard numbers: ridge regression.

    Rows whose value is exactly neutral teach nothing of that field; fields that no row knows stay
    neutral.
    """
    weights = np.zeros((known.shape[1], scaled.shape[1]), np.float32)
    bias = np.zeros(known.shape[1], np.float32)
    for column in range(known.shape[1]):
        told_of = known[:, column] != 0
        if not told_of.any():
            continue
        x = scaled[told_of].astype(np.float64)
        y = known[told_of, column].astype(np.float64)
        centre = x.mean(0)
        gram = (x - centre).T @ (x - centre) + _RIDGE * len(x) * np.eye(x.shape[1])
        weights[column] = np.linalg.solve(gram, (x - centre).T @ (y - y.mean()))
        bias[column] = y.mean() - centre @ weights[column]
    return weights, bias


def autoencoder(heard: Heard) -> Autoencoder:
    """Untrained, but for its scale and its guesses of metadata."""
    rows, known = heard.of(TRAIN)
    network = Autoencoder(*standardised(rows))
    scaled = network.scaled(torch.from_numpy(rows)).numpy()
    weights, bias = guesses(scaled, known)
    network.guess.weight.data = torch.from_numpy(weights)
    network.guess.bias.data = torch.from_numpy(bias)
    return network


class Joining:
    """What the autoencoder learns from."""

    def __init__(self, network: Autoencoder, heard: Heard) -> None:
        self.network = network
        self._train = self._inputs(*heard.of(TRAIN))
        self._valid = self._inputs(*heard.of(VALID))

    def _inputs(self, rows: Floats, known: Floats) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            x = torch.from_numpy(rows)
            given = self.network.joined(x, torch.from_numpy(known))
            return given, self.network.joined(x)

    def loss(self, random: np.random.Generator) -> Tensor:
        """Mean squared error of what comes out, metadata given or guessed."""
        given, guessed = self._train
        rows = torch.from_numpy(random.integers(0, len(given), _ROWS))
        is_guessed = torch.from_numpy(random.random((_ROWS, 1)) < _GUESSED_SHARE)
        x = torch.where(is_guessed, guessed[rows], given[rows])
        return functional.mse_loss(self.network(x), x)

    @torch.no_grad()
    def score(self) -> float:
        """Share of the variance that gets through, of tracks that steer, as shipped."""
        x = self._valid[1]
        return 1 - float((self.network(x) - x).square().mean() / x.var(0).mean())


def run(job: Job, parts: dict[str, Part]) -> tuple[dict[str, nn.Module], dict[str, Trained]]:
    """The three networks by name, and how each training went."""
    torch.manual_seed(SEED)
    scale = band_scale(parts)
    genre, mood = GenreListener(*scale).to(job.device), MoodListener(*scale).to(job.device)
    moods = Moods(job.corpus, parts, job.device)
    by_genre = Steering(parts, {name: part.label for name, part in parts.items()}, job.device)
    by_mood = Steering(parts, moods.label, job.device)

    def genre_loss(random: np.random.Generator) -> Tensor:
        return genre_entropy(genre.logits, parts, random, job.device)

    done = {
        "genre": _stage(job, "genre", genre, genre_loss, lambda: by_genre.score(genre)),
        "mood": _stage(job, "mood", mood, partial(moods.loss, mood), lambda: by_mood.score(mood)),
    }
    heard = Heard(parts, metadata.table(job.corpus, parts), genre, mood, job.device)
    joining = Joining(autoencoder(heard), heard)
    done["joined"] = _stage(job, "joined", joining.network, joining.loss, joining.score)
    return {"genre": genre, "mood": mood, "joined": joining.network}, done


def _stage(
    job: Job,
    name: str,
    network: nn.Module,
    loss: Callable[[np.random.Generator], Tensor],
    score: Callable[[], float],
) -> Trained:
    stage = Stage(
        name=name,
        loss=loss,
        score=score,
        rate=RATE,
        steps_an_epoch=_STEPS_AN_EPOCH[name],
        minutes=_SHARES[name] * job.minutes,
    )
    done = run_stage(network, stage, job.run)
    print(f"{name}: {done}", flush=True)
    return done
