from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.listening.networks import pair
from tuiradio.errors import ModelError
from tuiradio.listening.card import find_model, load_card, model_names
from tuiradio.listening.python import interpreter


def test_the_shipped_model_is_found_without_a_name() -> None:
    model = find_model()
    assert model.path.name == "tuiradio.onnx"
    assert model.card.samples == model.card.sample_rate_hz * model.card.excerpt_s
    assert dict(model.card.quality)["mood_map"] > 0.2


def test_by_name_in_a_folder_and_by_path(tmp_path: Path) -> None:
    path = pair(tmp_path)
    by_name = find_model("small", tmp_path)
    assert by_name == find_model(path) == find_model(str(path))
    assert by_name.card.subspaces == (("genre", 0, 2), ("mood", 2, 4))


def test_the_id_changes_with_the_bytes_of_the_model(tmp_path: Path) -> None:
    one = load_card(pair(tmp_path)).card.id
    two = load_card(pair(tmp_path, scale=2)).card.id
    assert one != two
    assert one.startswith("small-3-")


def test_a_bare_model_is_run_once_to_complete_its_card(tmp_path: Path) -> None:
    path = pair(tmp_path)
    path.with_suffix(".json").unlink()
    card = find_model(path).card
    assert (card.dim, card.subspaces, card.sample_rate_hz) == (4, (("sound", 0, 4),), 22_050)
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_bare_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.onnx").write_bytes(b"no")
    with pytest.raises(ModelError, match="cannot be loaded"):
        find_model(tmp_path / "no.onnx")


def test_a_missing_model_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read") as caught:
        find_model(tmp_path / "absent.onnx")
    assert "config.toml" in caught.value.hint
    with pytest.raises(ModelError, match="no models in"):
        find_model("absent", tmp_path)
    pair(tmp_path)
    with pytest.raises(ModelError, match="no model called 'smal'") as caught:
        find_model("smal", tmp_path)
    assert "Did you mean small?" in caught.value.hint
    with pytest.raises(ModelError) as caught:
        find_model("mine", tmp_path)
    assert (
        caught.value.hint
        == "There are: small. A file of your own is named by its path: ./mine.onnx"
    )


def test_the_models_of_a_folder_are_named_the_default_first(tmp_path: Path) -> None:
    assert model_names(tmp_path) == ()
    for name in ("b", "tuiradio", "a"):
        (tmp_path / f"{name}.onnx").touch()
    (tmp_path / "notes.json").touch()
    assert model_names(tmp_path) == ("tuiradio", "a", "b")
    assert {"tuiradio", "mfcc"} <= set(model_names())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sha256": "0" * 64}, "sha256 differs"),
        ({"format": 2}, "format is 2"),
        ({"dim": None}, "dim"),
        ({"dim": "many"}, "many"),
        ({"dim": 5}, "cover the 5"),
        ({"subspaces": {"a": [0, 1], "b": [2, 4]}}, "gaps"),
        ({"subspaces": {"a": [0, 3], "b": [2, 4]}}, "gaps"),
        ({"subspaces": {"a": [0]}}, "ValueError"),
        ({"subspaces": 3}, "AttributeError"),
        ({"subspaces": {}}, "cover"),
        ({"sample_rate": 3}, "3 Hz"),
        ({"excerpt_s": 1e9}, "excerpts of"),
        ({"excerpt_s": float("nan")}, "excerpts of nan"),
        ({"excerpts": 0}, "0 excerpts"),
    ],
)
def test_a_card_that_breaks_the_contract_is_refused(
    tmp_path: Path, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        load_card(pair(tmp_path, **fields))


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "\udcff"])
def test_a_card_that_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    path = pair(tmp_path)
    path.with_suffix(".json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError):
        load_card(path)


def test_reading_a_card_loads_no_network_library() -> None:
    code = (
        "import sys; from tuiradio.listening import card, workers, plan; card.find_model();"
        "print(*sys.modules)"
    )
    command, environment = interpreter("tuiradio")
    done = subprocess.run(
        [command[0], "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert not {"onnxruntime", "soundfile", "av", "soxr"} & set(done.stdout.split())


def test_the_working_directory_is_not_on_the_path_of_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('the wrong numpy')")
    monkeypatch.chdir(tmp_path)
    command, environment = interpreter("tuiradio.listening.probe")
    assert command[0] == sys.executable
    done = subprocess.run(
        [*command, "absent.onnx"], env=environment, capture_output=True, text=True, check=True
    )
    assert "cannot be read" in done.stdout
