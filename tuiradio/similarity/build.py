"""Building the graph in a thread of its own, while others go on asking and changing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence

from tuiradio.similarity.exact import ExactIndex, Ids
from tuiradio.similarity.graph import Graph, GraphFailed
from tuiradio.similarity.hubs import NEIGHBOURS, HubStatistics
from tuiradio.similarity.space import Vectors

REACH = 5 * NEIGHBOURS
"""How many neighbours of a new track are told of it."""

_CHUNK = 256
_LAST_CHUNK = 32
_HUB_SEARCH_WIDTH = 100

_log = logging.getLogger(__name__)

Finish = Callable[[Graph | None], None]
"""Called with the lock held and the finished graph, or None when it was stopped or failed."""


class Builder:
    """Puts tracks of an exact index into a graph which nobody else touches meanwhile.

    Changes are announced with ``note`` and caught up with before the end, so that the
    finished graph agrees with the exact index at the moment it is handed over.
    """

    def __init__(
        self, lock: threading.RLock, exact: ExactIndex, hubs: HubStatistics, finish: Finish
    ) -> None:
        self._lock = lock
        self._exact = exact
        self._hubs = hubs
        self._finish = finish
        self._changed: set[int] = set()
        self._stopped = threading.Event()
        self._done = threading.Event()

    def start(self, graph: Graph, todo: Sequence[int], hubs_of: Sequence[int]) -> None:
        """Starts the thread: ``todo`` goes into ``graph``, ``hubs_of`` get new statistics."""
        threading.Thread(
            target=self._run, args=(graph, todo, hubs_of), name="index-builder", daemon=True
        ).start()

    def note(self, ids: Iterable[int]) -> None:
        """Tells of tracks added, replaced or removed; call with the lock held."""
        self._changed.update(ids)

    def stop(self) -> None:
        """Asks the thread to end after the chunk it is at."""
        self._stopped.set()

    def wait(self, timeout_s: float | None) -> bool:
        """Waits for the end; whether it has come."""
        return self._done.wait(timeout_s)

    def _run(self, graph: Graph, todo: Sequence[int], hubs_of: Sequence[int]) -> None:
        finished: Graph | None = None
        try:
            self._put_all(graph, todo)
            self._measure_hubs(graph, hubs_of)
            finished = self._catch_up(graph)
        except GraphFailed as failure:
            _log.warning("the index could not be built, exact search goes on: %s", failure)
        except BaseException:
            _log.exception("building the index failed")
            raise
        finally:
            with self._lock:
                if finished is not None:
                    self._put(finished, sorted(self._changed))
                self._finish(finished)
            self._done.set()

    def _put_all(self, graph: Graph, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), _CHUNK):
            if self._stopped.is_set():
                return
            self._put(graph, ids[start : start + _CHUNK])

    def _put(self, graph: Graph, ids: Sequence[int]) -> None:
        with self._lock:
            here = [track_id for track_id in ids if track_id in self._exact]
            rows = self._exact.vectors_at(self._exact.rows(here))
        graph.hide([track_id for track_id in ids if track_id not in set(here)])
        graph.put(here, rows)

    def _measure_hubs(self, graph: Graph, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), _CHUNK):
            if self._stopped.is_set():
                return
            with self._lock:
                here = [i for i in ids[start : start + _CHUNK] if i in self._exact]
                rows = self._exact.vectors_at(self._exact.rows(here))
            found, _ = graph.query(rows, NEIGHBOURS + 1, _HUB_SEARCH_WIDTH)
            with self._lock:
                for track_id, neighbours in zip(here, found, strict=True):
                    set_statistics(self._exact, self._hubs, track_id, neighbours)

    def _catch_up(self, graph: Graph) -> Graph | None:
        while not self._stopped.is_set():
            with self._lock:
                if len(self._changed) <= _LAST_CHUNK:
                    return graph
                behind, self._changed = sorted(self._changed), set()
            self._put_all(graph, behind)
        return None


def set_statistics(
    exact: ExactIndex, hubs: HubStatistics, track_id: int, neighbours: Ids, *, tell: bool = False
) -> None:
    """Sets a track's hub statistics from its nearest tracks, itself perhaps among them."""
    vector = exact.vector(track_id)
    if vector is None:
        return
    others = neighbours[neighbours != track_id]
    cosines: Vectors = exact.similarities(vector, others.tolist())
    known = ~(cosines != cosines).any(axis=1)
    put = hubs.put if tell else hubs.set
    put(track_id, others[known], cosines[known])
