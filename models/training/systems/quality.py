"""Figures of a system's card that every model has, as far as it can be measured.

The corpus holds real recordings as log-mels. A model behind the same front end is measured as
``evaluate`` does it; one that starts from samples on the audio there is: held-out MIDI pieces and
a folder of real music.
"""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
import soxr
from numpy.typing import NDArray

from models.training import evaluate, judge, measures, music
from models.training.frontend import SAMPLE_RATE_HZ
from models.training.systems.common import Job, read_card
from models.training.targets import load, tag_scale

Floats = NDArray[np.float32]
_TIMED_RUNS = 20
_EXCERPTS = 2


def quality(job: Job) -> dict[str, float]:
    """All figures of ``models/NAME.onnx`` by name."""
    card = read_card(job)
    if card["sample_rate"] == SAMPLE_RATE_HZ:
        listener = evaluate.Listener(job.model)
        figures = evaluate.quality(listener, job.corpus, job.cache)
        figures["ms_a_minute"] = listener.ms_a_minute()
    else:
        figures = from_samples(job.model, job.corpus, card["sample_rate"])
    figures["music_artist_auc"] = music.artist_auc(job.model, job.music)
    return figures | {"size_mb": job.model.stat().st_size / 1e6}


def from_samples(model: Path, corpus: Path, rate_hz: int) -> dict[str, float]:
    """Genres and instrument families of held-out MIDI pieces, heard at ``rate_hz``."""
    targets = load(corpus, "midi", tag_scale(corpus))
    held = targets.valid
    session = one_core(model)
    rows = [
        session.run(["embedding"], {"audio": excerpt[None]})[0]
        for piece in midi_pieces(corpus, rate_hz, held)
        for excerpt in piece.reshape(_EXCERPTS, -1)
    ]
    vectors = judge.track_vectors(np.concatenate(rows), np.arange(0, len(rows), _EXCERPTS))
    families, genre = targets.families[targets.first][held], targets.genre[targets.first][held]
    return {
        "genre_accuracy_sound": measures.voted_accuracy(vectors, genre),
        "families_ap_sound": measures.voted_precision(vectors, families > 0.02),
        "ms_a_minute": ms_a_minute(model, rate_hz),
    }


def midi_pieces(corpus: Path, rate_hz: int, wanted: NDArray[np.bool_]) -> list[Floats]:
    """20 s of each wanted MIDI piece at ``rate_hz``, in row order."""
    length, pieces = 20 * rate_hz, []
    with tarfile.open(corpus / "midi.tar") as archive:
        members = [member for member in archive if member.name.endswith(".opus")]
        for member in (m for m, is_wanted in zip(members, wanted, strict=True) if is_wanted):
            data = archive.extractfile(member)
            assert data is not None
            samples, from_hz = soundfile.read(io.BytesIO(data.read()), dtype="float32")
            mono = soxr.resample(samples, from_hz, rate_hz)
            pieces.append(np.pad(mono, (0, max(0, length - len(mono))))[:length])
    return pieces


def ms_a_minute(model: Path, rate_hz: int) -> float:
    """Processor time of one core per minute of audio, as six excerpts of 10 s; the lowest."""
    session = one_core(model)
    noise = np.random.default_rng(3).normal(0, 0.1, (1, 10 * rate_hz)).astype(np.float32)
    times = []
    for _ in range(_TIMED_RUNS):
        began_s = time.process_time()
        session.run(["embedding"], {"audio": noise})
        times.append(time.process_time() - began_s)
    return 1000 * min(times) * evaluate.EXCERPTS_A_MINUTE


def one_core(model: Path) -> onnxruntime.InferenceSession:
    """A session that computes on one core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    providers = ["CPUExecutionProvider"]
    return onnxruntime.InferenceSession(str(model), options, providers=providers)
