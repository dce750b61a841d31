"""How quick and how right the index and the radio are at 100,000 tracks.

Run: ``python -m tests.bench.bench_similarity [TRACKS]``. Prints a table; tests nothing. Times are
those of the processor, all threads together, so that a busy machine does not lengthen them.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.similarity.support import clustered
from tuiradio.library.track import Track
from tuiradio.radio.pick import History, RadioSettings
from tuiradio.radio.walk import walk
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.neighbourhood import Weights
from tuiradio.similarity.space import Space

NAMES = ("genre", "mood", "instruments", "tempo")
SPACE = Space(tuple((name, 32 * at, 32 * at + 32) for at, name in enumerate(NAMES)), 128)
QUERIES = 200
WEIGHTS: tuple[Weights, ...] = (
    (),
    (("genre", 1.0), ("mood", 0.5), ("instruments", 0.2), ("tempo", 0.0)),
    *(tuple((other, float(other == name)) for other in NAMES) for name in NAMES),
)


def main() -> None:
    """Prints build time, query time, recall, saving and planning times."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    vectors = clustered(count, SPACE)
    ids = np.arange(count, dtype=np.int64)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "index"
        index = _built(file, ids, vectors)
        _time("save", lambda: index.save(1))
        _time("load", lambda: VectorIndex.open(file, SPACE, "m", 1, lambda: (ids, vectors)))
    _time("add 16 tracks", lambda: index.add(np.arange(16) + count, vectors[:16] + 0.01))
    _search(index, vectors)
    _radio(index, count)


def _built(file: Path, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> VectorIndex:
    began = time.process_time()
    index = VectorIndex.open(file, SPACE, "m", 1, lambda: (ids, vectors))
    print(f"{'answers exactly after':28} {time.process_time() - began:8.2f} s")
    _time("query while building", lambda: index.nearest(5, 10))
    index.wait_until_built()
    print(f"{'built after':28} {time.process_time() - began:8.2f} s")
    return index


def _search(index: VectorIndex, vectors: NDArray[np.float32]) -> None:
    places = np.random.default_rng(3).integers(0, len(vectors), QUERIES)
    rows = SPACE.normalise(vectors)
    for weights in WEIGHTS:
        began = time.process_time()
        found = [index.nearest(int(place), 10, weights) for place in places]
        each_ms = 1e3 * (time.process_time() - began) / QUERIES
        hits = 0
        for place, neighbours in zip(places, found, strict=True):
            scores = rows @ SPACE.scale_query(rows[place], weights)
            scores[place] = -2.0
            worst = np.partition(scores, -10)[-10]
            hits += sum(neighbour.similarity >= worst - 1e-6 for neighbour in neighbours)
        label = ", ".join(f"{name} {weight:g}" for name, weight in weights) or "all equal"
        print(f"{'query':28} {each_ms:8.2f} ms   recall@10 {hits / QUERIES / 10:.3f}   {label}")
    _time("query, 400 neighbours", lambda: index.nearest(int(places[0]), 400), 50)


def _radio(index: VectorIndex, count: int) -> None:
    def track(track_id: int) -> Track:
        name = f"{track_id:x}"
        artist = f"Artist {track_id % max(1, count // 12):x}"
        return Track(
            track_id, b"/m", b"f", 1, 1, f"Tune {name}", artist, f"Album {name}", duration_s=200.0
        )

    history = History(now_s=1e9, last_played_s=tuple((i, 1e9 - 9e4 - i) for i in range(20_000)))
    for seeds in ([1], [1, 2, 3, 4, 5, 6]):
        began = time.process_time()
        picks = walk(seeds, RadioSettings(), history, index, track, random.Random(1))
        next(picks)
        first_ms = 1e3 * (time.process_time() - began)
        times = []
        while len(times) < 100:
            began = time.process_time()
            next(picks)
            times.append(1e3 * (time.process_time() - began))
        print(
            f"{f'pick from {len(seeds)} seeds':28} {np.median(times):8.2f} ms   "
            f"95 % below {np.quantile(times, 0.95):.2f} ms   first {first_ms:.1f} ms"
        )
    skipped = History(now_s=1e9, skipped=((7, 1), (9, 3), (11, 5)), liked=frozenset(range(50)))
    picks = walk([1], RadioSettings(), skipped, index, track, random.Random(1))
    began = time.process_time()
    list(islice(picks, 50))
    print(f"{'pick with feedback':28} {1e3 * (time.process_time() - began) / 50:8.2f} ms")


def _time(what: str, act: Callable[[], object], times: int = 1) -> None:
    began = time.process_time()
    for _ in range(times):
        act()
    print(f"{what:28} {1e3 * (time.process_time() - began) / times:8.2f} ms")


if __name__ == "__main__":
    main()
