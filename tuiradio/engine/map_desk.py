"""The map of the library: drawn on the asking thread, kept in the cache directory."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np

from tuiradio.engine.memory import give_back_memory
from tuiradio.engine.studies import DrawMap, MapDrawn
from tuiradio.errors import TuiradioError
from tuiradio.similarity import map_cache, projection
from tuiradio.similarity.cache import Doubt
from tuiradio.similarity.ear import Ear
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.map_cache import SavedMap

SKETCHED_ABOVE = 4_000
"""Tracks up to which the layout itself is quick enough for a first picture."""

_log = logging.getLogger(__name__)


class MapDesk:
    """Answers ``DrawMap``; any thread may ask, one map is drawn at a time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()

    def answer(
        self, query: DrawMap, index: VectorIndex, model_id: str, vector_revision: int
    ) -> MapDrawn:
        """The saved map when it is of these vectors; else those known stay, or all is new.

        Args:
            vector_revision: of the store, read when ``index`` was in step with it.

        Raises:
            TuiradioError: the cache directory cannot be written to.
        """
        # A tuner's dials have two decimals; finer steps would fill the cache.
        weights = tuple((name, round(weight, 2)) for name, weight in query.weights)
        ear = index.ear
        if ear is not None:
            weights = ear.weigh(weights)
        name = f"{model_id} {_digest(ear)}".rstrip()
        shares = tuple(index.space.shares(weights).tolist())
        file = map_cache.file_of(self._directory, name, shares, sketch=False)
        with self._lock:
            saved = _read(file, model_id)
            is_current = saved is not None and saved.vector_revision == vector_revision
            if saved is not None and is_current and len(saved.projection) == len(index):
                return MapDrawn(os.fsencode(file), len(saved.projection))
            try:
                ids, vectors = index.everything()
                if ear is not None and ear.factors:
                    vectors = vectors * np.sqrt(np.array(ear.factors, dtype=np.float32))
                vectors = projection.weighted(index.space, vectors, weights)
                drawn = self._drawn(query, saved, ids, vectors)
                if drawn.is_sketch:
                    file = map_cache.file_of(self._directory, name, shares, sketch=True)
                map_cache.write(file, SavedMap(drawn, model_id, vector_revision))
            except OSError as error:
                raise TuiradioError(
                    f"The map cannot be kept in {self._directory}: {error.strerror or error}",
                    "Make room or give access there, or set TUIRADIO_CACHE_DIR.",
                ) from error
            finally:
                give_back_memory()
        return MapDrawn(os.fsencode(file), len(drawn), drawn.is_sketch)

    def _drawn(
        self,
        query: DrawMap,
        saved: SavedMap | None,
        ids: projection.Ids,
        vectors: projection.Vectors,
    ) -> projection.Projection:
        before = saved.projection if saved is not None else None
        if before is not None:
            extended = projection.extend(before, ids, vectors)
            if extended is not None:
                return extended
        if query.may_sketch and len(ids) > SKETCHED_ABOVE:
            if before is None:
                return projection.sketch(ids, vectors)
            kept = np.isin(before.ids, ids)
            return replace(
                before,
                ids=before.ids[kept],
                places=before.places[kept],
                signs=before.signs[kept],
                is_sketch=True,
            )
        return projection.draw(ids, vectors, before)


def _digest(ear: Ear | None) -> str:
    """Tells ears that weight dimensions apart; others differ by their weights alone."""
    if ear is None or not ear.factors:
        return ""
    return hashlib.sha256(repr(ear.factors).encode()).hexdigest()[:12]


def _read(file: Path, model_id: str) -> SavedMap | None:
    try:
        return map_cache.read(file, model_id)
    except Doubt as doubt:
        _log.info("the map is drawn anew: %s", doubt)
        return None
