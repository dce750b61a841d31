"""What a library's own tags say belongs together: questions to ask of a ranking. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import Track
from tuiradio.radio.artists import artist_key, fold, split_artists, whole_names
from tuiradio.radio.recording import bare_title, is_nameless

Flags = NDArray[np.bool_]
_T = TypeVar("_T")

OTHER_ARTISTS = "other artists"
OTHER_ALBUMS = "other albums"
HALVES = "halves"

_NO_GENRE = frozenset(
    {"", "other", "unknown", "unknown genre", "misc", "miscellaneous", "none", "undefined", "genre"}
)
_GENRES = re.compile(r"\s*[;/,]\s*")


@dataclass(frozen=True, slots=True)
class Task:
    """A question asked of every track: which of the others belong to it?

    Tracks of one album were recorded and mastered alike, and are found by that alone (the album
    and artist effect: Pampalk, Flexer & Widmer 2005; Flexer & Schnitzer 2010), so most questions
    are asked a second time with such tracks left out.
    """

    label: str
    """``genre``, ``artist``, ``album``, ``decade`` or ``halves``."""
    among: str
    """"" or which tracks alone are ranked: ``OTHER_ARTISTS``, ``OTHER_ALBUMS``."""
    is_right: Flags
    """[tracks, tracks]: belong together."""
    is_candidate: Flags
    """[tracks, tracks]: the column is ranked for the row."""
    clusters: NDArray[np.int64]
    """Tracks that cannot count as independent: those of one artist; int64 [tracks]."""
    classes: int
    """How many genres, artists … have two tracks to belong together."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """Per track; an empty set where its tags do not say."""

    genres: list[frozenset[str]]
    everyone: list[frozenset[str]]
    main: list[frozenset[str]]
    album: list[frozenset[str]]
    decade: list[frozenset[str]]
    title: list[frozenset[str]]


def tag_tasks(tracks: Sequence[Track]) -> tuple[Task, ...]:
    """The questions that tags answer, easiest form last: genre, artist, decade, album.

    Copies and versions of one recording are never ranked for each other.
    """
    labels = _labels(tracks)
    same_artist, same_album = _share(labels.everyone), _share(labels.album)
    others = ~(_share(labels.title) & same_artist | np.eye(len(tracks), dtype=bool))
    album_known = _known(labels.album)
    # An unknown album might be the same one.
    foreign_album = ~same_album & ~(same_artist & ~(album_known[:, None] & album_known[None]))
    make = _Maker(clusters_of(tracks), others)
    return (
        make.task("genre", OTHER_ARTISTS, labels.genres, ~same_artist),
        make.task("genre", "", labels.genres),
        make.task("artist", OTHER_ALBUMS, labels.main, foreign_album),
        make.task("artist", "", labels.main),
        make.task("decade", OTHER_ARTISTS, labels.decade, ~same_artist),
        make.task("decade", "", labels.decade),
        make.task("album", "", labels.album),
    )


def halves_task(tracks: Sequence[Track]) -> Task:
    """Rows are first halves, columns second halves: each finds its own among the others'.

    The triplets of Lee et al. 2020, section 2.3 ("track regularization"), with every other track
    as the negative in turn.
    """
    labels = _labels(tracks)
    own = np.eye(len(tracks), dtype=bool)
    same_recording = _share(labels.title) & _share(labels.everyone)
    return Task(HALVES, "", own, own | ~same_recording, clusters_of(tracks), len(tracks))


def clusters_of(tracks: Sequence[Track]) -> NDArray[np.int64]:
    """A number per main artist; a track of an unknown artist has one of its own. int64 [tracks]."""
    names = [
        next(iter(main), f"\0{place}") for place, main in enumerate(_labels(tracks).main)
    ]  # no name contains NUL
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Maker:
    clusters: NDArray[np.int64]
    others: Flags

    def task(
        self, label: str, among: str, values: list[frozenset[str]], allowed: Flags | None = None
    ) -> Task:
        known = _known(values)
        candidates = self.others & known[:, None] & known[None]
        if allowed is not None:
            candidates = candidates & allowed
        is_right = _share(values)
        found = np.flatnonzero((is_right & candidates).any(axis=1))
        classes = frozenset[str]().union(*(values[row] for row in found))
        return Task(label, among, is_right, candidates, self.clusters, len(classes))


def _labels(tracks: Sequence[Track]) -> _Labels:
    whole = whole_names(track.artist for track in tracks)
    main, everyone = [], []
    for track in tracks:
        names = split_artists(track.artist, whole)
        main.append(frozenset(names[:1]))
        everyone.append(_some(*names, artist_key(track.album_artist)))
    return _Labels(
        genres=_each(tracks, _genres),
        everyone=everyone,
        main=main,
        album=_each(tracks, _album),
        decade=_each(tracks, lambda one: _some(f"{one.year // 10}0s" if one.year > 0 else "")),
        title=_each(tracks, _title),
    )


def _each(
    tracks: Sequence[Track], value: Callable[[Track], frozenset[str]]
) -> list[frozenset[str]]:
    return [value(track) for track in tracks]


def _genres(track: Track) -> frozenset[str]:
    names = (part for genre in track.genres for part in _GENRES.split(genre))
    return frozenset(map(fold, names)) - _NO_GENRE


def _album(track: Track) -> frozenset[str]:
    name = fold(track.album)
    by = artist_key(track.album_artist) or artist_key(track.artist)
    return _some(f"{by}\0{name}" if name else "")


def _title(track: Track) -> frozenset[str]:
    bare = bare_title(track.title)
    return _some("" if is_nameless(bare) else bare)


def _some(*names: str) -> frozenset[str]:
    return frozenset(filter(None, names))


def _known(values: Iterable[frozenset[str]]) -> Flags:
    return np.array([bool(each) for each in values], dtype=np.bool_)


def _share(values: Sequence[frozenset[str]]) -> Flags:
    """Which tracks have a value in common; bool [n, n]."""
    columns = {name: place for place, name in enumerate(sorted(frozenset().union(*values)))}
    has = np.zeros((len(values), max(1, len(columns))), np.float32)
    for row, names in enumerate(values):
        has[row, [columns[name] for name in names]] = 1
    return np.asarray(has @ has.T > 0, np.bool_)
