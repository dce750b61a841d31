from __future__ import annotations

import numpy as np
from onnx import load_model_from_string
from onnx.reference import ReferenceEvaluator

from models.training import baseline
from models.training.graph import Graph, behind_front_end, run, weights
from tests.listening.sounds import tune
from tests.models.test_frontend import log_mel


def test_the_part_behind_the_front_end_says_the_same_of_a_log_mel() -> None:
    rng = np.random.default_rng(0)
    model = baseline.build(rng.normal(size=baseline.DIM), rng.uniform(0.5, 2, baseline.DIM))
    audio = np.stack([tune(2, 16_000)])
    behind, name = behind_front_end(model, ("batch", "frames", 96))
    (heard,) = ReferenceEvaluator(load_model_from_string(behind)).run(None, {name: log_mel(audio)})
    np.testing.assert_allclose(heard, run(model, audio)[0], atol=1e-5)


def test_weights_kept_in_bytes_are_read_as_what_they_are() -> None:
    graph = Graph()
    unit = np.array([[0.5, 0.25]], np.float32)
    wide = graph("Cast", np.array([[2, -4], [1, 127]], np.int8), to=1)
    product = graph("MatMul", "audio", graph("Mul", wide, unit))
    model = graph.model_bytes(
        [(graph("Add", product, np.ones(2, np.float32)), "heard", ("batch", 2))]
    )
    found = {each.op: each for each in weights(model)}
    assert set(found) == {"MatMul", "Add"}
    np.testing.assert_array_equal(found["MatMul"].weight, [[1, -1], [0.5, 31.75]])
    np.testing.assert_array_equal(found["MatMul"].bias, [1, 1])
    audio = np.array([[2, 4]], np.float32)
    np.testing.assert_array_equal(run(model, audio)[0], [[5, 126]])
