"""The saved map: read back as written, refused in any doubt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tuiradio.similarity import map_cache
from tuiradio.similarity.cache import Doubt
from tuiradio.similarity.map_cache import SavedMap
from tuiradio.similarity.projection import Projection


def saved(count: int = 5) -> SavedMap:
    ids = np.arange(count, dtype=np.int64) * 3
    places = np.linspace(-1, 1, 2 * count, dtype=np.float32).reshape(count, 2)
    return SavedMap(Projection(ids, places, places[:, 0].copy(), 4), "model", 17)


def test_a_map_comes_back_as_it_was(tmp_path: Path) -> None:
    file = map_cache.file_of(tmp_path / "map", "model", (0.5, 0.5), sketch=False)
    map_cache.write(file, saved())
    found = map_cache.read(file, "model")
    assert (found.model_id, found.vector_revision) == ("model", 17)
    assert np.array_equal(found.projection.places, saved().projection.places)
    assert found.projection.drawn == 4
    assert not found.projection.is_sketch


def test_other_weights_and_sketches_have_files_of_their_own(tmp_path: Path) -> None:
    files = {
        map_cache.file_of(tmp_path, model, shares, sketch=sketch)
        for model in ("a", "b")
        for shares in ((0.5, 0.5), (1.0, 0.0))
        for sketch in (False, True)
    }
    assert len(files) == 8


@pytest.mark.parametrize("harm", ["absent", "cut", "flipped", "text", "model", "torn"])
def test_any_doubt_is_told(tmp_path: Path, harm: str) -> None:
    file = tmp_path / "map-x.npz"
    value = saved()
    if harm == "torn":
        at = value.projection
        value = SavedMap(Projection(at.ids, at.places[:-1], at.signs, 4), "model", 17)
    if harm != "absent":
        map_cache.write(file, value)
    data = bytearray(file.read_bytes()) if harm != "absent" else bytearray()
    if harm == "cut":
        file.write_bytes(data[: len(data) // 2])
    if harm == "flipped":
        at_places = data.index(value.projection.places.tobytes())
        data[at_places + 3] ^= 0xFF
        file.write_bytes(data)
    if harm == "text":
        file.write_text("no map")
    with pytest.raises(Doubt):
        map_cache.read(file, "another" if harm == "model" else "model")


def test_only_the_newest_maps_are_kept(tmp_path: Path) -> None:
    for number in range(9):
        map_cache.write(tmp_path / f"map-{number}.npz", saved())
    assert len(list(tmp_path.iterdir())) == 6
