from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch

from models.training.checks.labelled import parts
from models.training.graph import behind_front_end
from models.training.systems.multimodal import metadata
from models.training.systems.multimodal.graph import build
from models.training.systems.multimodal.network import (
    EACH,
    JOINED,
    QUADRANTS,
    Autoencoder,
    GenreListener,
    MoodListener,
)
from models.training.systems.multimodal.training import Joining, autoencoder, guesses
from models.training.systems.multimodal.training_data import Heard, pitched, quadrant, told


def listeners() -> tuple[GenreListener, MoodListener]:
    torch.manual_seed(0)
    scale = torch.full((96,), 1.0), torch.full((96,), 0.5)
    genre, mood = GenreListener(*scale).eval(), MoodListener(*scale).eval()
    # Statistics that folding must not lose.
    for norm in mood.norms:
        norm.running_mean.uniform_(-0.2, 0.2)
        norm.running_var.uniform_(0.5, 2)
    return genre, mood


def heard() -> Heard:
    random = np.random.default_rng(2)
    known = {
        name: random.normal(size=(18, len(metadata.NAMES))).astype(np.float32)
        for name in ("midi", "real")
    }
    return Heard(parts(), known, *listeners(), torch.device("cpu"))


def test_the_exported_graph_computes_what_the_networks_do() -> None:
    genre, mood = listeners()
    joined = autoencoder(heard()).eval()
    behind, name = behind_front_end(build(genre, mood, joined), ("batch", 313, 96))
    session = onnxruntime.InferenceSession(behind, providers=["CPUExecutionProvider"])
    log_mel = torch.rand(2, 313, 96, generator=torch.Generator().manual_seed(1)) * 3
    with torch.no_grad():
        both = torch.cat([genre(log_mel), mood(log_mel)], 1)
        wanted = joined.encoder(joined.joined(both)).numpy()
        shares = torch.softmax(mood.logits(log_mel), 1).numpy()
    embedding, felt = session.run(None, {name: log_mel.numpy()})
    # Weights are kept in half precision.
    np.testing.assert_allclose(embedding, wanted, atol=2e-2 * np.abs(wanted).max())
    happy, calm, angry, sad = shares.T
    np.testing.assert_allclose(felt[:, 0], happy + calm - angry - sad, atol=1e-3)
    np.testing.assert_allclose(felt[:, 1], happy + angry - calm - sad, atol=1e-3)


def test_the_autoencoder_joins_526_numbers() -> None:
    joined = Autoencoder(torch.zeros(2 * EACH), torch.ones(2 * EACH))
    assert JOINED == 526
    assert joined.joined(torch.zeros(3, 512)).shape == (3, 526)
    assert joined(torch.zeros(3, 526)).shape == (3, 526)


def test_known_metadata_take_the_place_of_guesses() -> None:
    joined, rows = autoencoder(heard()), torch.zeros(1, 512)
    known = torch.arange(14.0)[None]
    torch.testing.assert_close(joined.joined(rows, known)[:, 512:], known)
    assert not torch.equal(joined.joined(rows)[:, 512:], known)


def test_guesses_find_a_linear_field_and_leave_an_unknown_one_neutral() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(3000, 8)).astype(np.float32)
    known = np.stack([2 * rows[:, 3] + 1, np.zeros(3000)], 1).astype(np.float32)
    weights, bias = guesses(rows, known)
    told_of = rows @ weights.T + bias
    assert np.corrcoef(told_of[:, 0], known[:, 0])[0, 1] > 0.999
    assert (told_of[:, 1] == 0).all()


def test_the_autoencoder_learns() -> None:
    joining = Joining(autoencoder(heard()), heard())
    random = np.random.default_rng(0)
    optimiser = torch.optim.Adam(joining.network.parameters(), 1e-3)
    before = joining.loss(random).item()
    for _ in range(30):
        optimiser.zero_grad()
        joining.loss(random).backward()
        optimiser.step()
    assert joining.loss(random).item() < 0.8 * before
    assert joining.network.guess.weight.grad is None


def test_quadrants_are_thayer_s() -> None:
    felt = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], np.float32)
    assert [QUADRANTS[i] for i in quadrant(felt)] == ["happy", "calm", "angry", "sad"]


@pytest.mark.parametrize("semitones", [-2.0, 2.0])
def test_pitch_moves_a_band_the_right_way(semitones: float) -> None:
    window = np.zeros((1, 4, 96), np.uint8)
    window[:, :, 60] = 200
    peak = pitched(window, np.array([semitones], np.float32))[0, 0].argmax()
    # 0.55 semitones a band up there.
    assert (peak - 60) * 0.55 == pytest.approx(semitones, abs=0.5)


def test_a_track_s_shares_are_the_mean_of_its_excerpts() -> None:
    logits = np.full((3, 4), -50.0)
    logits[[0, 1, 2], [0, 1, 3]] = 50
    shares = told(logits, np.array([0, 2]), "real")
    np.testing.assert_allclose(shares, [[0.5, 0.5, 0, 0], [0, 0, 0, 1]], atol=1e-6)
