"""The map's desk: drawn once, kept, brought up to date without moving anyone."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.similarity.support import SPACE, clustered
from tuiradio.engine import map_desk
from tuiradio.engine.map_desk import MapDesk
from tuiradio.engine.studies import DrawMap, MapDrawn
from tuiradio.errors import TuiradioError
from tuiradio.similarity import map_cache, projection
from tuiradio.similarity.ear import Ear
from tuiradio.similarity.index import VectorIndex

MODEL = "m-1"


def index_of(count: int) -> VectorIndex:
    index = VectorIndex(SPACE, MODEL)
    index.add(np.arange(count), clustered(90)[:count])
    return index


def read(answer: MapDrawn) -> projection.Projection:
    return map_cache.read(Path(os.fsdecode(answer.file)), MODEL).projection


def test_a_current_map_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, index = MapDesk(tmp_path / "map"), index_of(60)
    first = desk.answer(DrawMap(), index, MODEL, 3)
    assert first.tracks == 60
    monkeypatch.setattr(projection, "draw", None)
    monkeypatch.setattr(projection, "extend", None)
    assert desk.answer(DrawMap(may_sketch=True), index, MODEL, 3) == first


def test_new_tracks_move_nobody(tmp_path: Path) -> None:
    desk = MapDesk(tmp_path)
    before = read(desk.answer(DrawMap(), index_of(60), MODEL, 3))
    after = read(desk.answer(DrawMap(), index_of(70), MODEL, 4))
    assert len(after) == 70
    assert np.array_equal(after.places[:60], before.places)


def test_a_damaged_map_is_drawn_anew(tmp_path: Path) -> None:
    desk = MapDesk(tmp_path)
    answer = desk.answer(DrawMap(), index_of(40), MODEL, 3)
    places = read(answer).places
    Path(os.fsdecode(answer.file)).write_bytes(b"broken")
    assert np.array_equal(read(desk.answer(DrawMap(), index_of(40), MODEL, 3)).places, places)


def test_weights_have_a_map_of_their_own(tmp_path: Path) -> None:
    desk, index = MapDesk(tmp_path), index_of(40)
    plain = desk.answer(DrawMap(), index, MODEL, 3)
    tuned = desk.answer(DrawMap((("mood", 0.0),)), index, MODEL, 3)
    assert plain.file != tuned.file
    assert not np.array_equal(read(plain).places, read(tuned).places)


def test_a_large_library_is_sketched_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_desk, "SKETCHED_ABOVE", 20)
    desk = MapDesk(tmp_path)
    rough = desk.answer(DrawMap(may_sketch=True), index_of(30), MODEL, 3)
    assert rough.is_sketch
    assert read(rough).is_sketch
    drawn = desk.answer(DrawMap(), index_of(30), MODEL, 3)
    assert not drawn.is_sketch
    assert drawn.file != rough.file
    grown = desk.answer(DrawMap(may_sketch=True), index_of(80), MODEL, 4)
    assert grown.is_sketch
    assert np.array_equal(read(grown).places, read(drawn).places)


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("a file in the way")
    with pytest.raises(TuiradioError) as told:
        MapDesk(tmp_path / "map").answer(DrawMap(), index_of(10), MODEL, 3)
    assert "TUIRADIO_CACHE_DIR" in told.value.hint


def test_an_ear_has_maps_of_its_own(tmp_path: Path) -> None:
    desk, index = MapDesk(tmp_path), index_of(40)
    answers = [desk.answer(DrawMap(), index, MODEL, 3)]
    weights = (("genre", 1.8), ("mood", 0.2))
    factors = tuple(np.linspace(0.0, 2.0, SPACE.dim).tolist())
    for ear in (Ear(MODEL, weights), Ear(MODEL, weights, factors)):
        index.use_ear(ear)
        answers.append(desk.answer(DrawMap(), index, MODEL, 3))
    assert len({answer.file for answer in answers}) == 3
    places = [read(answer).places for answer in answers]
    assert not np.array_equal(places[1], places[2])
    index.use_ear(None)
    assert desk.answer(DrawMap(), index, MODEL, 3) == answers[0]
