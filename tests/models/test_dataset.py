from __future__ import annotations

from pathlib import Path

import numpy as np

from models.training.dataset import EXCERPT_SAMPLES, as_bytes, midi_audio, open_part
from tests.listening.sounds import tune
from tests.models.corpora import RATE_HZ, write_pictures, write_sounds
from tests.models.test_frontend import by_the_book


def test_coding_rounds_and_clips() -> None:
    assert as_bytes(np.array([0, 0.011, 1, 5.1, 9, -1])).tolist() == [0, 1, 50, 255, 255, 0]


def test_pictures_come_out_as_excerpts_and_are_decoded_once(tmp_path: Path) -> None:
    pictures = write_pictures(tmp_path, "real", [2, 1])
    excerpts = open_part(tmp_path, tmp_path / "cache", "real")
    assert excerpts.shape == (3, 313, 96)
    np.testing.assert_array_equal(excerpts[1], pictures[0][:, 313:].T)
    np.testing.assert_array_equal(excerpts[2], pictures[1].T)
    (tmp_path / "real.tar").unlink()
    np.testing.assert_array_equal(open_part(tmp_path, tmp_path / "cache", "real"), excerpts)


def test_midi_audio_goes_through_the_front_end(tmp_path: Path) -> None:
    piece = tune(20, RATE_HZ)
    write_sounds(tmp_path, [piece])
    (audio,) = midi_audio(tmp_path)
    assert audio.shape == (2, EXCERPT_SAMPLES)
    excerpts = open_part(tmp_path, tmp_path / "cache", "midi")
    assert excerpts.shape == (2, 313, 96)
    # The coding ends at 255, like the corpus's pictures.
    wanted = np.minimum(by_the_book(audio[1]), 5.1)
    np.testing.assert_allclose(excerpts[1] / 50, wanted, atol=0.011)


def test_only_wanted_pieces_are_decoded(tmp_path: Path) -> None:
    pieces = [0.1 * tune(20, RATE_HZ, seed) for seed in (1, 2)]
    write_sounds(tmp_path, pieces)
    (second,) = midi_audio(tmp_path, np.array([False, True]))
    np.testing.assert_array_equal(second, list(midi_audio(tmp_path))[1])


def test_a_short_piece_is_filled_with_silence(tmp_path: Path) -> None:
    write_sounds(tmp_path, [tune(12, RATE_HZ)])
    (audio,) = midi_audio(tmp_path)
    assert audio.shape == (2, EXCERPT_SAMPLES)
    assert not audio[1, 3 * 16_000 :].any()
