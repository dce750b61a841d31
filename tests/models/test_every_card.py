"""Each model that ships keeps the contract of design.md, section 3."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from tests.listening.sounds import tune
from tuiradio.listening.encoder import Embedding, Encoder
from tuiradio.paths import models_dir

MODELS = sorted(models_dir().glob("*.onnx"))
MOST_BYTES = 4_000_000


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.stem)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return Encoder(request.param)


def vector(encoder: Encoder, sound: np.ndarray) -> np.ndarray:
    heard = encoder.embed(sound.astype(np.float32)[None])
    assert isinstance(heard, Embedding), heard
    return heard.vector


def test_models_and_cards_come_in_pairs() -> None:
    assert [m.with_suffix(".json") for m in MODELS] == sorted(models_dir().glob("*.json"))


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_card_says_whose_it_is(model: Path) -> None:
    card = json.loads(model.with_suffix(".json").read_text("utf-8"))
    data = model.read_bytes()
    assert card["sha256"] == hashlib.sha256(data).hexdigest()
    assert len(data) <= MOST_BYTES
    assert card["licence"] == "GPL-2.0-or-later"
    assert len(card["training"]) > 50
    assert card["quality"]


def test_parts_are_of_the_card_s_shape_and_unit(encoder: Encoder) -> None:
    heard = vector(encoder, tune(encoder.card.excerpt_s, encoder.card.sample_rate_hz, 1))
    assert heard.shape == (encoder.card.dim,)
    for _, start, stop in encoder.card.subspaces:
        assert np.linalg.norm(heard[start:stop]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("level", [0.0, 0.5], ids=["silence", "direct current"])
def test_nothing_to_hear_is_finite(encoder: Encoder, level: float) -> None:
    assert np.isfinite(vector(encoder, np.full(encoder.card.samples, level))).all()


def test_the_same_is_heard_twice(encoder: Encoder) -> None:
    music = tune(encoder.card.excerpt_s, encoder.card.sample_rate_hz, 2)
    np.testing.assert_array_equal(vector(encoder, music), vector(encoder, music))
