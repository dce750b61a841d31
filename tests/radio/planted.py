"""A synthetic library with everything that spoils a radio planted in it, and known.

Hubs: tracks so middling that they are near to everything. Duplicates: other files of
a recording, with another title, format and length. One artist who owns a third. Skits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tests.radio.support import word
from tuiradio.library.track import Estimates, Status, Track
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.space import Space

NAMES = ("genre", "mood", "instruments", "tempo")
WIDTH = 24
SPACE = Space(
    tuple((name, WIDTH * at, WIDTH * at + WIDTH) for at, name in enumerate(NAMES)), 4 * WIDTH
)
OWNER = "The Owner"

_COMMON, _STYLE, _OWN = 1.4, 0.6, 1.1
_HUB_OWN = 0.6
_VERSIONS = ("{} (Live at Wembley)", "{} - Remastered 2011", "{} [Demo]", "{}", "{} (Radio Edit)")
_SKITS = ("Skit {}", "Intro", "Interlude {}", "Outro (Skit)")
_TRACKS_PER_STYLE = 50
_TRACKS_PER_ARTIST = 12


@dataclass(frozen=True, slots=True)
class Planted:
    """The library, and what was planted."""

    tracks: tuple[Track, ...]
    vectors: NDArray[np.float32]
    """[tracks, ``SPACE.dim``], in the order of ``tracks``."""
    recording_of: dict[int, int]
    """Same number, same recording."""
    hubs: frozenset[int]
    skits: frozenset[int]

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids of all tracks."""
        return tuple(track.id for track in self.tracks)

    @property
    def find(self) -> Callable[[int], Track | None]:
        """Looks a track up by id."""
        return {track.id: track for track in self.tracks}.get

    def index(self) -> VectorIndex:
        """The vectors in an index as the program uses it."""
        index = VectorIndex(SPACE)
        index.add(self.ids, self.vectors)
        return index


def planted(count: int = 8_000, seed: int = 0) -> Planted:
    """``count`` tracks: 2 % hubs, 6 % duplicates, 2 % skits, a third by one artist."""
    rng = np.random.default_rng(seed)
    copies, skits, hubs = count * 6 // 100, count // 50, count // 50
    originals = count - copies
    style = rng.integers(0, max(2, count // _TRACKS_PER_STYLE), originals)
    vectors = _sound(style, hubs, rng)
    tracks = [
        _song(i, int(style[i]), rng.random() < 1 / 3, originals, rng) for i in range(originals)
    ]
    for i in range(hubs, hubs + skits):
        tracks[i] = replace(
            tracks[i],
            title=_SKITS[i % len(_SKITS)].format(word(i)),
            duration_s=float(rng.uniform(46, 90)),
        )
    sources = rng.choice(np.arange(hubs + skits, originals), copies, replace=False)
    for at, source in enumerate(sources):
        tracks.append(_copy(tracks[source], originals + at, rng))
    near = 0.06 * rng.standard_normal((copies, SPACE.dim)).astype(np.float32)
    recordings = [*range(originals), *map(int, sources)]
    return Planted(
        tuple(tracks),
        np.concatenate([vectors, vectors[sources] + near]),
        dict(enumerate(recordings)),
        frozenset(range(hubs)),
        frozenset(range(hubs, hubs + skits)),
    )


def _sound(style: NDArray[np.int64], hubs: int, rng: np.random.Generator) -> NDArray[np.float32]:
    blocks = []
    for _ in NAMES:
        middle = rng.standard_normal(WIDTH)
        centres = rng.standard_normal((int(style.max()) + 1, WIDTH))
        own = rng.standard_normal((len(style), WIDTH))
        block = _COMMON * middle + _STYLE * centres[style] + _OWN * own
        block[:hubs] = _COMMON * middle + _HUB_OWN * own[:hubs]
        blocks.append(block)
    return np.hstack(blocks).astype(np.float32)


def _song(
    track_id: int, style: int, is_owned: bool, originals: int, rng: np.random.Generator
) -> Track:
    artists = max(2, originals * 2 // 3 // _TRACKS_PER_ARTIST)
    artist = OWNER if is_owned else f"Band {word((style * 7 + int(rng.integers(0, 4))) % artists)}"
    album = f"{artist}'s {word(int(rng.integers(0, 1 + originals // 30)) if is_owned else style)}"
    tempo = 80.0 + 7.0 * (style % 13) + float(rng.normal(0.0, 4.0))
    return Track(
        id=track_id,
        root=b"/music",
        relative_path=b"%s/%d.flac" % (artist.encode(), track_id),
        size_bytes=30_000_000,
        mtime_ns=1,
        title=f"Tune {word(track_id)}",
        artist=artist,
        album=album,
        album_artist=artist,
        genres=(f"Genre {word(style // 4)}",),
        year=1960 + style % 60,
        duration_s=float(rng.uniform(120, 420)),
        status=Status.HEARD,
        estimates=Estimates(tempo_bpm=tempo),
    )


def _copy(source: Track, track_id: int, rng: np.random.Generator) -> Track:
    return replace(
        source,
        id=track_id,
        relative_path=b"Various/%d.mp3" % track_id,
        title=_VERSIONS[track_id % len(_VERSIONS)].format(source.title),
        album="Best Of",
        album_artist="Various Artists",
        duration_s=source.duration_s + float(rng.uniform(-1.2, 1.2)),
        size_bytes=6_000_000,
    )
