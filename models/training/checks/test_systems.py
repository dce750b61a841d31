"""The rebuilt systems: stages that resume, miners, and graphs that compute what networks do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from models.training.corpus import FRAMES, MELS
from models.training.graph import behind_front_end
from models.training.systems import triplets
from models.training.systems.common import Stage, parameters, run_stage
from models.training.systems.disentangled import graph as inception_graph
from models.training.systems.disentangled.network import WINDOW_FRAMES, Inception
from models.training.systems.disentangled.train import SHIPPED, Variant, masked, triplet_loss
from models.training.systems.mecomp_tiny import graph as tiny_graph
from models.training.systems.mecomp_tiny.judging import agreed, clear_triplets
from models.training.systems.mecomp_tiny.network import FRAME, Tiny

LABELS = torch.tensor([0, 0, 0, 1, 1, 2])


def stirred(network: nn.Module) -> nn.Module:
    """With statistics that folding must not lose, ready to hear."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def through(model: bytes, name: str, given: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {name: given})[0])


@pytest.mark.parametrize("samples", [FRAME, 5 * FRAME + 100])
def test_tiny_hears_any_length_in_its_graph_as_here(samples: int) -> None:
    tiny = stirred(Tiny())
    audio = np.random.default_rng(0).normal(0, 0.1, (2, samples)).astype(np.float32)
    with torch.no_grad():
        wanted = tiny(torch.from_numpy(audio)).numpy()
    assert isinstance(tiny, Tiny)
    np.testing.assert_allclose(through(tiny_graph.build(tiny), "audio", audio), wanted, atol=1e-3)


def test_tiny_has_the_public_model_s_parameters() -> None:
    tiny = Tiny()
    # Normalisations' 258 numbers fold into 129 biases there.
    assert parameters(tiny) - 129 == 213_223


def test_inception_averages_windows_in_its_graph() -> None:
    network = stirred(Inception(2.5, 1.45, (8, 8, 16, 16, 16, 256)))
    assert isinstance(network, Inception)
    log_mel = np.random.default_rng(0).uniform(0, 5, (1, FRAMES, MELS)).astype(np.float32)
    windows = log_mel[0, : 3 * WINDOW_FRAMES].reshape(3, WINDOW_FRAMES, MELS)
    with torch.no_grad():
        wanted = network(torch.from_numpy(windows)).mean(0).numpy()
    part, name = behind_front_end(inception_graph.build(network), ("batch", FRAMES, MELS))
    np.testing.assert_allclose(through(part, name, log_mel)[0], wanted, atol=2e-3)


def test_semi_hard_negatives_lie_within_the_margin() -> None:
    vectors = torch.tensor([[0.0], [1.0], [5.0], [1.2], [9.0], [2.0]])
    anchor, positive, negative = triplets.semi_hard(vectors, LABELS, margin=1.0)
    near = (vectors[anchor] - vectors[positive]).square()[:, 0]
    far = (vectors[anchor] - vectors[negative]).square()[:, 0]
    assert len(anchor)
    assert bool(((far > near) & (far < near + 1)).all())


def test_custom_takes_all_positives_and_the_nearest_negative() -> None:
    vectors = torch.tensor([[0.0], [1.0], [5.0], [1.2], [9.0], [2.0]])
    anchor, positive, negative = triplets.custom(vectors, LABELS)
    of_first = anchor == 0
    assert positive[of_first].tolist() == [1, 2]
    assert negative[of_first].tolist() == [3, 3]
    assert 5 not in anchor


def test_random_triplets_keep_labels_apart() -> None:
    anchor, positive, negative = triplets.random_triplets(LABELS)
    assert bool((LABELS[anchor] == LABELS[positive]).all())
    assert bool((LABELS[anchor] != LABELS[negative]).all())
    assert bool((anchor != positive).all())


def test_no_triplets_no_loss() -> None:
    vectors = torch.zeros(3, 2, requires_grad=True)
    none = torch.zeros(0, dtype=torch.int64)
    loss = triplets.triplet_margin(vectors, (none, none, none), 0.2)
    loss.backward()
    assert loss.item() == 0


def test_the_margin_is_what_equal_distances_cost() -> None:
    vectors = torch.tensor([[0.0, 0], [1, 0], [0, 1]])
    one = (torch.tensor([0]), torch.tensor([1]), torch.tensor([2]))
    for is_squared in (False, True):
        loss = triplets.triplet_margin(vectors, one, 0.2, is_squared)
        assert loss.item() == pytest.approx(0.2)


def test_contradicted_triplets_are_left_out() -> None:
    genre = torch.tensor([0, 0, 1])
    tags = torch.tensor([[1.0, 0], [0, 1], [1, 0]])
    anchors, _, _ = agreed(genre, tags)
    # The first and the third sound alike whatever their genres; from the second nothing is near.
    assert anchors.tolist() == []
    anchors, positives, negatives = agreed(genre, torch.tensor([[1.0, 0], [0.9, 0.1], [0, 1]]))
    assert anchors.tolist() == [0, 1]
    assert positives.tolist() == [1, 0]
    assert negatives.tolist() == [2, 2]


def test_the_teacher_must_be_sure() -> None:
    teacher = torch.tensor([[1.0, 0], [0.98, 0.2], [0.9, 0.43], [0, 1]])
    anchor, positive, negative = clear_triplets(teacher)
    assert 0 in anchor
    assert bool((positive != anchor).all() and (negative != anchor).all())
    similarity = teacher @ teacher.T
    assert bool((similarity[anchor, positive] - similarity[anchor, negative] > 0.25).all())


def test_a_mask_lets_only_its_own_part_learn() -> None:
    vectors = torch.randn(4, 256, requires_grad=True)
    near = np.array([[False, True], [True, False]])
    pairs = {kind: (near, ~near & ~np.eye(2, dtype=bool)) for kind in SHIPPED.kinds}
    pairs["mood"] = (np.eye(2, dtype=bool), ~np.eye(2, dtype=bool))
    triplet_loss(vectors, pairs, Variant(("mood",), True, 0.0)).backward()
    assert vectors.grad is not None
    learnt = vectors.grad.abs().sum(0)
    assert learnt[64:128].sum() > 0
    assert learnt[:64].sum() + learnt[128:].sum() == 0
    assert masked(vectors, "mood").shape == (4, 64)


def stage(network: nn.Linear, epochs: int) -> Stage:
    """Learn to give 1 for random numbers."""

    def loss(random: np.random.Generator) -> Tensor:
        given = torch.from_numpy(random.normal(size=(8, 2)).astype(np.float32))
        return (network(given) - 1).square().mean()

    def score() -> float:
        return -float((network.bias.detach() - 1).square().sum())

    return Stage("one", loss, score, 0.05, 5, minutes=1, epochs=epochs)


def test_a_stage_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    whole, broken = nn.Linear(2, 1), nn.Linear(2, 1)
    broken.load_state_dict(whole.state_dict())
    run_stage(whole, stage(whole, 6), tmp_path / "whole")
    run_stage(broken, stage(broken, 3), tmp_path / "broken")
    fresh = nn.Linear(2, 1)
    done = run_stage(fresh, stage(fresh, 6), tmp_path / "broken")
    assert done.epochs == 6
    torch.testing.assert_close(fresh.weight, whole.weight)
    assert len((tmp_path / "broken" / "log.jsonl").read_text().splitlines()) == 6


def test_a_stage_ends_with_its_best_and_stops_early(tmp_path: Path) -> None:
    network = nn.Linear(2, 1)
    scores = iter([0.5, 0.9, *[0.1] * 50])
    given = stage(network, 50)
    kept: list[Tensor] = []

    def score() -> float:
        kept.append(network.weight.detach().clone())
        return next(scores)

    done = run_stage(network, Stage("one", given.loss, score, 0.05, 5, 1, stop_after=4), tmp_path)
    assert done.is_stopped_early
    assert (done.best, done.epochs) == (0.9, 6)
    torch.testing.assert_close(network.weight.detach(), kept[1])
