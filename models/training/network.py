"""The default network, in PyTorch: log-mel in, four sub-spaces and their estimates out.

Three listeners. *Timbre*: 2-D convolutions over bands and time, then 1-D ones over time with
every band in sight, pooled over time by mean, deviation and maximum; beside them the plain
statistics that the MFCC baseline lives on. *Tall*: timbre again, by filters as the teacher's own
(``tall``). *Rhythm*: how strongly the onsets of eight learned
band groups beat at 128 rates between 30 and 480 a minute, whatever the timbre. The genre, mood
and instruments sub-spaces come from timbre, tempo from rhythm alone: disentangled by what
each may see, then by the losses (Lee et al. 2020 mask one vector instead).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.training.baseline import COEFFICIENTS, cosines
from models.training.corpus import FRAMES, MELS
from models.training.tall import (
    HEARD,
    NARROW,
    WIDE,
    Talls,
    TallShape,
    over_patches,
    patches_of,
    rounded,
)

TEMPO_CONSTANT = 1.5
"""One number of every tempo vector, against 1 for the length of the others.

It leaves the order of tempi as it is and draws their cosines together, to where at equal weights
tempo decides among songs that sound alike and does not outvote the three others.
"""
TIMBRE_NUMBERS = 64
TIMBRE_SHARE = 0.6
"""Of the instruments sub-space's squared length, to what in plain timbre tells tracks apart."""
LIKENESS = {"genre": (32, 0.7), "mood": (24, 0.7)}
"""Numbers, and share of the sub-space's squared length, to the fitted whole likeness."""
FARTHEST = 5.0
"""Deviations at which what is heard is cut off before the last step."""
FRAMES_PER_S = 16_000 / 512
SUBSPACES = {"genre": (0, 64), "mood": (64, 112), "instruments": (112, 224), "tempo": (224, 257)}
DIM = 257
LEARNT = {"genre": 64, "mood": 48, "instruments": 48, "tempo": 32}
"""Numbers of each sub-space that training places."""
OWN = {"genre": 32, "mood": 24}
"""Main directions of what training placed that the last step keeps."""
TAGS = 100
TEACHER_DIM = 400
FAMILIES = 17
GENRES = 8
TIMBRE_SPACES = ("genre", "mood", "instruments")

BEATS = 2.0 ** np.linspace(np.log2(30), np.log2(480), 128)
"""Rates a minute at which the rhythm listener measures how strongly onsets repeat."""
TEMPI = 2.0 ** np.linspace(np.log2(40), np.log2(240), 80)
"""Tempo classes, beats a minute; neighbours are 2.3 % apart."""
NEARBY = 2
"""Classes either side of the likeliest that the tempo is averaged over."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of the timbre listener."""

    stem: int = 16
    low: int = 40
    high: int = 80
    wide: int = 256
    hidden: int = 384
    blocks: int = 2
    temporal: int = 2
    tall: tuple[TallShape, ...] = (WIDE, NARROW)


class ConvNorm(nn.Module):
    """Convolution over (time, band), batch normalisation, ReLU (or none); folded on export."""

    def __init__(
        self,
        channels: tuple[int, int],
        size: tuple[int, int],
        stride: tuple[int, int] = (1, 1),
        groups: int = 1,
        dilation: int = 1,
        rectify: bool = True,
    ) -> None:
        super().__init__()
        padding = (size[0] // 2 * dilation, size[1] // 2)
        self.conv = nn.Conv2d(
            *channels, size, stride, padding, (dilation, 1), groups=groups, bias=False
        )
        self.norm = nn.BatchNorm2d(channels[1])
        self.rectify = rectify

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        return functional.relu(y) if self.rectify else y

    def folded(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weight and bias of the one convolution that this is after training."""
        norm = self.norm
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = self.conv.weight * scale[:, None, None, None]
        bias = norm.bias - norm.running_mean * scale
        return weight.detach().numpy(), bias.detach().numpy()


class Separable(nn.Module):
    """3x3 within each channel, then across channels; adds its input where shapes agree."""

    def __init__(self, channels: tuple[int, int], stride: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self.depth = ConvNorm((channels[0], channels[0]), (3, 3), stride, groups=channels[0])
        self.across = ConvNorm(channels, (1, 1))
        self.adds = stride == (1, 1) and channels[0] == channels[1]

    def forward(self, x: Tensor) -> Tensor:
        y = self.across(self.depth(x))
        return x + y if self.adds else y


class Timbre(nn.Module):
    """Log-mel [batch, frames, 96] of any length → [batch, hidden]; whole excerpts in patches."""

    def __init__(self, shape: Shape, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.stem = ConvNorm((1, shape.stem), (5, 5), (2, 2))
        blocks = [Separable((shape.stem, shape.low), (2, 2))]
        blocks += [Separable((shape.low, shape.low))]
        blocks += [Separable((shape.low, shape.high), (1, 2))]
        blocks += [Separable((shape.high, shape.high)) for _ in range(shape.blocks)]
        self.blocks = nn.Sequential(*blocks)
        bands = MELS // 8
        # Every band at once: a kernel as tall as what is left of the spectrum.
        self.whole = ConvNorm((shape.high * bands, shape.wide), (1, 1))
        self.temporal = nn.ModuleList(
            ConvNorm((shape.wide, shape.wide), (3, 1), dilation=2**i) for i in range(shape.temporal)
        )
        self.statistics = nn.Linear(3 * MELS, shape.hidden, bias=False)
        self.pooled = nn.Linear(3 * shape.wide, shape.hidden, bias=False)
        self.norm = nn.BatchNorm1d(shape.hidden)

    def forward(self, log_mel: Tensor) -> Tensor:
        x = (log_mel - self.mean) / self.deviation
        y = self.blocks(self.stem(x[:, None].contiguous(memory_format=torch.channels_last)))
        y = y.permute(0, 1, 3, 2).flatten(1, 2)[..., None]
        y = self.whole(y)
        for layer in self.temporal:
            y = y + layer(y)
        y = y.squeeze(3)
        pooled = torch.cat([y.mean(2), deviation_of(y, 2), y.amax(2)], 1)
        jumps = x[:, 1:] - x[:, :-1]
        plain = torch.cat([x.mean(1), deviation_of(x, 1), deviation_of(jumps, 1)], 1)
        return functional.relu(self.norm(self.pooled(pooled) + self.statistics(plain)))

    @torch.no_grad()
    def settle(self) -> None:
        """Round the large layers to what a byte holds; what is fitted afterwards allows for it."""
        for layer in (self.whole, *self.temporal):
            assert isinstance(layer, ConvNorm)
            layer.conv.weight.copy_(rounded(layer.conv.weight))
        split = self.pooled.in_features
        both = rounded(torch.cat([self.pooled.weight, self.statistics.weight], 1))
        self.pooled.weight.copy_(both[:, :split])
        self.statistics.weight.copy_(both[:, split:])


class Rhythm(nn.Module):
    """Log-mel [batch, 313, 96] → [batch, 128]; hears onsets only."""

    GROUPS = 8
    CHANNELS = 8

    def __init__(self) -> None:
        super().__init__()
        self.groups = nn.Parameter(_band_groups(self.GROUPS))
        self.register_buffer("waves", torch.from_numpy(waves(FRAMES - 1)))
        self.across = nn.Conv1d(self.GROUPS, self.CHANNELS, 5, padding=2)
        self.hidden = nn.Linear(self.CHANNELS * len(BEATS), 128, bias=False)
        self.norm = nn.BatchNorm1d(128)

    def forward(self, log_mel: Tensor) -> Tensor:
        onsets = functional.relu(log_mel[:, 1:] - log_mel[:, :-1]) @ self.groups
        onsets = onsets - onsets.mean(1, keepdim=True)
        beating = self.waves @ onsets
        half = len(BEATS)
        power = beating[:, :half] ** 2 + beating[:, half:] ** 2
        # Relative to the group's own mean: how it beats, not how loudly.
        relative = torch.log(1 + power / (power.mean(1, keepdim=True) + 1e-3))
        y = functional.relu(self.across(relative.transpose(1, 2))).flatten(1)
        return functional.relu(self.norm(self.hidden(y)))


class Cepstra(nn.Module):
    """Log-mel [batch, frames, 96] → [batch, 117]: what the MFCC baseline knows, and its jumps'.

    Mean and deviation of each coefficient over time and the deviation of its differences, scaled
    to the training part's: nothing that a network could have learnt by heart.
    """

    SIZE = 3 * (COEFFICIENTS - 1)

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("cosines", torch.from_numpy(cosines().astype(np.float32)))
        self.register_buffer("mean", torch.zeros(self.SIZE))
        self.register_buffer("deviation", torch.ones(self.SIZE))

    def forward(self, log_mel: Tensor) -> Tensor:
        x = log_mel @ self.cosines
        jumps = x[:, 1:] - x[:, :-1]
        raw = torch.cat([x.mean(1), deviation_of(x, 1), deviation_of(jumps, 1)], 1)
        return (raw - self.mean) / self.deviation


BESIDE = Cepstra.SIZE + HEARD
"""Numbers that take the short cut to the sub-spaces."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a batch of excerpts sounds like, before it is put into sub-spaces."""

    timbre: Tensor
    """[batch, hidden]"""
    rhythm: Tensor
    """[batch, 128]"""
    cepstra: Tensor
    """[batch, 117]"""
    tall: Tensor
    """[batch, 400]"""

    def rows(self, which: slice | NDArray[np.int64]) -> Heard:
        """Some of the batch."""
        return Heard(self.timbre[which], self.rhythm[which], self.cepstra[which], self.tall[which])


class Finish(nn.Module):
    """The last step, linear and found in closed form (``fit``): from what was learnt to share out.

    Whole likeness is a ridge regression of the teacher's embedding on all that is heard; it fills
    a part of genre and mood. Plain timbre is turned to the directions that tell tracks apart.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        size = hidden + 128 + Cepstra.SIZE + HEARD + sum(LEARNT[name] for name in TIMBRE_SPACES)
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("deviation", torch.ones(size))
        self.register_buffer("likeness", torch.zeros(size, LIKENESS["genre"][0]))
        for name, kept in OWN.items():
            self.register_buffer(name, torch.zeros(LEARNT[name], kept))
        self.register_buffer("timbre", torch.zeros(Cepstra.SIZE, TIMBRE_NUMBERS))
        self.register_buffer("timbre_mean", torch.zeros(Cepstra.SIZE))
        self.register_buffer("is_fitted", torch.tensor(False))

    def everything(self, heard: Heard, placed: dict[str, Tensor]) -> Tensor:
        """[batch, 1189], in deviations."""
        raw = self.unscaled(heard, placed)
        return ((raw - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST)

    def unscaled(self, heard: Heard, placed: dict[str, Tensor]) -> Tensor:
        """[batch, 1189]: the listeners', the cepstra and the placed sub-spaces."""
        spaces = [placed[name] for name in TIMBRE_SPACES]
        return torch.cat([heard.timbre, heard.rhythm, heard.cepstra, heard.tall, *spaces], 1)

    def forward(self, heard: Heard, placed: dict[str, Tensor]) -> dict[str, Tensor]:
        """Sub-spaces as exported."""
        likeness = self.everything(heard, placed) @ self.likeness
        done = dict(placed)
        for name, (numbers, share) in LIKENESS.items():
            own = placed[name] @ getattr(self, name)
            done[name] = beside(likeness[:, :numbers], own, share)
        timbre = (heard.cepstra - self.timbre_mean) @ self.timbre
        done["instruments"] = beside(placed["instruments"], timbre, 1 - TIMBRE_SHARE)
        return done


class Ear(nn.Module):
    """The listeners and everything asked of them."""

    def __init__(self, shape: Shape, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.shape = shape
        self.timbre = Timbre(shape, mean, deviation)
        self.rhythm = Rhythm()
        self.spaces = nn.ModuleDict(
            {name: nn.Linear(shape.hidden, LEARNT[name]) for name in TIMBRE_SPACES}
        )
        # A short cut for timbre, shut until ``refine`` opens it.
        self.cepstra = Cepstra()
        self.shortcuts = nn.ModuleDict(
            {name: nn.Linear(BESIDE, LEARNT[name], bias=False) for name in TIMBRE_SPACES}
        )
        self.register_buffer("tall_mean", torch.zeros(HEARD))
        self.register_buffer("tall_deviation", torch.ones(HEARD))
        for parameter in self.shortcuts.parameters():
            nn.init.zeros_(parameter).requires_grad_(False)
        self.tempo_space = nn.Linear(128, LEARNT["tempo"])
        self.tempo_classes = nn.Linear(128, len(TEMPI))
        self.tags = nn.Linear(shape.hidden, TAGS)
        # Of use in training only: each sub-space learns what it is to know, the whole the teacher.
        self.teacher = nn.Linear(shape.hidden, TEACHER_DIM)
        self.families = nn.Linear(LEARNT["instruments"], FAMILIES)
        self.genres = nn.Linear(LEARNT["genre"], GENRES)
        self.finish = Finish(shape.hidden)
        # Last, so that the first listeners and their spaces are drawn as they were without it.
        self.tall = Talls(mean, deviation, shape.tall)

    def hear(self, log_mel: Tensor) -> Heard:
        """Listen to whole excerpts [batch, 313, 96]."""
        patches = patches_of(log_mel)
        timbre, tall = (over_patches(each(patches)) for each in (self.timbre, self.tall))
        return Heard(timbre, self.rhythm(log_mel), self.cepstra(log_mel), tall)

    def beside(self, heard: Heard) -> Tensor:
        """[batch, 517]: what takes the short cut, the cepstra and what the tall filters heard."""
        tall = (heard.tall - self.tall_mean) / self.tall_deviation
        return torch.cat([heard.cepstra, tall], 1)

    def tag_logits(self, heard: Heard) -> Tensor:
        """[batch, 100]: the mean of both timbre listeners' guesses."""
        return (self.tags(heard.timbre) + self.tall.tag_logits(heard.tall)) / 2

    def place(self, heard: Heard) -> dict[str, Tensor]:
        """Unit vectors by sub-space, as they are trained."""
        short = self.beside(heard)
        raw = {
            name: layer(heard.timbre) + self.shortcuts[name](short)
            for name, layer in self.spaces.items()
        }
        beat = functional.normalize(self.tempo_space(heard.rhythm), dim=1)
        raw["tempo"] = functional.pad(beat, (1, 0), value=TEMPO_CONSTANT)
        return {name: functional.normalize(vectors, dim=1) for name, vectors in raw.items()}

    def embed(self, log_mel: Tensor) -> Tensor:
        """What the exported file calls ``embedding``, [batch, 257]; before ``fit`` less of it."""
        heard = self.hear(log_mel)
        spaces = self.place(heard)
        if self.finish.is_fitted:
            spaces = self.finish(heard, spaces)
        return torch.cat(list(spaces.values()), 1)


def beside(one: Tensor, other: Tensor, share: float) -> Tensor:
    """Both made unit and side by side, ``share`` of the squared length to ``one``."""
    first, second = (functional.normalize(each, dim=1) for each in (one, other))
    return torch.cat([share**0.5 * first, (1 - share) ** 0.5 * second], 1)


def deviation_of(x: Tensor, dim: int) -> Tensor:
    """Standard deviation with a gradient at 0."""
    spread = x - x.mean(dim, keepdim=True)
    return torch.sqrt((spread * spread).mean(dim) + 1e-5)


def waves(frames: int) -> NDArray[np.float32]:
    """Cosines then sines of ``BEATS`` under a Hann window, [256, frames]."""
    seconds = np.arange(frames) / FRAMES_PER_S
    angle = 2 * np.pi * np.outer(BEATS / 60, seconds)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(frames) + 0.5) / frames)
    stacked = np.concatenate([np.cos(angle), np.sin(angle)]) * window / np.sqrt(frames)
    return stacked.astype(np.float32)


def _band_groups(groups: int) -> Tensor:
    """Each group starts as a neighbourhood of bands, [96, groups]."""
    centre = (np.arange(groups) + 0.5) * MELS / groups
    distance = (np.arange(MELS)[:, None] - centre) / (MELS / groups)
    near = np.exp(-0.5 * (distance / 0.6) ** 2)
    return torch.from_numpy((near / near.sum(0)).astype(np.float32))
