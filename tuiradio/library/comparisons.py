"""What the listener said of three tracks at a time, as rows of the store.

Functions over the store's connection; ``StoreReader`` and ``StoreWriter`` are their
public face. The rows are the truth from which a personal ear is learned, whatever the
model: nothing of a model is in them but the name of the one that asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_COLUMNS = "SELECT id, anchor, first, second, choice, model, at_s FROM comparisons"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One answer: which of two tracks is closer to a third."""

    anchor: int
    """Track A."""
    first: int
    """Track B."""
    second: int
    """Track C."""
    choice: str
    """``b``, ``c``, ``same`` or ``unsure``."""
    model_id: str = ""
    """The model whose ear asked."""
    at_s: float = 0.0
    """Unix time."""
    id: int = 0


def all_of(connection: sqlite3.Connection) -> list[Comparison]:
    """See ``StoreReader.comparisons``."""
    rows = connection.execute(f"{_COLUMNS} WHERE undone_s IS NULL ORDER BY id").fetchall()
    return [_comparison(row) for row in rows]


def add(connection: sqlite3.Connection, said: Comparison) -> bool:
    """Note an answer; False when one of its tracks is unknown, or two are the same."""
    tracks = {said.anchor, said.first, said.second}
    marks = ", ".join("?" * len(tracks))
    found = connection.execute(f"SELECT count(*) FROM tracks WHERE id IN ({marks})", (*tracks,))
    if found.fetchone() != (3,):
        return False
    connection.execute(
        "INSERT INTO comparisons (anchor, first, second, choice, model, at_s) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (said.anchor, said.first, said.second, said.choice, said.model_id, said.at_s),
    )
    return True


def undo(connection: sqlite3.Connection, now_s: float) -> Comparison | None:
    """See ``StoreWriter.undo_comparison``."""
    row = connection.execute(
        f"{_COLUMNS} WHERE undone_s IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    said = _comparison(row)
    connection.execute("UPDATE comparisons SET undone_s = ? WHERE id = ?", (now_s, said.id))
    return said


def forget(connection: sqlite3.Connection) -> int:
    """See ``StoreWriter.forget_comparisons``."""
    (count,) = connection.execute(
        "SELECT count(*) FROM comparisons WHERE undone_s IS NULL"
    ).fetchone()
    connection.execute("DELETE FROM comparisons")
    return int(count)


def _comparison(row: Sequence[Any]) -> Comparison:
    number, anchor, first, second, choice, model_id, at_s = row
    return Comparison(anchor, first, second, choice, model_id, at_s, number)
