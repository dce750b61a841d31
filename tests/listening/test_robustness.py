"""What must not change how a track sounds to the default model, with floors.

Songs of the demo library's styles go through files, decoder and model as a library does.
Measured over all nine styles, the lowest likeness of a song to itself: 12 dB quieter 0.855,
12 dB louder 0.921, 1.2 s of lead-in 0.980, 64 kbit/s MP3 0.985, one channel of two 0.989, a tail
of silence 0.957, a mono mix and other rates 0.999. Two different songs are at most 0.73 alike, and
no altered song is nearer to another. Floors are a little below, as other machines differ and
networks are retrained.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from tests.listening.sounds import tune, write
from tuiradio.demo.styles import STYLES
from tuiradio.demo.synth import synthesize, widen
from tuiradio.demo.tones import RATE_HZ
from tuiradio.library.track import Failure, FailureKind
from tuiradio.listening.card import find_model
from tuiradio.listening.decode import Excerpts, read_excerpts
from tuiradio.listening.encoder import Embedding, Encoder
from tuiradio.listening.resample import resample

Floats = NDArray[np.float32]

SONG_S = 24.0
SONGS = ("chiptune", "folk", "jazz")
# Room for 12 dB more.
BASE_GAIN = 0.2
MP3_KBIT_S = 64
# libsndfile's scale from 320 kbit/s (0) to 32 (1).
MP3_LEVEL = (320 - MP3_KBIT_S) / (320 - 32)
SAME_TO = 1e-4


@cache
def encoder() -> Encoder:
    return Encoder(find_model().path)


@cache
def song(style: str) -> Floats:
    """Stereo [n, 2] at 44.1 kHz, peak 0.17."""
    mono = synthesize(style, SONG_S, np.random.default_rng(5))
    return np.asarray(BASE_GAIN * widen(mono, STYLES[style].echo), np.float32)


def listened(path: bytes) -> Embedding | Failure:
    card = encoder().card
    excerpts = read_excerpts(path, card.sample_rate_hz, card.excerpt_s, card.excerpts)
    return encoder().embed(excerpts.samples) if isinstance(excerpts, Excerpts) else excerpts


def vector(path: bytes) -> Floats:
    embedding = listened(path)
    assert isinstance(embedding, Embedding), embedding
    return embedding.vector


@pytest.fixture(scope="module")
def as_they_are(tmp_path_factory: pytest.TempPathFactory) -> Floats:
    """Vectors of ``SONGS``, unaltered."""
    folder = tmp_path_factory.mktemp("songs")
    files = [folder / f"{style}.wav" for style in SONGS]
    return np.stack(
        [
            vector(write(file, song(style), RATE_HZ, subtype="FLOAT"))
            for file, style in zip(files, SONGS, strict=True)
        ]
    )


def silence(seconds: float) -> Floats:
    return np.zeros((round(seconds * RATE_HZ), 2), np.float32)


def quieter(folder: Path, music: Floats) -> bytes:
    return write(folder / "a.wav", music * 10 ** (-12 / 20), RATE_HZ, subtype="FLOAT")


def louder(folder: Path, music: Floats) -> bytes:
    return write(folder / "a.wav", music * 10 ** (12 / 20), RATE_HZ, subtype="FLOAT")


def after_lead_in(folder: Path, music: Floats) -> bytes:
    return write(folder / "a.wav", np.concatenate([silence(1.2), music]), RATE_HZ, subtype="FLOAT")


def as_mp3(folder: Path, music: Floats) -> bytes:
    file = folder / "a.mp3"
    path = write(file, music, RATE_HZ, bitrate_mode="CONSTANT", compression_level=MP3_LEVEL)
    assert file.stat().st_size * 8 / SONG_S == pytest.approx(MP3_KBIT_S * 1000, rel=0.05)
    return path


def in_mono(folder: Path, music: Floats) -> bytes:
    return write(folder / "a.wav", music.mean(axis=1), RATE_HZ, subtype="FLOAT")


def of_one_channel(folder: Path, music: Floats) -> bytes:
    return write(folder / "a.wav", music[:, 0], RATE_HZ, subtype="FLOAT")


def before_silence(folder: Path, music: Floats) -> bytes:
    return write(folder / "a.wav", np.concatenate([music, silence(10)]), RATE_HZ, subtype="FLOAT")


def at_rate(folder: Path, music: Floats, rate_hz: int) -> bytes:
    channels = [resample(np.ascontiguousarray(each), RATE_HZ, rate_hz) for each in music.T]
    return write(folder / "a.wav", np.stack(channels, axis=1), rate_hz, subtype="FLOAT")


def at_22_khz(folder: Path, music: Floats) -> bytes:
    return at_rate(folder, music, 22_050)


def at_48_khz(folder: Path, music: Floats) -> bytes:
    return at_rate(folder, music, 48_000)


def at_96_khz(folder: Path, music: Floats) -> bytes:
    return at_rate(folder, music, 96_000)


FLOORS = {
    quieter: 0.82,
    louder: 0.85,
    after_lead_in: 0.97,
    as_mp3: 0.96,
    in_mono: 0.995,
    of_one_channel: 0.96,
    at_22_khz: 0.995,
    at_48_khz: 0.995,
    at_96_khz: 0.995,
    before_silence: 0.97,
}


@pytest.mark.parametrize("altered", FLOORS, ids=lambda altered: altered.__name__)
def test_a_song_stays_itself(tmp_path: Path, as_they_are: Floats, altered: object) -> None:
    assert callable(altered)
    heard = np.stack([vector(altered(tmp_path, song(style))) for style in SONGS])
    likeness = heard @ as_they_are.T / len(encoder().card.subspaces)
    itself = np.diag(likeness)
    assert itself.min() > FLOORS[altered]
    # And no other song sounds more like it.
    assert (likeness.argmax(axis=1) == np.arange(len(SONGS))).all()


def test_a_file_of_silence_is_told_as_such(tmp_path: Path) -> None:
    failure = listened(write(tmp_path / "a.wav", silence(12), RATE_HZ))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.SILENT


@pytest.mark.parametrize(
    "sound",
    [
        np.full(12 * RATE_HZ, 0.5),
        np.sign(tune(12)),
        np.random.default_rng(0).uniform(-1, 1, 12 * RATE_HZ),
        np.where(np.arange(12 * RATE_HZ) == RATE_HZ, 1, 0),
        1.1e-4 * np.sign(tune(12)),
    ],
    ids=["direct current", "clipping", "noise", "one click", "barely audible"],
)
def test_no_sound_gives_anything_but_a_unit_vector(tmp_path: Path, sound: Floats) -> None:
    heard = vector(write(tmp_path / "a.wav", sound.astype(np.float32), RATE_HZ, subtype="FLOAT"))
    assert np.isfinite(heard).all()
    for _, start, stop in encoder().card.subspaces:
        assert np.linalg.norm(heard[start:stop]) == pytest.approx(1, abs=1e-5)


def test_threads_and_repetition_change_nothing() -> None:
    excerpts = np.stack([tune(10, 16_000, seed) for seed in (1, 2)])
    first = encoder().embed(excerpts)
    assert isinstance(first, Embedding)
    for other in (encoder(), Encoder(find_model().path, threads=4)):
        again = other.embed(excerpts)
        assert isinstance(again, Embedding)
        np.testing.assert_allclose(again.vector, first.vector, atol=SAME_TO)
        assert again.estimates.tempo_bpm == pytest.approx(first.estimates.tempo_bpm, abs=0.01)


def test_other_kernels_change_nothing() -> None:
    """Unfused operators add in another order, as another machine's do."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    path = str(find_model().path)
    plain, usual = (
        onnxruntime.InferenceSession(path, each, providers=["CPUExecutionProvider"])
        for each in (options, onnxruntime.SessionOptions())
    )
    audio = {"audio": tune(10, 16_000)[None]}
    for ours, theirs in zip(plain.run(None, audio), usual.run(None, audio), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=SAME_TO, rtol=1e-3)
