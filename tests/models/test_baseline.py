from __future__ import annotations

import hashlib
import json

import numpy as np

from models.training import baseline
from models.training.graph import run
from tests.listening.sounds import tune
from tests.models.test_frontend import by_the_book
from tuiradio.paths import models_dir

JUDGED = ("mood_p1", "mood_p5", "mood_map", "artist_auc")


def constants() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=baseline.DIM), rng.uniform(0.5, 2, baseline.DIM)


def test_the_graph_computes_the_features_that_were_measured() -> None:
    mean, deviation = constants()
    audio = np.stack([tune(3, 16_000, seed) for seed in (1, 2)])
    (embedding,) = run(baseline.build(mean, deviation), audio)
    log_mel = np.stack([by_the_book(row) for row in audio])
    wanted = (baseline.features(log_mel) - mean) / deviation
    np.testing.assert_allclose(embedding, wanted, atol=1e-3)


def test_the_cosines_are_orthonormal_and_leave_loudness_out() -> None:
    cosines = baseline.cosines()
    np.testing.assert_allclose(cosines.T @ cosines, np.eye(39), atol=1e-12)
    np.testing.assert_allclose(cosines.sum(0), 0, atol=1e-12)


def test_the_same_constants_give_the_same_bytes() -> None:
    assert baseline.build(*constants()) == baseline.build(*constants())


def test_the_shipped_card_belongs_to_the_shipped_model() -> None:
    card = json.loads((models_dir() / "mfcc.json").read_text())
    model = (models_dir() / "mfcc.onnx").read_bytes()
    assert card["sha256"] == hashlib.sha256(model).hexdigest()
    judged = {name: card["quality"][name] for name in JUDGED}
    built = baseline.card(model, baseline.judge.Quality(**judged), 8751)
    # Measured once more, and more of it, through the file (models.training.evaluate).
    assert built["quality"] == judged | {"parameters": 0, "training_minutes": 0}
    assert {**card, "quality": {}} == {**built, "quality": {}}
