"""Labelled music as arrays, decoded once, and draws of it for triplets."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.training.collection import Found, Labelled, Skipped
from models.training.corpus import FRAMES, MELS
from models.training.dataset import EXCERPT_SAMPLES, Bytes, as_bytes, log_mel_session
from models.training.frontend import SAMPLE_RATE_HZ
from tuiradio.library.track import Failure
from tuiradio.listening.decode import read_excerpts

EXCERPTS = 4
"""Of a track at most, 10 s each, spread over its length."""
LABELS = ("track", "artist", "genre")
UNKNOWN = -1

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Music:
    """E excerpts of T labelled tracks."""

    excerpts: Bytes
    """[E, 313, 96], log-mel = value / 50."""
    first: Rows
    """[T] index of each track's first excerpt."""
    count: Rows
    """[T], at least 1."""
    labels: dict[str, Rows]
    """Per name of ``LABELS`` [T]; equal numbers are the same, -1 is unknown."""


def open_music(found: Found, cache: Path) -> tuple[Music, list[Skipped]]:
    """The tracks that can be heard, and all that were skipped.

    Log-mels are kept in ``cache``/music, a file a track, until the track changes: what is added to
    a folder is all that is decoded anew.

    Raises:
        ValueError: of no two tracks anything can be heard.
    """
    tracks, skipped = found
    folder = cache / "music"
    folder.mkdir(parents=True, exist_ok=True)
    session = log_mel_session()
    heard: list[Bytes] = []
    kept: list[Labelled] = []
    failed: list[Skipped] = []
    # The same file by two ways in would be its own negative.
    for track in {track.file: track for track in tracks}.values():
        excerpts = _open_track(track.file, folder, session)
        if isinstance(excerpts, str):
            failed.append(Skipped(track.file, excerpts))
        else:
            heard.append(excerpts)
            kept.append(track)
    if len(kept) < 2:
        raise ValueError(f"Triplets need two tracks; {len(kept)} of {len(tracks)} can be heard.")
    count = np.array([len(each) for each in heard])
    music = Music(np.concatenate(heard), np.cumsum(count) - count, count, numbered(kept))
    return music, [*skipped, *failed]


def numbered(tracks: Sequence[Labelled]) -> dict[str, Rows]:
    """Labels as numbers, by name of ``LABELS``."""
    return {
        "track": np.arange(len(tracks)),
        "artist": _numbers([track.artist for track in tracks]),
        "genre": _numbers([track.genre for track in tracks]),
    }


def write_skipped(skipped: Sequence[Skipped], file: Path) -> str:
    """List them all in ``file``; returns how many there are for which reason, in a line or more."""
    lines = [f"{each.reason}\t{os.fsdecode(each.file)}\n" for each in skipped]
    file.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
    reasons = Counter(each.reason for each in skipped).most_common()
    return "\n".join(f"skipped {count}: {reason}" for reason, count in reasons)


def _numbers(names: list[str]) -> Rows:
    known = {name: number for number, name in enumerate(sorted({*names} - {""}))}
    return np.array([known.get(name, UNKNOWN) for name in names], np.int64)


def _open_track(file: bytes, folder: Path, session: onnxruntime.InferenceSession) -> Bytes | str:
    """Excerpts [n, 313, 96] of a file, from the cache if it holds them; or why there are none."""
    try:
        state = os.stat(file)
    except OSError as error:
        return f"Opening it failed: {error.strerror}."
    key = b"%d %d %d %b" % (EXCERPTS, state.st_size, state.st_mtime_ns, file)
    kept = folder / f"{hashlib.blake2b(key, digest_size=16).hexdigest()}.npy"
    if kept.exists():
        return np.asarray(np.load(kept))
    seconds = EXCERPT_SAMPLES / SAMPLE_RATE_HZ
    sound = read_excerpts(file, SAMPLE_RATE_HZ, seconds, EXCERPTS)
    if isinstance(sound, Failure):
        return sound.reason
    log_mels = np.stack([session.run(None, {"audio": one[None]})[0][0] for one in sound.samples])
    if not np.isfinite(log_mels).all():
        return "Its samples are no numbers."
    excerpts = as_bytes(log_mels)
    assert excerpts.shape[1:] == (FRAMES, MELS), excerpts.shape
    unfinished = kept.with_suffix(".part")
    with unfinished.open("wb") as stream:
        np.save(stream, excerpts)
    unfinished.rename(kept)
    return excerpts


class LabelDraws:
    """An endless supply of labelled rows, the same for the same seed."""

    def __init__(self, music: Music, random: np.random.Generator, tracks: int = 24) -> None:
        """``tracks`` are drawn for a batch, two excerpts of each."""
        self.random = random
        self._music = music
        self._tracks = min(tracks, len(music.count))

    def __next__(self) -> tuple[Bytes, dict[str, Rows]]:
        """Excerpts [2 · tracks, 313, 96] and the labels [2 · tracks] of each."""
        chosen = self.tracks()
        rows = np.concatenate([self._two_of(track) for track in chosen])
        labels = {name: np.repeat(of[chosen], 2) for name, of in self._music.labels.items()}
        return self._music.excerpts[rows], labels

    def tracks(self) -> Rows:
        """Different tracks, every other one a companion of that before it where there is one.

        In a large collection tracks drawn one by one would hardly ever share an artist.
        """
        chosen: dict[int, None] = {}
        for track in self.random.permutation(len(self._music.count)):
            if len(chosen) < self._tracks and int(track) not in chosen:
                chosen[int(track)] = None
                companion = self._companion(int(track), chosen)
                if companion is not None and len(chosen) < self._tracks:
                    chosen[companion] = None
        return np.array(list(chosen))

    def _companion(self, track: int, chosen: dict[int, None]) -> int | None:
        """Another one of its artist or of its genre, as a coin falls."""
        names = ("artist", "genre") if self.random.random() < 0.5 else ("genre", "artist")
        for name in names:
            labels = self._music.labels[name]
            alike = np.flatnonzero((labels == labels[track]) & (labels != UNKNOWN))
            left = [other for other in alike.tolist() if other not in chosen]
            if left:
                return int(self.random.choice(left))
        return None

    def _two_of(self, track: int) -> Rows:
        """Two excerpts; of a track that has one only that one twice, to be heard elsewhere."""
        count, first = int(self._music.count[track]), int(self._music.first[track])
        return np.asarray(first + self.random.choice(count, 2, replace=count < 2))
