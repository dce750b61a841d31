from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.training import tags, targets
from tests.models.corpora import write_arrays


def test_the_vocabularies_are_the_corpus_s() -> None:
    assert len(tags.MSD) == len(tags.MTT) == 50
    assert len(set(tags.ALL)) == 100
    for names in [*tags.SPEAKING_OF.values(), tags.PLEASANT, tags.UNPLEASANT, tags.EXCITED]:
        assert len(tags.places(names)) == len(set(names))


def test_words_of_both_vocabularies_are_told_once_and_averaged() -> None:
    assert len(set(tags.NAMES)) == len(tags.NAMES) < 100
    merged = np.arange(100) @ tags.merging()
    jazz, rock = tags.ALL.index("msd:jazz"), tags.ALL.index("msd:rock")
    assert merged[tags.NAMES.index("jazz")] == jazz
    both = (rock + tags.ALL.index("mtt:rock")) / 2
    assert merged[tags.NAMES.index("rock")] == both


def test_log_odds_stay_finite() -> None:
    odds = tags.log_odds(np.array([0, 0.5, 1], np.float16))
    assert np.isfinite(odds).all()
    assert odds[1] == 0
    assert odds[0] == pytest.approx(-odds[2], rel=1e-3)


def test_average_music_is_neither_pleasant_nor_excited() -> None:
    rng = np.random.default_rng(0)
    mean, deviation = rng.normal(size=100), rng.uniform(0.5, 2, 100)
    weights, bias = tags.valence_arousal(mean, deviation)
    np.testing.assert_allclose(mean @ weights + bias, 0, atol=1e-5)


@pytest.mark.parametrize(
    ("word", "valence", "arousal"),
    [("msd:happy", 1, 0), ("msd:sad", -1, 0), ("mtt:loud", 0, 1), ("mtt:quiet", 0, -1)],
)
def test_each_word_pulls_its_way(word: str, valence: int, arousal: int) -> None:
    weights, _ = tags.valence_arousal(np.zeros(100), np.ones(100))
    assert np.sign(weights[tags.ALL.index(word)]).tolist() == [valence, arousal]


def test_targets_follow_the_excerpts(tmp_path: Path) -> None:
    write_arrays(tmp_path, "real", excerpts=[3, 2], valid=[False, True])
    write_arrays(tmp_path, "midi", excerpts=[2, 2], valid=[False, False], bpm=[90, 120])
    scale = targets.tag_scale(tmp_path)
    real, midi = (targets.load(tmp_path, part, scale) for part in ("real", "midi"))
    assert real.track.tolist() == [0, 0, 0, 1, 1]
    assert real.bpm.tolist() == [0] * 5
    assert real.genre.tolist() == [-1] * 5
    assert midi.bpm.tolist() == [90, 90, 120, 120]
    assert [targets.GENRES[g] for g in midi.genre] == ["rock"] * 2 + ["folk"] * 2
    for rows in (real.whole, *real.aspects.values()):
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    # Parts of one track are to be nearer than their own sound makes them.
    raw = real.teacher[:, :200]
    assert real.whole[0] @ real.whole[1] > raw[0] @ raw[1]


def test_the_scale_looks_at_no_held_out_track(tmp_path: Path) -> None:
    write_arrays(tmp_path, "real", excerpts=[3, 2], valid=[False, True])
    odds = tags.log_odds(np.load(tmp_path / "real.npz")["msd"][:3])
    np.testing.assert_allclose(targets.tag_scale(tmp_path).mean[:50], odds.mean(0), atol=1e-5)
