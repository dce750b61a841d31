"""What is wrong with a batch's vectors, as numbers to make small.

Relations are matrices of similarities between the batch's excerpts: the network's are to be
the teacher's, in value (squared error) and in who is near whom (cross-entropy of the
neighbours' shares), and triplets drawn at random are to be ordered as the teacher orders
them, per sub-space (Lee et al. 2020, with the teacher's tags for their labels).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

NEIGHBOUR_SCALE = 0.06
"""Similarity differences that make a neighbour e times less of one."""
MARGIN = 0.1
CLEARLY_NEARER = 0.2
"""How much nearer one must be to the anchor than the other for a triplet to teach."""
OCTAVE_WIDTH = 0.1
"""Of the kernel that says how alike two tempi are, in octaves."""
HALF_TIME_LIKENESS = 0.5


def relation(ours: Tensor, theirs: Tensor) -> Tensor:
    """Squared error between similarity matrices [batch, batch], themselves left out.

    Up to a constant: how similar all music is on average changes no neighbour, and the
    averages of the teacher's embedding and of its tags contradict each other.
    """
    others = ~torch.eye(len(ours), dtype=torch.bool)
    error = ours[others] - theirs[others]
    return error.var(correction=0)


def neighbours(ours: Tensor, theirs: Tensor) -> Tensor:
    """Divergence between the shares of nearness that each excerpt gives the others."""
    itself = torch.eye(len(ours), dtype=torch.bool)
    wanted = (theirs / NEIGHBOUR_SCALE).masked_fill(itself, -1e4).log_softmax(1)
    given = (ours / NEIGHBOUR_SCALE).masked_fill(itself, -1e4).log_softmax(1)
    return functional.kl_div(given, wanted, reduction="batchmean", log_target=True)


def triplets(ours: Tensor, theirs: Tensor, random: torch.Generator, draws: int = 8) -> Tensor:
    """Hinge on random triplets whose order ``theirs`` is sure of, similarities [batch, batch]."""
    size = len(ours)
    one, other = (torch.randint(0, size, (size, draws), generator=random) for _ in range(2))
    known = theirs.gather(1, one) - theirs.gather(1, other)
    wrong = functional.relu(MARGIN - known.sign() * (ours.gather(1, one) - ours.gather(1, other)))
    anchor = torch.arange(size)[:, None]
    sure = (known.abs() > CLEARLY_NEARER) & (one != anchor) & (other != anchor)
    return (wrong * sure).sum() / sure.sum().clamp_min(1)


def direction(ours: Tensor, theirs: Tensor) -> Tensor:
    """One minus the cosine with unit rows."""
    return 1 - (functional.normalize(ours, dim=1) * theirs).sum(1).mean()


def tempo_likeness(bpm: Tensor) -> Tensor:
    """How alike two tempi are [batch, batch]: 1 the same, half when one is twice the other."""
    octaves = torch.log2(bpm)
    apart = (octaves[:, None] - octaves[None]).abs()
    same = torch.exp(-0.5 * (apart / OCTAVE_WIDTH) ** 2)
    double = torch.exp(-0.5 * ((apart - 1) / OCTAVE_WIDTH) ** 2)
    return same + HALF_TIME_LIKENESS * double


def tempo_shares(bpm: Tensor, tempi: Tensor) -> Tensor:
    """Shares of the tempo classes [batch, classes] around the truth, folded into their range."""
    octaves = torch.log2(bpm)
    low, high = torch.log2(tempi[0]), torch.log2(tempi[-1])
    octaves = torch.where(octaves < low, octaves + 1, octaves)
    octaves = torch.where(octaves > high, octaves - 1, octaves)
    apart = (torch.log2(tempi)[None] - octaves[:, None]) / 0.03
    return torch.softmax(-0.5 * apart**2, 1)
