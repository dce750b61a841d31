"""The index against exact search, and against everything that can go wrong on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.similarity.support import SPACE, clustered
from tuiradio.similarity import cache
from tuiradio.similarity import index as index_module
from tuiradio.similarity.ear import Ear
from tuiradio.similarity.graph import Graph, GraphFailed
from tuiradio.similarity.index import IndexNotSaved, VectorIndex
from tuiradio.similarity.neighbourhood import Weights
from tuiradio.similarity.space import Space

COUNT = 600
IDS: NDArray[np.int64] = np.arange(COUNT, dtype=np.int64) + 10
VECTORS = clustered(COUNT)
ALL_WEIGHTS: list[Weights] = [
    (),
    (("genre", 1.0), ("mood", 0.0)),
    (("genre", 0.0), ("mood", 1.0)),
    (("genre", 1.0), ("mood", 0.3)),
]


@pytest.fixture
def use_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the graph answer also where exact search would be as quick."""
    monkeypatch.setattr(index_module, "EXACT_FLOATS", 0)
    monkeypatch.setattr(index_module, "FEWEST_TO_REBUILD", 100)


def must_not_load() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    raise AssertionError("the saved index was not used")


def load() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    return IDS, VECTORS


def opened(file: Path, revision: int = 1) -> VectorIndex:
    index = VectorIndex.open(file, SPACE, "model", revision, load)
    assert index.wait_until_built(60)
    return index


def saved(file: Path) -> VectorIndex:
    index = opened(file)
    assert index.save(1)
    return index


def answers_well(index: VectorIndex) -> bool:
    return len(index) == COUNT and recall(index, ()) >= 0.98


def recall(index: VectorIndex, weights: Weights, count: int = 10) -> float:
    rows = SPACE.normalise(VECTORS)
    hits = 0
    for place in range(0, COUNT, 10):
        scores = rows @ SPACE.scale_query(rows[place], weights)
        scores[place] = -2.0
        worst = np.sort(scores)[-count]
        found = index.nearest(int(IDS[place]), count, weights)
        hits += sum(neighbour.similarity >= worst - 1e-5 for neighbour in found)
    return hits / (len(range(0, COUNT, 10)) * count)


@pytest.mark.usefixtures("use_graph")
@pytest.mark.parametrize("weights", ALL_WEIGHTS)
def test_finds_what_exact_search_finds(tmp_path: Path, weights: Weights) -> None:
    assert recall(opened(tmp_path / "i"), weights) >= 0.98


@pytest.mark.usefixtures("use_graph")
def test_changes_show_at_once() -> None:
    index = VectorIndex(SPACE)
    index.add(IDS, VECTORS)
    nearest = index.nearest(10, 1)[0].track_id
    index.remove([nearest, 999_999])
    assert nearest not in index
    assert index.nearest(10, 1)[0].track_id != nearest
    index.add([nearest], VECTORS[:1])
    assert index.nearest(10, 1)[0].track_id == nearest
    assert index.nearest(10, 1)[0].similarity == pytest.approx(1.0, abs=1e-5)
    index.add([nearest], -VECTORS[:1])
    assert index.nearest(10, 1)[0].track_id != nearest


@pytest.mark.usefixtures("use_graph")
def test_asking_for_more_than_there_are_gives_all() -> None:
    index = VectorIndex(SPACE)
    index.add(IDS[:30], VECTORS[:30])
    index.remove(IDS[:20].tolist())
    assert len(index.nearest(int(IDS[25]), 500)) == 9
    assert index.nearest(int(IDS[0]), 5) == ()
    assert index.nearest(int(IDS[25]), 0) == ()


def test_exact_search_answers_when_the_graph_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "EXACT_FLOATS", 0)
    index = VectorIndex(SPACE)
    index.add(IDS, VECTORS)

    def fail(*_: object) -> None:
        raise GraphFailed("Cannot return the results in a contiguous 2D array")

    monkeypatch.setattr(Graph, "query", fail)
    assert recall(index, ()) == 1.0


def test_serves_without_hnswlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(index_module, "is_available", lambda: False)
    index = opened(tmp_path / "i")
    assert recall(index, ()) == 1.0
    assert not index.save(1)
    assert index.hubness_scale(10) > 0.0
    index.add([5], VECTORS[:1])
    index.remove([6])


def test_bad_vectors_are_refused_and_the_rest_kept() -> None:
    index = VectorIndex(SPACE)
    rows = VECTORS[:3].copy()
    rows[1] = np.nan
    rows[2] = 0.0
    assert index.add([1, 2, 3], rows) == (2, 3)
    assert len(index) == 1
    with pytest.raises(ValueError, match="expected"):
        index.add([4], np.ones((1, 5), dtype=np.float32))


def test_similarities_are_per_subspace_and_nan_for_strangers() -> None:
    index = VectorIndex(SPACE)
    index.add([1, 2], VECTORS[:2])
    rows = SPACE.normalise(VECTORS[:2])
    found = index.similarities(1, [2, 77])
    np.testing.assert_allclose(found[0], [rows[0, :8] @ rows[1, :8], rows[0, 8:] @ rows[1, 8:]])
    assert np.isnan(found[1]).all()
    assert np.isnan(index.similarities(77, [1])).all()


def test_nearest_to_a_vector_of_any_norm() -> None:
    index = VectorIndex(SPACE)
    index.add(IDS, VECTORS)
    assert index.nearest_to_vector(VECTORS[5] * 9.0, 1)[0].track_id == IDS[5]
    with pytest.raises(ValueError, match="not finite"):
        index.nearest_to_vector(VECTORS[5] * np.nan, 1)


@pytest.mark.usefixtures("use_graph")
def test_a_worn_graph_is_built_anew() -> None:
    index = VectorIndex(SPACE)
    index.add(IDS, VECTORS)
    index.remove(IDS[100:400].tolist())
    assert index.wait_until_built(60)
    assert index._graph is not None
    assert index._graph.dead_share < 0.01
    assert len(index) == COUNT - 300


@pytest.mark.usefixtures("use_graph")
def test_changes_during_a_build_are_caught_up_with(tmp_path: Path) -> None:
    index = VectorIndex.open(tmp_path / "i", SPACE, "model", 1, load)
    index.remove(IDS[:50].tolist())
    index.add([5_000], VECTORS[:1])
    assert index.wait_until_built(60)
    assert not index.is_building
    assert index._graph is not None
    assert len(index._graph) == len(index) == COUNT - 49
    assert index.nearest_to_vector(VECTORS[0], 1)[0].track_id == 5_000


@pytest.mark.usefixtures("use_graph")
def test_may_be_asked_and_changed_from_many_threads(tmp_path: Path) -> None:
    index = opened(tmp_path / "i")
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for place in range(200):
                index.nearest(int(IDS[300 + place]), 20)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for place in range(200):
        index.remove([int(IDS[place])])
        index.add([int(IDS[place])], VECTORS[place : place + 1])
    for thread in threads:
        thread.join()
    assert not errors
    assert index.wait_until_built(60)
    assert recall(index, ()) >= 0.98


def test_a_saved_index_needs_no_loading(tmp_path: Path) -> None:
    before = saved(tmp_path / "i")
    index = VectorIndex.open(tmp_path / "i", SPACE, "model", 1, must_not_load)
    assert not index.is_building
    assert answers_well(index)
    assert index.hubness_scale(10) == pytest.approx(before.hubness_scale(10))


def test_an_index_behind_the_store_catches_up(tmp_path: Path) -> None:
    saved(tmp_path / "i")
    changed = VECTORS.copy()
    changed[3] = -changed[3]

    def newer() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return np.append(IDS[1:], 5_000), np.vstack([changed[1:], VECTORS[:1]])

    index = VectorIndex.open(tmp_path / "i", SPACE, "model", 2, newer)
    assert index.wait_until_built(60)
    assert 10 not in index
    assert index.nearest_to_vector(VECTORS[0], 1)[0].track_id == 5_000
    assert index.nearest_to_vector(changed[3], 1)[0].track_id == IDS[3]


@pytest.mark.parametrize("suffix", ["", ".tables", ".json"])
@pytest.mark.parametrize("harm", ["truncated", "empty", "gone", "flipped"])
def test_a_harmed_file_leads_to_a_rebuild(tmp_path: Path, suffix: str, harm: str) -> None:
    saved(tmp_path / "i")
    file = tmp_path / f"i{suffix}"
    whole = file.read_bytes()
    if harm == "gone":
        file.unlink()
    else:
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 0x55]) + whole[middle + 1 :]
        file.write_bytes({"truncated": whole[:middle], "empty": b"", "flipped": flipped}[harm])
    assert answers_well(opened(tmp_path / "i"))


def test_another_model_space_or_dimension_leads_to_a_rebuild(tmp_path: Path) -> None:
    saved(tmp_path / "i")
    other = VectorIndex.open(tmp_path / "i", SPACE, "another model", 1, load)
    assert other.is_building or other.wait_until_built(60)
    renamed = Space((("taste", 0, 8), ("mood", 8, 16)), 16)
    assert VectorIndex.open(tmp_path / "i", renamed, "model", 1, load).subspaces[0] == "taste"
    narrow = Space((("genre", 0, 8),), 8)
    index = VectorIndex.open(tmp_path / "i", narrow, "model", 1, lambda: (IDS, VECTORS[:, :8]))
    assert index.wait_until_built(60)
    assert len(index.similarities(10, [11])[0]) == 1


def test_a_sidecar_that_lies_about_the_dimension_is_found_out(tmp_path: Path) -> None:
    # hnswlib itself loads a file of another dimension without a word.
    saved(tmp_path / "i")
    sidecar = tmp_path / "i.json"
    narrow = Space((("genre", 0, 4), ("mood", 4, 8)), 8)
    lie = {"dim": 8, "subspaces": [["genre", 0, 4], ["mood", 4, 8]]}
    sidecar.write_text(json.dumps(json.loads(sidecar.read_text()) | lie))
    with pytest.raises(cache.Doubt, match="expected"):
        cache.read(tmp_path / "i", cache.Identity("model", narrow))
    with pytest.raises(GraphFailed, match="8 dimensions"):
        Graph.read(tmp_path / "i", 8, IDS)


def test_an_unwritable_place_is_reported_and_search_goes_on(tmp_path: Path) -> None:
    index = opened(tmp_path / "gone" / "i")
    with pytest.raises(IndexNotSaved) as caught:
        index.save(1)
    assert "gone" in caught.value.message
    assert caught.value.hint
    assert answers_well(index)


def test_a_full_disk_is_reported_and_leaves_no_part_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = opened(tmp_path / "i")

    def stop_half_way(self: Graph, file: Path) -> None:
        file.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Graph, "write", stop_half_way)
    with pytest.raises(IndexNotSaved, match="No space left"):
        index.save(1)
    assert list(tmp_path.iterdir()) == []
    assert answers_well(index)


def test_closing_stops_a_build(tmp_path: Path) -> None:
    index = VectorIndex.open(tmp_path / "i", SPACE, "model", 1, load)
    index.close()
    assert index.wait_until_built(60)
    assert answers_well(index)


_SAVE_FOR_EVER = """
import sys
from pathlib import Path
from tests.similarity.test_index import SPACE, load
from tuiradio.similarity.index import VectorIndex
index = VectorIndex.open(Path(sys.argv[1]), SPACE, "model", 1, load)
index.wait_until_built(60)
print("saving", flush=True)
for revision in range(1, 1_000_000):
    index.save(revision)
"""


@pytest.mark.system
@pytest.mark.parametrize("writes_before_the_kill", [1, 2, 3])
def test_a_kill_while_saving_loses_nothing(tmp_path: Path, writes_before_the_kill: int) -> None:
    file = tmp_path / "i"
    command = [sys.executable, "-c", _SAVE_FOR_EVER, str(file)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"saving\n"
        part = [file, tmp_path / "i.tables", tmp_path / "i.json"][writes_before_the_kill - 1]
        while not part.exists():
            assert process.poll() is None
        process.kill()
    assert answers_well(opened(file))
    assert answers_well(saved(file))
    assert answers_well(VectorIndex.open(file, SPACE, "model", 1, must_not_load))


def test_shares_of_weights_sum_to_one_whatever_they_are(tmp_path: Path) -> None:
    index = opened(tmp_path / "i")
    np.testing.assert_allclose(index.shares((("mood", 3.0),)), [0.25, 0.75])
    np.testing.assert_allclose(index.shares((("genre", 0.0), ("mood", -1.0))), [0.5, 0.5])
    index.use_ear(Ear("model", (("genre", 1.5), ("mood", 0.5))))
    np.testing.assert_allclose(index.shares(), [0.75, 0.25])
    np.testing.assert_allclose(index.shares((("mood", 3.0),)), [0.5, 0.5])


@pytest.mark.usefixtures("use_graph")
@pytest.mark.parametrize("weights", ALL_WEIGHTS)
def test_an_ear_scales_queries_and_needs_no_other_index(tmp_path: Path, weights: Weights) -> None:
    index = opened(tmp_path / "i")
    plain = index.nearest(10, 10, weights)
    factors = np.random.default_rng(1).uniform(0.0, 2.0, SPACE.dim)
    ear = Ear("model", (("genre", 0.3), ("mood", 1.7)), tuple(factors.tolist()))
    index.use_ear(ear)
    assert index.ear == ear
    others = [track_id for track_id in IDS.tolist() if track_id != 10]
    truth = index.similarities(10, others) @ index.shares(weights)
    worst = np.sort(truth)[-10]
    found = index.nearest(10, 10, weights)
    assert sum(neighbour.similarity >= worst - 1e-5 for neighbour in found) >= 9
    by_id = dict(zip(others, truth.tolist(), strict=True))
    for neighbour in found:
        assert neighbour.similarity == pytest.approx(by_id[neighbour.track_id], abs=1e-5)
        assert neighbour.similarity <= 1.0
    assert index.save(1)
    index.use_ear(None)
    assert index.nearest(10, 10, weights) == plain
    again = VectorIndex.open(tmp_path / "i", SPACE, "model", 1, must_not_load)
    found = again.nearest(10, 10, weights)
    assert [one.track_id for one in found] == [one.track_id for one in plain]


def test_an_ear_of_another_model_is_refused(tmp_path: Path) -> None:
    index = opened(tmp_path / "i")
    with pytest.raises(ValueError, match="not for model"):
        index.use_ear(Ear("other"))
    with pytest.raises(ValueError, match="dimensions"):
        index.use_ear(Ear("model", (), (1.0,)))
    assert index.ear is None
