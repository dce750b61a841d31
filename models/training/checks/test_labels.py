"""Training with music that has labels and no teacher."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from models.training import losses
from models.training.labels import Music
from models.training.systems.triplets import MINING, mined
from models.training.train import Run, Settings, train


def music(tracks: int = 12) -> Music:
    """Tracks of three genres, each genre at a level of its own; every fourth has no genre."""
    random = np.random.default_rng(4)
    track = np.arange(tracks)
    level = 40 + 30 * np.repeat(track % 3, 2)[:, None, None]
    shape = (2 * tracks, 313, 96)
    excerpts = np.clip(random.normal(level, 12, shape), 0, 255).astype(np.uint8)
    genre = np.where(track % 4 == 3, -1, track % 3)
    labels = {"track": track, "artist": np.full(tracks, -1), "genre": genre}
    return Music(excerpts, 2 * track, np.full(tracks, 2), labels)


@pytest.mark.parametrize("mining", MINING)
def test_rows_without_a_label_pull_at_nothing(mining: str) -> None:
    vectors = functional.normalize(torch.randn(8, 4, generator=seeded()), dim=1).requires_grad_()
    labels = torch.tensor([0, 0, 1, 1, 1, 0, -1, -1])
    losses.labelled(vectors, labels, mining, seeded()).backward()
    assert vectors.grad is not None
    assert vectors.grad[6:].abs().max() == 0
    assert vectors.grad[:6].abs().max() > 0 or mining == "semi-hard"


def test_nothing_known_costs_nothing() -> None:
    vectors = torch.randn(4, 4, requires_grad=True)
    for mining in MINING:
        loss = losses.labelled(vectors, torch.full((4,), -1), mining, seeded())
        loss.backward()
        assert loss == 0


def test_mining_chooses_what_the_paper_says() -> None:
    vectors = torch.tensor([[0.0], [1.0], [1.2], [5.0]])
    labels = torch.tensor([0, 0, 1, 1])
    chosen = {
        how: set(zip(*(each.tolist() for each in mined(how, vectors, labels, 1.0)), strict=True))
        for how in ("semi-hard", "custom")
    }
    assert chosen["semi-hard"] == {(0, 1, 2)}
    assert chosen["custom"] == {(0, 1, 2), (1, 0, 2), (2, 3, 1), (3, 2, 1)}


def test_graded_triplets_are_mined_harder_and_harder() -> None:
    theirs, ours = (torch.rand(16, 16, generator=seeded(seed)) for seed in (1, 2))
    cost = {how: losses.triplets(ours, theirs, seeded(), mining=how).item() for how in MINING}
    assert 0 < cost["semi-hard"] < losses.MARGIN
    assert cost["custom"] > cost["random"]


@pytest.mark.parametrize("mining", MINING)
def test_labels_alone_are_learnt(mining: str, tmp_path: Path) -> None:
    run = Run(None, tmp_path, Settings(crop=60, mining=mining), is_compiled=False, music=music())
    steps = [run.train_step(0.1) for _ in range(12)]
    assert set(steps[0]) == {"said_track", "said_artist", "said_genre"}
    assert all(math.isfinite(value) for step in steps for value in step.values())
    assert all(step["said_artist"] == 0 for step in steps)
    if mining != "semi-hard":
        first, last = (sum(step["said_genre"] for step in part) for part in (steps[:3], steps[-3:]))
        assert last < first


def test_teacher_and_labels_are_learnt_side_by_side(corpus: Path, tmp_path: Path) -> None:
    settings = Settings(crop=60)
    run = Run(corpus, corpus / "cache", settings, is_compiled=False, music=music())
    terms = run.train_step(0.1)
    assert {"neighbours", "bpm", "said_track", "said_genre"} <= set(terms)
    run.save(tmp_path / "last.pt")
    again = Run(corpus, corpus / "cache", settings, is_compiled=False, music=music())
    again.resume(tmp_path / "last.pt")
    whole, resumed = (sum(each.train_step(0.1).values()) for each in (run, again))
    assert resumed == pytest.approx(whole, rel=1e-3)


def test_what_unpack_wrote_is_trained_on_without_new_statistics(tmp_path: Path) -> None:
    run = Run(None, tmp_path, Settings(crop=60), is_compiled=False, music=music())
    torch.save({"averaged": run.averaged.state_dict()}, tmp_path / "last.pt")
    run.resume(tmp_path / "last.pt")
    before = {name: value.clone() for name, value in run.ear.state_dict().items()}
    train(run, tmp_path, minutes=0.001)
    changed = {n for n, v in run.ear.state_dict().items() if not torch.equal(v, before[n])}
    assert not any("running" in name for name in changed)
    assert "timbre.stem.conv.weight" in changed
    again = Run(None, tmp_path, Settings(crop=60), is_compiled=False, music=music())
    again.resume(tmp_path / "last.pt")
    assert again.is_folded
    assert not again.ear.timbre.norm.training


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
