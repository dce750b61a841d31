"""The HNSW graph: the only module that knows hnswlib. Not thread-safe; its owner locks.

hnswlib is unsafe when a query and a change overlap, raises when fewer than ``k``
elements can be reached, forgets ``ef`` on saving, reports no error when it cannot
write, and only hides what is deleted; each is dealt with here or by the caller.
"""

from __future__ import annotations

import importlib.util
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tuiradio.similarity.exact import Ids
from tuiradio.similarity.space import Vectors

LINKS = 16
"""hnswlib's M."""
BUILD_WIDTH = 200
"""hnswlib's ef_construction."""
SEARCH_WIDTH = 700
"""Smallest ef. Measured on 100,000 vectors in 4,000 clusters, all weights equal or one at 1
and the others at 0: the recall at 10 is 0.96 at 400 and above 0.98 at 800."""

_FIRST_CAPACITY = 1024
_HEADER = struct.Struct("@6N")
"""Level offset, capacity, count, bytes per element, label offset, vector offset."""


class GraphFailed(Exception):
    """hnswlib could not answer or load; exact search has to."""


def is_available() -> bool:
    """Whether hnswlib is installed; it needs a compiler where there is no wheel."""
    return importlib.util.find_spec("hnswlib") is not None


def search_width(count: int) -> int:
    """The ef with which ``count`` neighbours are found reliably; the cost is in proportion."""
    return max(SEARCH_WIDTH, 2 * count)


class Graph:
    """Tracks and their vectors in one hnswlib index under inner product.

    Each vector gets a label of its own that is never used again: a replaced vector
    is hidden and added anew, because updating in place harms the graph.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._index: Any = _new_index(dim)
        self._index.init_index(_FIRST_CAPACITY, M=LINKS, ef_construction=BUILD_WIDTH)
        self._track_of: Ids = np.full(_FIRST_CAPACITY, -1, dtype=np.int64)
        self._live = 0
        self._used = 0

    def __len__(self) -> int:
        return self._live

    @property
    def dead_share(self) -> float:
        """Share of the elements which are hidden, 0…1; each still costs time and memory."""
        return 1.0 - len(self) / self._used if self._used else 0.0

    @property
    def track_of(self) -> Ids:
        """Track id of each label, -1 for hidden ones; belongs beside the saved file."""
        return self._track_of[: self._used]

    def put(self, ids: Sequence[int] | Ids, rows: Vectors, threads: int = 1) -> None:
        """Adds or replaces normalised vectors.

        Raises:
            GraphFailed: When hnswlib refuses; the graph must not be used again.
        """
        if not len(ids):
            return
        self.hide([int(track_id) for track_id in ids])
        labels = np.arange(self._used, self._used + len(ids))
        try:
            self._reserve(self._used + len(ids))
            self._index.add_items(rows, labels, num_threads=threads)
        except RuntimeError as error:
            raise GraphFailed(str(error)) from error
        self._track_of[labels] = ids
        self._live += len(ids)
        self._used += len(ids)

    def hide(self, ids: Sequence[int]) -> None:
        """Takes tracks out of every answer; unknown ones are ignored."""
        for label in np.flatnonzero(np.isin(self.track_of, ids)).tolist():
            self._index.mark_deleted(label)
            self._track_of[label] = -1
            self._live -= 1

    def query(self, queries: Vectors, count: int, width: int = SEARCH_WIDTH) -> tuple[Ids, Vectors]:
        """Track ids and inner products, highest first; both [queries, min(count, len)].

        ``width`` is ef, by default ``search_width``: a smaller one is quicker and misses more.

        Raises:
            GraphFailed: When the graph cannot reach that many, as after many deletions.
        """
        count = min(count, len(self))
        if count == 0 or not len(queries):
            shape = (len(queries), 0)
            return np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.float32)
        try:
            self._index.set_ef(max(count, width or search_width(count)))
            labels, distances = self._index.knn_query(queries, k=count, num_threads=1)
        except RuntimeError as error:
            raise GraphFailed(str(error)) from error
        return self._track_of[labels.astype(np.intp)], 1.0 - distances

    def write(self, file: Path) -> None:
        """Writes the graph; ``track_of`` has to be kept too.

        Raises:
            OSError: When the file was not written whole, which hnswlib does not tell.
        """
        self._index.save_index(os.fspath(file))
        expected = self._index.index_file_size()
        if (written := file.stat().st_size) != expected:
            raise OSError(f"{written} of {expected} bytes were written to {file}")

    @classmethod
    def read(cls, file: Path, dim: int, track_of: Ids) -> Graph:
        """Reads what ``write`` wrote.

        Raises:
            GraphFailed: When hnswlib finds the file broken, or it does not fit ``dim``
                or ``track_of``.
        """
        _check_dim(file, dim)
        graph = cls(dim)
        capacity = max(_FIRST_CAPACITY, len(track_of) * 5 // 4)
        index = _new_index(dim)
        try:
            index.load_index(os.fspath(file), max_elements=capacity)
        except (RuntimeError, MemoryError) as error:
            raise GraphFailed(str(error)) from error
        if index.get_current_count() != len(track_of):
            raise GraphFailed(f"{file} holds {index.get_current_count()} vectors")
        graph._index, graph._used = index, len(track_of)
        graph._track_of = np.full(capacity, -1, dtype=np.int64)
        graph._track_of[: len(track_of)] = track_of
        graph._live = int(np.count_nonzero(track_of >= 0))
        return graph

    def _reserve(self, count: int) -> None:
        if count <= len(self._track_of):
            return
        capacity = max(count, len(self._track_of) * 3 // 2)
        self._index.resize_index(capacity)
        track_of = np.full(capacity, -1, dtype=np.int64)
        track_of[: self._used] = self.track_of
        self._track_of = track_of


def _check_dim(file: Path, dim: int) -> None:
    # hnswlib loads a file of another dimension without a word. Its header tells where in
    # an element the vector begins and where the label behind it does.
    with file.open("rb") as stream:
        header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise GraphFailed(f"{file} is too short for an index")
    *_, label_offset, vector_offset = _HEADER.unpack(header)
    if label_offset - vector_offset != 4 * dim:
        raise GraphFailed(f"{file} does not hold vectors of {dim} dimensions")


def _new_index(dim: int) -> Any:
    # Imported on first use: without a compiler hnswlib may be absent, and exact search serves.
    import hnswlib

    return hnswlib.Index(space="ip", dim=dim)
