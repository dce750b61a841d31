"""A few columns of everything: names joined, unknown said, what is gone left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.bench.bench_store import ROOT
from tuiradio.library.store import ChangeKind, Heard, ScanChange, StoreReader, StoreWriter
from tuiradio.library.track import Estimates, Tags


def change(number: int, kind: ChangeKind = ChangeKind.READ, **tags: object) -> ScanChange:
    return ScanChange(
        kind, ROOT, f"{number}.mp3".encode(), 100 + number, 10**18, number.to_bytes(16, "big"),
        Tags(title=f"T{number}", **tags),  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def reader(tmp_path: Path) -> StoreReader:
    file = tmp_path / "library.sqlite3"
    writer = StoreWriter(file)
    writer.add_root(ROOT)
    writer.apply_scan(
        [
            change(1, artist="Björk", genres=("Rock", "Pop"), bpm=90.0),
            change(2, artist="BJORK", genres=("rock",)),
            change(3, artist=""),
            change(4, artist="Other", genres=("Jazz",)),
        ],
        now_s=1.0,
    )
    writer.use_model("m")
    tracks = writer.tracks(sorted(writer.track_ids()))
    guesses = (("female vocalists", 0.9), ("beautiful", 0.8), ("jazz", 0.4), ("rock", 0.3))
    writer.store_heard(
        "m",
        [
            Heard(tracks[2].id, tracks[2].size_bytes, tracks[2].mtime_ns, np.ones(4, np.float32),
                  Estimates(tempo_bpm=121.0, valence=0.5, arousal=-0.25, tags=guesses))
        ],
    )  # fmt: skip
    writer.apply_scan([change(4, ChangeKind.MISSING)], now_s=2.0)
    writer.close()
    return StoreReader(file)


def test_columns_of_what_is_there(reader: StoreReader) -> None:
    found = reader.overview()
    reader.close()
    assert found.ids.tolist() == [1, 2, 3]
    assert [found.artists.names[code] for code in found.artists.codes][:2] == ["Björk", "Björk"]
    genres = [found.genres.names[code] for code in found.genres.codes]
    assert genres[:2] == ["Rock", "Rock"], "names are joined whatever their case"
    assert genres[2] == "Jazz", "without a tag the likeliest genre heard counts"
    assert found.tempo_bpm.tolist() == [90.0, 0.0, 121.0]
    assert np.isnan(found.mood[0]).all()
    assert found.mood[2].tolist() == [0.5, -0.25]


def test_an_empty_library_has_empty_columns(tmp_path: Path) -> None:
    StoreWriter(tmp_path / "l.sqlite3").close()
    reader = StoreReader(tmp_path / "l.sqlite3")
    found = reader.overview()
    reader.close()
    assert len(found.ids) == len(found.genres.codes) == 0
    assert found.mood.shape == (0, 2)
