"""How good the radio is on a library in which everything that spoils one is planted, and how quick.

Run: ``python -m tests.bench radio [--seeds N] [--tracks N] [--no-speed] [--no-million]``.
Prints the doctor's table, the targets for several libraries, and times to plan; tests
nothing. Times are those of the processor, all threads together.

The library is of 20,000 tracks because 100 radios of 50 are 5,000 picks: of 5,000 tracks a
random draw reaches 63 %, and plain nearest neighbours up to half of that, so that nothing
could reach twice as much.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.bench_store import make_synthetic_store
from tests.radio.planted import planted
from tests.similarity.support import clustered
from tuiradio.engine.planning import Planner, PlanRequest
from tuiradio.library.store import StoreReader
from tuiradio.library.track import Status, Track
from tuiradio.radio.measure import Figures, Hubs, Plan, Report, measure
from tuiradio.radio.pick import History, RadioSettings
from tuiradio.radio.strategies import Strategy
from tuiradio.radio.verdict import verdict
from tuiradio.radio.walk import walk
from tuiradio.similarity import graph
from tuiradio.similarity.hubs import NEIGHBOURS, HubStatistics
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.space import Space

NAMES = ("genre", "mood", "instruments", "tempo")
LARGE = Space(tuple((name, 32 * at, 32 * at + 32) for at, name in enumerate(NAMES)), 128)
PICKS = 100
TURNS = 30
QUICK_BUILD = 40
"""Build width for a million vectors: a query looks at as many as ever, finding fewer of them."""
_CHUNK = 5_000
_PAIR = (Strategy.NEAREST, Strategy.RADIO)


@dataclass(frozen=True, slots=True)
class _Target:
    """One promise on a planted library."""

    name: str
    value: Callable[[Figures, Figures], float]
    """Of this radio, and of plain nearest neighbours."""
    is_met: Callable[[float], bool]


TARGETS = (
    _Target("rules broken unsaid (0)", lambda radio, _: radio.unreported_breaks, lambda n: n == 0),
    _Target("same recording twice (0)", lambda radio, _: radio.duplicates, lambda n: n == 0),
    _Target("reach × (≥ 2)", lambda radio, plain: radio.reach / plain.reach, lambda x: x >= 2.0),
    _Target(
        "hub skewness × (≤ 0.33)",
        lambda radio, plain: radio.hub_skewness / plain.hub_skewness,
        lambda x: x <= 1 / 3,
    ),
    _Target(
        "mean step × (≥ 0.85)",
        lambda radio, plain: radio.mean_step / plain.mean_step,
        lambda x: x >= 0.85,
    ),
)


def main() -> None:
    """Prints the doctor's table, its verdict, the targets by library, and planning times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--radios", type=int, default=100)
    parser.add_argument("--tracks", type=int, default=20_000, help="in a planted library")
    parser.add_argument("--seeds", type=int, default=5, help="how many planted libraries")
    parser.add_argument("--no-speed", action="store_true", help="the tables only")
    parser.add_argument("--no-million", action="store_true", help="spares 3 GB and 5 minutes")
    chosen = parser.parse_args()
    _tables(chosen.tracks, chosen.radios, chosen.seeds)
    if not chosen.no_speed:
        _speed_with_store(100_000)
        if not chosen.no_million:
            _picks(_quick_index(1_000_000), 1_000_000)


def _tables(count: int, radios: int, seeds: int) -> None:
    reports = []
    for seed in range(seeds):
        library = planted(count, seed)
        plan = Plan(radios, strategies=_PAIR if seed else tuple(Strategy))
        began = time.process_time()
        report = measure(
            library.ids,
            RadioSettings(),
            library.index(),
            library.find,
            random.Random(1000 + seed),
            plan,
        )
        took_s = time.process_time() - began
        print(
            f"library {seed}: {report.library} tracks, {radios} radios of {plan.length}, ", end=""
        )
        print(f"{took_s:.0f} s", flush=True)
        if not seed:
            _table(report)
        reports.append(report)
    _targets(reports)


def _table(report: Report) -> None:
    columns = "artist again", "copies", "unsaid", "said", "genre", "tempo", "mean", "worst"
    print(f"{'':14}" + "".join(f"{name:>13}" for name in (*columns, "skewness", "reach")))
    for figures in report.figures:
        print(f"{figures.strategy:14}" + "".join(f"{cell:>13}" for cell in _cells(figures)))
    for name, found in (("plain", report.hubs_plain), ("corrected", report.hubs_corrected)):
        print(f"neighbour lists, {name}: {_of_hubs(found)}")
    for finding in verdict(report):
        print(f"{'+' if finding.is_good else '-'} {finding.words} {finding.advice}")


def _cells(figures: Figures) -> list[str]:
    return [
        f"{figures.same_artist_share:.1%}",
        str(figures.duplicates),
        str(figures.unreported_breaks),
        str(figures.reported_breaks),
        "" if figures.genre_jumps is None else f"{figures.genre_jumps:.1%}",
        "" if figures.tempo_jumps is None else f"{figures.tempo_jumps:.1%}",
        f"{figures.mean_step:.3f}",
        f"{figures.worst_step:.3f}",
        f"{figures.hub_skewness:.2f}",
        f"{figures.reach:.1%}",
    ]


def _of_hubs(found: Hubs) -> str:
    shares = f"hubs {found.hub_share:.1%}, anti-hubs {found.anti_hub_share:.1%}"
    return f"skewness {found.skewness:.2f}, {shares}"


def _targets(reports: list[Report]) -> None:
    for target in TARGETS:
        values = []
        for report in reports:
            radio, plain = report.of(Strategy.RADIO), report.of(Strategy.NEAREST)
            if radio is not None and plain is not None:
                values.append(target.value(radio, plain))
        met = sum(map(target.is_met, values))
        each = " ".join(f"{value:.2f}" for value in values)
        mean, spread = np.mean(values), np.std(values)
        print(f"{target.name:26} met by {met} of {len(values)}, {mean:.2f} ± {spread:.2f}: {each}")


def _speed_with_store(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "library.sqlite3"
        make_synthetic_store(file, count)
        reader = StoreReader(file)
        ids = np.array(sorted(reader.track_ids()), dtype=np.int64)
        reader.close()
        vectors = clustered(count, LARGE)
        began = time.process_time()
        index = VectorIndex.open(Path(place) / "index", LARGE, "m", 1, lambda: (ids, vectors))
        index.wait_until_built()
        print(f"\n{count} tracks, built in {time.process_time() - began:.0f} s", flush=True)
        _picks(index, count)
        _dials(Planner(file), index, ids)


def _quick_index(count: int) -> VectorIndex:
    """An index whose queries cost what they cost in the program, built in a tenth of the time.

    The statistics of hubs are made up: looking one up costs the same whatever it says.
    """
    began = time.process_time()
    index = VectorIndex(LARGE)
    ids = np.arange(count, dtype=np.int64)
    rows = LARGE.normalise(clustered(count, LARGE))
    index._exact.put_normalised(ids, rows)
    width, graph.BUILD_WIDTH = graph.BUILD_WIDTH, QUICK_BUILD
    made = graph.Graph(LARGE.dim)
    graph.BUILD_WIDTH = width
    for start in range(0, count, _CHUNK):
        made.put(ids[start : start + _CHUNK], rows[start : start + _CHUNK])
    index._graph = made
    rng = np.random.default_rng(0)
    cosines = 0.5 + 0.1 * rng.random((count, NEIGHBOURS, len(NAMES)), dtype=np.float32)
    index._hubs = HubStatistics.from_arrays(
        ids, rng.integers(0, count, (count, NEIGHBOURS)), cosines
    )
    print(f"\n{count} tracks, built with less care in {time.process_time() - began:.0f} s")
    return index


def _track(track_id: int, count: int) -> Track:
    name, artist = f"{track_id:x}", f"Artist {track_id % max(1, count // 12):x}"
    return Track(
        id=track_id,
        root=b"/m",
        relative_path=b"f",
        size_bytes=1,
        mtime_ns=1,
        title=f"Tune {name}",
        artist=artist,
        album=f"Album {name}",
        duration_s=100.0 + track_id % 300,
        bpm=80.0 + track_id % 90,
        status=Status.HEARD,
    )


def _picks(index: VectorIndex, count: int) -> None:
    history = History(now_s=1e9, last_played_s=tuple((i, 1e9 - 9e4 - i) for i in range(20_000)))
    for seeds in ([1], [1, 2, 3, 4, 5, 6]):
        picks = walk(
            seeds, RadioSettings(), history, index, lambda i: _track(i, count), random.Random(1)
        )
        times_ms = []
        for _ in range(PICKS):
            began = time.process_time()
            next(picks)
            times_ms.append(1e3 * (time.process_time() - began))
        first_ms, rest_ms = times_ms[0], times_ms[1:]
        print(
            f"{len(seeds)} seeds: first pick {first_ms:.1f} ms, then median "
            f"{np.median(rest_ms):.1f} ms, 95 % below {np.quantile(rest_ms, 0.95):.1f} ms"
        )


def _dials(planner: Planner, index: VectorIndex, ids: NDArray[np.int64]) -> None:
    """A dial is turned after thirty tracks of a radio: the five picks that show at once."""
    planner.get_ready()
    rng = random.Random(1)
    played = tuple(int(i) for i in rng.sample(ids.tolist(), 30))
    busy_ms, waited_ms = [], []
    for turn in range(TURNS):
        weights = tuple((name, rng.random()) for name in NAMES)
        settings = replace(RadioSettings(), drift=turn / TURNS, weights=weights)
        request = PlanRequest((played[0],), settings, played, chance=1)
        began, began_wall = time.process_time(), time.perf_counter()
        planner.picks(request, index, 5)
        busy_ms.append(1e3 * (time.process_time() - began))
        waited_ms.append(1e3 * (time.perf_counter() - began_wall))
    for name, times_ms in (("processor", busy_ms), ("clock", waited_ms)):
        print(
            f"a dial turned to five new picks, {name}: median {np.median(times_ms):.0f} ms, "
            f"95 % below {np.quantile(times_ms, 0.95):.0f} ms (≤ 100)"
        )


if __name__ == "__main__":
    main()
