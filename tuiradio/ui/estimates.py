"""What the network makes of a track, in words and scales."""

from __future__ import annotations

from tuiradio.library.track import Estimates, Status, Track
from tuiradio.ui.ink import Piece
from tuiradio.ui.text import clean, fit

Line = list[Piece]

MOOD_AXES = (("gloomy", "bright"), ("calm", "lively"))
"""The ends of valence and arousal."""

_MOST_TAGS = 6
_SCALE_CELLS = 11
_BAR_CELLS = 8
_BAR_CELLS_NARROW = 5
_NARROW = 28
_CLEAR = 0.25
"""A mood nearer to the middle than this is not worth a word."""


def mood_words(estimates: Estimates) -> str:
    """``lively, bright``; "" where the network has no clear opinion."""
    words: list[str] = []
    for value, (low, high) in zip((estimates.valence, estimates.arousal), MOOD_AXES, strict=True):
        if value is not None and abs(value) >= _CLEAR:
            words.append(high if value > 0 else low)
    return ", ".join(words)


def mood_scale(now: float, was: float | None = None, cells: int = _SCALE_CELLS) -> Line:
    """An axis of mood, -1…1: the needle is now, the dot the track before."""
    at = _mood_cell(now, cells)
    before = -1 if was is None else _mood_cell(was, cells)
    return [
        Piece("┃", "needle") if x == at else Piece("•" if x == before else "─", "faint")
        for x in range(cells)
    ]


def _mood_cell(value: float, cells: int) -> int:
    return round((max(-1.0, min(1.0, value)) + 1.0) / 2.0 * (cells - 1))


def described(track: Track | None, width: int) -> list[Line]:
    """Tempo, mood and tags of a track, as many cells wide as told."""
    if track is None:
        return []
    estimates = track.estimates
    lines = [*_tempo(track, width), *_moods(estimates, width)]
    if estimates.tags:
        lines += [[Piece("")], *(_tag(name, value, width) for name, value in _strongest(estimates))]
    if lines:
        return lines
    words = {
        Status.PENDING: "Not listened to yet.",
        Status.FAILED: "It could not be listened to.",
        Status.HEARD: "This network only knows likeness.",
    }
    return [[Piece(words[track.status], "faint")]]


def _tempo(track: Track, width: int) -> list[Line]:
    if not (tempo := track.estimates.tempo_bpm or track.bpm):
        return []
    line = [Piece(fit("tempo", 8), "dim"), Piece(f"{tempo:.0f} BPM", "amber")]
    if width >= _NARROW and track.bpm and abs(track.bpm - tempo) >= 1:
        line.append(Piece(f"  tagged {track.bpm:.0f}", "faint"))
    return [line]


def _moods(estimates: Estimates, width: int) -> list[Line]:
    cells = max(5, min(21, width - 16)) | 1
    lines: list[Line] = []
    for value, (low, high) in zip((estimates.valence, estimates.arousal), MOOD_AXES, strict=True):
        if value is not None:
            scale = mood_scale(value, cells=cells)
            lines.append([Piece(fit(low, 8), "dim"), *scale, Piece(f" {high}", "dim")])
    return lines


def _strongest(estimates: Estimates) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(estimates.tags, key=lambda tag: -tag[1])[:_MOST_TAGS])


def _tag(name: str, probability: float, width: int) -> Line:
    cells = _BAR_CELLS if width >= _NARROW else _BAR_CELLS_NARROW
    full = round(max(0.0, min(1.0, probability)) * cells)
    room = max(4, width - cells - 7)
    return [
        Piece(fit(clean(name).lower(), room), "text"),
        Piece(" "),
        Piece("▰" * full, "teal"),
        Piece("▱" * (cells - full), "faint"),
        Piece(f"{round(probability * 100):>4} %", "dim"),
    ]
