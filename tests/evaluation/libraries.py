"""Libraries made for tests: tags alone, and vectors that follow them or do not."""

from __future__ import annotations

import numpy as np

from tuiradio.evaluation.study import Ears
from tuiradio.library.track import Track
from tuiradio.similarity.space import Space

DIM = 24
SPACE = Space((("genre", 0, 12), ("mood", 12, DIM)), DIM)


def track(number: int, **tags: object) -> Track:
    fields = {"title": f"Song of {number} words", "artist": "", **tags}
    return Track(number, b"/music", b"%d.mp3" % number, 1, 1, **fields)  # type: ignore[arg-type]


def library(artists: int = 16, albums: int = 2, songs: int = 2) -> list[Track]:
    """Each artist plays one of four genres; two albums a decade apart of two songs each."""
    return [
        track(
            (artist * albums + album) * songs + song + 1,
            title=f"Song {artist} of {album} and {song}",
            artist=f"Artist {artist}",
            album=f"Album {album}",
            genres=(("Rock", "Jazz", "Folk", "Techno")[artist % 4],),
            year=1970 + 10 * ((artist + album) % 4),
        )
        for artist in range(artists)
        for album in range(albums)
        for song in range(songs)
    ]


def ears(name: str, tracks: list[Track], noise: float, seed: int = 0) -> Ears:
    """Vectors about a point of their artist's genre and another of the artist."""
    random = np.random.default_rng(99)
    points = {
        key: random.normal(size=DIM)
        for key in sorted({each.artist for each in tracks} | {each.genres[0] for each in tracks})
    }
    rows = np.stack([points[each.artist] + points[each.genres[0]] for each in tracks])
    random = np.random.default_rng(seed)
    rows = rows + noise * random.normal(size=rows.shape)
    heard = SPACE.normalise(rows.astype(np.float32))
    return Ears(name, SPACE, heard, heard)
