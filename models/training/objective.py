"""The sum that training makes small, from what both listeners heard of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.training import losses
from models.training.batches import Batch
from models.training.network import LEARNT, TEMPI, Ear, Heard

FAMILY_PRESENT = 0.02
SCALE_OF_UNITS = 8.0
"""A unit vector's numbers are small; a linear layer on them starts from these."""
_PEN = 200


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the terms."""

    neighbours: float = 1.0
    relation: float = 4.0
    aspects: float = 1.0
    triplets: float = 0.5
    teacher: float = 1.0
    tags: float = 3.0
    tempo: float = 1.0
    labels: float = 0.3
    said: float = 0.5
    """Of each label that people gave to music without a teacher."""


SPACES_OF = {
    "track": ("genre", "mood", "instruments", "tempo"),
    "artist": ("instruments",),
    "genre": ("genre",),
}
"""Which sub-spaces a label's triplets order: a track is like itself in all of them (track
regularisation, Lee et al. 2020), an artist's tracks share players, voice and mix."""


def terms(
    ear: Ear,
    weights: Weights,
    heard: Heard,
    batch: Batch,
    random: torch.Generator,
    mining: str = "random",
) -> dict[str, Tensor]:
    """Weighted terms by name, of what the network ``heard`` of a batch."""
    timbre, rhythm = heard.timbre, heard.rhythm
    spaces = ear.place(heard)
    near = {name: vectors @ vectors.T for name, vectors in spaces.items()}
    whole, teacher = torch.stack(list(near.values())).mean(0), batch.whole @ batch.whole.T
    tags = functional.binary_cross_entropy_with_logits(ear.tags(timbre), batch.probabilities)
    pairs = zip(ear.teacher(timbre).split(_PEN, 1), batch.teacher.split(_PEN, 1), strict=True)
    directions = torch.stack([losses.direction(ours, theirs) for ours, theirs in pairs])
    found = {
        "neighbours": weights.neighbours * losses.neighbours(whole, teacher),
        "relation": weights.relation * losses.relation(whole, teacher),
        "tags": weights.tags * tags,
        "teacher": weights.teacher * directions.sum(),
    }
    for name, rows in batch.aspects.items():
        theirs = rows @ rows.T
        found[name] = weights.aspects * losses.relation(near[name], theirs)
        found[name] += weights.triplets * losses.triplets(near[name], theirs, random, mining=mining)
    midi = {name: vectors[batch.real :] for name, vectors in spaces.items()}
    return found | _of_midi(ear, weights, midi, rhythm[batch.real :], batch, random, mining)


def of_labels(
    ear: Ear,
    weights: Weights,
    heard: Heard,
    labels: dict[str, Tensor],
    random: torch.Generator,
    mining: str,
) -> dict[str, Tensor]:
    """Weighted terms by name, of rows that have no teacher; labels [rows], -1 where unknown."""
    spaces = ear.place(heard)
    return {
        f"said_{label}": weights.said
        * torch.stack(
            [losses.labelled(spaces[name], labels[label], mining, random) for name in names]
        ).mean()
        for label, names in SPACES_OF.items()
    }


def _of_midi(
    ear: Ear,
    weights: Weights,
    spaces: dict[str, Tensor],
    rhythm: Tensor,
    batch: Batch,
    random: torch.Generator,
    mining: str,
) -> dict[str, Tensor]:
    """From what is known of MIDI pieces: tempo, instruments, genre."""
    alike = losses.tempo_likeness(batch.bpm)
    near = spaces["tempo"] @ spaces["tempo"].T
    shares = losses.tempo_shares(batch.bpm, torch.from_numpy(TEMPI).float().to(near.device))
    present = (batch.families > FAMILY_PRESENT).float()
    learnt = spaces["instruments"][:, : LEARNT["instruments"]]
    families = ear.families(learnt * SCALE_OF_UNITS)
    genres = ear.genres(spaces["genre"] * SCALE_OF_UNITS)
    named = functional.binary_cross_entropy_with_logits(families, present)
    order = losses.triplets(near, alike, random, mining=mining)
    return {
        "bpm": weights.tempo * 0.5 * functional.cross_entropy(ear.tempo_classes(rhythm), shares),
        "tempo": weights.tempo * (2 * losses.relation(near, alike) + order),
        "families": weights.labels * 3 * named,
        "labels": weights.labels * functional.cross_entropy(genres, batch.genre),
    }
