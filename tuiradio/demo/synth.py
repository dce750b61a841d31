"""From a style and a random generator to a song: scoring, mixing, mastering."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuiradio.demo.score import Harmony
from tuiradio.demo.styles import STYLES, Drum, Layer, Style
from tuiradio.demo.tones import RATE_HZ, Samples

_SECTIONS = 6
_FADE_S = 0.01
_TAIL_S = 1.5
_LOUD = 0.85
# A short song has no room for an introduction: everything plays from the start.
_SHORT_BARS = 8
# Prime-ish distances, so that the echoes of left and right do not line up.
_TAPS_MS = ((23, 41, 67, 103, 157, 241), (29, 47, 71, 113, 173, 263))


def tempo_of(style: str, rng: np.random.Generator) -> int:
    """The tempo in beats per minute that a song of this style and generator has."""
    low, high = STYLES[style].bpm
    return int(rng.integers(low, high + 1))


def synthesize(style: str, seconds: float, rng: np.random.Generator) -> Samples:
    """A song of ``seconds``: mono float32 at ``RATE_HZ``, peak 0.85; the same for the same ``rng``.

    Raises:
        KeyError: no such style.
    """
    plan = STYLES[style]
    bpm = tempo_of(style, rng)
    beat_samples = 60 * RATE_HZ / bpm
    length = round(seconds * RATE_HZ)
    bars = max(1, int(np.ceil(length / beat_samples / plan.beats_per_bar)))
    harmony = _harmony(plan, bars, rng)
    mix = np.zeros(length + round(_TAIL_S * RATE_HZ), dtype=np.float32)
    for layer in plan.layers:
        _play(mix, layer, harmony, plan, beat_samples, rng)
    for drum in plan.drums:
        _drum(mix, drum, harmony, plan, beat_samples)
    return _master(mix[:length])


def widen(mono: Samples, echo: float) -> NDArray[np.float32]:
    """Stereo float32 [n, 2] with the early echoes of a room of strength ``echo``."""
    channels = []
    for taps in _TAPS_MS:
        channel = mono.copy()
        for place, tap_ms in enumerate(taps, 1):
            delay = tap_ms * RATE_HZ // 1000
            if delay < len(mono):
                channel[delay:] += np.float32(echo * 0.8**place) * mono[:-delay]
        channels.append(channel)
    stereo = np.stack(channels, axis=1)
    return stereo * np.float32(_LOUD / max(1e-9, float(np.abs(stereo).max())))


def _harmony(plan: Style, bars: int, rng: np.random.Generator) -> Harmony:
    scale = plan.scales[int(rng.integers(len(plan.scales)))]
    degrees = plan.progressions[int(rng.integers(len(plan.progressions)))]
    key = 60 + int(rng.integers(-4, 5))
    return Harmony(key, scale, degrees, plan.sevenths, plan.beats_per_bar, bars)


def _play(
    mix: Samples,
    layer: Layer,
    harmony: Harmony,
    plan: Style,
    beat_samples: float,
    rng: np.random.Generator,
) -> None:
    for note in layer.pattern(harmony, rng):
        bar = int(note.start_beats // harmony.beats_per_bar)
        if not _sounds(layer.sections, bar, harmony.bars):
            continue
        start = round(_swung(note.start_beats, plan.swing) * beat_samples)
        pitch = note.pitch + 12 * layer.octave
        # Rounded to a hundredth of a second, so that equal notes are rendered once.
        length = max(1, round(note.length_beats * beat_samples / RATE_HZ * 100)) * RATE_HZ // 100
        _add(mix, start, layer.instrument(pitch, length), layer.gain * note.velocity)


def _drum(mix: Samples, drum: Drum, harmony: Harmony, plan: Style, beat_samples: float) -> None:
    sound = drum.sound(drum.variant)
    for bar in range(harmony.bars):
        if not _sounds(drum.sections, bar, harmony.bars):
            continue
        grid = drum.grids[bar % len(drum.grids)]
        for place, sign in enumerate(grid):
            if sign != ".":
                beat = (bar + place / len(grid)) * harmony.beats_per_bar
                start = round(_swung(beat, plan.swing) * beat_samples)
                _add(mix, start, sound, drum.gain * (1.0 if sign == "x" else 0.5))


def _sounds(sections: str, bar: int, bars: int) -> bool:
    return bars < _SHORT_BARS or sections[bar * _SECTIONS // bars] == "1"


def _swung(beat: float, swing: float) -> float:
    return beat + swing if swing and abs(beat % 1 - 0.5) < 0.01 else beat


def _add(mix: Samples, start: int, sound: Samples, gain: float) -> None:
    end = min(start + len(sound), len(mix))
    if start < end:
        mix[start:end] += np.float32(gain) * sound[: end - start]


def _master(mix: Samples) -> Samples:
    """Softly limited, at one loudness for every style, without clicks at the ends."""
    level = float(np.sqrt(np.mean(np.square(mix)))) or 1.0
    song: Samples = np.tanh(mix * np.float32(0.2 / level))
    fade = min(len(song), round(_FADE_S * RATE_HZ))
    song[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    ending = min(len(song) // 4, round(_TAIL_S * RATE_HZ))
    song[len(song) - ending :] *= np.linspace(1, 0, ending, dtype=np.float32)
    return song * np.float32(_LOUD / max(1e-9, float(np.abs(song).max(initial=0.0))))
