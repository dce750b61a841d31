"""``eval`` and ``models``, on eighteen songs that were listened to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.listening.networks import pair
from tuiradio.cli import eval as eval_command
from tuiradio.evaluation import study
from tuiradio.library.reader import StoreReader
from tuiradio.listening.card import find_model, model_names

SCHEMA: Mapping[str, object] = {
    "library": int, "sampled": int, "halves": int, "left_out": int, "seed": int, "level": float,
    "models": [{"name": str, "id": str, "dim": int, "stored": int, "listened": int}],
    "answers": [
        {
            "label": str, "among": str, "queries": int, "artists": int, "classes": int,
            "lacks": [str], "chance": [list],
            "figures": [
                {"model": str, "measure": str, "value": float, "noise": (float, type(None))}
            ],
            "parts": [{"model": str, "subspace": str, "map": float}],
            "differences": [
                {"model": str, "other": str, "value": float, "noise": float}
            ],
        }
    ],
    "verdict": [{"label": str, "is_told": bool, "words": str, "advice": str}],
}  # fmt: skip


def check(value: object, schema: object, where: str = "report") -> None:
    """Raises AssertionError where a JSON document is not as the schema says."""
    if isinstance(schema, Mapping):
        assert isinstance(value, dict), where
        assert value.keys() == schema.keys(), where
        for name, inner in schema.items():
            check(value[name], inner, f"{where}.{name}")
    elif isinstance(schema, list):
        assert isinstance(value, list), where
        for place, item in enumerate(value):
            check(item, schema[0], f"{where}[{place}]")
    else:
        assert isinstance(value, schema), (where, value)  # type: ignore[arg-type]


@pytest.fixture
def no_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Halves of no tracks: what the store holds is enough for the rest."""
    monkeypatch.setattr("tuiradio.evaluation.run.HALVES", 0)


def test_eighteen_songs_are_measured_and_nothing_is_concluded(
    run: Run, heard: Path, reader: StoreReader
) -> None:
    before = reader.heard_by_model()
    ran = run("eval", "--json", "--model", "tuiradio", "mfcc")
    assert ran.status == 0, ran.words
    report = json.loads(ran.data)
    check(report, SCHEMA)
    assert (report["sampled"], report["halves"], report["left_out"]) == (18, 18, 0)
    assert [(one["name"], one["stored"], one["listened"]) for one in report["models"]] == [
        ("tuiradio", 18, 0), ("mfcc", 0, 18),
    ]  # fmt: skip
    halves = report["answers"][-1]
    assert halves["queries"] == 18
    figures = {(one["model"], one["measure"]): one for one in halves["figures"]}
    assert figures["tuiradio", "auc"]["value"] > 0.9
    assert 0 <= figures["tuiradio", "auc"]["noise"] < 0.5
    assert not any(finding["is_told"] for finding in report["verdict"])
    assert all(finding["advice"] for finding in report["verdict"])
    assert reader.heard_by_model() == before


@pytest.mark.usefixtures("heard", "no_listening")
def test_people_see_a_table_and_what_to_do(run: Run) -> None:
    ran = run("eval", "--model", "tuiradio")
    assert ran.status == 0, ran.words
    assert "18 of 18 tracks" in ran.words
    assert ran.lines[0].split() == ["n", "artists", "chance", "tuiradio"]
    assert any("genre" in line and "P@1" in line and "too few" in line for line in ran.lines)
    assert any(line.startswith("?  nothing can be said of genre") for line in ran.lines)
    assert any("MAP by" in line and "instruments" in line for line in ran.lines)


@pytest.mark.usefixtures("heard", "no_listening")
def test_with_enough_a_verdict_is_given(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUERIES", "ARTISTS", "CLASSES"):
        monkeypatch.setattr(study, f"ENOUGH_{name}", 2)
    ran = run("eval", "--model", "tuiradio")
    assert any(line.startswith("·  tuiradio") and "genre" in line for line in ran.lines), ran.text


@pytest.mark.usefixtures("heard", "no_listening")
def test_the_limit_holds(run: Run) -> None:
    report = json.loads(run("eval", "--json", "--model", "tuiradio", "--limit", "5").data)
    assert (report["sampled"], report["library"]) == (5, 18)


def test_without_a_name_the_model_in_use_meets_the_baseline() -> None:
    in_use = find_model()
    assert [model.path.stem for model in eval_command._models(None, in_use)] == ["tuiradio", "mfcc"]
    assert eval_command._models(["tuiradio", "tuiradio"], in_use) == (in_use,)


@pytest.mark.usefixtures("heard")
def test_an_unknown_model_is_refused_before_anything_is_done(run: Run) -> None:
    ran = run("eval", "--model", "mffc")
    assert ran.status == 6
    assert "Did you mean mfcc?" in ran.words


@pytest.mark.usefixtures("heard")
def test_models_are_listed_with_what_they_heard(run: Run) -> None:
    said = json.loads(run("models", "--json").data)
    by_name = {one["name"]: one for one in said["models"]}
    assert set(by_name) == set(model_names())
    assert by_name["tuiradio"]["in_use"]
    assert by_name["tuiradio"]["heard"] == 18
    assert by_name["tuiradio"]["size_bytes"] > 1e6
    assert list(by_name["tuiradio"]["subspaces"]) == ["genre", "mood", "instruments", "tempo"]
    assert by_name["mfcc"]["heard"] == 0
    assert by_name["mfcc"]["licence"]
    lines = run("models").lines
    assert "* tuiradio" in lines
    assert any("artist AUC" in line for line in lines)


def test_a_model_of_ones_own_and_a_broken_one_are_listed(
    run: Run, paths: object, tmp_path: Path
) -> None:
    own = pair(tmp_path)
    config = Path(os.environ["TUIRADIO_CONFIG_DIR"])
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'[listening]\nmodel = "{own}"\n')
    said = json.loads(run("models", "--json").data)
    assert [one["in_use"] for one in said["models"]][-1]
    assert said["models"][-1]["dim"] == 4
    own.write_bytes(b"no longer")
    assert "sha256" in run("models").text
