"""Files that took each other's names: swapped, or all moved up by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as read, and the track that was known under its name until now."""

    fingerprint: bytes
    track_id: int | None = None
    known_fingerprint: bytes = b""


def displaced(arrivals: Iterable[Arrival]) -> dict[int, bytes]:
    """Tracks whose audio went on to another name of the same batch, with its fingerprint.

    For each of them there is an arrival of its audio at a name that is new, or that is
    given up by another displaced track; so all of them find a place.
    """
    changed = [
        arrival
        for arrival in arrivals
        if arrival.fingerprint and arrival.fingerprint != arrival.known_fingerprint
    ]
    leaving = {
        arrival.track_id: arrival.known_fingerprint
        for arrival in changed
        if arrival.track_id is not None and arrival.known_fingerprint
    }
    while True:
        free = Counter(
            arrival.fingerprint
            for arrival in changed
            if arrival.track_id is None or arrival.track_id in leaving
        )
        staying = []
        for track_id, fingerprint in leaving.items():
            free[fingerprint] -= 1
            if free[fingerprint] < 0:
                staying.append(track_id)
        if not staying:
            return leaving
        for track_id in staying:
            del leaving[track_id]
