"""Triplet losses and the miners that choose triplets within a batch."""

from __future__ import annotations

import torch
from torch import Tensor

_SMALLEST = 1e-12

MINING = ("random", "semi-hard", "custom")
"""Ways to choose triplets (Burns & van Zyl 2020, section 2.4)."""

Triplets = tuple[Tensor, Tensor, Tensor]
"""Rows of anchors, positives and negatives, int64 [triplets] each."""


def triplet_margin(
    vectors: Tensor, triplets: Triplets, margin: float, is_squared: bool = False
) -> Tensor:
    """Mean of max(0, D(a, p) - D(a, n) + margin) over ``vectors`` [batch, dim].

    D is Euclid's distance (Lee et al. 2020, eq. 1), or its square (Schroff et al. 2015). 0, with a
    gradient of 0, when there are no triplets.
    """
    anchor, positive, negative = triplets
    if not len(anchor):
        return vectors.sum() * 0
    near = (vectors[anchor] - vectors[positive]).square().sum(1)
    far = (vectors[anchor] - vectors[negative]).square().sum(1)
    if not is_squared:
        near, far = (near + _SMALLEST).sqrt(), (far + _SMALLEST).sqrt()
    return (near - far + margin).relu().mean()


def every_triplet_margin(vectors: Tensor, near: Tensor, far: Tensor, margin: float) -> Tensor:
    """Mean of max(0, D(a, p) - D(a, n) + margin) over all triplets of a batch, D Euclid's distance.

    ``near`` and ``far`` bool [batch, batch]. What random triplets of the batch give on average,
    without their noise. 0, with a gradient of 0, when there are none.
    """
    apart = ((vectors[:, None] - vectors[None]).square().sum(2) + _SMALLEST).sqrt()
    is_triplet = near[:, :, None] & far[:, None, :]
    losses = (apart[:, :, None] - apart[:, None, :] + margin).relu() * is_triplet
    return losses.sum() / is_triplet.sum().clamp_min(1)


def distances(vectors: Tensor, is_squared: bool = True) -> Tensor:
    """[batch, batch], without gradient."""
    kept = vectors.detach()
    squares = torch.cdist(kept, kept).square()
    return squares if is_squared else squares.sqrt()


def random_triplets(labels: Tensor, random: torch.Generator | None = None) -> Triplets:
    """Every row that can be an anchor, with a random positive and a random negative."""
    same, other = _same(labels)
    return _drawn(same, other, random)


def semi_hard(vectors: Tensor, labels: Tensor, margin: float) -> Triplets:
    """Each anchor and positive with the nearest negative beyond the positive within ``margin``.

    Burns & van Zyl 2020, section 2.4 (squared distances); pairs that have no such negative are
    left out.
    """
    same, other = _same(labels)
    apart = distances(vectors)
    anchor, positive = same.nonzero(as_tuple=True)
    near = apart[anchor, positive][:, None]
    far = apart[anchor]
    fits = other[anchor] & (far > near) & (far < near + margin)
    nearest = far.masked_fill(~fits, torch.inf).argmin(1)
    able = fits.any(1)
    return anchor[able], positive[able], nearest[able]


def custom(vectors: Tensor, labels: Tensor) -> Triplets:
    """Each anchor with all its positives and its one hardest negative (Burns & van Zyl, 2.4)."""
    same, other = _same(labels)
    hardest = distances(vectors).masked_fill(~other, torch.inf).argmin(1)
    anchor, positive = (same & other.any(1, keepdim=True)).nonzero(as_tuple=True)
    return anchor, positive, hardest[anchor]


def mined(
    mining: str,
    vectors: Tensor,
    labels: Tensor,
    margin: float,
    random: torch.Generator | None = None,
) -> Triplets:
    """Triplets of ``vectors`` [batch, dim] by one of ``MINING``; ``labels`` [batch] on the CPU."""
    if mining == "random":
        return random_triplets(labels, random)
    labels = labels.to(vectors.device)
    return custom(vectors, labels) if mining == "custom" else semi_hard(vectors, labels, margin)


def drawn(
    is_near: Tensor, is_far: Tensor, each: int = 1, random: torch.Generator | None = None
) -> Triplets:
    """``each`` random triplets per able anchor, from which pairs [batch, batch] are near or far."""
    parts = [_drawn(is_near, is_far, random) for _ in range(each)]
    anchor, positive, negative = (torch.cat(column) for column in zip(*parts, strict=True))
    return anchor, positive, negative


def _same(labels: Tensor) -> tuple[Tensor, Tensor]:
    equal = labels[:, None] == labels[None]
    return equal & ~torch.eye(len(labels), dtype=torch.bool, device=labels.device), ~equal


def _drawn(is_near: Tensor, is_far: Tensor, random: torch.Generator | None) -> Triplets:
    anchor = (is_near.any(1) & is_far.any(1)).nonzero(as_tuple=True)[0]
    if not len(anchor):
        return anchor, anchor, anchor
    positive, negative = (
        torch.multinomial(pairs[anchor].float(), 1, generator=random)[:, 0]
        for pairs in (is_near, is_far)
    )
    return anchor, positive, negative
