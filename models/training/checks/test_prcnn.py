from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from models.training.checks.labelled import parts
from models.training.graph import behind_front_end
from models.training.systems.common import Stage, run_stage
from models.training.systems.prcnn.graph import build
from models.training.systems.prcnn.network import DIM, Prcnn
from models.training.systems.prcnn.training import MINERS, Course, stage_of, untrained


def network() -> Prcnn:
    torch.manual_seed(0)
    return Prcnn(torch.full((96,), 1.0), torch.full((96,), 0.5)).eval()


def test_the_exported_graph_computes_what_the_network_does() -> None:
    given = network()
    behind, name = behind_front_end(build(given), ("batch", 313, 96))
    session = onnxruntime.InferenceSession(behind, providers=["CPUExecutionProvider"])
    log_mel = torch.rand(2, 313, 96, generator=torch.Generator().manual_seed(1)) * 3
    with torch.no_grad():
        wanted = given(log_mel).numpy()
    assert wanted.shape == (2, DIM)
    assert ((wanted > 0) & (wanted < 1)).all()
    (embedding,) = session.run(None, {name: log_mel.numpy()})
    # Weights are kept in half precision.
    np.testing.assert_allclose(embedding, wanted, atol=1e-3)


def test_the_same_weights_give_the_same_bytes() -> None:
    assert build(network()) == build(network())


def test_the_recurrent_block_hears_the_order_of_time() -> None:
    given, log_mel = network(), torch.rand(1, 312, 96)
    scaled = torch.cat([log_mel, log_mel[:, -1:]], 1)[:, None]
    assert (given._recurred(scaled) - given._recurred(scaled.flip(2))).abs().max() > 1e-4


@pytest.mark.parametrize("miner", MINERS)
def test_every_strategy_gives_the_network_something_to_learn(miner: str) -> None:
    course = Course(parts(), untrained(parts()), torch.device("cpu"))
    loss = course.triplets(MINERS[miner])(np.random.default_rng(0))
    loss.backward()
    gradient = course.network.convolutions[0].weight.grad
    assert loss.item() > 0
    assert gradient is not None
    assert gradient.abs().sum() > 0
    # The classes' layer is dropped for triplets.
    assert course.network.classes.weight.grad is None


def test_the_custom_strategy_does_not_draw_all_to_one_point(tmp_path: Path) -> None:
    """Not even where labels say nothing, so that the hardest negative is as near as can be."""
    given = parts()
    random = np.random.default_rng(0)
    blind = {k: replace(part, label=random.permutation(part.label)) for k, part in given.items()}
    course = Course(blind, untrained(blind), torch.device("cpu"))
    log_mel = torch.from_numpy(given["midi"].heard).float() / 50

    def spread() -> float:
        with torch.no_grad():
            vectors = torch.nn.functional.normalize(course.network.eval()(log_mel))
        return float(torch.cdist(vectors, vectors).mean())

    before = spread()
    stage = stage_of("custom", course.triplets(MINERS["custom"]), lambda: 0.0, minutes=10)
    run_stage(course.network, replace(stage, steps_an_epoch=6, epochs=1), tmp_path)
    # Adam leaves 0.68 of it after six steps, 0.41 after twelve.
    assert spread() > 0.8 * before


def test_cross_entropy_learns_and_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    course = Course(parts(), untrained(parts()), torch.device("cpu"))
    before = course.cross_entropy(np.random.default_rng(0)).item()
    stage = Stage("first", course.cross_entropy, course.score, 3e-3, 4, minutes=10, epochs=2)
    done = run_stage(course.network, stage, tmp_path)
    assert done.steps == 8
    assert course.cross_entropy(np.random.default_rng(0)).item() < before
    assert 0 < course.score() <= 1
    again = Course(parts(), untrained(parts()), torch.device("cpu"))
    assert run_stage(again.network, stage, tmp_path) == done
    assert again.score() == course.score()
