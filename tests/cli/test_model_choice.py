"""``--model NAME``: another model for once, and nothing lost by it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fakes import FakeEngine
from tests.listening.networks import pair
from tuiradio.cli.model_choice import with_model
from tuiradio.config import Config
from tuiradio.engine.protocol import EngineState, GetState, Shutdown
from tuiradio.engine.spawn import open_engine
from tuiradio.errors import ModelError
from tuiradio.library.reader import StoreReader
from tuiradio.listening.card import find_model
from tuiradio.paths import Paths


@pytest.fixture
def own(heard_dir: Path, paths: Paths) -> Path:
    """The library that was listened to, for this test to change; its store."""
    shutil.copytree(heard_dir, paths.data_dir)
    return paths.store_file


def look(store: Path) -> tuple[dict[str, int], str | None, list[float | None]]:
    """Vectors by model, the model that statuses refer to, tempi."""
    reader = StoreReader(store)
    try:
        tracks = reader.tracks(reader.track_ids())
        tempi = [track.estimates.tempo_bpm for track in tracks]
        return reader.heard_by_model(), reader.model_id(), tempi
    finally:
        reader.close()


def test_another_model_listens_and_what_the_first_one_heard_is_kept(run: Run, own: Path) -> None:
    first, mfcc = find_model().card.id, find_model("mfcc").card.id
    before, _, tempi = look(own)
    assert before == {first: 18}
    assert None not in tempi
    similar = run("similar", "river stage", "-n", "3").lines
    ran = run("similar", "river stage", "-n", "3", "--model", "mfcc")
    assert ran.status == 0, ran.words
    assert len(ran.lines) == 3
    assert ran.lines != similar
    assert look(own) == ({first: 18, mfcc: 18}, mfcc, tempi)
    assert run("similar", "river stage", "-n", "3").lines == similar
    assert look(own) == ({first: 18, mfcc: 18}, first, tempi)


def test_a_file_of_ones_own_listens(run: Run, own: Path, tmp_path: Path) -> None:
    model = pair(tmp_path)
    assert run("scan", "--model", str(model)).status == 0
    assert look(own)[0][find_model(model).card.id] == 18


@pytest.mark.usefixtures("heard")
def test_a_model_that_does_not_exist_is_refused(run: Run) -> None:
    for command in (
        ["scan"],
        ["similar", "x"],
        ["radio", "x"],
        ["journey", "x", "y"],
        ["play", "x"],
    ):
        ran = run(*command, "--model", "mfc")
        assert (ran.status, ran.data) == (6, b""), command
        assert "Did you mean mfcc?" in ran.words
    assert run("doctor", "--model", "mfcc").status == 2


def test_a_running_engine_does_not_change_its_model(run: Run, engine: FakeEngine) -> None:
    for command in (["similar", "river stage"], ["play", "river stage"]):
        ran = run(*command, "--model", "mfcc")
        assert ran.status == 5
        assert "tuiradio quit" in ran.words
    assert engine.commands == []


def test_a_path_is_understood_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = pair(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert with_model(Config(), model.name).listening.model == str(model)
    assert with_model(Config(), "mfcc").listening.model == "mfcc"
    assert with_model(Config(), None) == Config()
    with pytest.raises(ModelError):
        with_model(Config(), f"{os.sep}absent.onnx")


@pytest.mark.system
def test_an_engine_that_is_started_listens_with_it(paths: Paths) -> None:
    engine = open_engine(paths, with_model(Config(), "mfcc"), headless=False)
    try:
        state = engine.ask(GetState(), 20.0)
        assert isinstance(state, EngineState)
        assert state.listening.model_id == find_model("mfcc").card.id
    finally:
        engine.submit(Shutdown())
        engine.close()
