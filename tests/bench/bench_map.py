"""How quick and how true the map is: ``python -m tests.bench map [TRACKS] [POINTS]``.

Drawing is timed in seconds of the processor at 50,000 tracks, painting by the clock at 100,000
points. Truth is trustworthiness (Venna & Kaski 2001: are neighbours on the map neighbours in
sound?) and the share of the ten nearest kept, beside principal components and a random map.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.ui.fake_engine import FakeEngine
from tuiradio.config import UiConfig
from tuiradio.library.overview import Named
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.similarity import projection
from tuiradio.similarity.space import Space
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.map_atlas import Atlas

SPACE = Space((("genre", 0, 64), ("mood", 64, 112), ("instruments", 112, 224), ("tempo", 224, 257)),
              257)  # fmt: skip
NEAREST = 10
ASKED = 400
SIZE = (200, 60)
_GENRES = ("Rock", "Electronic", "Jazz", "Folk", "Classical", "Hip-Hop", "Ambient", "Metal", "Pop")

Floats = NDArray[np.float32]


def music_like(count: int, seed: int = 5) -> Floats:
    """Vectors with what embeddings of music have: genres, styles and artists within them, and
    ways from one to the next; float32 [count, 257]."""
    rng = np.random.default_rng(seed)
    genre = rng.integers(0, 14, count)
    style = genre * 6 + rng.integers(0, 6, count)
    artist = style * 40 + rng.integers(0, 40, count)
    hidden = rng.normal(0.0, 1.6, (14, 10))[genre] + rng.normal(0.0, 0.9, (84, 10))[style]
    hidden += rng.normal(0.0, 0.6, (3360, 10))[artist] + rng.normal(0.0, 0.35, (count, 10))
    bent = np.tanh(hidden @ rng.normal(0.0, 0.35, (10, 96))) @ rng.normal(0.0, 1.0, (96, 257))
    noisy = bent + rng.normal(0.0, 0.1 * bent.std(), bent.shape)
    return SPACE.normalise(noisy.astype(np.float32))


def truth(vectors: Floats, places: Floats, asked: int = ASKED) -> tuple[float, float]:
    """Trustworthiness at ``NEAREST``, 0…1, and the share of neighbours kept; by a sample."""
    count, penalty, kept = len(vectors), 0.0, 0
    rows = np.random.default_rng(1).choice(count, min(asked, count), replace=False)
    for row in rows:
        away = ((vectors - vectors[row]) ** 2).sum(axis=1)
        away[row] = -1.0
        rank = np.empty(count, np.int64)
        rank[np.argsort(away, kind="stable")] = np.arange(count)
        flat = ((places - places[row]) ** 2).sum(axis=1)
        flat[row] = np.inf
        near = rank[np.argpartition(flat, NEAREST)[:NEAREST]]
        penalty += float(np.maximum(near - NEAREST, 0).sum())
        kept += int((near <= NEAREST).sum())
    worst = len(rows) * NEAREST * (2 * count - 3 * NEAREST - 1) / 2.0
    return 1.0 - penalty / worst, kept / len(rows) / NEAREST


def _projection(count: int) -> None:
    vectors = projection.weighted(SPACE, music_like(count))
    ids = np.arange(count, dtype=np.int64)
    began = time.process_time()
    rough = projection.sketch(ids, vectors)
    sketched = time.process_time()
    drawn = projection.draw(ids, vectors)
    ended = time.process_time()
    print(f"{count:,} tracks")
    print(f"{'sketch (principal components)':<36} {sketched - began:8.2f} cpu s")
    print(f"{'map':<36} {ended - sketched:8.2f} cpu s")
    most = count * 49 // 50
    before = projection.draw(ids[:most], vectors[:most])
    began = time.process_time()
    projection.extend(before, ids, vectors)
    print(f"{f'{count - most:,} newcomers placed':<36} {time.process_time() - began:8.2f} cpu s")
    random = np.random.default_rng(2).normal(size=(count, 2)).astype(np.float32)
    for name, places in (("random", random), ("principal components", rough.places),
                         ("map", drawn.places)):  # fmt: skip
        trust, kept = truth(vectors, places)
        print(f"{name:<24} trustworthiness {trust:.3f}   neighbours kept {kept:.3f}")


def _atlas(points: int) -> Atlas:
    rng = np.random.default_rng(3)
    middles = rng.normal(0.0, 0.5, (60, 2))
    island = rng.integers(0, 60, points)
    places = (middles[island] + rng.normal(0.0, 0.06, (points, 2))).astype(np.float32)
    artist = 1 + (island * 131 + rng.integers(0, 130, points)) % 8_000
    artists = Named(("", *(f"Artist {n}" for n in range(8_000))), artist.astype(np.int32))
    genres = Named(("", *_GENRES), (1 + island % len(_GENRES)).astype(np.int32))
    return Atlas(
        np.arange(1, points + 1),
        places,
        genres,
        artists,
        rng.normal(115, 20, points).astype(np.float32),
        rng.uniform(-1, 1, (points, 2)).astype(np.float32),
    )


async def _paint(file: Path, points: int) -> None:
    app = TuiradioApp(FakeEngine(), lambda: StoreReader(file), config=UiConfig(theme="valve"))
    app.animation_level = "none"
    app.owns_process = True
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("0")
        await pilot.pause()
        view = app.map_view
        view.show(_atlas(points))
        await pilot.pause()
        gc.collect()
        gc.freeze()
        print(f"\n{points:,} points in {view.camera.columns} x {view.camera.rows} cells")
        for name, key, before in (
            ("pan, all in sight", "shift+right", ("0",)),
            ("pan, near", "shift+left", ("plus",) * 4),
            ("zoom", "plus", ("0",)),
            ("cursor to the next song", "right", ("0",)),
            ("other colours", "o", ("0",)),
        ):
            times = []
            for turn in range(40):
                if turn % 8 == 0:
                    await pilot.press(*before)
                    await pilot.pause()
                times.append(await _key_ms(app, key))
            walls, cpus = zip(*times, strict=True)
            print(
                f"{name:<26} median {statistics.median(walls):6.1f} ms   cpu: median "
                f"{statistics.median(cpus):5.1f} ms   slowest {max(cpus):5.1f} ms"
            )


async def _key_ms(app: TuiradioApp, key: str) -> tuple[float, float]:
    """From the key until the strips of the map are made: by the clock, and of the processor.

    On a busy machine the clock also counts the waiting for a processor.
    """
    view = app.map_view
    began, began_cpu = time.perf_counter(), time.process_time()
    app.simulate_key(key)
    await asyncio.sleep(0)
    while view.is_painted or app.message_queue_size:
        await asyncio.sleep(0)
        if time.perf_counter() - began > 1.0:
            break
    while not view.is_painted:
        await asyncio.sleep(0)
    return (time.perf_counter() - began) * 1e3, (time.process_time() - began_cpu) * 1e3


def main() -> None:
    tracks = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    points = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    if tracks:
        _projection(tracks)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "library.sqlite3"
        StoreWriter(file).close()
        asyncio.run(_paint(file, points))


if __name__ == "__main__":
    main()
