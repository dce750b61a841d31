"""The 14 metadata of a song, where this corpus has them, and their neutral value where not.

Savvas & Poulianou take Spotify's features of the Million Song Dataset (section 2.3). They name 11,
but an input of 526 = 256 + 256 + 14 means all 14 numeric columns of that table, as here. None of
them comes with a user's files, and most are themselves estimated from audio. The substitutes are
the teacher's tags, the log-mel's level and MIDI truth, as deviations from the mean of the training
tracks, so that 0 is the neutral value: of what nobody knows always, and of a field that is left
out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training import tags
from models.training.dataset import UNITS
from models.training.systems.classes import TRAIN, Part, standard_odds, track_means

Floats = NDArray[np.float32]

NAMES = (
    "year",
    "duration",
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time signature",
)
FROM_TAGS = {
    "year": "msd:00s, msd:90s / msd:60s, msd:70s, msd:oldies",
    "danceability": "msd:dance, msd:party, msd:House, mtt:beat, mtt:beats, mtt:dance",
    "energy": "msd:metal, msd:hard rock, msd:punk, mtt:fast, mtt:loud / msd:chill, mtt:slow, "
    "mtt:quiet, mtt:soft",
    "speechiness": "msd:Hip-Hop, mtt:male voice, mtt:voice",
    "acousticness": "msd:acoustic, msd:folk / msd:electronic, mtt:electronic, mtt:synth",
    "instrumentalness": "msd:instrumental, mtt:no vocals, mtt:no vocal, mtt:no voice / "
    "mtt:vocals, mtt:vocal, mtt:singing",
    "valence": "msd:happy, msd:party, msd:catchy, msd:funk / msd:sad, mtt:weird",
}
"""Tags for it / tags against it."""
KNOWN = tuple(name for name in NAMES if name in (*FROM_TAGS, "loudness", "tempo"))
UNKNOWN = tuple(name for name in NAMES if name not in KNOWN)
"""Neutral always: in this corpus, and in a user's library without a catalogue of such figures."""


def table(corpus: Path, parts: dict[str, Part]) -> dict[str, Floats]:
    """Per part [T, 14] in deviations; 0 where unknown, tempo of real recordings too."""
    raw = {name: _raw(corpus, part) for name, part in parts.items()}
    training = np.concatenate([raw[name][part.split == TRAIN] for name, part in parts.items()])
    mean, deviation = np.nanmean(training, 0), np.nanstd(training, 0)
    deviation = np.where(deviation > 0, deviation, 1)
    return {
        name: np.nan_to_num((rows - mean) / deviation).astype(np.float32)
        for name, rows in raw.items()
    }


def from_tags(odds: Floats, name: str) -> Floats:
    """One of ``FROM_TAGS`` of standard log-odds [n, 100]: tags for less tags against, means."""
    words = FROM_TAGS[name].split(" / ")
    value = odds[:, tags.places(words[0].split(", "))].mean(1)
    if len(words) > 1:
        value = value - odds[:, tags.places(words[1].split(", "))].mean(1)
    return np.asarray(value, np.float32)


def loudness(part: Part) -> Floats:
    """Mean log-mel of each track [T]."""
    level = part.heard.mean((1, 2), dtype=np.float64) / UNITS
    return (np.add.reduceat(level, part.first) / part.count).astype(np.float32)


def _raw(corpus: Path, part: Part) -> Floats:
    with np.load(corpus / f"{part.name}.npz") as arrays:
        odds = standard_odds(corpus, track_means(arrays))
        tempo = np.log2(arrays["bpm"]) if "bpm" in arrays else np.full(len(odds), np.nan)
    columns = {name: from_tags(odds, name) for name in FROM_TAGS}
    columns |= {"loudness": loudness(part), "tempo": tempo}
    # Neutral whatever the others are: a constant.
    return np.stack([columns.get(name, np.zeros(len(odds))) for name in NAMES], 1)
