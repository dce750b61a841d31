"""How good the radio is on a library in which everything that spoils one is planted, and how quick.

Run: ``python -m tests.bench.bench_radio [--radios N] [--tracks N] [--million]``. Prints the
doctor's table and the time to plan a pick; tests nothing. Times are those of the processor.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.radio.planted import planted
from tests.similarity.support import clustered
from tuiradio.library.track import Status, Track
from tuiradio.radio.measure import Figures, Hubs, Plan, Report, measure
from tuiradio.radio.pick import History, RadioSettings
from tuiradio.radio.strategies import Strategy
from tuiradio.radio.verdict import verdict
from tuiradio.radio.walk import walk
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.space import Space

NAMES = ("genre", "mood", "instruments", "tempo")
LARGE = Space(tuple((name, 32 * at, 32 * at + 32) for at, name in enumerate(NAMES)), 128)
PICKS = 100


def main() -> None:
    """Prints the doctor's table, its verdict, the issue's targets, and planning times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--radios", type=int, default=100)
    parser.add_argument("--tracks", type=int, default=8_000, help="in the planted library")
    parser.add_argument("--no-speed", action="store_true", help="the table only")
    parser.add_argument("--million", action="store_true", help="1,000,000 vectors: needs 3 GB")
    chosen = parser.parse_args()
    _table(chosen.tracks, chosen.radios)
    if not chosen.no_speed:
        _speed(100_000)
    if chosen.million:
        _speed(1_000_000)


def _table(count: int, radios: int) -> None:
    library = planted(count)
    index = library.index()
    began = time.process_time()
    report = measure(
        library.ids, RadioSettings(), index, library.find, random.Random(1), Plan(radios)
    )
    took_s = time.process_time() - began
    print(f"{report.library} tracks, {radios} radios of {Plan().length}, {took_s:.0f} s")
    columns = "artist again", "copies", "unsaid", "said", "genre", "tempo", "mean", "worst"
    print(f"{'':14}" + "".join(f"{name:>13}" for name in (*columns, "skewness", "reach")))
    for figures in report.figures:
        print(f"{figures.strategy:14}" + "".join(f"{cell:>13}" for cell in _cells(figures)))
    for name, found in (("plain", report.hubs_plain), ("corrected", report.hubs_corrected)):
        print(f"neighbour lists, {name}: {_of_hubs(found)}")
    for finding in verdict(report):
        print(f"{'+' if finding.is_good else '-'} {finding.words} {finding.advice}")
    _targets(report)


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


def _targets(report: Report) -> None:
    radio, plain = report.of(Strategy.RADIO), report.of(Strategy.NEAREST)
    if radio is None or plain is None:
        return
    reach = radio.reach / plain.reach
    skewness = radio.hub_skewness / plain.hub_skewness
    step = radio.mean_step / plain.mean_step
    for name, is_met in (
        (f"rules broken unsaid {radio.unreported_breaks} (0)", not radio.unreported_breaks),
        (f"same recording twice {radio.duplicates} (0)", not radio.duplicates),
        (f"reach × {reach:.2f} (≥ 2)", reach >= 2.0),
        (f"hub skewness × {skewness:.2f} (≤ 0.33)", skewness <= 1 / 3),
        (f"mean step × {step:.2f} (≥ 0.85)", step >= 0.85),
    ):
        print(f"{'met   ' if is_met else 'MISSED'} {name}")


def _speed(count: int) -> None:
    vectors = clustered(count, LARGE)
    began = time.process_time()
    ids = np.arange(count, dtype=np.int64)
    with tempfile.TemporaryDirectory() as place:
        index = VectorIndex.open(Path(place) / "index", LARGE, "m", 1, lambda: (ids, vectors))
        index.wait_until_built()
    print(f"\n{count} tracks, built in {time.process_time() - began:.0f} s")

    def track(track_id: int) -> Track:
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

    history = History(now_s=1e9, last_played_s=tuple((i, 1e9 - 9e4 - i) for i in range(20_000)))
    for seeds in ([1], [1, 2, 3, 4, 5, 6]):
        picks = walk(seeds, RadioSettings(), history, index, track, random.Random(1))
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


if __name__ == "__main__":
    main()
