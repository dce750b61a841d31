"""How fast the screen is on 100,000 tracks: ``python -m tests.bench.bench_screen [TRACKS]``.

First paint is measured from the making of the app to the first drawn row; a stall is the
longest time the loop did not come round; key to paint is from a key to the drawn cursor.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.bench_store import make_synthetic_store
from tests.ui.fake_engine import FakeEngine
from tuiradio.config import UiConfig
from tuiradio.library.store import StoreReader
from tuiradio.ui.app import TuiradioApp

_BEAT_S = 0.002
_KEYS = 300
_SIZE = (120, 40)

# Each key has to change the box: no words begin as those before end.
_SEARCHED = ("ka lore", "mi ren", "rock", "mp3 k", "thu", "stavokmai jaopr")


class _Watch:
    """Longest time between two beats of the loop, by the clock and in processor time.

    On a busy machine the clock also counts the waiting for a processor.
    """

    def __init__(self) -> None:
        self.longest_s = 0.0
        self.longest_cpu_s = 0.0
        self._task = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        last, last_cpu = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(_BEAT_S)
            now, now_cpu = time.perf_counter(), time.thread_time()
            self.longest_s = max(self.longest_s, now - last - _BEAT_S)
            self.longest_cpu_s = max(self.longest_cpu_s, now_cpu - last_cpu)
            last, last_cpu = now, now_cpu

    def stop(self) -> None:
        self._task.cancel()


async def _measure(file: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    started, started_cpu = time.perf_counter(), time.process_time()
    app = TuiradioApp(FakeEngine(), lambda: StoreReader(file), config=UiConfig(theme="valve"))
    app.animation_level = "none"
    app.owns_process = True
    async with app.run_test(size=_SIZE) as pilot:
        while not app.track_list.count or app.track_list.track_at(0) is None:
            await asyncio.sleep(0.001)
        await pilot.pause()
        figures["first paint with rows, ms"] = (time.perf_counter() - started) * 1e3
        figures["first paint with rows, cpu ms"] = (time.process_time() - started_cpu) * 1e3
        gc.collect()
        watch = _Watch()
        for share in (0.5, 0.1, 0.99, 0.3):
            app.track_list.scroll_to(y=share * app.track_list.count, animate=False)
            await asyncio.sleep(0.05)
        for _ in range(60):
            app.track_list.action_page_down()
            await asyncio.sleep(0.01)
        watch.stop()
        figures["longest stall scrolling, ms"] = watch.longest_s * 1e3
        figures["longest stall scrolling, cpu ms"] = watch.longest_cpu_s * 1e3
        times = [await _key_ms(app, pilot, "down" if n % 30 else "pagedown") for n in range(_KEYS)]
        figures["key to paint, median ms"] = statistics.median(times)
        figures["key to paint, 99th percentile ms"] = sorted(times)[int(_KEYS * 0.99)]
        figures |= await _search(app)
    return figures


async def _key_ms(app: TuiradioApp, pilot: object, key: str) -> float:
    painted = asyncio.Event()
    before = app.track_list.cursor
    started = time.perf_counter()
    app.simulate_key(key)
    while app.track_list.cursor == before:
        await asyncio.sleep(0)
    app.call_after_refresh(painted.set)
    await painted.wait()
    return (time.perf_counter() - started) * 1e3


async def _search(app: TuiradioApp) -> dict[str, float]:
    """From a key to the ids in the list, and in processor time of all threads to its paint."""
    app.action_search()
    await asyncio.sleep(1)
    to_ids: list[float] = []
    to_ids_cpu: list[float] = []
    to_paint_cpu: list[float] = []
    for words in _SEARCHED * 3:
        for end in range(1, len(words) + 1):
            before = app.track_list.ids
            started, started_cpu = time.perf_counter(), time.process_time()
            app.search_input.value = words[:end]
            while app.track_list.ids is before:
                await asyncio.sleep(0.0005)
            to_ids.append((time.perf_counter() - started) * 1e3)
            to_ids_cpu.append((time.process_time() - started_cpu) * 1e3)
            painted = asyncio.Event()
            app.call_after_refresh(painted.set)
            await painted.wait()
            to_paint_cpu.append((time.process_time() - started_cpu) * 1e3)
            await asyncio.sleep(0.05)
    figures: dict[str, float] = {}
    for name, times in (
        ("search, key to results, {} ms", to_ids),
        ("search, key to results, {} cpu ms", to_ids_cpu),
        ("search, key to paint, {} cpu ms", to_paint_cpu),
    ):
        figures[name.format("median")] = statistics.median(times)
        figures[name.format("99th percentile")] = sorted(times)[int(len(times) * 0.99)]
    return figures


def _import_ms() -> float:
    code = (
        "import time; t=time.perf_counter(); import tuiradio.ui.app; print(time.perf_counter()-t)"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(out.stdout) * 1e3


def main() -> None:
    tracks = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "library.sqlite3"
        make_synthetic_store(file, tracks)
        figures = {"import of the screen, ms": _import_ms(), **asyncio.run(_measure(file))}
    for name, value in figures.items():
        print(f"{name:<46} {value:9.1f}")


if __name__ == "__main__":
    main()
