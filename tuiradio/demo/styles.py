"""The styles as data: tempo, harmony, instruments, patterns, drums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuiradio.demo import score, tones
from tuiradio.demo.score import DORIAN, MAJOR, MINOR, MIXOLYDIAN, Pattern
from tuiradio.demo.tones import Instrument, Samples


@dataclass(frozen=True, slots=True)
class Layer:
    """One instrument and what it plays."""

    instrument: Instrument
    pattern: Pattern
    octave: int = 0
    gain: float = 0.5
    sections: str = "111111"
    """In which sixths of the song it plays."""


@dataclass(frozen=True, slots=True)
class Drum:
    """One drum and when it is hit: a grid of equal steps over a bar (x loud, o soft)."""

    sound: Callable[[int], Samples]
    variant: int
    grids: tuple[str, ...]
    """One a bar, in turn."""
    gain: float = 0.7
    sections: str = "011011"


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of music is made."""

    genre: str
    bpm: tuple[int, int]
    scales: tuple[tuple[int, ...], ...]
    progressions: tuple[tuple[int, ...], ...]
    layers: tuple[Layer, ...]
    drums: tuple[Drum, ...] = ()
    beats_per_bar: int = 4
    sevenths: bool = False
    swing: float = 0.0
    """How late the second half of a beat comes, in beats."""
    echo: float = 0.15
    """Strength of the room."""


_POP = ((0, 4, 5, 3), (5, 3, 0, 4), (0, 5, 3, 4), (0, 3, 0, 4))
_DARK = ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 2, 6, 3))
_JAZZ = ((1, 4, 0, 0), (0, 5, 1, 4), (2, 5, 1, 4), (0, 3, 2, 5, 1, 4, 0, 4))
_MODAL = ((0, 3, 0, 6), (0, 6, 3, 0), (0, 0, 3, 4))

STYLES: dict[str, Style] = {
    "chiptune": Style(
        "Chiptune",
        (138, 168),
        (MAJOR, MINOR),
        _POP + _DARK,
        (
            Layer(tones.square, score.melody(0.5, 0.12), 1, 0.34, "011111"),
            Layer(tones.pulse, score.arpeggio(4, (0, 1, 2, 3)), 0, 0.26),
            Layer(
                tones.triangle,
                score.roots(((0, 0.9, 0), (1.5, 0.4, 0), (2, 0.9, 4), (3, 0.9, 0))),
                -2,
                0.5,
            ),
        ),
        (
            Drum(tones.kick, 0, ("x...x...x...x.x.",), 0.5),
            Drum(tones.snare, 2, ("....x.......x...", "....x.......x.xx"), 0.35),
            Drum(tones.hat, 0, ("x.x.x.x.x.x.x.x.",), 0.4),
        ),
        echo=0.05,
    ),
    "ambient": Style(
        "Ambient",
        (56, 70),
        (MAJOR, DORIAN),
        ((0, 3, 5, 4), (0, 2, 3, 3), (5, 3, 0, 0)),
        (
            Layer(tones.pad, score.held_chords(), 0, 0.5),
            Layer(tones.pad, score.roots(((0, 4, 0),)), -1, 0.5),
            Layer(tones.music_box, score.melody(1.0, 0.55), 1, 0.16, "011110"),
        ),
        sevenths=True,
        echo=0.5,
    ),
    "house": Style(
        "House",
        (120, 127),
        (MINOR, DORIAN),
        _DARK,
        (
            Layer(tones.stab, score.chord_hits((0.5, 1.25, 2.5, 3.25), 0.3), 0, 0.5, "110111"),
            Layer(
                tones.sub_bass,
                score.roots(((0.5, 0.4, 0), (1.5, 0.4, 0), (2.5, 0.4, 0), (3.5, 0.4, 7))),
                -2,
                0.6,
                "011011",
            ),
            Layer(tones.pad, score.held_chords(), 0, 0.2, "101101"),
            Layer(tones.pulse, score.melody(0.5, 0.4), 1, 0.2, "001011"),
        ),
        (
            Drum(tones.kick, 2, ("x...x...x...x...",), 0.9, "111011"),
            Drum(tones.hat, 2, ("..x...x...x...x.",), 0.5, "011011"),
            Drum(tones.snare, 1, ("....x.......x...",), 0.35),
            Drum(tones.hat, 0, ("xoxoxoxoxoxoxoxo",), 0.3, "001011"),
        ),
        sevenths=True,
        echo=0.18,
    ),
    "waltz": Style(
        "Waltz",
        (96, 132),
        (MAJOR, MINOR),
        ((0, 0, 4, 4, 4, 4, 0, 0), (0, 5, 3, 4), (0, 3, 4, 0)),
        (
            Layer(tones.music_box, score.melody(1.0, 0.1, 9), 1, 0.4),
            Layer(tones.music_box, score.chord_hits((1, 2), 0.8), 0, 0.16, "111111"),
            Layer(tones.music_box, score.roots(((0, 1, 0),)), -1, 0.4),
        ),
        beats_per_bar=3,
        echo=0.3,
    ),
    "folk": Style(
        "Folk",
        (84, 112),
        (MAJOR, MIXOLYDIAN),
        _POP + _MODAL,
        (
            Layer(tones.guitar, score.arpeggio(2, (0, 2, 1, 3, 2, 4, 1, 2)), 0, 0.45),
            Layer(tones.guitar, score.roots(((0, 1.8, 0), (2, 1.8, 4))), -1, 0.55),
            Layer(tones.guitar, score.melody(0.5, 0.2), 1, 0.5, "011011"),
        ),
        echo=0.2,
    ),
    "rock": Style(
        "Rock",
        (118, 152),
        (MINOR, MIXOLYDIAN),
        _MODAL + _DARK,
        (
            Layer(
                tones.power_chord,
                score.roots(tuple((half / 2, 0.42, 0) for half in range(8))),
                -2,
                0.5,
            ),
            Layer(
                tones.reese,
                score.roots(tuple((half / 2, 0.45, 0) for half in range(8))),
                -3,
                0.45,
                "011111",
            ),
            Layer(tones.overdriven_lead, score.melody(0.5, 0.15), 0, 0.42, "001011"),
        ),
        (
            Drum(tones.kick, 1, ("x.....x.x.x.....", "x.....x.x...x.x."), 0.9, "111111"),
            Drum(tones.snare, 2, ("....x.......x...", "....x.......x..x"), 0.7, "111111"),
            Drum(tones.hat, 1, ("x.x.x.x.x.x.x.x.",), 0.5, "111011"),
            Drum(tones.hat, 3, ("x...............", "................") * 2, 0.7, "011111"),
        ),
        echo=0.1,
    ),
    "jazz": Style(
        "Jazz",
        (104, 148),
        (MAJOR, DORIAN),
        _JAZZ,
        (
            Layer(tones.piano, score.chord_hits((0, 1.5), 0.7), 0, 0.3),
            Layer(tones.piano, score.melody(0.5, 0.25, 13), 1, 0.5, "011110"),
            Layer(tones.guitar, score.walking(), -2, 0.7),
        ),
        (
            Drum(tones.hat, 3, ("x...x.o.x...x.o.",), 0.35, "111111"),
            Drum(tones.hat, 0, ("....x.......x...",), 0.6, "111111"),
            Drum(tones.brush, 0, ("x...x...x...x...",), 0.7, "011111"),
        ),
        sevenths=True,
        swing=0.16,
        echo=0.16,
    ),
    "drum and bass": Style(
        "Drum and Bass",
        (168, 178),
        (MINOR,),
        _DARK,
        (
            Layer(
                tones.reese,
                score.roots(((0, 1.4, 0), (1.5, 1.4, 0), (3, 0.9, 2))),
                -3,
                0.5,
                "011011",
            ),
            Layer(tones.pad, score.held_chords(), 0, 0.3),
            Layer(tones.piano, score.melody(1.0, 0.4), 1, 0.25, "101101"),
        ),
        (
            Drum(tones.kick, 1, ("x.........x.....", "x..x......x....."), 0.95),
            Drum(tones.snare, 2, ("....x..o.o..x..o", "....x..o.o..x.oo"), 0.7),
            Drum(tones.hat, 0, ("x.xox.x.x.xox.x.",), 0.5, "111111"),
        ),
        echo=0.2,
    ),
    "chamber": Style(
        "Classical",
        (66, 92),
        (MAJOR, MINOR),
        ((0, 3, 4, 0), (0, 5, 1, 4), (0, 4, 5, 2, 3, 0, 3, 4)),
        (
            Layer(tones.strings, score.melody(1.0, 0.08, 10), 1, 0.5),
            Layer(tones.strings, score.held_chords(), 0, 0.26),
            Layer(tones.strings, score.roots(((0, 1.9, 0), (2, 1.9, 4))), -1, 0.5, "011111"),
        ),
        echo=0.4,
    ),
}
