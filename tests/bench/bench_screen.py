"""How fast the screen is on 100,000 tracks: ``python -m tests.bench.bench_screen [PART …]``.

The real program runs in a pty of 120 × 40 and is asked by keys; its frames are read as a
terminal reads them. Beside each figure by the clock stands the processor time of the screen's
process: on a busy machine the clock also counts the waiting for a processor, so what Linux says
the main thread waited for one is taken off. Textual's own widgets in the same run tell what the
machine is worth today.

Parts: start, keys, listening, search, idle, memory; without one, all of them.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.bench.big_library import environment, make_library, write_lyrics
from tests.bench.processes import Memory, Spent, memory, spent
from tests.bench.terminal import Terminal

REPOSITORY = Path(__file__).parents[2]
SIZE = (120, 40)
_PLAIN = ("-m", "tests.bench.plain_apps")
_DOWN, _PAGE_DOWN, _HOME, _END = "\x1b[B", "\x1b[6~", "\x1b[H", "\x1b[F"
_MB = 1e6

_SEARCHED = ("ka re", "mi sta", "thu", "vo jan", "del qui")


def report(name: str, value: float, unit: str, budget: float | None = None, note: str = "") -> None:
    """One figure; where there is a budget, whether it is kept."""
    verdict = "" if budget is None else f"budget {budget:g}{'' if value <= budget else '  OVER'}"
    print(f"{name:<52} {value:9.1f} {unit:<4} {verdict:<16} {note}", flush=True)


# --- programs ---------------------------------------------------------------------------


@contextmanager
def opened(directory: Path, store: str, *, stay: bool = False) -> Iterator[Terminal]:
    """The program on one of the stores, with all rows there; ``stay`` leaves the engine on."""
    terminal = start(directory, store)
    try:
        terminal.until(lambda: has_rows(terminal), 120.0)
        yield terminal
        terminal.press("\x1b\x1b")
        terminal.settle(0.3, 3.0)
        terminal.press("Q" if stay else "q")
        terminal.settle(1.0, 5.0)
    finally:
        terminal.close()


def start(directory: Path, store: str) -> Terminal:
    """The program, just started, as if for the first time."""
    (directory / store / "screen.json").unlink(missing_ok=True)
    variables = environment(directory, store) | {"PYTHONPATH": str(REPOSITORY)}
    return Terminal([sys.executable, "-m", "tuiradio"], variables, *SIZE, cwd=directory)


def has_rows(terminal: Terminal) -> bool:
    """Whether the list in the middle is drawn with its rows."""
    return terminal.grid.text.count(" 3:00 ") > 10


@contextmanager
def plain(directory: Path, *argv: str) -> Iterator[Terminal]:
    """One of Textual's own apps."""
    variables = environment(directory, "plain") | {"PYTHONPATH": str(REPOSITORY)}
    terminal = Terminal([sys.executable, *_PLAIN, *argv], variables, *SIZE, cwd=directory)
    try:
        terminal.until(lambda: terminal.grid.frames > 0, 120.0)
        terminal.settle(0.5)
        yield terminal
    finally:
        terminal.close()


def engine_of(directory: Path, store: str) -> psutil.Process:
    """The engine process of a store."""
    text = (directory / store / "engine.lock").read_text()
    return psutil.Process(int("".join(c if c.isdigit() else " " for c in text).split()[0]))


def rows_of(terminal: Terminal) -> Callable[[], object]:
    """What stands in the list in the middle."""
    return lambda: [row[1:75] for row in terminal.grid.cells[5:32]]


# --- from a key to its paint --------------------------------------------------------------


@dataclass(slots=True)
class KeyTimes:
    """From each key to what it changed."""

    walls_ms: list[float] = field(default_factory=list)
    own_ms: list[float] = field(default_factory=list)
    """By the clock, less what the screen's main thread waited for a processor."""
    cpus_ms: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    """Bytes written."""

    unchanged: int = 0
    """Keys after which the same was to be seen, as a letter that leaves the same songs."""

    def take(
        self,
        terminal: Terminal,
        keys: Sequence[str],
        seen: Callable[[], object],
        patience_s: float = 5.0,
    ) -> None:
        """Press keys one after the other, each when the one before is painted."""
        pid = terminal.process.pid
        for key in keys:
            terminal.settle(0.02, 0.5)
            before, costs, size = seen(), spent(pid), terminal.bytes_read
            pressed_s = terminal.press(key)
            try:
                painted_s = terminal.until(lambda before=before: seen() != before, patience_s)
            except TimeoutError:
                self.unchanged += 1
                continue
            cost = spent(pid) - costs
            wall_ms = (painted_s - pressed_s) * 1e3
            self.walls_ms.append(wall_ms)
            self.own_ms.append(max(0.0, wall_ms - cost.waited_s * 1e3))
            self.cpus_ms.append(cost.cpu_s * 1e3)
            self.sizes.append(terminal.bytes_read - size)


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def report_keys(name: str, times: KeyTimes, budget_ms: float | None) -> None:
    for what, share in (("median", 0.5), ("99th percentile", 0.99)):
        note = (
            f"by the clock {percentile(times.walls_ms, share):.0f}, "
            f"processor {percentile(times.cpus_ms, share):.1f}"
        )
        budget = budget_ms if share > 0.5 else None
        report(f"{name}, {what}", percentile(times.own_ms, share), "ms", budget, note)
    unchanged = f"{times.unchanged} keys changed nothing" if times.unchanged else ""
    report(f"{name}, bytes", statistics.median(times.sizes), "B", None, unchanged)


def key_times(terminal: Terminal, keys: Sequence[str], seen: Callable[[], object]) -> KeyTimes:
    times = KeyTimes()
    times.take(terminal, keys, seen)
    return times


def cursor_keys(count: int) -> list[str]:
    return [_PAGE_DOWN if n % 30 == 29 else _DOWN for n in range(count)]


def scroll(terminal: Terminal, pages: int) -> KeyTimes:
    keys = [*itertools.repeat(_PAGE_DOWN, pages), _END, _HOME]
    return key_times(terminal, keys, rows_of(terminal))


# --- the parts ------------------------------------------------------------------------------


def part_start(directory: Path) -> None:
    """From the start of Python to the first row, and what of it is loading."""
    with opened(directory, "heard", stay=True):
        pass  # an engine runs from now on
    loading = [_run_cpu_ms("import tuiradio.ui.app") for _ in range(5)]
    textual = [_run_cpu_ms("import textual.app, textual.widgets") for _ in range(5)]
    report("loading the screen's modules", min(loading), "ms", None, "processor")
    report("of it Textual's", min(textual), "ms", None, "processor")
    walls, cpus = [], []
    for _ in range(5):
        terminal = start(directory, "heard")
        painted_s = terminal.until(lambda t=terminal: has_rows(t))
        walls.append((painted_s - terminal.started_s) * 1e3)
        cpus.append(spent(terminal.process.pid).cpu_s * 1e3)
        terminal.settle(0.5, 3.0)
        terminal.press("Q")
        terminal.settle(0.5, 3.0)
        terminal.close()
    report("from Python's start to all rows", min(walls), "ms", None, f"processor {min(cpus):.0f}")
    own = min(cpus) - min(loading)
    report("of it the app itself, processor", own, "ms", 500.0)
    with plain(directory, "rows", "100000") as terminal:
        first_ms = spent(terminal.process.pid).cpu_s * 1e3
    report("Textual's OptionList of 100,000 rows, processor", first_ms, "ms")


def _run_cpu_ms(code: str) -> float:
    code = f"{code}; import time; print(time.process_time())"
    ran = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=REPOSITORY
    )
    return float(ran.stdout) * 1e3


def part_keys(directory: Path) -> None:
    """Keys and pages while nothing else goes on, beside Textual's list of 1,000 rows."""
    with opened(directory, "heard", stay=True) as terminal:
        terminal.settle(2.0, 60.0)
        report_keys("cursor", key_times(terminal, cursor_keys(300), rows_of(terminal)), 50.0)
        report_keys("page", scroll(terminal, 100), 50.0)
    with plain(directory, "rows", "1000") as terminal:
        keys = [_DOWN] * 200
        times = key_times(terminal, keys, lambda: [row[:] for row in terminal.grid.cells])
        report_keys("Textual's OptionList of 1,000 rows, cursor", times, None)


def part_listening(directory: Path) -> None:
    """The same while the workers listen as fast as they can."""
    with opened(directory, "half") as terminal:
        terminal.until(lambda: "listening" in terminal.grid.text, 120.0)
        terminal.watch(10.0)
        engine = engine_of(directory, "half")
        before = {p.pid: spent(p.pid) for p in engine.children(recursive=True)}
        report_keys(
            "cursor, listening", key_times(terminal, cursor_keys(300), rows_of(terminal)), 50.0
        )
        report_keys("page, listening", scroll(terminal, 100), 50.0)
        idle = spent(terminal.process.pid)
        size = terminal.watch(20.0)
        report("listening, nothing pressed: of a core", _share(terminal, idle, 20.0), "%")
        report("listening, nothing pressed: bytes a second", size / 20.0, "B")
        workers = sum((spent(pid) - was).cpu_s for pid, was in before.items())
        report("workers meanwhile", workers, "s")
        whole = _family_memory(engine, terminal)
        report("memory of all processes, listening (PSS)", whole.own / _MB, "MB", 400.0)


def _share(terminal: Terminal, before: Spent, seconds: float) -> float:
    return (spent(terminal.process.pid) - before).cpu_s / seconds * 100.0


def _family_memory(engine: psutil.Process, terminal: Terminal) -> Memory:
    whole = memory(terminal.process.pid)
    report("  screen", whole.own / _MB, "MB", None, f"resident {whole.resident / _MB:.0f}")
    for process in (engine, *engine.children(recursive=True)):
        part = memory(process.pid)
        name = "engine" if process == engine else "worker or helper"
        report(f"  {name}", part.own / _MB, "MB", None, f"resident {part.resident / _MB:.0f}")
        whole += part
    return whole


def part_search(directory: Path) -> None:
    """From a key in the search box to the rows found."""
    with opened(directory, "heard", stay=True) as terminal:
        terminal.settle(2.0, 60.0)
        terminal.press("/")
        terminal.settle(1.0, 5.0)
        times = KeyTimes()
        for words in _SEARCHED * 3:
            times.take(terminal, words, rows_of(terminal), patience_s=1.0)
            terminal.press("\x15")
            terminal.settle(0.3, 2.0)
        report_keys("search", times, 30.0)


def part_idle(directory: Path, seconds: float = 30.0) -> None:
    """What is spent while music plays and nobody presses anything."""
    write_lyrics(directory / "heard" / "library.sqlite3", 20)
    with opened(directory, "heard", stay=True) as terminal:
        terminal.settle(2.0, 60.0)
        engine = engine_of(directory, "heard")
        for name, keys in (
            ("nothing plays", ""),
            ("playing, lists", "\r"),
            ("playing, lists and meter", "V"),
            ("playing, stage with words and meter", "VL"),
            ("playing, map", "L0"),
        ):
            for key in keys:
                terminal.press(key)
                terminal.settle(0.5, 3.0)
            terminal.watch(5.0)
            before, before_engine = spent(terminal.process.pid), spent(engine.pid)
            size, frames = terminal.bytes_read, terminal.grid.frames
            terminal.watch(seconds)
            own = _share(terminal, before, seconds)
            of_engine = (spent(engine.pid) - before_engine).cpu_s / seconds * 100.0
            note = (
                f"engine {of_engine:.1f} %, {(terminal.bytes_read - size) / seconds:.0f} B/s, "
                f"{(terminal.grid.frames - frames) / seconds:.1f} frames/s"
            )
            report(f"{name}: of a core", own, "%", 3.0, note)
    with plain(directory, "empty") as terminal:
        before = spent(terminal.process.pid)
        terminal.watch(seconds)
        report("Textual's empty app: of a core", _share(terminal, before, seconds), "%")


def part_memory(directory: Path) -> None:
    """After every view was visited."""
    with opened(directory, "heard") as terminal:
        terminal.settle(2.0, 60.0)
        engine = engine_of(directory, "heard")
        _report_memory("at the start", terminal)
        for key in ("\r", "r", *"23456789", "0", "0", "L", "L", "1", "t", "t", "w", "?", "\x1b"):
            terminal.press(key)
            terminal.settle(1.0, 15.0)
        scroll(terminal, 100)
        terminal.press("/")
        terminal.settle(1.0, 5.0)
        for letter in "ka lore stavomki":
            terminal.press(letter)
            terminal.settle(0.2, 2.0)
        terminal.press("\x1b")
        terminal.settle(2.0, 5.0)
        _report_memory("after every view", terminal, 150.0)
        _family_memory(engine, terminal)
    with plain(directory, "empty") as terminal:
        _report_memory("Textual's empty app", terminal)
    with plain(directory, "rows", "100000") as terminal:
        _report_memory("Textual's OptionList of 100,000 rows", terminal)


def _report_memory(name: str, terminal: Terminal, budget_mb: float | None = None) -> None:
    now = memory(terminal.process.pid)
    note = f"PSS {now.own / _MB:.0f}"
    report(f"memory of the screen, {name}", now.resident / _MB, "MB", budget_mb, note)


_PARTS = {
    "start": part_start,
    "keys": part_keys,
    "listening": part_listening,
    "search": part_search,
    "idle": part_idle,
    "memory": part_memory,
}


def main() -> None:
    """Measure the named parts, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(_PARTS)}; all of them")
    parser.add_argument("--library", type=Path, help="keep the library here (2 min to make)")
    parser.add_argument("--tracks", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tuiradio-bench-") as scratch:
        directory = (options.library or Path(scratch)).absolute()
        make_library(directory, options.tracks)
        for name in options.parts or _PARTS:
            print(f"\n--- {name}: {_PARTS[name].__doc__}")
            _PARTS[name](directory)


if __name__ == "__main__":
    main()
