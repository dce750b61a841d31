"""What is wrong with a batch's vectors, as numbers to make small.

Relations are matrices of similarities between the batch's excerpts: the network's are to be
the teacher's, in value (squared error) and in who is near whom (cross-entropy of the
neighbours' shares), and triplets drawn at random are to be ordered as the teacher orders
them, per sub-space (Lee et al. 2020, with the teacher's tags for their labels). Of music without a
teacher, triplets come from what people said of it, for the rows of which they said it.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from models.training.systems.triplets import mined, triplet_margin

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
    others = ~torch.eye(len(ours), dtype=torch.bool, device=ours.device)
    error = ours[others] - theirs[others]
    return error.var(correction=0)


def neighbours(ours: Tensor, theirs: Tensor) -> Tensor:
    """Divergence between the shares of nearness that each excerpt gives the others."""
    itself = torch.eye(len(ours), dtype=torch.bool, device=ours.device)
    wanted = (theirs / NEIGHBOUR_SCALE).masked_fill(itself, -1e4).log_softmax(1)
    given = (ours / NEIGHBOUR_SCALE).masked_fill(itself, -1e4).log_softmax(1)
    return functional.kl_div(given, wanted, reduction="batchmean", log_target=True)


def triplets(
    ours: Tensor,
    theirs: Tensor,
    random: torch.Generator,
    draws: int = 8,
    mining: str = "random",
) -> Tensor:
    """Hinge on random triplets whose order ``theirs`` is sure of, similarities [batch, batch].

    Of the triplets drawn "semi-hard" keeps those in order by less than the margin and "custom" each
    anchor's hardest: Burns & van Zyl 2020, section 2.4, for degrees in place of classes.
    """
    size = len(ours)
    one, other = (
        torch.randint(0, size, (size, draws), generator=random).to(ours.device) for _ in range(2)
    )
    known = theirs.gather(1, one) - theirs.gather(1, other)
    ahead = known.sign() * (ours.gather(1, one) - ours.gather(1, other))
    anchor = torch.arange(size, device=ours.device)[:, None]
    kept = (known.abs() > CLEARLY_NEARER) & (one != anchor) & (other != anchor)
    if mining == "semi-hard":
        kept &= (ahead > 0) & (ahead < MARGIN)
    elif mining == "custom":
        hardest = ahead.detach().masked_fill(~kept, torch.inf).argmin(1, keepdim=True)
        kept &= torch.zeros_like(kept).scatter(1, hardest, value=True)
    return (functional.relu(MARGIN - ahead) * kept).sum() / kept.sum().clamp_min(1)


def labelled(vectors: Tensor, labels: Tensor, mining: str, random: torch.Generator) -> Tensor:
    """Hinge on triplets mined among the rows whose label is known (0 or more), labels on the CPU.

    The margin is one of cosines: of unit vectors the squared distance is twice what they lack.
    """
    known = (labels >= 0).nonzero()[:, 0]
    if not len(known):
        return vectors.sum() * 0
    rows = vectors[known.to(vectors.device)]
    chosen = mined(mining, rows, labels[known], 2 * MARGIN, random)
    return triplet_margin(rows, chosen, 2 * MARGIN, is_squared=True)


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
