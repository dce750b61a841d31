"""The index: opened, fed and saved on a thread of its own; asked from any."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tuiradio.codec import CodecError, from_json, to_json
from tuiradio.engine.assistant import Assistant
from tuiradio.engine.house import House
from tuiradio.engine.memory import give_back_memory, trim
from tuiradio.engine.protocol import FindSimilar, Severity, SimilarTracks
from tuiradio.errors import StoreError, TuiradioError
from tuiradio.library.store import StoreReader
from tuiradio.listening.card import ModelCard, model_name
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.neighbourhood import Neighbour, Weights
from tuiradio.similarity.space import Space

_log = logging.getLogger(__name__)

_SERVING = "serving_model"
_SAVE_EVERY_S = 180.0
_STOP_S = 0.7
# More than asked, because some of what is near may be missing from the disk.
_SURPLUS = 50


@dataclass(frozen=True, slots=True)
class Serving:
    """The model whose vectors answer."""

    model_id: str
    subspaces: tuple[tuple[str, int, int], ...]
    dim: int

    @property
    def space(self) -> Space:
        return Space(self.subspaces, self.dim)


class SimilarityDesk:
    """Keeps the index in step with the store.

    When the model changes, the vectors of the old one go on serving until the whole
    library was heard by the new one; the two never meet in one index.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._index: VectorIndex | None = None
        self._serving: Serving | None = None
        self._coming: Serving | None = None
        self._assistant = Assistant("index", self._failed)
        self._work_left = 0
        self._in_doubt = False
        self._unsaved = False
        self._saved_s = house.clock()

    @property
    def index(self) -> VectorIndex | None:
        """The index that answers, from any thread; None until it is open."""
        return self._index

    @property
    def model_id(self) -> str:
        """The model whose vectors answer; "" before there is one."""
        return self._serving.model_id if self._serving else ""

    @property
    def subspaces(self) -> tuple[str, ...]:
        serving = self._serving
        return serving.space.names if serving else ()

    def start(self) -> None:
        """Open the index of the model that served last."""
        self._serving = self._remembered()
        if self._serving is not None:
            self._open(self._serving)

    def use_model(self, card: ModelCard) -> None:
        """Serve this model: at once when no other has vectors, else when all was heard by it."""
        wanted = Serving(card.id, card.subspaces, card.dim)
        self._coming = None
        if self._serving is None:
            self._serve(wanted)
        elif self._serving.model_id != wanted.model_id:
            self._coming = wanted

    def is_ready(self, seed_ids: Sequence[int]) -> bool:
        """Whether everything that will be known of the seeds soon is known now."""
        if self._work_left or not self._house.ear.is_settled():
            return False
        is_expected = self._house.listening.is_expected
        return all(self.has_vector(seed) or not is_expected(seed) for seed in seed_ids)

    def has_vector(self, track_id: int) -> bool:
        return self._index is not None and track_id in self._index

    def heard(self, model_id: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Take new vectors in; they were stored before."""
        if self._serving is None or self._serving.model_id != model_id or not len(ids):
            return
        self._unsaved = True
        self._assign(lambda index: self._add(index, ids, vectors))

    def files_changed(self) -> None:
        """Some vectors were taken out of the store, since their files changed."""
        self._in_doubt = True

    def scan_finished(self, pending: Sequence[int]) -> None:
        """Forget the vectors of tracks that wait to be heard (again)."""
        if self._in_doubt:
            self._in_doubt = False
            self._unsaved = True
            gone = list(pending)
            self._assign(lambda index: index.remove(gone))
        # Here the burst of work at the start ends: the scan, reading what waits, the index.
        self._assistant.do(trim)

    def everything_heard(self) -> None:
        """A model that came during this session takes over; vectors of other models are kept.

        Only those of an older file of the same model have no use any more.
        """
        coming, old = self._coming, self._serving
        if coming is None:
            return
        self._coming = None
        self._serve(coming)
        if old is not None and model_name(old.model_id) == model_name(coming.model_id):
            self._house.store.forget_vectors(old.model_id)
        self._house.notice("The whole library was heard by the new model, which now answers.")

    def tick(self) -> None:
        if self._unsaved and self._house.clock() - self._saved_s >= _SAVE_EVERY_S:
            self._save()

    def stop(self) -> None:
        """Save; given up when it takes too long, since the index can be rebuilt."""
        if self._index is not None:
            self._index.close()
        if self._unsaved:
            self._save()
        if not self._assistant.stop(_STOP_S):
            _log.warning("the index was not saved in time; it is brought up to date next time")

    def find_similar(self, query: FindSimilar) -> SimilarTracks:
        """The nearest tracks that are there, nearest first; any thread."""
        index = self._index
        if index is None:
            return SimilarTracks(())
        wanted = query.count + _SURPLUS
        seeds = [seed for seed in dict.fromkeys(query.seed_ids) if seed in index]
        if len(seeds) == 1:
            found = index.nearest(seeds[0], wanted, query.weights)
        else:
            found = _near_all(index, seeds, wanted, query.weights)
        reader = StoreReader(self._house.paths.store_file)
        try:
            tracks = reader.tracks([neighbour.track_id for neighbour in found])
        finally:
            reader.close()
        there = {track.id for track in tracks if not track.missing}
        return SimilarTracks(tuple(n for n in found if n.track_id in there)[: query.count])

    # --- the thread of the index -------------------------------------------------

    def _assign(self, work: Callable[[VectorIndex], None]) -> None:
        def job() -> None:
            try:
                if self._index is not None:
                    work(self._index)
            finally:
                self._house.post(self._work_done)

        self._work_left += 1
        self._assistant.do(job)

    def _work_done(self) -> None:
        self._work_left -= 1
        self._house.radio.vectors_changed()

    def _add(self, index: VectorIndex, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        refused = index.add(ids, vectors)
        if refused:
            _log.warning("the index refused the vectors of %s", refused)

    def _open(self, serving: Serving) -> None:
        def job() -> None:
            try:
                reader = StoreReader(self._house.paths.store_file)
                try:
                    self._index = VectorIndex.open(
                        self._house.paths.index_file,
                        serving.space,
                        serving.model_id,
                        reader.vector_revision(),
                        partial(_load, reader, serving),
                    )
                finally:
                    reader.close()
                give_back_memory()
            finally:
                self._house.post(self._opened)

        self._work_left += 1
        self._assistant.do(job)

    def _opened(self) -> None:
        self._work_left -= 1
        index = self._index
        if index is not None and not len(index) and self._coming is not None:
            self._serve(self._coming)
            self._coming = None
            return
        self._house.ear.index_opened()
        self._house.radio.show()
        self._house.radio.vectors_changed()

    def _save(self) -> None:
        self._unsaved = False
        self._saved_s = self._house.clock()
        # An index in doubt is written as older than anything, so that opening it compares.
        revision = -1 if self._in_doubt else self._house.store.vector_revision()

        def save(index: VectorIndex) -> None:
            index.save(revision)
            trim()

        self._assign(save)

    def _serve(self, serving: Serving) -> None:
        self._serving = serving
        self._index = None
        self._house.store.set_state(_SERVING, to_json(serving).decode())
        self._open(serving)

    def _remembered(self) -> Serving | None:
        text = self._house.store.state(_SERVING)
        if text is None:
            return None
        try:
            serving = from_json(text, Serving)
            _ = serving.space
        except (CodecError, ValueError) as error:
            _log.warning("the state %s cannot be read: %s", _SERVING, error)
            return None
        return serving

    def _failed(self, error: Exception) -> None:
        if isinstance(error, TuiradioError):
            self._house.post(partial(self._house.complain, error))
        else:
            text = f"The similarity index failed: {type(error).__name__}"
            self._house.post(partial(self._house.notice, text, Severity.ERROR))


def _load(reader: StoreReader, serving: Serving) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    ids, vectors = reader.vectors(serving.model_id)
    if len(ids) and vectors.shape[1] != serving.dim:
        raise StoreError(
            f"vectors of {serving.model_id} have {vectors.shape[1]} dimensions, not {serving.dim}",
            "Remove the file index.hnsw and listen again.",
        )
    return ids, vectors.reshape(len(ids), serving.dim)


def _near_all(
    index: VectorIndex, seeds: Sequence[int], count: int, weights: Weights
) -> tuple[Neighbour, ...]:
    """What is near to all the seeds: candidates of each, by their mean similarity.

    Not the neighbours of the mean vector: averages return the library's blandest music.
    """
    candidates = {n.track_id for seed in seeds for n in index.nearest(seed, count, weights)}
    ids = sorted(candidates.difference(seeds))
    if not ids:
        return ()
    shares = index.shares(weights)
    means = np.mean([index.similarities(seed, ids) @ shares for seed in seeds], axis=0)
    order = np.argsort(-means, kind="stable")[:count]
    return tuple(Neighbour(ids[row], float(means[row])) for row in order)
