"""A list cut down to what has some words, in its own order."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tuiradio.library.correction import Found
from tuiradio.library.rows import Scope, Sort

if TYPE_CHECKING:
    from tuiradio.library.reader import StoreReader


@dataclass(frozen=True, slots=True)
class Base:
    """A list that was read to be cut down, kept for the next letter."""

    scope: Scope = Scope()  # noqa: RUF009  # frozen
    sort: Sort = Sort.ARTIST
    descending: bool = False
    revision: int = -1
    ids: array[int] = field(default_factory=lambda: array("q"))


def filtered(reader: StoreReader, words: str, scope: Scope, sort: Sort, descending: bool) -> Found:
    """The tracks within ``scope``, sorted, that have words beginning with all of ``words``.

    Where none has, the words are read as those of the library that they may have meant.
    """
    ids = _base(reader, scope, sort, descending)
    found = _within(ids, reader.matching(words))
    if found or not ids:
        return Found(found, "")
    instead = reader.find(words, 1).instead
    return Found(_within(ids, reader.matching(instead)), instead) if instead else Found(found, "")


def _base(reader: StoreReader, scope: Scope, sort: Sort, descending: bool) -> array[int]:
    """The whole list: 25 ms at 100,000 tracks, and nothing while it stays the same."""
    base, revision = reader.base, reader.revision()
    if (base.scope, base.sort, base.descending, base.revision) != (
        scope, sort, descending, revision,
    ):  # fmt: skip
        ids = reader.track_ids(scope, sort, descending)
        base = reader.base = Base(scope, sort, descending, revision, ids)
    return base.ids


def _within(ids: array[int], wanted: array[int]) -> array[int]:
    if not ids or not wanted:
        return array("q")
    numbers = np.frombuffer(ids, dtype=np.int64)
    kept = numbers[np.isin(numbers, np.frombuffer(wanted, dtype=np.int64))]
    return array("q", kept.tobytes())
