"""Which tracks of a large library are asked about. Pure; the generator is passed in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuiradio.evaluation.tasks import clusters_of
from tuiradio.library.track import Track

MOST_BY_ONE_ARTIST = 12


def draw(tracks: Sequence[Track], limit: int, random: np.random.Generator) -> list[Track]:
    """At most ``limit`` tracks in their order; all of them where there are no more.

    Artists are drawn, and up to a dozen tracks of each: of single tracks drawn from a large
    library hardly two would have an artist or album in common.
    """
    if len(tracks) <= limit:
        return list(tracks)
    artist = clusters_of(tracks)
    chosen: list[int] = []
    shuffled = random.permutation(len(tracks))
    by_artist = shuffled[np.argsort(artist[shuffled], kind="stable")]
    groups = np.split(by_artist, np.flatnonzero(np.diff(artist[by_artist])) + 1)
    for place in random.permutation(len(groups)):
        chosen += groups[place][: min(MOST_BY_ONE_ARTIST, limit - len(chosen))].tolist()
        if len(chosen) == limit:
            break
    return [tracks[place] for place in sorted(chosen)]


def draw_some(tracks: Sequence[Track], limit: int, random: np.random.Generator) -> list[Track]:
    """At most ``limit`` tracks at random, in their order."""
    places = random.permutation(len(tracks))[:limit]
    return [tracks[place] for place in sorted(places.tolist())]
