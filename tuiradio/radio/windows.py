"""Windows of artists and albums that a library of few of them can keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tuiradio.radio.artists import fold, split_artists
from tuiradio.radio.pick import RadioSettings

WINDOW_SHARE = 1.0 / 3.0
"""Largest share of the artists, or albums, that may have to wait at once."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Who and what is named on some tracks."""

    artist: str
    album_artist: str
    album: str
    tracks: int = 1


@dataclass(frozen=True, slots=True)
class Variety:
    """How many artists and albums there are to choose from.

    A track of nobody, or of no album, is held back by no window and counts for itself.
    """

    artists: int
    albums: int


def variety(named: Iterable[Credit], whole: frozenset[str] = frozenset()) -> Variety:
    """The variety of tracks with these credits; ``whole`` as in ``split_artists``."""
    artists: set[str] = set()
    albums: set[tuple[str, str]] = set()
    nobodys = loose = 0
    for credit in named:
        names = split_artists(credit.artist, whole)
        artists.update(names[:1])
        nobodys += 0 if names else credit.tracks
        if album := fold(credit.album):
            albums.add((fold(credit.album_artist) or "".join(names[:1]), album))
        else:
            loose += credit.tracks
    return Variety(len(artists) + nobodys, len(albums) + loose)


def fitted(settings: RadioSettings, found: Variety) -> RadioSettings:
    """The settings with windows of at most a third of the artists and of the albums.

    A window that is set stays at 1 at least, one of 0 stays off. Wider ones would have
    most picks made by who has waited long enough, not by what is near.
    """
    return replace(
        settings,
        artist_window=_fitted(settings.artist_window, found.artists),
        album_window=_fitted(settings.album_window, found.albums),
    )


def _fitted(window: int, choices: int) -> int:
    return min(window, max(1, int(choices * WINDOW_SHARE + 1e-9)))
