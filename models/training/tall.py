"""The second timbre listener, of the teacher's own family: what it gets wrong, the first may not.

musicnn (Pons & Serra 2019, "musicnn: Pre-trained convolutional neural networks for music audio
tagging", section 2; Pons et al. 2018, "End-to-end learning for music audio tagging at scale",
section 3) asks how strongly anything in the spectrum answers to filters almost as tall as it (the
maximum over frequency: a timbre at whatever pitch), and how loudness moves (long filters over the
bands' mean); three dense convolutions over time and two statistics of each channel become 200
rectified numbers, and these are the embedding the corpus holds. Here the same at a price a scan
can pay: fewer filters, at every third or fourth band, on frames of twice the length, every second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.training import tags

PEN = 200
"""Numbers of each of the teacher's two embeddings, last.fm's first."""
HEARD = 2 * PEN
PATCH = 94
"""Frames, 3 s."""
STARTS = (3, 152)
"""Frames at which the teacher's two patches of an excerpt begin, measured: where a network's guess
from 3 s agrees with it best."""
LENGTH, EVERY = 4, 2
"""Frames that a tall filter sees, and from one place to the next."""
SLOW = (65, 33, 17)
"""Frames of the filters that hear how loudness moves."""
DROPOUT = 0.3
"""Of the pooled channels, in training."""
LEVELS = 127
"""A weight is one of 255 multiples of its row's largest, so that it can be kept in a byte."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TallShape:
    """Widths, and the tall filters as (count, bands, bands from one place to the next)."""

    filters: tuple[tuple[int, int, int], ...] = ((96, 38, 3), (96, 67, 4))
    slow: int = 16
    wide: int = 96
    dense: int = 3


WIDE = TallShape()
NARROW = TallShape(((64, 38, 3), (64, 67, 4)), wide=64)


class TallFilters(nn.Module):
    """[batch, frames + 2, 96] → [batch, count, frames / 2]: the strongest answer at any height."""

    def __init__(self, count: int, height: int, step: int) -> None:
        super().__init__()
        size = LENGTH * height
        self.weight = nn.Parameter(torch.randn(count, LENGTH, height) * (2 / size) ** 0.5)
        self.norm = nn.BatchNorm1d(count)
        self.step = step

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.flatten(1)
        if torch.is_autocast_enabled("cpu"):
            # Before windows are laid out: half the bytes to move.
            x, weight = x.bfloat16(), weight.bfloat16()
        windows = x.unfold(1, LENGTH, EVERY).unfold(2, self.weight.shape[2], self.step)
        places = windows.shape[:3]
        answers = windows.reshape(places.numel(), -1) @ weight.T
        # ``amax`` would share a gradient among equals, at four times the price.
        loudest = answers.unflatten(0, places).max(2).values
        return functional.relu(self.norm(loudest.transpose(1, 2).float()))

    def folded(self) -> tuple[Floats, Floats]:
        """Weight [count, 1, 4, height] and bias of the convolution before maximum and ReLU."""
        scale, bias = scale_and_bias(self.norm)
        # A maximum can be scaled before it is taken by what is positive only: ``keep_foldable``.
        assert (scale > 0).all()
        return _array(self.weight * scale[:, None, None])[:, None], _array(bias)


class Slow(nn.Module):
    """[batch, frames + 2, 96] → [batch, 3 · count, frames / 2]: how the bands' mean moves."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.filters = nn.ModuleList(
            nn.Conv1d(1, count, length, EVERY, length // 2, bias=False) for length in SLOW
        )
        self.norm = nn.BatchNorm1d(count * len(SLOW))

    def forward(self, x: Tensor) -> Tensor:
        mean = x.float().mean(2)[:, None]
        frames = x.shape[1] // EVERY - 1
        heard = torch.cat([each(mean)[..., :frames] for each in self.filters], 1)
        return functional.relu(self.norm(heard.float()))

    def folded(self) -> tuple[Floats, Floats]:
        """Weight [3 · count, 1, 65] and bias of one convolution: short filters amid zeros."""
        scale, bias = scale_and_bias(self.norm)
        widest = [
            functional.pad(each.weight, 2 * ((max(SLOW) - each.weight.shape[2]) // 2,))
            for each in self.filters
            if isinstance(each, nn.Conv1d)
        ]
        return _array(torch.cat(widest) * scale[:, None, None]), _array(bias)


class Dense(nn.Module):
    """Across channels and three frames, normalised, rectified: [batch, n, t] → [batch, m, t]."""

    def __init__(self, channels: tuple[int, int]) -> None:
        super().__init__()
        self.conv = nn.Conv1d(*channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm1d(channels[1])

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.norm(self.conv(x).float()))

    def folded(self) -> tuple[Floats, Floats]:
        """Weight and bias of the one convolution that this is after training."""
        scale, bias = scale_and_bias(self.norm)
        return _array(self.conv.weight * scale[:, None, None]), _array(bias)


class Tall(nn.Module):
    """Log-mel patches [batch, 94 frames, 96] → [batch, 400]: guesses of the teacher's units.

    The teacher's last step before its embeddings is a batch normalisation of rectified numbers:
    one factor a unit, which is in here, and one constant, which ``pen`` adds.
    """

    def __init__(self, mean: Tensor, deviation: Tensor, shape: TallShape) -> None:
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("deviation", deviation.clone())
        self.filters = nn.ModuleList(TallFilters(*each) for each in shape.filters)
        self.slow = Slow(shape.slow)
        first = sum(count for count, _, _ in shape.filters) + len(SLOW) * shape.slow
        widths = [first] + [shape.wide] * shape.dense
        self.dense = nn.ModuleList(Dense(pair) for pair in pairwise(widths))
        self.pooled_norm = nn.BatchNorm1d(2 * sum(widths))
        self.hidden = nn.Linear(2 * sum(widths), HEARD)
        self.factor = nn.Parameter(torch.ones(HEARD))
        self.constant = nn.Parameter(torch.zeros(HEARD))
        self.tags = nn.Linear(HEARD, len(tags.ALL))
        self.register_buffer("is_begun", torch.tensor(False))
        self.register_buffer("is_folded", torch.tensor(False))

    def forward(self, log_mel: Tensor) -> Tensor:
        x = functional.pad((log_mel - self.mean) / self.deviation, (0, 0, 1, 1))
        channels = torch.cat([*(each(x) for each in self.filters), self.slow(x)], 1)
        layers = [channels]
        for i, dense in enumerate(self.dense):
            y = dense(layers[-1])
            layers.append(y + layers[-1] if i else y)
        y = torch.cat(layers, 1).float()
        pooled = self.pooled_norm(torch.cat([y.mean(2), y.amax(2)], 1))
        # Nothing is a channel's mean only where normalisation has put it there.
        pooled = functional.dropout(pooled, DROPOUT, self.training and not self.is_folded)
        return functional.relu(self.hidden(pooled)) * self.factor

    def pen(self, heard: Tensor) -> Tensor:
        """The teacher's embeddings [batch, 400] as far as they were ``heard``."""
        return heard + self.constant

    @torch.no_grad()
    def begin(self, pen: Tensor) -> None:
        """Before training: a silent unit is the least of ``pen``, one at work about as loud."""
        self.constant.copy_(pen.amin(0))
        self.factor.copy_(pen.std(0))
        self.is_begun.fill_(True)

    def train(self, mode: bool = True) -> Tall:
        """Normalisation that a file had folded away has no statistics to train on with."""
        super().train(mode)
        if self.is_folded:
            for module in self.modules():
                if isinstance(module, nn.BatchNorm1d):
                    module.eval()
        return self

    @torch.no_grad()
    def keep_foldable(self) -> None:
        """Keep positive what a maximum or a rectified number is scaled by."""
        self.factor.clamp_(min=1e-3)
        for each in self.filters:
            assert isinstance(each, TallFilters)
            each.norm.weight.clamp_(min=1e-3)

    def folded(self) -> tuple[Floats, Floats, Floats]:
        """Factors of the pooled channels, weight and bias of the layer behind them.

        The factors stay apart: with them in the weight, a row's bytes would go to few channels.
        """
        scale, bias = scale_and_bias(self.pooled_norm)
        weight, factor = self.hidden.weight, self.factor
        # Rectified numbers can be scaled before they are rectified: ``keep_foldable``.
        assert (factor > 0).all()
        bias = self.hidden.bias + weight @ bias
        return _array(scale), _array(weight * factor[:, None]), _array(bias * factor)

    @torch.no_grad()
    def settle(self) -> None:
        """After training: round large weights to what bytes hold."""
        convolutions = [each for each in self.modules() if isinstance(each, nn.Conv1d)]
        for weight in [each.weight for each in (*self.filters, *convolutions)]:
            assert isinstance(weight, Tensor)
            weight.copy_(rounded(weight))
        self.hidden.weight.copy_(rounded(self.hidden.weight))


class Talls(nn.Module):
    """Several such listeners, each trained alone: the mean of guesses errs less than each."""

    def __init__(self, mean: Tensor, deviation: Tensor, shapes: Sequence[TallShape]) -> None:
        super().__init__()
        self.members = nn.ModuleList(Tall(mean, deviation, shape) for shape in shapes)

    def forward(self, log_mel: Tensor) -> Tensor:
        return torch.stack([each(log_mel) for each in self.members]).mean(0)

    def tag_layer(self) -> tuple[Tensor, Tensor]:
        """Weight [100, 400] and bias [100] of the members' mean guess at the teacher's tags."""
        layers = [each.tags for each in self.members if isinstance(each, Tall)]
        weights = torch.stack([each.weight for each in layers])
        return weights.mean(0), torch.stack([each.bias for each in layers]).mean(0)

    def tag_logits(self, heard: Tensor) -> Tensor:
        """[batch, 100]"""
        return functional.linear(heard, *self.tag_layer())

    def settle(self) -> None:
        """After training: ``Tall.settle`` of each."""
        for each in self.members:
            assert isinstance(each, Tall)
            each.settle()


def patches_of(log_mel: Tensor) -> Tensor:
    """The teacher's two patches of each whole excerpt [batch, 313, 96] → [2 · batch, 94, 96]."""
    return torch.stack([log_mel[:, at : at + PATCH] for at in STARTS], 1).flatten(0, 1)


def over_patches(heard: Tensor) -> Tensor:
    """Means of what was heard of each excerpt's patches, [2 · batch, n] → [batch, n]."""
    return heard.unflatten(0, (-1, len(STARTS))).mean(1)


def rounded(weight: Tensor) -> Tensor:
    """Each row (first dimension) to multiples of a 127th of its largest number."""
    rows = weight.flatten(1)
    unit = rows.abs().amax(1, keepdim=True).clamp(min=1e-12) / LEVELS
    return ((rows / unit).round() * unit).view_as(weight)


def scale_and_bias(norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """What normalisation is when its statistics stand: a factor and a summand per channel."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return scale, norm.bias - norm.running_mean * scale


@torch.no_grad()
def pass_on(norm: nn.BatchNorm1d | nn.BatchNorm2d, bias: Tensor) -> None:
    """Make normalisation pass its input on, ``bias`` added."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1)
    norm.bias.copy_(bias)


def _array(values: Tensor) -> Floats:
    return np.asarray(values.detach().numpy(), np.float32)
