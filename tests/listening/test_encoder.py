from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.listening.networks import SAMPLES, pair
from tests.listening.sounds import tune
from tuiradio.errors import ModelError
from tuiradio.library.track import Estimates, Failure, FailureKind
from tuiradio.listening.card import find_model
from tuiradio.listening.encoder import Embedding, Encoder

GOLDEN = Path(__file__).parent / "golden_vector.json"


def levels(*quarters: float) -> np.ndarray:
    """An excerpt whose quarters have these means."""
    return np.repeat(np.array(quarters, np.float32), SAMPLES // 4)


def embed(encoder: Encoder, *excerpts: np.ndarray) -> Embedding:
    embedding = encoder.embed(np.stack(excerpts))
    assert isinstance(embedding, Embedding), embedding
    return embedding


def test_listening_leaves_nothing_behind_and_tells_nobody(tmp_path: Path) -> None:
    # In CI and under pytest the runtime keeps quiet of its own accord.
    quiet = ("CI", "PYTEST_CURRENT_TEST", "GITHUB_ACTIONS", "TF_BUILD")
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in quiet and not name.startswith(("ORT_", "XDG_"))
    }
    listens = f"from tuiradio.listening.encoder import Encoder; Encoder({find_model().path!r})"
    subprocess.run(
        [sys.executable, "-c", f"from pathlib import PosixPath; {listens}"],
        env=environ | {"HOME": str(tmp_path)},
        check=True,
        timeout=60,
    )
    assert sorted(tmp_path.rglob("*")) == []


def test_the_shipped_model_says_what_it_always_said() -> None:
    encoder = Encoder(find_model().path)
    excerpts = np.stack([tune(10, 16_000, seed=1), tune(10, 16_000, seed=2)])
    vector = embed(encoder, *excerpts).vector
    # Machines differ in the last bits of a product; a change of meaning is far larger.
    np.testing.assert_allclose(vector, json.loads(GOLDEN.read_text()), atol=1e-4)


def test_each_sub_space_is_the_unit_mean_of_unit_vectors(tmp_path: Path) -> None:
    encoder = Encoder(pair(tmp_path))
    vector = embed(encoder, levels(0.3, 0.4, 0, 0.1), levels(3, -4, 0.2, 0)).vector
    assert vector.dtype == np.float32
    genre = np.array([0.6, 0.8]) + np.array([0.6, -0.8])
    np.testing.assert_allclose(vector[:2], genre / np.linalg.norm(genre), atol=1e-6)
    np.testing.assert_allclose(vector[2:], np.sqrt([0.5, 0.5]), atol=1e-6)


def test_estimates_are_averages_of_the_excerpts(tmp_path: Path) -> None:
    extra = {"tags": 3, "mood": 2, "tempo_bpm": 1}
    encoder = Encoder(pair(tmp_path, extra, tags=["rock", "calm", "slow"]))
    estimates = embed(encoder, levels(0.2, 0.4, 0.6, 0.1), levels(0.4, 0.8, 0.2, 0.1)).estimates
    assert [name for name, _ in estimates.tags] == ["calm", "slow", "rock"]
    assert [probability for _, probability in estimates.tags] == pytest.approx([0.6, 0.4, 0.3])
    assert estimates.valence == pytest.approx(0.3)
    assert estimates.arousal == pytest.approx(0.6)
    assert estimates.tempo_bpm == pytest.approx(0.3)


def test_a_model_with_one_output_estimates_nothing(tmp_path: Path) -> None:
    assert embed(Encoder(pair(tmp_path)), levels(1, 2, 3, 4)).estimates == Estimates()


@pytest.mark.parametrize(
    "excerpt",
    [levels(0, 0, 0, 0), levels(1, 1, 0, 0), levels(np.nan, 1, 1, 1), levels(1, 1, np.inf, 1)],
    ids=["nothing", "a sub-space of nothing", "not a number", "infinite"],
)
def test_a_vector_without_meaning_is_a_failure(tmp_path: Path, excerpt: np.ndarray) -> None:
    failure = Encoder(pair(tmp_path)).embed(np.stack([excerpt, levels(1, 1, 1, 1)]))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.BAD_VECTOR


def test_excerpts_that_cancel_out_are_a_failure(tmp_path: Path) -> None:
    opposite = np.stack([levels(1, 0, 1, 0), levels(-1, 0, 1, 0)])
    assert isinstance(Encoder(pair(tmp_path)).embed(opposite), Failure)


@settings(max_examples=50, deadline=None)
@given(
    excerpts=hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 3), st.just(SAMPLES)),
        elements=st.floats(-1, 1, width=32),
    )
)
def test_a_vector_is_unit_in_every_sub_space_or_a_failure(
    tmp_path_factory: pytest.TempPathFactory, excerpts: np.ndarray
) -> None:
    answer = Encoder(pair(tmp_path_factory.getbasetemp())).embed(excerpts)
    if isinstance(answer, Embedding):
        assert np.linalg.norm(answer.vector[:2]) == pytest.approx(1, abs=1e-5)
        assert np.linalg.norm(answer.vector[2:]) == pytest.approx(1, abs=1e-5)


def test_a_bare_model_has_one_space(tmp_path: Path) -> None:
    path = pair(tmp_path)
    path.with_suffix(".json").unlink()
    card = Encoder(path).card
    assert (card.sample_rate_hz, card.dim, card.subspaces) == (22_050, 4, (("sound", 0, 4),))


@pytest.mark.parametrize(
    ("extra", "card", "words"),
    [
        ({}, {"dim": 6, "subspaces": {"sound": [0, 6]}}, "has shape"),
        ({"mood": 3}, {}, "'mood' has shape"),
        ({"tags": 3}, {"tags": ["one", "two"]}, "'tags' has shape"),
    ],
)
def test_a_model_that_disagrees_with_its_card_is_refused(
    tmp_path: Path, extra: dict[str, int], card: dict[str, object], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        Encoder(pair(tmp_path, extra, **card))


def test_excerpts_of_a_length_the_model_cannot_take_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not run"):
        Encoder(pair(tmp_path, excerpt_s=1.001))


def test_a_damaged_model_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"not a model at all")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        Encoder(tmp_path / "broken.onnx")
    assert caught.value.hint


def test_a_model_with_other_names_is_refused(tmp_path: Path) -> None:
    path = pair(tmp_path)
    path.with_suffix(".json").unlink()
    path.write_bytes(path.read_bytes().replace(b"embedding", b"embeddinh"))
    with pytest.raises(ModelError, match="no float output 'embedding'"):
        Encoder(path)
    path.write_bytes(path.read_bytes().replace(b"audio", b"sound"))
    with pytest.raises(ModelError, match="inputs are"):
        Encoder(path)
