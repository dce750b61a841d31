"""Inception blocks over 3 s of log-mel, to 4 × 64 numbers (Lee et al. 2020, section 3.2).

64 filters of 5×5, max-pooling, six blocks each of a naïve Inception module of stride 2 and one
with reductions (Szegedy et al. 2015), ending with 256 numbers made a unit vector. The paper
does not tell the modules' widths; here they grow to 256 so that the whole has 1.5 M
parameters. Every convolution is followed by batch normalisation and ReLU, but for the last
module's ReLU: without it no sub-space can vanish.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.training.systems.disentangled.likeness import DIM

WINDOW_FRAMES = 94
"""3.0 s of the corpus's front end; the paper's own has 129 frames of 23 ms and 128 bands."""
WIDTHS = (64, 96, 128, 160, 192, DIM)
SMALL_WIDTHS = (16, 24, 32, 48, 64, DIM)
"""Of the networks that are only compared with each other."""


class ConvNorm(nn.Module):
    """Convolution, normalisation, and ReLU unless told otherwise."""

    def __init__(
        self, inner: int, outer: int, size: int, stride: int = 1, rectify: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inner, outer, size, stride, size // 2, bias=False)
        self.norm = nn.BatchNorm2d(outer)
        self.rectify = rectify

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        return torch.relu(x) if self.rectify else x


class Naive(nn.Module):
    """1×1, 3×3, 5×5 and max-pooling side by side, each with stride 2."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        quarter = inner // 4
        self.one = ConvNorm(inner, quarter, 1, 2)
        self.three = ConvNorm(inner, 2 * quarter, 3, 2)
        self.five = ConvNorm(inner, quarter, 5, 2)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.outer = inner + 4 * quarter

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


class Reducing(nn.Module):
    """The same with 1×1 reductions before the costly branches, stride 1."""

    def __init__(self, inner: int, outer: int, rectify: bool = True) -> None:
        super().__init__()
        eighth = outer // 8
        self.one = ConvNorm(inner, 2 * eighth, 1, rectify=rectify)
        self.to_three = ConvNorm(inner, 2 * eighth, 1)
        self.three = ConvNorm(2 * eighth, 4 * eighth, 3, rectify=rectify)
        self.to_five = ConvNorm(inner, eighth, 1)
        self.five = ConvNorm(eighth, eighth, 5, rectify=rectify)
        self.pool = nn.MaxPool2d(3, 1, 1)
        self.after = ConvNorm(inner, eighth, 1, rectify=rectify)

    def forward(self, x: Tensor) -> Tensor:
        branches = [
            self.one(x),
            self.three(self.to_three(x)),
            self.five(self.to_five(x)),
            self.after(self.pool(x)),
        ]
        return torch.cat(branches, 1)


class Inception(nn.Module):
    """Log-mel windows [batch, 94, 96] → unit vectors [batch, 256]."""

    def __init__(self, mean: float, deviation: float, widths: tuple[int, ...] = WIDTHS) -> None:
        """``mean`` and ``deviation`` standardise the log-mel, one number each (section 3.1)."""
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))
        self.stem = ConvNorm(1, widths[0], 5)
        self.pool = nn.MaxPool2d(2, 2)
        modules: list[nn.Module] = []
        inner = widths[0]
        for width in widths:
            naive = Naive(inner)
            modules += [naive, Reducing(naive.outer, width, len(modules) < 2 * len(widths) - 2)]
            inner = width
        self.blocks = nn.Sequential(*modules)

    def forward(self, log_mel: Tensor) -> Tensor:
        x = ((log_mel - self.mean) / self.deviation)[:, None]
        x = self.blocks(self.pool(self.stem(x.contiguous(memory_format=torch.channels_last))))
        return nn.functional.normalize(x.float().mean((2, 3)), dim=1)
