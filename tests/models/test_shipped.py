"""The default network as it ships: contract, front end, steadiness; and the baseline beside it."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import onnxruntime
import pytest

from models.training import results, tags
from models.training.graph import behind_front_end
from tests.listening.sounds import tune
from tests.models.test_frontend import by_the_book
from tuiradio.listening.card import find_model
from tuiradio.listening.encoder import Embedding, Encoder
from tuiradio.paths import models_dir

RATE_HZ = 16_000
MODEL = models_dir() / "tuiradio.onnx"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(MODEL)


def heard(encoder: Encoder, *excerpts: np.ndarray) -> Embedding:
    embedding = encoder.embed(np.stack(excerpts).astype(np.float32))
    assert isinstance(embedding, Embedding), embedding
    return embedding


def clicks(bpm: float, seed: int = 0) -> np.ndarray:
    """Ten seconds of a short noise on each beat, a lower one on every second."""
    rng = np.random.default_rng(seed)
    sound = rng.normal(0, 0.002, 10 * RATE_HZ)
    burst = rng.normal(0, 0.3, 800) * np.exp(-np.arange(800) / 200)
    for beat, start in enumerate(np.arange(0.1, 9.8, 60 / bpm)):
        place = int(start * RATE_HZ)
        sound[place : place + 800] += burst if beat % 2 else np.convolve(burst, np.ones(8), "same")
    return sound.astype(np.float32)


def likeness(encoder: Encoder, one: np.ndarray, other: np.ndarray) -> float:
    """Mean of the sub-spaces' cosines."""
    a, b = heard(encoder, one).vector, heard(encoder, other).vector
    return float(a @ b) / len(encoder.card.subspaces)


def test_the_card_keeps_the_contract(encoder: Encoder) -> None:
    card = encoder.card
    assert [name for name, _, _ in card.subspaces] == ["genre", "mood", "instruments", "tempo"]
    assert card.tag_names == tags.NAMES
    assert (card.sample_rate_hz, card.excerpt_s, card.excerpts) == (RATE_HZ, 10, 6)
    assert "no human ratings" in card.training
    quality = dict(card.quality)
    assert set(results.COLUMNS) <= set(quality)


@pytest.mark.parametrize("name", ["tuiradio", "mfcc"])
def test_each_card_belongs_to_its_model(name: str) -> None:
    model = find_model(name)
    assert model.card.sha256 == hashlib.sha256(model.path.read_bytes()).hexdigest()


def test_the_file_is_small_enough() -> None:
    assert MODEL.stat().st_size <= 4_000_000


def test_results_are_those_of_the_cards() -> None:
    cards = [json.loads(file.read_text("utf-8")) for file in sorted(models_dir().glob("*.json"))]
    ideas = json.loads(results.IDEAS.read_text("utf-8"))
    assert results.RESULTS.read_text("utf-8") == results.report(cards, ideas)


def test_the_network_gets_the_corpus_s_log_mel() -> None:
    audio = tune(10, RATE_HZ)[None]
    whole = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    part, name = behind_front_end(MODEL.read_bytes(), ("batch", 313, 96))
    behind = onnxruntime.InferenceSession(part, providers=["CPUExecutionProvider"])
    given = by_the_book(audio[0])[None].astype(np.float32)
    for ours, wanted in zip(
        whole.run(None, {"audio": audio}), behind.run(None, {name: given}), strict=True
    ):
        np.testing.assert_allclose(ours, wanted, rtol=1e-3, atol=1e-3)


def test_sub_spaces_are_unit_and_estimates_in_range(encoder: Encoder) -> None:
    embedding = heard(encoder, tune(10, RATE_HZ, 1), tune(10, RATE_HZ, 2))
    for _, start, stop in encoder.card.subspaces:
        assert np.linalg.norm(embedding.vector[start:stop]) == pytest.approx(1, abs=1e-5)
    estimates = embedding.estimates
    assert -1 <= estimates.valence <= 1
    assert -1 <= estimates.arousal <= 1
    assert 40 <= estimates.tempo_bpm <= 240
    assert all(0 <= probability <= 1 for _, probability in estimates.tags)


@pytest.mark.parametrize("bpm", [70, 95, 120, 150])
def test_the_tempo_of_clicks_is_heard_but_for_octaves(encoder: Encoder, bpm: float) -> None:
    tempo = heard(encoder, clicks(bpm)).estimates.tempo_bpm
    off = np.log2(tempo / bpm)
    assert abs(off - round(off)) < np.log2(1.04)


def test_the_tempo_space_hears_tempo_not_timbre(encoder: Encoder) -> None:
    start, stop = next((a, b) for name, a, b in encoder.card.subspaces if name == "tempo")

    def tempo(bpm: float, seed: int) -> np.ndarray:
        return heard(encoder, clicks(bpm, seed)).vector[start:stop]

    anchor = tempo(100, 1)
    assert anchor @ tempo(100, 2) > anchor @ tempo(135, 1)


@pytest.mark.parametrize("gain_db", [-12, 12])
def test_level_matters_little(encoder: Encoder, gain_db: float) -> None:
    music = 0.2 * tune(10, RATE_HZ)
    assert likeness(encoder, music, music * 10 ** (gain_db / 20)) > GAIN_FLOOR


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(160_000),
        np.full(160_000, 0.5),
        np.sign(tune(10, RATE_HZ)),
        np.random.default_rng(0).uniform(-1, 1, 160_000),
    ],
    ids=["silence", "direct current", "clipping", "noise"],
)
def test_no_sound_breaks_it(encoder: Encoder, sound: np.ndarray) -> None:
    vector = heard(encoder, sound).vector
    assert np.isfinite(vector).all()


def test_threads_change_nothing(encoder: Encoder) -> None:
    music = tune(10, RATE_HZ)[None]
    two = Encoder(MODEL, threads=2)
    np.testing.assert_allclose(two.embed(music).vector, encoder.embed(music).vector, atol=1e-4)


# A lonely tune is far from any music trained on; real tracks stay nearer to themselves.
GAIN_FLOOR = 0.8
