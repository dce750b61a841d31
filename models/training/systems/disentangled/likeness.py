"""Which tracks are alike, and which are not, in genre, mood, instruments and tempo.

The paper: tracks are alike that share a listener's tag of the category (28 genres, 12 moods,
5 instruments, from last.fm), or are within 5 BPM. This corpus has no listeners' tags. Instead:

- real recordings: the teacher's two most telling tags of the category (log-odds against the
  corpus's mean); no tempo;
- MIDI pieces: true genre, true tempo within 5 BPM, shares of notes per instrument family (cosine
  of their roots above 0.85, below 0.5 unlike); mood by the teacher's tags.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.training import tags
from models.training.targets import Scale, Targets

KINDS = ("genre", "mood", "instruments", "tempo")
DIM = 256
SUBSPACES = {kind: (64 * i, 64 * i + 64) for i, kind in enumerate(KINDS)}
"""Masks: disjoint parts of the vector (section 3.2)."""
TELLING = 2
NEAR_BPM = 5.0
_ALIKE, _UNLIKE = 0.85, 0.5

Pairs = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""Near and far, [T, T] each; a pair may be neither."""


def likeness(targets: Targets, scale: Scale) -> dict[str, Pairs]:
    """Per kind, the near and the far pairs of a part's tracks; a track is not near to itself."""
    odds = (tags.log_odds(targets.probabilities) - scale.mean) / scale.deviation
    odds = np.add.reduceat(odds, targets.first, axis=0) / targets.count[:, None]
    pairs = {kind: _by_tags(odds, words) for kind, words in tags.SPEAKING_OF.items()}
    bpm = targets.bpm[targets.first]
    if bpm.any():
        genre = targets.genre[targets.first]
        same = genre[:, None] == genre[None]
        pairs["genre"] = (same, ~same)
        pairs["instruments"] = _by_notes(targets.families[targets.first])
        pairs["tempo"] = by_tempo(bpm)
    else:
        none = np.zeros((len(bpm), len(bpm)), bool)
        pairs["tempo"] = (none, none)
    itself = np.eye(len(bpm), dtype=bool)
    return {kind: (pairs[kind][0] & ~itself, pairs[kind][1] & ~itself) for kind in KINDS}


def by_tempo(bpm: NDArray[np.floating]) -> Pairs:
    """Within 5 BPM or not; what is 0, unknown, is neither near nor far to anything."""
    known = (bpm[:, None] > 0) & (bpm[None] > 0) & ~np.eye(len(bpm), dtype=bool)
    close = np.abs(bpm[:, None] - bpm[None]) <= NEAR_BPM
    return known & close, known & ~close


def joined(real: Mapping[str, Pairs], midi: Mapping[str, Pairs]) -> dict[str, Pairs]:
    """Both parts' pairs as one, real recordings first; none across."""
    return {
        kind: (_blocks(real[kind][0], midi[kind][0]), _blocks(real[kind][1], midi[kind][1]))
        for kind in KINDS
    }


def _by_tags(odds: NDArray[np.floating], words: list[str]) -> Pairs:
    of_kind = odds[:, tags.places(words)]
    telling = np.zeros(of_kind.shape, np.int64)
    np.put_along_axis(telling, np.argsort(-of_kind, axis=1)[:, :TELLING], 1, axis=1)
    shared = telling @ telling.T > 0
    return shared, ~shared


def _by_notes(families: NDArray[np.floating]) -> Pairs:
    notes = np.sqrt(families)
    notes = notes / np.maximum(np.linalg.norm(notes, axis=1, keepdims=True), 1e-9)
    similarity = notes @ notes.T
    return similarity > _ALIKE, similarity < _UNLIKE


def _blocks(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    whole = np.zeros((len(one) + len(other),) * 2, bool)
    whole[: len(one), : len(one)] = one
    whole[len(one) :, len(one) :] = other
    return whole
