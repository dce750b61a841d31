"""What the network is to learn, per excerpt, from the corpus's arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training import tags

Floats = NDArray[np.float32]

MSD_SHARE = 0.8
"""Of the teacher's similarity, from the embedding that knows genres and eras (pen_msd)."""
GENRES = ("classic", "country", "folk", "game", "pop", "rap_hip_hop", "rnb_soul", "rock")


@dataclass(frozen=True, slots=True)
class Targets:
    """Of one part of the corpus; E excerpts of T tracks."""

    first: NDArray[np.int64]
    """[T] index of each track's first excerpt."""
    count: NDArray[np.int64]
    """[T]"""
    track: NDArray[np.int64]
    """[E] its track."""
    valid: NDArray[np.bool_]
    """[T] held out."""
    teacher: Floats
    """[E, 400] unit pen_msd, then unit pen_mtt."""
    pen: Floats
    """[E, 400] the same as the teacher gave them."""
    whole: Floats
    """[E, 400] unit: rows whose products are the teacher's similarity."""
    aspects: dict[str, Floats]
    """Per sub-space [E, n] unit: the log-odds of the tags that speak of it."""
    probabilities: Floats
    """[E, 100] of tags."""
    bpm: Floats
    """[E] beats a minute; 0 where unknown."""
    families: Floats
    """[E, 17] shares of notes; 0 where unknown."""
    genre: NDArray[np.int64]
    """[E] place in ``GENRES``; -1 where unknown."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and deviation of the tags' log-odds over the training part of ``real``, [100]."""

    mean: Floats
    deviation: Floats


def tag_scale(corpus: Path) -> Scale:
    """Measured on the real recordings that are not held out."""
    arrays = np.load(corpus / "real.npz")
    train = np.repeat(~arrays["valid"], arrays["excerpts"])
    odds = tags.log_odds(_probabilities(arrays)[train])
    return Scale(odds.mean(0), odds.std(0))


def load(corpus: Path, part: str, scale: Scale) -> Targets:
    """Targets of ``real`` or ``midi``, in the order of the excerpts."""
    arrays = np.load(corpus / f"{part}.npz")
    first, count = arrays["first"].astype(np.int64), arrays["excerpts"].astype(np.int64)
    track = np.repeat(np.arange(len(first)), count)
    probabilities = _probabilities(arrays)
    odds = (tags.log_odds(probabilities) - scale.mean) / scale.deviation
    blend = [np.sqrt(MSD_SHARE) * _steady(arrays["pen_msd"], first, track)]
    blend += [np.sqrt(1 - MSD_SHARE) * _steady(arrays["pen_mtt"], first, track)]
    midi = "bpm" in arrays
    return Targets(
        first,
        count,
        track,
        arrays["valid"],
        np.hstack([unit(arrays["pen_msd"]), unit(arrays["pen_mtt"])]),
        np.hstack([arrays["pen_msd"], arrays["pen_mtt"]]).astype(np.float32),
        np.hstack(blend),
        {
            name: _steady(odds[:, tags.places(words)], first, track)
            for name, words in tags.SPEAKING_OF.items()
        },
        probabilities,
        arrays["bpm"][track] if midi else np.zeros(len(track), np.float32),
        arrays["families"][track] if midi else np.zeros((len(track), 17), np.float32),
        np.searchsorted(GENRES, arrays["genre"])[track] if midi else np.full(len(track), -1),
    )


def unit(rows: NDArray[np.floating]) -> Floats:
    """Rows of norm 1."""
    wide = rows.astype(np.float32)
    return np.asarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-9))


def _steady(
    rows: NDArray[np.floating], first: NDArray[np.int64], track: NDArray[np.int64]
) -> Floats:
    """Half excerpt, half its track: parts of one track are alike (track regularisation)."""
    excerpts = unit(rows)
    means = unit(np.add.reduceat(excerpts, first, axis=0))
    return unit(excerpts + means[track])


def _probabilities(arrays: np.lib.npyio.NpzFile) -> Floats:
    return np.hstack([arrays["msd"], arrays["mtt"]]).astype(np.float32)
