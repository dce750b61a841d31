"""What several checks train on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.listening.sounds import tune
from tests.models.corpora import write_arrays, write_pictures, write_sounds


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny corpus of the real one's shape: 60 tracks, 24 MIDI pieces."""
    folder = tmp_path_factory.mktemp("corpus")
    tracks = [2] * 60
    write_arrays(folder, "real", tracks, [False] * 48 + [True] * 12)
    write_pictures(folder, "real", tracks)
    bpm = [60.0 + i for i in range(24)]
    write_arrays(folder, "midi", [2] * 24, [False] * 20 + [True] * 4, bpm)
    write_sounds(folder, [tune(20, 48_000, seed) for seed in range(24)])
    return folder
