"""The Paralleling Recurrent Convolutional Network of Burns & van Zyl (2020, section 2.3).

After Feng, Liu & Yao (2017), whose parallel blocks it takes over.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.training.corpus import MELS

DIM = 60
CLASSES = 16
"""Eight of real recordings, eight of MIDI pieces."""
FILTERS = (16, 32, 64, 128, 64)
# The paper's last pools are (4, 4) and (4, 4), for 640 frames of 128 bands. 313 frames of 96 bands
# give the block's 256 numbers, 4 · 1 · 64, with these.
POOLS = ((2, 2), (2, 2), (2, 2), (4, 4), (2, 3))
RECURRENT_POOL = (4, 2)
REDUCED = 32
"""Numbers a frame after the recurrent block's embedding layer; the paper gives none."""
UNITS = 64
CONVOLVED = 256


class Prcnn(nn.Module):
    """Log-mel [batch, 313, 96] → 60 numbers between 0 and 1."""

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        """``mean`` and ``deviation`` of each band [96], by which it is scaled."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 3, padding=1)
            for before, after in zip((1, *FILTERS), FILTERS, strict=False)
        ).to(memory_format=torch.channels_last)
        self.reduce = nn.Linear(MELS // RECURRENT_POOL[1], REDUCED)
        self.recurrent = nn.GRU(REDUCED, UNITS, batch_first=True, bidirectional=True)
        self.dense = nn.Linear(CONVOLVED + 2 * UNITS, DIM)
        self.classes = nn.Linear(DIM, CLASSES)
        """For cross-entropy; dropped after it (section 2.4)."""

    def forward(self, log_mel: Tensor) -> Tensor:
        """The 60 latent factors [batch, 60]."""
        scaled = ((log_mel - self.mean) / self.deviation)[:, None]
        both = torch.cat([self._convolved(scaled), self._recurred(scaled)], 1)
        return torch.sigmoid(self.dense(both))

    def logits(self, log_mel: Tensor) -> Tensor:
        """Of the 16 classes [batch, 16]."""
        out: Tensor = self.classes(self(log_mel))
        return out

    def _convolved(self, scaled: Tensor) -> Tensor:
        x = scaled
        for convolution, pool in zip(self.convolutions, POOLS, strict=True):
            x = nn.functional.max_pool2d(convolution(x).relu(), pool)
        return x.flatten(1)

    def _recurred(self, scaled: Tensor) -> Tensor:
        frames = nn.functional.max_pool2d(scaled, RECURRENT_POOL)[:, 0]
        _, last = self.recurrent(self.reduce(frames))
        return torch.cat([last[0], last[1]], 1)
