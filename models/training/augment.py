"""Other recordings of the same music: level, tone, band limits, dropouts, noise, tempo, pitch."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

_GAIN_DB = 5.0
_MOST_GAIN_DB = 15.0
_TONE_DB = 3.0
_TONE_POINTS = 5
_LOW_PASS_SHARE = 0.15
_LOW_PASS_DB = -50.0
_NOISE = 0.06
_SHIFT_BANDS = 2


def heard_elsewhere(log_mel: Tensor, random: torch.Generator) -> Tensor:
    """Each excerpt [batch, frames, 96] at another level, through other equipment."""
    batch, _, bands = log_mel.shape
    level = torch.randn(batch, 1, generator=random) * _GAIN_DB
    tone = torch.randn(batch, 1, _TONE_POINTS, generator=random) * _TONE_DB
    curve = functional.interpolate(tone, bands, mode="linear", align_corners=True)[:, 0]
    decibels = (level + curve).clamp(-_MOST_GAIN_DB, _MOST_GAIN_DB)
    cutoff = torch.randint(72, bands, (batch, 1), generator=random)
    limited = torch.rand(batch, 1, generator=random) < _LOW_PASS_SHARE
    decibels = torch.where(limited & (torch.arange(bands) >= cutoff), _LOW_PASS_DB, decibels)
    power = torch.exp(log_mel * math.log(10)) - 1
    gain = torch.exp(decibels * (math.log(10) / 10))[:, None]
    louder = torch.log1p(power * gain) / math.log(10)
    noise = torch.randn(1, *log_mel.shape[1:], generator=random) * _NOISE
    return (louder + noise).clamp_min(0)


def with_gaps(log_mel: Tensor, random: torch.Generator) -> Tensor:
    """A stretch of time and a range of bands replaced by the excerpt's mean (SpecAugment)."""
    batch, frames, bands = log_mel.shape
    mean = log_mel.mean((1, 2), keepdim=True)
    time = _gap(batch, frames, frames // 8, random)[:, :, None]
    band = _gap(batch, bands, bands // 8, random)[:, None, :]
    return torch.where(time | band, mean, log_mel)


def shifted(log_mel: Tensor, random: torch.Generator) -> Tensor:
    """Each of [batch, frames, bands] up to two bands higher or lower."""
    batch, frames, bands = log_mel.shape
    by = torch.randint(-_SHIFT_BANDS, _SHIFT_BANDS + 1, (batch, 1), generator=random)
    place = (torch.arange(bands) + by).clamp(0, bands - 1)
    return log_mel.gather(2, place[:, None].expand(-1, frames, -1))


def some(
    log_mel: Tensor,
    share: float,
    altered: Callable[[Tensor, torch.Generator], Tensor],
    random: torch.Generator,
) -> Tensor:
    """A drawn ``share`` of the rows altered, the others as they are."""
    rows = torch.randperm(len(log_mel), generator=random)[: int(share * len(log_mel))]
    return log_mel.index_copy(0, rows, altered(log_mel[rows], random))


def _gap(batch: int, size: int, most: int, random: torch.Generator) -> Tensor:
    start = torch.randint(0, size, (batch, 1), generator=random)
    length = torch.randint(0, most, (batch, 1), generator=random)
    place = torch.arange(size)
    return (place >= start) & (place < start + length)


def stretched(log_mel: Tensor, frames: int, factor: float, start: float) -> Tensor:
    """``frames`` frames of [n, bands], played ``factor`` times as fast from frame ``start`` on."""
    place = (start + torch.arange(frames) * factor).clamp(0, len(log_mel) - 1.001)
    left = place.floor().long()
    share = (place - left)[:, None]
    return log_mel[left] * (1 - share) + log_mel[left + 1] * share
