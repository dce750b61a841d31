"""What plays next as long as nothing has been heard of the seed: likeness of tags."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tuiradio.library.track import Track
from tuiradio.radio.artists import fold, split_artists

_GENRE = 0.45
_ARTIST = 0.2
_YEAR = 0.15
_FOLDER = 0.1
_ALBUM = 0.1
_YEARS_APART = 20.0


def tag_similarity(one: Track, other: Track, whole: frozenset[str] = frozenset()) -> float:
    """Likeness of two tracks by genre, artist, year, folder and album, 0…1.

    A rough guide until the tracks have been listened to: without tags it is the folder.
    """
    total = _GENRE * _overlap(_genres(one), _genres(other))
    artists = split_artists(one.artist, whole), split_artists(other.artist, whole)
    total += _ARTIST * _overlap(frozenset(artists[0]), frozenset(artists[1]))
    if one.year > 0 and other.year > 0:
        total += _YEAR * max(0.0, 1.0 - abs(one.year - other.year) / _YEARS_APART)
    album = fold(one.album)
    if album and album == fold(other.album):
        total += _ALBUM
    folders = os.path.dirname(one.path), os.path.dirname(other.path)
    if folders[0] == folders[1]:
        total += _FOLDER
    elif os.path.dirname(folders[0]) == os.path.dirname(folders[1]):
        total += _FOLDER / 2
    return total


def likeness(
    seeds: Sequence[Track], candidate: Track, whole: frozenset[str] = frozenset()
) -> tuple[float, int]:
    """The highest likeness to any seed, and which seed it is; at least one seed."""
    found = [tag_similarity(seed, candidate, whole) for seed in seeds]
    best = max(range(len(found)), key=found.__getitem__)
    return found[best], best


def _genres(track: Track) -> frozenset[str]:
    return frozenset(fold(genre) for genre in track.genres) - {""}


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 0.0
