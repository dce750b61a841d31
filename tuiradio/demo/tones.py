"""Instruments: one note or drum hit as samples. Pure, and cached, as songs repeat notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
Samples = NDArray[np.float32]
"""Mono, -1…1, at ``RATE_HZ``."""

Instrument = Callable[[int, int], Samples]
"""MIDI pitch and length in samples → the note, with its release longer than the length."""

_TABLE = 2048
_BRIGHTEST_HZ = 12_000.0


def hertz(pitch: int) -> float:
    """Frequency of a MIDI pitch; 69 is 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def _clock(length: int) -> NDArray[np.float64]:
    return np.arange(length) / RATE_HZ


def _decay(length: int, half_life_s: float) -> NDArray[np.float64]:
    return np.exp2(-_clock(length) / half_life_s)


def _wave(
    frequency_hz: float, length: int, partials: Sequence[float], phase: float = 0.0
) -> Samples:
    """A periodic tone from the strengths of its partials, none above the audible."""
    count = min(len(partials), max(1, int(_BRIGHTEST_HZ / frequency_hz)))
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    spectrum[1 : count + 1] = -0.5j * _TABLE * np.asarray(partials[:count])
    table: Samples = np.fft.irfft(spectrum).astype(np.float32)
    steps = (np.arange(length) * (frequency_hz * _TABLE / RATE_HZ) + phase * _TABLE).astype(
        np.int64
    )
    return table[steps % _TABLE]


def _held(length: int, attack_s: float, release_s: float) -> NDArray[np.float64]:
    """An envelope that holds for ``length`` and then fades for ``release_s``."""
    release = int(release_s * RATE_HZ)
    attack = max(1, min(int(attack_s * RATE_HZ), length))
    envelope = np.ones(length + release)
    envelope[:attack] = np.linspace(0, 1, attack)
    envelope[length:] = np.linspace(1, 0, release) ** 2
    return envelope


_SAW = tuple(1 / k for k in range(1, 60))
_SQUARE = tuple(1 / k if k % 2 else 0.0 for k in range(1, 60))
_PULSE = tuple(float(np.sin(np.pi * k / 4)) / k for k in range(1, 60))
_TRIANGLE = tuple((-1) ** (k // 2) / k**2 if k % 2 else 0.0 for k in range(1, 20))
_SOFT = (1.0, 0.35, 0.18, 0.1, 0.06, 0.03)
_ORGAN = (1.0, 0.7, 0.3, 0.4, 0.0, 0.2, 0.0, 0.15)


@lru_cache(maxsize=512)
def square(pitch: int, length: int) -> Samples:
    """The lead of an old game console, with its vibrato-free edge."""
    envelope = _held(length, 0.002, 0.02)
    tone = _wave(hertz(pitch), len(envelope), _SQUARE)
    return (0.5 * tone * envelope * (0.6 + 0.4 * _decay(len(envelope), 0.12))).astype(np.float32)


@lru_cache(maxsize=512)
def pulse(pitch: int, length: int) -> Samples:
    """A thin pulse wave for quick arpeggios."""
    envelope = _held(length, 0.002, 0.01)
    tone = _wave(hertz(pitch), len(envelope), _PULSE)
    return (0.45 * tone * envelope * _decay(len(envelope), 0.1)).astype(np.float32)


@lru_cache(maxsize=512)
def triangle(pitch: int, length: int) -> Samples:
    """A round console bass."""
    envelope = _held(length, 0.003, 0.02)
    return (0.9 * _wave(hertz(pitch), len(envelope), _TRIANGLE) * envelope).astype(np.float32)


@lru_cache(maxsize=256)
def pad(pitch: int, length: int) -> Samples:
    """Three slow, slightly detuned voices."""
    envelope = _held(length, 0.9, 1.6)
    tone: Samples = np.zeros(len(envelope), dtype=np.float32)
    for detune, phase in ((0.996, 0.1), (1.0, 0.4), (1.005, 0.8)):
        tone += _wave(hertz(pitch) * detune, len(envelope), _SOFT, phase)
    sway = 0.85 + 0.15 * np.sin(2 * np.pi * 0.23 * _clock(len(envelope)) + pitch)
    return (0.25 * tone * envelope * sway).astype(np.float32)


@lru_cache(maxsize=256)
def strings(pitch: int, length: int) -> Samples:
    """Bowed strings: saw-like, with vibrato."""
    envelope = _held(length, 0.09, 0.25)
    time_s = _clock(len(envelope))
    bend = 0.004 * np.sin(2 * np.pi * 5.4 * time_s) * np.minimum(1, time_s * 3)
    phase = np.cumsum(hertz(pitch) * (1 + bend)) / RATE_HZ
    count = min(14, max(1, int(6000 / hertz(pitch))))
    tone = np.zeros(len(envelope))
    turn = np.exp(2j * np.pi * phase)
    power = np.ones_like(turn)
    for partial in range(1, count + 1):
        power = power * turn
        tone += power.imag / partial**1.35
    return (0.32 * tone * envelope).astype(np.float32)


@lru_cache(maxsize=256)
def stab(pitch: int, length: int) -> Samples:
    """A bright detuned chord stab."""
    envelope = _held(min(length, RATE_HZ // 3), 0.004, 0.12)
    tone = sum(_wave(hertz(pitch) * detune, len(envelope), _SAW) for detune in (0.994, 1.0, 1.007))
    return (0.2 * np.asarray(tone) * envelope * _decay(len(envelope), 0.15)).astype(np.float32)


@lru_cache(maxsize=256)
def organ(pitch: int, length: int) -> Samples:
    """A drawbar organ, for off-beats."""
    envelope = _held(length, 0.006, 0.05)
    return (0.35 * _wave(hertz(pitch), len(envelope), _ORGAN) * envelope).astype(np.float32)


@lru_cache(maxsize=256)
def power_chord(pitch: int, length: int) -> Samples:
    """Root, fifth and octave through an overdriven amplifier."""
    envelope = _held(length, 0.004, 0.06)
    tone = sum(
        _wave(hertz(pitch + step) * detune, len(envelope), _SAW[:24], phase)
        for step, detune, phase in ((0, 1.0, 0.0), (7, 1.002, 0.3), (12, 0.998, 0.6))
    )
    return (0.38 * np.tanh(3.2 * np.asarray(tone)) * envelope).astype(np.float32)


@lru_cache(maxsize=256)
def overdriven_lead(pitch: int, length: int) -> Samples:
    """A singing electric guitar."""
    envelope = _held(length, 0.01, 0.12)
    tone = _wave(hertz(pitch), len(envelope), _SAW[:16]) * envelope
    return (0.4 * np.tanh(2.5 * tone)).astype(np.float32)


@lru_cache(maxsize=256)
def sub_bass(pitch: int, length: int) -> Samples:
    """Almost a sine."""
    envelope = _held(length, 0.006, 0.05)
    return (0.9 * _wave(hertz(pitch), len(envelope), (1.0, 0.25, 0.08)) * envelope).astype(
        np.float32
    )


@lru_cache(maxsize=256)
def reese(pitch: int, length: int) -> Samples:
    """Two saws that beat against each other."""
    envelope = _held(length, 0.01, 0.08)
    tone = _wave(hertz(pitch) * 0.993, len(envelope), _SAW[:18])
    tone = tone + _wave(hertz(pitch) * 1.007, len(envelope), _SAW[:18], 0.5)
    return (0.5 * np.tanh(tone) * envelope).astype(np.float32)


@lru_cache(maxsize=256)
def piano(pitch: int, length: int) -> Samples:
    """Stiff strings: partials a little sharp, high ones dying first."""
    envelope = _held(length, 0.003, 0.18)
    time_s = _clock(len(envelope))
    tone = np.zeros(len(envelope))
    base_hz = hertz(pitch)
    for partial in range(1, 9):
        frequency_hz = base_hz * partial * np.sqrt(1 + 0.0004 * partial**2)
        if frequency_hz > _BRIGHTEST_HZ:
            break
        fade = np.exp2(-time_s / (1.1 / partial**0.8))
        tone += np.sin(2 * np.pi * frequency_hz * time_s) * fade / partial**1.1
    return (0.4 * tone * envelope).astype(np.float32)


@lru_cache(maxsize=256)
def music_box(pitch: int, length: int) -> Samples:
    """A plucked steel comb: few partials, far apart."""
    samples = min(length, RATE_HZ) + RATE_HZ
    time_s = _clock(samples)
    tone = np.zeros(samples)
    for ratio, strength, half_life_s in ((1, 1.0, 0.5), (2.76, 0.4, 0.2), (5.4, 0.2, 0.08)):
        frequency_hz = hertz(pitch) * ratio
        if frequency_hz < _BRIGHTEST_HZ:
            tone += (
                strength
                * np.sin(2 * np.pi * frequency_hz * time_s)
                * np.exp2(-time_s / half_life_s)
            )
    tone[-2000:] *= np.linspace(1, 0, 2000)
    return (0.5 * tone).astype(np.float32)


@lru_cache(maxsize=256)
def guitar(pitch: int, length: int) -> Samples:
    """A plucked string after Karplus and Strong: noise in a loop that loses its brightness."""
    samples = length + RATE_HZ // 3
    period = int(RATE_HZ / hertz(pitch))
    noise = np.random.default_rng(pitch).uniform(-1, 1, period)
    rounds = samples // period + 2
    loop = np.empty((rounds, period))
    loop[0] = noise - noise.mean()
    loss = 0.5 * float(np.exp2(-1 / (hertz(pitch) * (2.4 if pitch < 55 else 1.5))))
    for turn in range(1, rounds):
        before = loop[turn - 1]
        # The sample one period and one step ago; the first has it at the end of two rounds ago.
        shifted = np.empty(period)
        shifted[1:] = before[:-1]
        shifted[0] = loop[turn - 2][-1] if turn > 1 else 0.0
        loop[turn] = loss * (before + shifted)
    string = loop.reshape(-1)
    # The loop is half a sample longer than its period and that a whole number: retune.
    places = np.arange(samples) * (hertz(pitch) * (period + 0.5) / RATE_HZ)
    tone = np.interp(places, np.arange(len(string)), string)
    tone[-4000:] *= np.linspace(1, 0, 4000)
    return np.asarray(0.7 * tone, dtype=np.float32)


@lru_cache(maxsize=64)
def kick(weight: int) -> Samples:
    """A bass drum; ``weight`` 0 is dry and high, 2 is deep."""
    time_s = _clock(int((0.16 + 0.1 * weight) * RATE_HZ))
    sweep_hz = (52 - 4 * weight) + 150 * np.exp(-time_s * 38)
    tone = np.sin(2 * np.pi * np.cumsum(sweep_hz) / RATE_HZ) * np.exp(-time_s * (16 - 4 * weight))
    tone[-300:] *= np.linspace(1, 0, 300)
    return (1.0 * tone).astype(np.float32)


@lru_cache(maxsize=64)
def snare(brightness: int) -> Samples:
    """Noise over a short tone; ``brightness`` 0 is soft, 2 cracks."""
    length = int(0.2 * RATE_HZ)
    time_s = _clock(length)
    noise = np.random.default_rng(brightness).standard_normal(length)
    body = np.sin(2 * np.pi * 190 * time_s) * np.exp(-time_s * 30)
    rattle = np.diff(noise, prepend=0.0) if brightness == 2 else noise
    return (0.3 * rattle * np.exp(-time_s * (24 - 4 * brightness)) + 0.5 * body).astype(np.float32)


@lru_cache(maxsize=64)
def hat(openness: int) -> Samples:
    """A hi-hat; ``openness`` 0 is a tick, 3 a ride cymbal."""
    length = int((0.05, 0.12, 0.3, 0.7)[openness] * RATE_HZ)
    noise = np.random.default_rng(90 + openness).standard_normal(length)
    hiss = np.diff(noise, n=2, prepend=(0.0, 0.0))
    return (0.12 * hiss * _decay(length, (0.012, 0.03, 0.08, 0.16)[openness])).astype(np.float32)


@lru_cache(maxsize=64)
def brush(_: int) -> Samples:
    """A brush on a snare drum."""
    length = int(0.18 * RATE_HZ)
    noise = np.random.default_rng(7).standard_normal(length)
    swell = np.sin(np.linspace(0, np.pi, length)) ** 2
    return np.asarray(0.12 * noise * swell, dtype=np.float32)
