"""What a personal ear gives to simulated listeners (``python -m tests.bench.bench_ear``).

Each listener hears by one sub-space alone, or as the shipped space does, and errs in a share
of the answers. Held-out agreement is measured on 2,000 fresh random questions, with what the
listener means, not with the slips: first of the shipped space, then of what would be applied
after the lessons (the ear where cross-validation lets it be used, else the shipped space).
Libraries are the demo's 36 songs, ``../shared/music`` where that is, and folders named.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.similarity.listeners import Listener, listener
from tuiradio.config import Config
from tuiradio.demo.songs import SONGS
from tuiradio.demo.writer import write_songs
from tuiradio.engine.protocol import AddRoots, WaitUntilHeard
from tuiradio.engine.service import LocalEngine
from tuiradio.library.store import StoreReader
from tuiradio.listening.card import find_model
from tuiradio.paths import Paths
from tuiradio.similarity.space import Space, Vectors

MUSIC = Path("../shared/music")
LISTENERS = ("tempo", "mood", None)


def main() -> None:
    """Prints a row for each library and listener."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--answers", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--errs", type=float, default=0.1)
    options = parser.parse_args()
    card = find_model().card
    space = Space(card.subspaces, card.dim)
    print(f"{card.id}; {options.answers} answers, {options.errs:.0%} of them slips, means of")
    print(f"{options.seeds} listeners; agreement in %, before and after; worst listener; used;")
    print("agreement in cross-validation (answers asked for are hard ones): shipped, ear, noise")
    with tempfile.TemporaryDirectory(prefix="tr") as base:
        demo = Path(base) / "songs"
        list(write_songs(demo, SONGS))
        folders = [demo, *([MUSIC] if MUSIC.is_dir() else []), *options.folders]
        for number, folder in enumerate(folders):
            library = heard(folder, Path(base) / str(number), space)
            for only in LISTENERS:
                began_s = time.process_time()
                taught = [
                    lesson(library, space, only, seed, options)
                    for seed in range(1, options.seeds + 1)
                ]
                name = "demo" if folder is demo else folder.name
                report(f"{name} ({len(library)})", only, taught, time.process_time() - began_s)


def heard(folder: Path, base: Path, space: Space) -> Vectors:
    """Normalised vectors of the music in a folder, heard with the shipped model."""
    paths = Paths(base / "c", base / "d", base / "ca", base / "l", base / "r")
    engine = LocalEngine(paths, Config(watch=False))
    try:
        engine.submit(AddRoots((os.fsencode(folder.resolve()),)))
        engine.ask(WaitUntilHeard())
        reader = StoreReader(paths.store_file)
        try:
            _, vectors = reader.vectors(reader.model_id() or "")
        finally:
            reader.close()
    finally:
        engine.close()
    return space.normalise(vectors)


def lesson(
    library: Vectors, space: Space, only: str | None, seed: int, options: argparse.Namespace
) -> tuple[Listener, float, float]:
    """A taught listener with the agreement before, and of what would be applied after."""
    one = listener(library, space, only, seed, options.errs)
    one.teach(options.answers, every=10)
    before = one.agreement(None)
    applied = one.ear if one.verdict.is_better else None
    return one, before, one.agreement(applied)


def report(
    library: str, only: str | None, taught: list[tuple[Listener, float, float]], took_s: float
) -> None:
    """Prints one row."""
    before = np.array([row[1] for row in taught])
    after = np.array([row[2] for row in taught])
    verdicts = [row[0].verdict for row in taught]
    used = sum(verdict.is_better for verdict in verdicts)
    cross = [np.mean([getattr(v, name) for v in verdicts]) for name in ("shipped", "ear", "noise")]
    print(
        f"{library:12} {only or 'as shipped':11} {100 * before.mean():5.1f} -> "
        f"{100 * after.mean():5.1f} (sd {100 * after.std():4.1f})  worst {100 * after.min():5.1f}  "
        f"used {used:2}/{len(taught)}  cross-validated "
        + ", ".join(f"{100 * value:4.1f}" for value in cross)
        + f"  {took_s / len(taught):.1f} s each",
        flush=True,
    )


if __name__ == "__main__":
    main()
