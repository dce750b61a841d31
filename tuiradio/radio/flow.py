"""From one track into the next: tempo, loudness and mood beside the track before."""

from __future__ import annotations

import math
from dataclasses import replace

from tuiradio.library.track import Track
from tuiradio.radio.pick import Pick

_LOUDNESS_RANGE_DB = 12.0
_TEMPO_SHARE = 0.7
_DAY_S = 86_400.0


def tempo_of(track: Track | None) -> float:
    """Beats per minute as the model hears them, else as tagged; 0 when not known."""
    if track is None:
        return 0.0
    return max(0.0, track.estimates.tempo_bpm or track.bpm or 0.0)


def tempo_jump(one_bpm: float, other_bpm: float) -> float:
    """How far two tempos lie apart, 0…1; half and double time are the same tempo.

    1 is as far as tempos can be when octaves do not count: half an octave. An unknown
    tempo (0) is no jump.
    """
    if one_bpm <= 0.0 or other_bpm <= 0.0:
        return 0.0
    octaves = abs(math.log2(one_bpm) - math.log2(other_bpm)) % 1.0
    return 2.0 * min(octaves, 1.0 - octaves)


def loudness_jump(one: Track, other: Track) -> float:
    """How far two tracks lie apart in loudness by ReplayGain, 0…1; untagged ones: 0."""
    if one.track_gain_db is None or other.track_gain_db is None:
        return 0.0
    return min(1.0, abs(one.track_gain_db - other.track_gain_db) / _LOUDNESS_RANGE_DB)


def unevenness(track: Track | None, previous: Track | None) -> float:
    """How rough the step from one track into the next is, 0…1."""
    if track is None or previous is None:
        return 0.0
    tempo = tempo_jump(tempo_of(track), tempo_of(previous))
    return _TEMPO_SHARE * tempo + (1.0 - _TEMPO_SHARE) * loudness_jump(track, previous)


def beside(pick: Pick, track: Track | None, previous: Track | None, now_s: float) -> Pick:
    """The pick with tempo, mood and age of its last play beside those of the track before."""
    if track is None:
        return pick
    age_s = now_s - track.last_played_s
    return replace(
        pick,
        tempo_bpm=tempo_of(track),
        previous_tempo_bpm=tempo_of(previous),
        mood=mood_of(track),
        previous_mood=mood_of(previous),
        unplayed_days=max(0.0, age_s / _DAY_S) if track.last_played_s > 0.0 else None,
    )


def following(
    pick: Pick, track: Track | None, previous: Track, similarity: float, now_s: float
) -> Pick:
    """The pick as it is when it plays after another track than was planned.

    ``similarity``: of the two tracks, -1…1; NaN where it is not known counts as 0.
    """
    known = 0.0 if math.isnan(similarity) else similarity
    moved = replace(pick, previous_id=previous.id, previous_similarity=known)
    return beside(moved, track, previous, now_s)


def mood_of(track: Track | None) -> tuple[float, float] | None:
    """Valence and arousal, -1…1; None when the model does not tell."""
    if track is None or track.estimates.valence is None or track.estimates.arousal is None:
        return None
    return track.estimates.valence, track.estimates.arousal
