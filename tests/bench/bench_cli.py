"""Start-up and quitting: ``python -m tests.bench.bench_cli``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tuiradio.demo.songs import SONGS
from tuiradio.demo.writer import write_songs

_TUIRADIO = (sys.executable, "-m", "tuiradio")


def main() -> None:
    """Print each figure beside its budget."""
    _report("tuiradio --version", _best_s("--version"), 0.15)
    _report("tuiradio paths", _best_s("paths"), None)
    with tempfile.TemporaryDirectory(prefix="tuiradio-bench-") as folder:
        for name in ("CONFIG", "DATA", "CACHE", "LOG", "RUNTIME"):
            os.environ[f"TUIRADIO_{name}_DIR"] = f"{folder}/{name.lower()}"
        os.environ["TUIRADIO_AO"] = "null"
        _measure_quit(Path(folder))


def _best_s(*argv: str) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([*_TUIRADIO, *argv], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def _measure_quit(folder: Path) -> None:
    """Leave an engine in the middle of listening, and see what it weighed."""
    music = folder / "music"
    for _ in write_songs(music, SONGS[:6]):
        pass
    for copy in range(60):
        shutil.copytree(music / SONGS[copy % 6].artist, music / f"copy {copy}")
    subprocess.run([*_TUIRADIO, "play", str(music)], check=True)
    time.sleep(2)
    status = json.loads(subprocess.check_output([*_TUIRADIO, "status", "--json"]))
    engine = psutil.Process(status["pid"])
    family = [engine, *engine.children(recursive=True)]
    megabytes = sum(process.memory_info().rss for process in family) / 1e6
    heard, total = status["listening"]["heard"], status["listening"]["total"]
    print(f"{'engine and workers, listening':<34} {megabytes:8.0f} MB  ({heard} of {total} heard)")
    start = time.perf_counter()
    subprocess.run([*_TUIRADIO, "quit"], check=True)
    _report("quit while listening", time.perf_counter() - start, 1.0)


def _report(name: str, seconds: float, budget_s: float | None) -> None:
    budget = f"  (budget {budget_s:g} s)" if budget_s else ""
    print(f"{name:<34} {seconds:8.3f} s{budget}", flush=True)


if __name__ == "__main__":
    main()
