"""The tracks the screen has read: asked for by id, filled in from the store's thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence, Set

from tuiradio.library.track import Track

_KEPT = 6000
_BATCH = 400


Fetch = Callable[[tuple[int, ...], Callable[[list[Track]], None]], None]


class TrackCache:
    """Tracks by id, on the loop's side. An old row is shown until its new one arrives.

    Args:
        fetch: reads rows off the loop and calls back on it; a newer call may drop an older.
        arrived: called on the loop with the ids of which another row, or none, is known now.
    """

    def __init__(self, fetch: Fetch, arrived: Callable[[Set[int]], None]) -> None:
        self._fetch = fetch
        self._arrived = arrived
        self._rows: OrderedDict[int, Track] = OrderedDict()
        self._stale: set[int] = set()
        self._unknown: set[int] = set()

    def get(self, track_id: int) -> Track | None:
        """The track if it was read; never reads by itself."""
        track = self._rows.get(track_id)
        if track is not None:
            self._rows.move_to_end(track_id)
        return track

    def want(self, ids: Iterable[int]) -> None:
        """See to it that these tracks are read, the first of them at least."""
        missing = tuple(
            dict.fromkeys(
                i
                for i in ids
                if (i not in self._rows or i in self._stale) and i not in self._unknown
            )
        )[:_BATCH]
        if missing:
            self._fetch(missing, lambda tracks: self._put(missing, tracks))

    def forget(self, ids: Iterable[int] = ()) -> None:
        """Read these rows again when next wanted; () = all."""
        self._stale.update(tuple(ids) or self._rows)
        self._unknown.clear()

    def put(self, track: Track) -> None:
        """Show a changed row at once; the store's own follows."""
        self._rows[track.id] = track
        self._arrived({track.id})

    def _put(self, asked: Sequence[int], tracks: list[Track]) -> None:
        self._stale.difference_update(asked)
        changed = {track.id for track in tracks if self._rows.get(track.id) != track}
        for track in tracks:
            self._rows[track.id] = track
            self._rows.move_to_end(track.id)
        gone = set(asked) - {track.id for track in tracks}
        self._unknown.update(gone)
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)
        # What is read again is most often as it was.
        if changed or gone:
            self._arrived(changed | gone)
