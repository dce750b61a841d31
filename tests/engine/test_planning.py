from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.library.builders import ROOT, seen
from tuiradio.engine import planning
from tuiradio.engine.planning import Planner
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.radio.pick import RadioSettings

WISHED = RadioSettings(artist_window=8, album_window=12)


def windows(planner: Planner, file: Path) -> int:
    reader = StoreReader(file)
    try:
        return planner.names(reader).fitted(WISHED).artist_window
    finally:
        reader.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock, which a test moves; reading it takes a millisecond."""
    now = [1000.0]

    def monotonic() -> float:
        now[0] += 0.001
        return now[0]

    monkeypatch.setattr(time, "monotonic", monotonic)
    return now


def test_windows_grow_with_the_library_of_a_first_scan(tmp_path: Path, clock: list[float]) -> None:
    file = tmp_path / "library.sqlite3"
    store = StoreWriter(file)
    store.add_root(ROOT)
    planner = Planner(file)
    store.apply_scan([seen(f"{n}.mp3", artist=f"Artist {n}") for n in range(3)])
    assert windows(planner, file) == 1
    store.apply_scan([seen(f"{n}.mp3", artist=f"Artist {n}") for n in range(3, 60)])
    clock[0] += 1.0
    assert windows(planner, file) == 8
    store.close()


def test_a_dial_does_not_wait_for_the_names_of_a_large_library(
    tmp_path: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.sqlite3"
    store = StoreWriter(file)
    store.add_root(ROOT)
    planner = Planner(file)
    store.apply_scan([seen(f"{n}.mp3", artist=f"Artist {n}") for n in range(3)])
    monkeypatch.setattr(planning, "_QUICK_S", 0.0)
    assert windows(planner, file) == 1
    store.apply_scan([seen(f"{n}.mp3", artist=f"Artist {n}") for n in range(3, 60)])
    clock[0] += 1.0
    assert windows(planner, file) == 1
    planner.get_ready()
    assert windows(planner, file) == 8
    store.close()
