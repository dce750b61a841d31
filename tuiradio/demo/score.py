"""Harmony and patterns: what is played when. Pure; randomness is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
MIXOLYDIAN = (0, 2, 4, 5, 7, 9, 10)


@dataclass(frozen=True, slots=True)
class Note:
    """One note; times in beats from the start of the song."""

    start_beats: float
    length_beats: float
    pitch: int
    """MIDI."""
    velocity: float = 1.0


@dataclass(frozen=True, slots=True)
class Harmony:
    """The chords of a song, one a bar, as steps of a scale."""

    key: int
    """MIDI pitch of the tonic around middle C."""
    scale: tuple[int, ...]
    degrees: tuple[int, ...]
    """0 is the tonic; one a bar, repeated."""
    sevenths: bool
    beats_per_bar: int
    bars: int

    def pitch(self, step: int) -> int:
        """The MIDI pitch of a scale step, 0 being the tonic."""
        octave, degree = divmod(step, len(self.scale))
        return self.key + 12 * octave + self.scale[degree]

    def chord(self, bar: int) -> tuple[int, ...]:
        """The chord of a bar as scale steps, root first."""
        root = self.degrees[bar % len(self.degrees)]
        return tuple(root + third for third in ((0, 2, 4, 6) if self.sevenths else (0, 2, 4)))

    def voicing(self, bar: int) -> tuple[int, ...]:
        """The chord as MIDI pitches in close position near the tonic, whatever its root."""
        size = len(self.scale)
        return tuple(sorted(self.pitch((step + 2) % size - 2) for step in self.chord(bar)))


class Pattern(Protocol):
    """Turns a harmony into the notes of one instrument."""

    def __call__(self, harmony: Harmony, rng: np.random.Generator) -> list[Note]: ...


def _per_bar(play: Callable[[Harmony, int, float], list[Note]]) -> Pattern:
    def pattern(harmony: Harmony, rng: np.random.Generator) -> list[Note]:
        bars = range(harmony.bars)
        return [n for bar in bars for n in play(harmony, bar, float(bar * harmony.beats_per_bar))]

    return pattern


def held_chords() -> Pattern:
    """The chord, all bar long."""

    def play(harmony: Harmony, bar: int, start: float) -> list[Note]:
        length = float(harmony.beats_per_bar)
        return [Note(start, length, pitch, 0.8) for pitch in harmony.voicing(bar)]

    return _per_bar(play)


def chord_hits(beats: tuple[float, ...], length_beats: float, roll_beats: float = 0.0) -> Pattern:
    """The chord on these beats of each bar; ``roll_beats`` apart like a strummed one."""

    def play(harmony: Harmony, bar: int, start: float) -> list[Note]:
        return [
            Note(start + beat + roll_beats * place, length_beats, pitch, 0.75)
            for beat in beats
            for place, pitch in enumerate(harmony.voicing(bar))
        ]

    return _per_bar(play)


def roots(hits: tuple[tuple[float, float, int], ...]) -> Pattern:
    """A bass: (beat, length, scale steps above the root) of each bar."""

    def play(harmony: Harmony, bar: int, start: float) -> list[Note]:
        root = harmony.degrees[bar % len(harmony.degrees)]
        root = root - len(harmony.scale) if root > 4 else root
        return [
            Note(start + beat, length, harmony.pitch(root + step), 0.9)
            for beat, length, step in hits
        ]

    return _per_bar(play)


def arpeggio(steps_per_beat: int, order: tuple[int, ...]) -> Pattern:
    """Broken chords; ``order`` counts chord tones, going on in the next octave."""

    def play(harmony: Harmony, bar: int, start: float) -> list[Note]:
        chord, size = harmony.voicing(bar), len(harmony.voicing(bar))
        length = 1 / steps_per_beat
        notes = []
        for step in range(harmony.beats_per_bar * steps_per_beat):
            octave, tone = divmod(order[step % len(order)], size)
            accent = 0.9 if step % steps_per_beat == 0 else 0.65
            notes.append(Note(start + step * length, length, chord[tone] + 12 * octave, accent))
        return notes

    return _per_bar(play)


def walking() -> Pattern:
    """A jazz bass: root, steps between, and a lead into the next root."""

    def pattern(harmony: Harmony, rng: np.random.Generator) -> list[Note]:
        notes = []
        for bar in range(harmony.bars):
            here, after = (harmony.degrees[at % len(harmony.degrees)] for at in (bar, bar + 1))
            inner = rng.choice([2, 4, 3, 1], size=harmony.beats_per_bar - 2)
            steps = [here, *(here + int(step) for step in inner), after + int(rng.choice([-1, 1]))]
            notes += [
                Note(bar * harmony.beats_per_bar + beat, 0.9, harmony.pitch(step), 0.85)
                for beat, step in enumerate(steps)
            ]
        return notes

    return pattern


def melody(grain_beats: float, rest: float, highest: int = 11) -> Pattern:
    """A tune: a two-bar motif of rhythm and contour, repeated and answered, fitted to the chords.

    ``rest`` is the share of places left silent; scale steps stay within 0 … ``highest``.
    """

    def pattern(harmony: Harmony, rng: np.random.Generator) -> list[Note]:
        phrases = [_phrase(harmony.beats_per_bar * 2, grain_beats, rest, rng) for _ in range(2)]
        notes: list[Note] = []
        step = int(rng.integers(2, 7))
        for index, bar in enumerate(range(0, harmony.bars, 2)):
            # A A B A: enough return to be a tune.
            for offset, length, leap in phrases[1 if index % 4 == 2 else 0]:
                now = bar + int(offset // harmony.beats_per_bar)
                is_strong = offset % harmony.beats_per_bar in (0, 2)
                step = _bounded(step + leap, highest)
                if is_strong:
                    step = _nearest_chord_step(harmony, now, step)
                if now < harmony.bars:
                    start = bar * harmony.beats_per_bar + offset
                    loud = 1.0 if is_strong else 0.8
                    notes.append(Note(start, length * 0.95, harmony.pitch(step), loud))
        return notes

    return pattern


def _phrase(
    beats: int, grain_beats: float, rest: float, rng: np.random.Generator
) -> list[tuple[float, float, int]]:
    """Offset, length and leap in scale steps of each note of a motif."""
    phrase = []
    offset = 0.0
    while offset < beats - grain_beats / 2:
        length = grain_beats * float(rng.choice([1, 1, 2, 3], p=[0.45, 0.15, 0.3, 0.1]))
        length = min(length, beats - offset)
        if offset == 0 or rng.random() >= rest:
            leap = int(rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 4]))
            phrase.append((offset, length, leap))
        offset += length
    return phrase


def _bounded(step: int, highest: int) -> int:
    """Turned back at the edges of the range, as singers do."""
    if step < 0:
        return -step
    return min(step, max(0, 2 * highest - step)) if step > highest else step


def _nearest_chord_step(harmony: Harmony, bar: int, step: int) -> int:
    size = len(harmony.scale)
    classes = {tone % size for tone in harmony.chord(bar)}
    return min(
        range(step - 3, step + 4), key=lambda near: (near % size not in classes, abs(near - step))
    )
