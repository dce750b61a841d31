"""What needs PyTorch: ``python -m pytest models/training/checks`` where it is installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch.nn import functional

from models.training import augment, losses, tags
from models.training.dataset import open_part
from models.training.export import build
from models.training.fit import discriminants, fit, main_regression
from models.training.graph import behind_front_end
from models.training.network import DIM, FAMILIES, GENRES, SUBSPACES, TEMPI, Ear, Shape, waves
from models.training.refine import refine
from models.training.tall import TallShape
from models.training.targets import Scale, load, tag_scale
from models.training.train import Run, Settings, train
from models.training.unpack import unpacked

SMALL_TALL = TallShape(filters=((4, 38, 8), (3, 67, 8)), slow=2, wide=5, dense=2)
SMALLER_TALL = TallShape(filters=((2, 38, 16),), slow=1, wide=3, dense=1)
SMALL = Shape(
    stem=4, low=4, high=4, wide=8, hidden=8, blocks=1, temporal=1, tall=(SMALL_TALL, SMALLER_TALL)
)


def untrained(shape: Shape = SMALL) -> Ear:
    torch.manual_seed(0)
    ear = Ear(shape, torch.full((96,), 1.0), torch.full((96,), 0.5))
    # Statistics that folding must not lose.
    for module in ear.modules():
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
    for layer in ear.shortcuts.values():
        layer.weight.data.normal_(0, 0.1)
    finish = ear.finish
    for name in ("mean", "likeness", "genre", "mood", "timbre", "timbre_mean"):
        getattr(finish, name).normal_(0, 0.1)
    finish.is_fitted.fill_(True)
    ear.tall_mean.uniform_(0, 1)
    ear.tall_deviation.uniform_(0.5, 2)
    # As after training: what is kept in bytes is rounded before the rest is found.
    ear.tall.settle()
    ear.timbre.settle()
    return ear.eval()


def test_the_exported_graph_computes_what_the_network_does() -> None:
    ear = untrained()
    scale = Scale(np.zeros(100, np.float32), np.ones(100, np.float32))
    behind, name = behind_front_end(build(ear, scale), ("batch", 313, 96))
    session = onnxruntime.InferenceSession(behind, providers=["CPUExecutionProvider"])
    log_mel = torch.rand(2, 313, 96, generator=torch.Generator().manual_seed(1)) * 3
    embedding, told, mood, tempo = session.run(None, {name: log_mel.numpy()})
    with torch.no_grad():
        wanted = ear.embed(log_mel).numpy()
        odds = ear.tag_logits(ear.hear(log_mel))
        likeliest = TEMPI[ear.tempo_classes(ear.rhythm(log_mel)).argmax(1)]
    # Weights are kept in half precision or, where they were rounded to it, in bytes.
    np.testing.assert_allclose(embedding, wanted, atol=1e-3)
    np.testing.assert_allclose(told, torch.sigmoid(odds).numpy() @ tags.merging(), atol=1e-3)
    assert mood.shape == (2, 2)
    np.testing.assert_allclose(tempo, likeliest, rtol=0.06)


def test_a_file_unpacks_to_the_network_it_was_made_of() -> None:
    torch.manual_seed(3)
    ear = Ear(Shape(), torch.full((96,), 1.0), torch.full((96,), 0.5)).eval()
    for layer in ear.shortcuts.values():
        layer.weight.data.normal_(0, 0.1)
    ear.cepstra.mean.normal_()
    ear.tall.settle()
    ear.timbre.settle()
    scale = Scale(np.zeros(100, np.float32), np.ones(100, np.float32))
    again = unpacked(build(ear, scale))
    log_mel = torch.rand(2, 313, 96) * 3
    with torch.no_grad():
        torch.testing.assert_close(again.embed(log_mel), ear.embed(log_mel), atol=5e-3, rtol=0)
        ours, theirs = (each.tag_logits(each.hear(log_mel)) for each in (again, ear))
        torch.testing.assert_close(ours, theirs, atol=5e-3, rtol=0)
        ours, theirs = (each.tempo_classes(each.rhythm(log_mel)) for each in (again, ear))
        torch.testing.assert_close(ours, theirs, atol=5e-3, rtol=0)


def test_a_file_of_another_shape_does_not_unpack() -> None:
    scale = Scale(np.zeros(100, np.float32), np.ones(100, np.float32))
    with pytest.raises(ValueError, match="a layer is"):
        unpacked(build(untrained(), scale))


def test_the_same_weights_give_the_same_bytes() -> None:
    scale = Scale(np.zeros(100, np.float32), np.ones(100, np.float32))
    assert build(untrained(), scale) == build(untrained(), scale)


def test_tempo_sees_no_timbre() -> None:
    ear = untrained()
    log_mel = torch.rand(1, 313, 96) + 1
    before = ear.embed(log_mel)
    # A constant colour has no onsets.
    after = ear.embed(log_mel + torch.rand(96))
    start, stop = SUBSPACES["tempo"]
    torch.testing.assert_close(before[:, start:stop], after[:, start:stop], atol=1e-4, rtol=0)
    assert (before[:, :start] - after[:, :start]).abs().max() > 1e-3


def test_waves_answer_to_their_own_rate() -> None:
    seconds = np.arange(312) * 512 / 16_000
    beating = waves(312) @ np.cos(2 * np.pi * 2 * seconds).astype(np.float32)
    power = beating[:128] ** 2 + beating[128:] ** 2
    rates = 2.0 ** np.linspace(np.log2(30), np.log2(480), 128)
    assert rates[power.argmax()] == pytest.approx(120, rel=0.03)


def test_relations_ask_for_order_not_for_an_offset() -> None:
    theirs = torch.rand(6, 6)
    assert losses.relation(theirs + 0.3, theirs) == pytest.approx(0, abs=1e-6)
    assert losses.relation(theirs.flip(1), theirs) > 0.01
    assert losses.neighbours(theirs + 0.3, theirs) == pytest.approx(0, abs=1e-5)


def test_triplets_in_order_cost_nothing() -> None:
    theirs = torch.rand(8, 8)
    random = torch.Generator().manual_seed(0)
    assert losses.triplets(theirs, theirs, random) == 0
    assert losses.triplets(-theirs, theirs, random) > losses.MARGIN


def test_tempi_are_alike_when_near_or_an_octave_apart() -> None:
    alike = losses.tempo_likeness(torch.tensor([60.0, 61, 120, 85]))
    assert alike[0, 1] > 0.95
    assert alike[0, 2] == pytest.approx(0.5, abs=0.01)
    assert alike[0, 3] < 0.05
    shares = losses.tempo_shares(torch.tensor([30.0, 120, 400]), torch.tensor(TEMPI).float())
    assert TEMPI[shares.argmax(1)] == pytest.approx([60, 120, 200], rel=0.02)


def test_level_changes_what_the_front_end_would_hear() -> None:
    log_mel = torch.rand(4, 20, 96) * 3
    heard = augment.heard_elsewhere(log_mel, torch.Generator().manual_seed(0))
    assert heard.shape == log_mel.shape
    assert (heard >= 0).all()
    assert not torch.equal(heard, log_mel)
    gaps = augment.with_gaps(log_mel, torch.Generator().manual_seed(0))
    assert 0.5 < (gaps == log_mel).float().mean() < 1


def test_discriminants_see_what_differs_between_tracks_only() -> None:
    random = torch.Generator().manual_seed(0)
    track = torch.arange(40).repeat_interleave(6)
    rows = torch.randn(240, 5, generator=random)
    rows[:, 0] *= 2
    rows[:, 1] += 2 * torch.randn(40, generator=random)[track]
    first = discriminants(rows, track, 1)[:, 0]
    assert first[1].abs() > 3 * first[[0, 2, 3, 4]].abs().max()


def test_the_regression_keeps_what_can_be_told() -> None:
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(500, 6, generator=random)
    known = inputs[:, :2] @ torch.randn(2, 8, generator=random)
    weights = main_regression(inputs, known + 3, 2)
    assert weights.shape == (6, 2)
    ours, theirs = (functional.normalize(x, dim=1) for x in (inputs @ weights, known))
    alike = torch.stack([(ours @ ours.T).flatten(), (theirs @ theirs.T).flatten()])
    assert torch.corrcoef(alike)[0, 1] > 0.99


def test_stretching_moves_frames() -> None:
    ramp = torch.arange(50.0)[:, None].expand(50, 2)
    assert augment.stretched(ramp, 10, 2.0, 3.0)[:, 0].tolist() == [3 + 2 * i for i in range(10)]


def steps(run: Run, count: int) -> list[float]:
    return [sum(run.train_step(0.1).values()) for _ in range(count)]


def test_a_resumed_run_goes_on_as_if_never_stopped(corpus: Path, tmp_path: Path) -> None:
    settings = Settings(crop=60)
    whole = Run(corpus, corpus / "cache", settings, is_compiled=False)
    steps(whole, 1)
    whole.save(tmp_path / "last.pt")
    again = Run(corpus, corpus / "cache", settings, is_compiled=False)
    again.resume(tmp_path / "last.pt")
    assert steps(again, 2) == pytest.approx(steps(whole, 2), rel=1e-3)


def test_refining_moves_only_the_last_layers(corpus: Path) -> None:
    run = Run(corpus, corpus / "cache", Settings(crop=60), is_compiled=False)
    scale = tag_scale(corpus)
    parts = [
        (open_part(corpus, corpus / "cache", part), load(corpus, part, scale))
        for part in ("real", "midi")
    ]
    before = {name: value.clone() for name, value in run.ear.state_dict().items()}
    sums = refine(run.ear, *parts, steps=24, tracks=(40, 16))
    changed = {
        name.partition(".")[0]
        for name, value in run.ear.state_dict().items()
        if not torch.equal(value, before[name])
    }
    learning = {"spaces", "shortcuts", "cepstra", "families", "genres"}
    assert changed == learning | {"tall_mean", "tall_deviation"}
    assert np.mean(sums[-3:]) < sums[0]


def test_fitting_moves_only_the_last_step(corpus: Path) -> None:
    run = Run(corpus, corpus / "cache", Settings(crop=60), is_compiled=False)
    real = open_part(corpus, corpus / "cache", "real"), load(corpus, "real", tag_scale(corpus))
    before = {name: value.clone() for name, value in run.ear.state_dict().items()}
    fit(run.ear, *real)
    changed = {
        name for name, value in run.ear.state_dict().items() if not torch.equal(value, before[name])
    }
    assert {name.partition(".")[0] for name in changed} == {"finish"}
    vectors = run.ear.embed(torch.from_numpy(real[0][:4]).float() / 50)
    assert vectors.shape == (4, DIM)
    for start, stop in SUBSPACES.values():
        norms = vectors[:, start:stop].norm(dim=1)
        torch.testing.assert_close(norms, torch.ones(4), atol=1e-4, rtol=0)


def test_training_logs_and_keeps_a_checkpoint(corpus: Path, tmp_path: Path) -> None:
    run = Run(corpus, corpus / "cache", Settings(crop=60), is_compiled=False)
    train(run, tmp_path, minutes=0.001)
    assert '"kept"' in (tmp_path / "log.jsonl").read_text()
    assert (tmp_path / "last.pt").exists()
    assert run.ear.families.out_features == FAMILIES
    assert run.ear.genres.out_features == GENRES
