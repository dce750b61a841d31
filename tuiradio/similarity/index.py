"""The index that answers: HNSW where it is ready, exact search where it is not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from tuiradio.errors import TuiradioError
from tuiradio.similarity import cache
from tuiradio.similarity.build import REACH, Builder, set_statistics
from tuiradio.similarity.ear import Ear
from tuiradio.similarity.exact import ExactIndex, Ids
from tuiradio.similarity.graph import Graph, GraphFailed, is_available, search_width
from tuiradio.similarity.hubs import HubStatistics
from tuiradio.similarity.neighbourhood import Neighbour, Weights
from tuiradio.similarity.space import Space, Vectors

Loader = Callable[[], tuple[Ids, Vectors]]
"""All track ids and vectors of the model, from the store."""

EXACT_FLOATS = 12_500
"""Floats a matrix product reads in the time the graph takes for one step of its search:
up to 68,000 tracks of 128 dimensions exact search is as quick as the graph, and exact."""
FEWEST_TO_REBUILD = 1_000
MOST_DEAD = 0.2
"""Hidden elements slow every query; beyond this share the graph is built anew."""

_log = logging.getLogger(__name__)


class IndexNotSaved(TuiradioError):
    """The index could not be written; it goes on answering and is rebuilt at the next start."""


class VectorIndex:
    """A ``Neighbourhood`` over all vectors of one model; every method may be called anywhere.

    One lock goes round every method, because hnswlib is unsafe when a query and a
    change overlap. The vectors also live in an exact index, which answers while the
    graph is being built in a thread, when it fails, and where hnswlib is missing.
    """

    def __init__(self, space: Space, model_id: str = "", file: Path | None = None) -> None:
        self.space = space
        self._identity = cache.Identity(model_id, space)
        self._file = file
        self._lock = threading.RLock()
        self._exact = ExactIndex(space)
        self._hubs = HubStatistics(len(space.subspaces))
        self._graph: Graph | None = Graph(space.dim) if is_available() else None
        self._builder: Builder | None = None
        self._ear: Ear | None = None
        self._factors: Vectors | None = None
        self._shares: tuple[Weights, Vectors] = ((), space.shares())

    @classmethod
    def open(
        cls, index_file: Path, space: Space, model_id: str, vector_revision: int, load: Loader
    ) -> VectorIndex:
        """Opens the saved index, or builds one where the saved one leaves any doubt.

        An index which is merely behind the store is brought up to date. ``load`` is
        called in this thread, and only when the file does not do; a build then goes on
        in a thread of its own (``wait_until_built``) while exact search answers.
        """
        index = cls(space, model_id, index_file)
        saved_revision = -1
        if is_available():
            try:
                saved, saved_revision = cache.read(index_file, index._identity)
                index._exact, index._graph, index._hubs = saved.exact, saved.graph, saved.hubs
            except cache.Doubt as doubt:
                _log.info("the index is built anew: %s", doubt)
        if saved_revision != vector_revision:
            index._reconcile(*load())
        return index

    def __len__(self) -> int:
        with self._lock:
            return len(self._exact)

    def __contains__(self, track_id: object) -> bool:
        with self._lock:
            return track_id in self._exact

    @property
    def subspaces(self) -> tuple[str, ...]:
        """Names of the sub-spaces, in vector order."""
        return self.space.names

    @property
    def model_id(self) -> str:
        """The model whose vectors these are."""
        return self._identity.model_id

    @property
    def ear(self) -> Ear | None:
        """The personal ear in use; None = as shipped."""
        return self._ear

    def use_ear(self, ear: Ear | None) -> None:
        """Answers as this ear hears from now on; None = as shipped.

        Only queries are scaled by it: nothing is built anew. The hubs stay those of the
        shipped space, weighted by the ear's weights.

        Raises:
            ValueError: The ear was made for vectors of another length or another model.
        """
        if ear is not None and ear.model_id != self._identity.model_id:
            raise ValueError(f"an ear for {ear.model_id}, not for {self._identity.model_id}")
        factors = None
        if ear is not None and ear.factors:
            factors = np.array(ear.factors, dtype=np.float32)
            if factors.shape != (self.space.dim,):
                raise ValueError(f"an ear of {len(factors)} dimensions, not {self.space.dim}")
        with self._lock:
            self._ear, self._factors = ear, factors
            self._shares = ((), self.shares())

    def shares(self, weights: Weights = ()) -> Vectors:
        """What each sub-space counts under these dials and the ear; float32, summing to 1."""
        ear = self._ear
        return self.space.shares(ear.weigh(weights) if ear else weights)

    @property
    def is_building(self) -> bool:
        """Whether a graph is being built, and exact search answers."""
        return self._builder is not None

    def wait_until_built(self, timeout_s: float | None = None) -> bool:
        """Waits for the thread that builds; returns whether none is left at work."""
        builder = self._builder
        return builder is None or builder.wait(timeout_s)

    def close(self) -> None:
        """Stops a build under way; the index goes on answering."""
        builder = self._builder
        if builder is not None:
            builder.stop()

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> tuple[int, ...]:
        """Adds or replaces vectors; returns the ids refused as not finite or empty.

        Raises:
            ValueError: When the vectors do not have the dimension of the space, or
                differ in number from the ids.
        """
        rows = np.asarray(vectors, dtype=np.float32).reshape(len(ids), -1)
        if not len(rows):
            return ()
        usable = self.space.usable(rows)
        wanted = np.asarray(ids, dtype=np.int64)
        kept, refused = wanted[usable], wanted[~usable]
        with self._lock:
            self._put(kept, self.space.normalise(rows[usable]) if len(kept) else rows[:0])
            self._note_hubs(kept.tolist())
        return tuple(refused.tolist())

    def remove(self, ids: Iterable[int]) -> None:
        """Takes tracks out of every answer; unknown ones are ignored."""
        with self._lock:
            gone = self._exact.drop(ids)
            if not gone:
                return
            if self._builder is not None:
                self._builder.note(gone)
            elif self._graph is not None:
                self._graph.hide(gone)
            self._note_hubs(list(self._hubs.drop(gone)))
            self._rebuild_when_worn()

    def save(self, vector_revision: int) -> bool:
        """Writes index and sidecar; False when there is no finished graph to write.

        Raises:
            IndexNotSaved: When the disk is full, the directory unwritable, and so on.
        """
        with self._lock:
            if self._file is None or self._graph is None or self._builder is not None:
                return False
            try:
                contents = cache.Contents(self._exact, self._graph, self._hubs)
                cache.write(self._file, self._identity, vector_revision, contents)
            except OSError as error:
                raise IndexNotSaved(
                    f"The similarity index could not be saved to {self._file}: {error}",
                    "Make room or give access there; the index is rebuilt from the library.",
                ) from error
            return True

    def nearest(self, track_id: int, count: int, weights: Weights = ()) -> tuple[Neighbour, ...]:
        """Up to ``count`` nearest other tracks, nearest first; () without a vector."""
        with self._lock:
            vector = self._exact.vector(track_id)
            if vector is None or count <= 0:
                return ()
            ids, scores = self._heard(vector, count + 1, weights)
        others = zip(ids.tolist(), scores.tolist(), strict=True)
        found = tuple(Neighbour(other, score) for other, score in others if other != track_id)
        return found[:count]

    def nearest_to_vector(
        self, vector: Vectors, count: int, weights: Weights = ()
    ) -> tuple[Neighbour, ...]:
        """Up to ``count`` tracks nearest to a vector of any norm, nearest first.

        Raises:
            ValueError: When the vector is not finite, is empty or of another dimension.
        """
        query = self.space.normalise(vector)
        with self._lock:
            ids, scores = self._heard(query, count, weights)
        return tuple(map(Neighbour, ids.tolist(), scores.tolist()))

    def similarities(self, track_id: int, others: Sequence[int]) -> Vectors:
        """Cosine per sub-space, float32 [len(others), len(subspaces)]; NaN without a vector."""
        with self._lock:
            vector = self._exact.vector(track_id)
            if vector is None:
                shape = (len(others), len(self.space.subspaces))
                return np.full(shape, np.nan, dtype=np.float32)
            if self._factors is None:
                return self._exact.similarities(vector, others)
            found = self._exact.similarities(vector * self._factors, others)
            return np.minimum(found, np.float32(1.0))

    def hubness_scale(self, track_id: int, weights: Weights = ()) -> float:
        """Mean similarity of the track to its own nearest neighbours: high for hubs."""
        with self._lock:
            if self._shares[0] != weights:
                self._shares = (weights, self.shares(weights))
            return self._hubs.scale(track_id, self._shares[1])

    def everything(self) -> tuple[Ids, Vectors]:
        """Copies of all ids, int64 [n], and their normalised vectors, float32 [n, dim]."""
        with self._lock:
            return self._exact.ids.copy(), self._exact.everything()

    def vector(self, track_id: int) -> Vectors | None:
        """A copy of the normalised vector; None without one."""
        with self._lock:
            vector = self._exact.vector(track_id)
            return None if vector is None else vector.copy()

    def _heard(self, vector: Vectors, count: int, weights: Weights) -> tuple[Ids, Vectors]:
        """As ``_search``, with the ear in use; a similarity is at most 1 under any factors."""
        ear = self._ear
        if ear is None:
            return self._search(vector, count, weights)
        query = vector if self._factors is None else vector * self._factors
        ids, scores = self._search(query, count, ear.weigh(weights))
        return ids, np.minimum(scores, np.float32(1.0))

    def _search(self, vector: Vectors, count: int, weights: Weights) -> tuple[Ids, Vectors]:
        is_quick = len(self._exact) * self.space.dim < EXACT_FLOATS * search_width(count)
        if self._graph is not None and self._builder is None and not is_quick:
            try:
                query = self.space.scale_query(vector, weights)
                ids, scores = self._graph.query(query[None, :], count)
                return ids[0], scores[0]
            except GraphFailed as failure:
                _log.warning("exact search answers for the graph: %s", failure)
        return self._exact.nearest_to_vector(vector, count, weights)

    def _put(self, ids: Ids, rows: Vectors) -> None:
        if not len(ids):
            return
        self._exact.put_normalised(ids, rows)
        if self._builder is not None:
            self._builder.note(ids.tolist())
        elif self._graph is not None:
            try:
                self._graph.put(ids, rows)
            except GraphFailed as failure:
                _log.warning("the graph is built anew: %s", failure)
                self._rebuild()
            self._rebuild_when_worn()

    def _note_hubs(self, ids: Sequence[int]) -> None:
        for track_id in ids:
            vector = self._exact.vector(track_id)
            if vector is not None:
                found, _ = self._search(vector, REACH + 1, ())
                set_statistics(self._exact, self._hubs, track_id, found, tell=True)

    def _reconcile(self, ids: Ids, vectors: Vectors) -> None:
        """Makes this an index of exactly these vectors; bad ones are left out."""
        rows = np.asarray(vectors, dtype=np.float32).reshape(len(ids), self.space.dim)
        usable = self.space.usable(rows) if len(rows) else np.zeros(0, dtype=np.bool_)
        ids = np.asarray(ids, dtype=np.int64)[usable]
        rows = self.space.normalise(rows[usable]) if len(ids) else rows[:0]
        with self._lock:
            held = self._exact.rows(ids.tolist())
            same = held >= 0
            same[same] = self._exact.differences(held[same], rows[same]) < 1e-4
            gone = self._exact.drop(np.setdiff1d(self._exact.ids, ids).tolist())
            self._exact.put_normalised(ids[~same], rows[~same])
            if self._graph is not None:
                self._graph.hide(gone)
            lost = self._hubs.drop(gone)
            unknown = [track_id for track_id in ids.tolist() if track_id not in self._hubs]
            self._start_build(ids[~same].tolist(), [*unknown, *lost])

    def _rebuild_when_worn(self) -> None:
        graph = self._graph
        if graph is None or self._builder is not None or len(graph.track_of) < FEWEST_TO_REBUILD:
            return
        if graph.dead_share > MOST_DEAD:
            self._rebuild()

    def _rebuild(self) -> None:
        self._graph = Graph(self.space.dim)
        self._start_build(self._exact.ids.tolist(), ())

    def _start_build(self, todo: Sequence[int], hubs_of: Sequence[int]) -> None:
        if self._graph is None:
            self._note_hubs(hubs_of)
        elif todo or hubs_of:
            graph, self._graph = self._graph, None
            self._builder = Builder(self._lock, self._exact, self._hubs, self._finish_build)
            self._builder.start(graph, todo, hubs_of)

    def _finish_build(self, graph: Graph | None) -> None:
        self._graph, self._builder = graph, None
