"""A small world for the radio: tracks, and a neighbourhood computed in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import Track
from tuiradio.similarity.neighbourhood import Neighbour, Weights


def make_track(track_id: int, title: str = "", artist: str = "", **fields: object) -> Track:
    """A track with a title and artist of its own, unless told."""
    values: dict[str, object] = {
        "id": track_id,
        "root": b"/music",
        "relative_path": b"%d.ogg" % track_id,
        "size_bytes": 1,
        "mtime_ns": 1,
        "title": title or f"Tune {word(track_id)}",
        "artist": artist or f"Band {word(track_id)}",
        "duration_s": 100.0 + 7.0 * track_id,
    }
    return Track(**(values | fields))  # type: ignore[arg-type]  # fields vary by test


def word(number: int) -> str:
    """A different word for each number: letters only, as digits may mean a version."""
    letters = ""
    while True:
        number, letter = divmod(number, 26)
        letters = chr(97 + letter) + letters
        if number == 0:
            return "q" + letters + "q"


def finder(tracks: Sequence[Track]) -> Callable[[int], Track | None]:
    """Looks tracks up by id."""
    return {track.id: track for track in tracks}.get


class World:
    """A ``Neighbourhood`` over given vectors with sub-spaces of equal width."""

    def __init__(self, vectors: dict[int, Sequence[float]], names: Sequence[str] = ("sound",)):
        self._names = tuple(names)
        self._ids = tuple(sorted(vectors))
        self._row = {track_id: row for row, track_id in enumerate(self._ids)}
        count = len(self._ids)
        raw = np.array([vectors[i] for i in self._ids], dtype=np.float64)
        width = raw.size // max(1, count * len(self._names))
        blocks = raw.reshape(count, len(self._names), width)
        norms = np.linalg.norm(blocks, axis=2, keepdims=True)
        blocks = blocks / np.maximum(norms, 1e-12)
        self._cosines = np.einsum("isd,jsd->ijs", blocks, blocks)
        self._scales: dict[tuple[int, Weights], float] = {}

    @property
    def subspaces(self) -> tuple[str, ...]:
        return self._names

    def __contains__(self, track_id: object) -> bool:
        return track_id in self._row

    def nearest(self, track_id: int, count: int, weights: Weights = ()) -> tuple[Neighbour, ...]:
        if track_id not in self._row:
            return ()
        near = self._weighted(track_id, weights)
        rows = np.argsort(-near, kind="stable").tolist()
        rows.remove(self._row[track_id])
        return tuple(Neighbour(self._ids[row], float(near[row])) for row in rows[:count])

    def similarities(self, track_id: int, others: Sequence[int]) -> NDArray[np.float32]:
        answer = np.full((len(others), len(self._names)), np.nan, dtype=np.float32)
        if track_id in self._row:
            rows = np.array([self._row.get(other, -1) for other in others], dtype=np.intp)
            known = rows >= 0
            answer[known] = self._cosines[self._row[track_id], rows[known]]
        return answer

    def shares(self, weights: Weights = ()) -> NDArray[np.float32]:
        named = dict(weights)
        raw = np.array([max(0.0, named.get(name, 1.0)) for name in self._names], dtype=np.float32)
        return raw / raw.sum() if raw.any() else np.full(len(raw), 1.0 / len(raw), np.float32)

    def hubness_scale(self, track_id: int, weights: Weights = ()) -> float:
        if track_id not in self._row:
            return 0.0
        if (track_id, weights) not in self._scales:
            others = np.delete(self._weighted(track_id, weights), self._row[track_id])
            scale = float(np.sort(others)[-10:].mean()) if len(others) else 0.0
            self._scales[track_id, weights] = scale
        return self._scales[track_id, weights]

    def _weighted(self, track_id: int, weights: Weights) -> NDArray[np.float64]:
        return np.asarray(self._cosines[self._row[track_id]] @ self.shares(weights))


def random_world(
    count: int, seed: int = 0, dim: int = 8, names: Sequence[str] = ("sound",)
) -> World:
    """Tracks 0…count-1 with random vectors."""
    rng = np.random.default_rng(seed)
    return World({i: rng.standard_normal(dim).tolist() for i in range(count)}, names)
