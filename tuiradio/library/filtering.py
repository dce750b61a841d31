"""A list cut down to what has some words, in its own order."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from tuiradio.library.correction import Found
from tuiradio.library.rows import Scope, Sort

if TYPE_CHECKING:
    from tuiradio.library.reader import StoreReader


def filtered(reader: StoreReader, words: str, scope: Scope, sort: Sort, descending: bool) -> Found:
    """The tracks within ``scope``, sorted, that have words beginning with all of ``words``.

    Where none has, the words are read as those of the library that they may have meant.
    """
    ids = reader.track_ids(scope, sort, descending)
    found = _within(ids, reader.matching(words))
    if found or not ids:
        return Found(found, "")
    instead = reader.find(words, 1).instead
    return Found(_within(ids, reader.matching(instead)), instead) if instead else Found(found, "")


def _within(ids: array[int], wanted: array[int]) -> array[int]:
    if not ids or not wanted:
        return array("q")
    numbers = np.frombuffer(ids, dtype=np.int64)
    kept = numbers[np.isin(numbers, np.frombuffer(wanted, dtype=np.int64))]
    return array("q", kept.tobytes())
