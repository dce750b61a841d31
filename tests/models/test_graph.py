from __future__ import annotations

import numpy as np
from onnx import load_model_from_string
from onnx.reference import ReferenceEvaluator

from models.training import baseline
from models.training.graph import behind_front_end, run
from tests.listening.sounds import tune
from tests.models.test_frontend import log_mel


def test_the_part_behind_the_front_end_says_the_same_of_a_log_mel() -> None:
    rng = np.random.default_rng(0)
    model = baseline.build(rng.normal(size=baseline.DIM), rng.uniform(0.5, 2, baseline.DIM))
    audio = np.stack([tune(2, 16_000)])
    behind, name = behind_front_end(model, ("batch", "frames", 96))
    (heard,) = ReferenceEvaluator(load_model_from_string(behind)).run(None, {name: log_mel(audio)})
    np.testing.assert_allclose(heard, run(model, audio)[0], atol=1e-5)
