"""Artists of a folder of real music, as training measures them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from models.training import music
from tests.listening.sounds import tune
from tuiradio.paths import models_dir

RATE_HZ = 16_000


def test_artists_are_the_top_folders(tmp_path: Path) -> None:
    for name in ("B/album/2.ogg", "A/1.mp3", "Unknown/3.flac", "A/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [(file.name, artist) for file, artist in music.tracks(tmp_path)]
    assert found == [("1.mp3", "A"), ("2.ogg", "B"), ("3.flac", "")]


def test_an_artist_that_sounds_like_itself_is_found(tmp_path: Path) -> None:
    """Tunes against noises; a file that cannot be read is nobody's answer."""
    rng = np.random.default_rng(0)
    for number in range(2):
        noise = rng.normal(0, 0.1, 3 * RATE_HZ)
        for artist, sound in (("Tunes", tune(3, RATE_HZ, number)), ("Noises", noise)):
            (tmp_path / artist).mkdir(exist_ok=True)
            soundfile.write(tmp_path / artist / f"{number}.wav", sound, RATE_HZ)
    (tmp_path / "Tunes" / "broken.wav").write_bytes(b"RIFF")
    assert music.artist_auc(models_dir() / "mfcc.onnx", tmp_path) == pytest.approx(1)
