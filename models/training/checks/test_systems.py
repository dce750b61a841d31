"""The rebuilt systems: stages that resume, miners, and graphs that compute what networks do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from models.training.corpus import FRAMES, MELS
from models.training.graph import behind_front_end
from models.training.systems import triplets
from models.training.systems.classes import TRAIN
from models.training.systems.common import Stage, parameters, run_stage
from models.training.systems.disentangled import graph as inception_graph
from models.training.systems.disentangled.network import WINDOW_FRAMES, Inception
from models.training.systems.disentangled.train import (
    MIDI_TRACKS,
    REAL_TRACKS,
    SHIPPED,
    Tracks,
    Variant,
    draw,
    masked,
    of_windows,
    played,
    triplet_loss,
)
from models.training.systems.mecomp_tiny import graph as tiny_graph
from models.training.systems.mecomp_tiny.judging import agreed, clear_triplets
from models.training.systems.mecomp_tiny.network import FEATURES, FRAME, Tiny

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
    near = np.arange(4)[:, None] // 2 == np.arange(4) // 2
    pairs = {kind: (near & ~np.eye(4, dtype=bool), ~near) for kind in SHIPPED.kinds}
    triplet_loss(vectors, pairs, Variant(("mood",), True, 0.0)).backward()
    assert vectors.grad is not None
    learnt = vectors.grad.abs().sum(0)
    assert learnt[64:128].sum() > 0
    assert learnt[:64].sum() + learnt[128:].sum() == 0
    assert masked(vectors, "mood").shape == (4, 64)


def test_every_triplet_is_what_all_of_them_one_by_one_cost() -> None:
    vectors = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))
    near = (LABELS[:, None] == LABELS[None]) & ~torch.eye(6, dtype=torch.bool)
    far = LABELS[:, None] != LABELS[None]
    places = (near[:, :, None] & far[:, None, :]).nonzero(as_tuple=True)
    one_by_one = triplets.triplet_margin(vectors, places, 0.1)
    whole = triplets.every_triplet_margin(vectors, near, far, 0.1)
    torch.testing.assert_close(whole, one_by_one)
    none = torch.zeros_like(near)
    assert triplets.every_triplet_margin(vectors, none, far, 0.1) == 0


def test_what_all_frames_share_does_not_drown_what_tells_them_apart() -> None:
    torch.manual_seed(0)
    tiny = Tiny().train()
    for module in tiny.modules():
        if isinstance(module, nn.Dropout | nn.GRU):
            module.eval()
    frames = torch.randn(8, 5, FEATURES)
    with torch.no_grad():
        plain, drowned = tiny.place(frames), tiny.place(3 + 0.05 * frames)
    torch.testing.assert_close(plain, drowned, atol=0.02, rtol=0)


def pulses(every: int, frames: int) -> np.ndarray:
    """A frame of sound each so many frames."""
    loud = np.arange(frames) % every == 0
    return np.where(loud, 200, 0).astype(np.uint8)[:, None].repeat(MELS, 1)


@pytest.mark.parametrize(("speed", "every"), [(1.5, 8), (0.75, 16)])
def test_what_is_played_faster_beats_faster(speed: float, every: int) -> None:
    heard = played(pulses(12, round(WINDOW_FRAMES * speed) + 1), speed)
    assert heard.shape == (WINDOW_FRAMES, MELS)
    strength = np.correlate(heard[:, 0].astype(float), heard[:, 0].astype(float), "full")
    lags = strength[len(heard) :]
    assert lags[4:].argmax() + 5 == every


class Pieces(Tracks):
    """Pulses of known tempi, real recordings of unknown ones first."""

    def __init__(self) -> None:
        self.reals = REAL_TRACKS
        count = REAL_TRACKS + 4 * MIDI_TRACKS
        self.split = np.full(count, TRAIN)
        self.bpm = np.linspace(60, 180, count)
        self.bpm[:REAL_TRACKS] = 0
        self._count = np.full(count, 1)
        self._first = np.arange(count)
        self._excerpts = (np.zeros((count, FRAMES, MELS), np.uint8),) * 2
        none = np.zeros((count, count), bool)
        self.pairs = {kind: (none, none) for kind in SHIPPED.kinds}


def test_a_batch_has_near_tempi_of_others_and_far_ones_of_the_same_piece() -> None:
    tracks, random = Pieces(), np.random.default_rng(0)
    rows, speeds = draw(tracks, random)
    assert len(np.unique(rows)) == REAL_TRACKS + MIDI_TRACKS
    assert (speeds[:REAL_TRACKS] == 1).all()
    near, far = of_windows(tracks, rows, speeds)["tempo"]
    first = 2 * REAL_TRACKS
    assert not near[:first].any()
    assert not far[:first].any()
    of_others = near[first:, first:].sum(1)
    assert of_others.min() >= 1
    same_piece = far[range(first, len(far), 2), range(first + 1, len(far), 2)]
    assert same_piece.mean() > 0.5
    for row, pair in zip(rows, speeds, strict=True):
        assert tracks.two(int(row), random, pair).shape == (2, WINDOW_FRAMES, MELS)


def test_the_rate_rises_before_it_falls(tmp_path: Path) -> None:
    network = nn.Linear(2, 1)
    given = stage(network, 2)
    rates: list[float] = []

    class Noted(torch.optim.SGD):
        def step(self, closure: None = None) -> None:
            rates.append(self.param_groups[0]["lr"])
            super().step(closure)

    run_stage(network, replace(given, optimiser=Noted, warm_steps=8), tmp_path)
    np.testing.assert_allclose(rates, [*(0.05 * np.arange(1, 9) / 8), 0.05, 0.05])


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
