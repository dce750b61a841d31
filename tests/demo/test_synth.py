"""The composed songs: audible, clean, different, and always the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuiradio.demo.score import MAJOR, Harmony, arpeggio, held_chords, melody, roots, walking
from tuiradio.demo.styles import STYLES
from tuiradio.demo.synth import synthesize, tempo_of, widen
from tuiradio.demo.tones import RATE_HZ, guitar, hertz


@pytest.mark.parametrize("style", STYLES)
def test_a_song_is_sound_music(style: str) -> None:
    song = synthesize(style, 6.0, np.random.default_rng(1))
    assert (song.dtype, len(song)) == (np.float32, 6 * RATE_HZ)
    assert np.isfinite(song).all()
    assert np.abs(song).max() == pytest.approx(0.85, abs=0.01)
    assert abs(float(song.mean())) < 0.01
    # Every second holds something, and no second is a block of full level.
    loudness = np.sqrt(np.mean(np.square(song[: 4 * RATE_HZ].reshape(4, -1)), axis=1))
    assert (loudness > 0.01).all()
    assert (loudness < 0.6).all()
    assert song[0] == 0.0
    assert abs(song[-1]) < 0.01


def test_the_same_generator_makes_the_same_song() -> None:
    first, second = (synthesize("jazz", 3.0, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    other = synthesize("jazz", 3.0, np.random.default_rng(5))
    assert not np.array_equal(first, other)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(STYLES)), st.floats(0.05, 2.0), st.integers(0, 2**32 - 1))
def test_any_length_is_exact(style: str, seconds: float, seed: int) -> None:
    song = synthesize(style, seconds, np.random.default_rng(seed))
    assert len(song) == round(seconds * RATE_HZ)
    assert np.isfinite(song).all()


def test_the_tempo_is_the_styles() -> None:
    for name, style in STYLES.items():
        assert style.bpm[0] <= tempo_of(name, np.random.default_rng(0)) <= style.bpm[1]


def test_widening_makes_two_different_channels() -> None:
    stereo = widen(synthesize("folk", 2.0, np.random.default_rng(1)), 0.3)
    assert stereo.shape == (2 * RATE_HZ, 2)
    assert np.abs(stereo).max() == pytest.approx(0.85, abs=0.01)
    assert not np.array_equal(stereo[:, 0], stereo[:, 1])


@pytest.mark.parametrize("pitch", [40, 57, 64, 76])
def test_the_plucked_string_is_in_tune(pitch: int) -> None:
    tone = guitar(pitch, RATE_HZ)[4000:44100]
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone)), 8 * len(tone)))
    spacing_hz = RATE_HZ / (8 * len(tone))
    window = slice(int(hertz(pitch) * 0.94 / spacing_hz), int(hertz(pitch) * 1.06 / spacing_hz))
    found_hz = (window.start + int(np.argmax(spectrum[window]))) * spacing_hz
    assert abs(1200 * np.log2(found_hz / hertz(pitch))) < 12


HARMONY = Harmony(60, MAJOR, (0, 4, 5, 3), sevenths=False, beats_per_bar=4, bars=8)


@pytest.mark.parametrize(
    "pattern",
    [
        held_chords(),
        arpeggio(2, (0, 1, 2, 3)),
        roots(((0, 1, 0), (2, 1, 4))),
        walking(),
        melody(0.5, 0.2),
    ],
)
def test_patterns_stay_in_the_song_and_the_scale(pattern: object) -> None:
    assert callable(pattern)
    notes = pattern(HARMONY, np.random.default_rng(3))
    assert notes
    for note in notes:
        assert 0 <= note.start_beats < 32
        assert note.length_beats > 0
        assert 30 <= note.pitch <= 96
        assert (note.pitch - 60) % 12 in MAJOR


def test_chords_are_thirds_of_the_scale() -> None:
    assert HARMONY.voicing(0) == (60, 64, 67)
    assert {pitch % 12 for pitch in HARMONY.voicing(1)} == {7, 11, 2}
