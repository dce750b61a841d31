"""The two classifiers and the autoencoder that joins them (Savvas & Poulianou, section 2)."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from models.training.systems.multimodal import metadata

GENRES = 16
"""Eight of real recordings, eight of MIDI pieces."""
QUADRANTS = ("happy", "calm", "angry", "sad")
"""Thayer's, as the paper lists them: valence and arousal ++, +-, -+, --."""
EACH = 256
"""Numbers that each classifier gives (section 2.2.1)."""
JOINED = 2 * EACH + len(metadata.NAMES)
WIDTHS = (248, 128, 64)
"""Of the encoder's layers (section 2.4)."""
DIM = WIDTHS[-1]
GENRE_FILTERS = (16, 32, 64, 128)
MOOD_FILTERS = (8, 16, 32, 64)
MOOD_BANDS = 6
"""Of 96 after four pools by 2."""
MOOD_HIDDEN = 1024
SLOPE = 0.01


class Scaled(nn.Module):
    """Log-mel [batch, 313, 96] → one channel of bands of mean 0 and deviation 1."""

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)

    def forward(self, log_mel: Tensor) -> Tensor:
        return ((log_mel - self.mean) / self.deviation)[:, None]


class GenreListener(nn.Module):
    """Four convolutions of stride 2, each followed by a pool by 2, and a dense layer.

    The authors' own network (their public repository), which the paper does not lay out; 313
    frames of 96 bands leave 256 numbers before the dense layer where theirs, 1024 of 64, left 512.
    """

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.scaled = Scaled(mean, deviation)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=2)
            for before, after in zip((1, *GENRE_FILTERS), GENRE_FILTERS, strict=False)
        )
        self.dense = nn.Linear(2 * GENRE_FILTERS[-1], EACH)
        self.classes = nn.Linear(EACH, GENRES)

    def forward(self, log_mel: Tensor) -> Tensor:
        """The last layer but the classes [batch, 256]."""
        x = self.scaled(log_mel)
        for convolution in self.convolutions:
            x = nn.functional.max_pool2d(convolution(x).relu(), 2)
        hidden: Tensor = self.dense(x.flatten(1)).relu()
        return hidden

    def logits(self, log_mel: Tensor) -> Tensor:
        """Of the 16 classes [batch, 16]."""
        out: Tensor = self.classes(self(log_mel))
        return out


class MoodListener(nn.Module):
    """Four blocks of 5 × 5 convolution, normalisation, leaky ReLU and a pool by 2; dense layers.

    After the library the paper uses (deep_audio_features), a quarter as wide and with a mean over
    time before the dense layers, which would have 30 million weights without it.
    """

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.scaled = Scaled(mean, deviation)
        pairs = list(zip((1, *MOOD_FILTERS), MOOD_FILTERS, strict=False))
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 5, padding=2) for a, b in pairs)
        self.convolutions.to(memory_format=torch.channels_last)
        self.norms = nn.ModuleList(nn.BatchNorm2d(after) for _, after in pairs)
        self.first = nn.Linear(MOOD_FILTERS[-1] * MOOD_BANDS, MOOD_HIDDEN)
        self.second = nn.Linear(MOOD_HIDDEN, EACH)
        self.quadrants = nn.Linear(EACH, len(QUADRANTS))
        self.dropouts = nn.ModuleList([nn.Dropout(0.75), nn.Dropout(0.5)])

    def forward(self, log_mel: Tensor) -> Tensor:
        """The last layer but the quadrants [batch, 256]."""
        x = self.scaled(log_mel)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = nn.functional.leaky_relu(norm(convolution(x)), SLOPE)
            x = nn.functional.max_pool2d(x, 2)
        x = x.mean(2).flatten(1)
        for dropout, layer in zip(self.dropouts, (self.first, self.second), strict=True):
            x = nn.functional.leaky_relu(layer(dropout(x)), SLOPE)
        return x

    def logits(self, log_mel: Tensor) -> Tensor:
        """Of the quadrants [batch, 4]."""
        out: Tensor = self.quadrants(self(log_mel))
        return out


class Autoencoder(nn.Module):
    """Standardised 526 numbers → 64 → the same 526; and metadata guessed from the first 512.

    ``guess`` is not the paper's: the shipped graph gets audio only, so it estimates what of the
    metadata can be heard and leaves the rest neutral.
    """

    def __init__(self, mean: Tensor, deviation: Tensor) -> None:
        """``mean`` and ``deviation`` [512] of the classifiers' numbers."""
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.guess = nn.Linear(2 * EACH, len(metadata.NAMES))
        self.guess.requires_grad_(False)
        self.encoder = _stack((JOINED, *WIDTHS))
        self.decoder = _stack((*reversed(WIDTHS), JOINED))

    def scaled(self, heard: Tensor) -> Tensor:
        """The classifiers' numbers [batch, 512] at mean 0 and deviation 1."""
        return (heard - self.mean) / self.deviation

    def joined(self, heard: Tensor, known: Tensor | None = None) -> Tensor:
        """[batch, 526]: classifiers' numbers and ``known`` metadata [batch, 14] or guesses."""
        scaled = self.scaled(heard)
        guessed: Tensor = self.guess(scaled)
        return torch.cat([scaled, guessed if known is None else known], 1)

    def forward(self, joined: Tensor) -> Tensor:
        """What is left after the bottleneck [batch, 526]."""
        out: Tensor = self.decoder(self.encoder(joined))
        return out


def _stack(widths: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with ReLU between."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(widths):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
