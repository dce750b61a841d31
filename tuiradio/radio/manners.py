"""The manners of the radio: which rules a track would break if it played next.

When nothing keeps all of them the mildest breach wins. The order in which rules are
given up, first to last: back and forth, played recently, album, artist, length, skit,
same recording. Within a rule less is better than more: windows shrink before they go.
A rule with a window of 0, or switched off in the settings, is no rule. What is on the
never-list never plays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tuiradio.library.track import Track
from tuiradio.radio.artists import featured_in_title, fold, split_artists
from tuiradio.radio.pick import RadioSettings, Rule
from tuiradio.radio.recording import bare_title, is_nameless, is_similar_length

GIVEN_UP_FIRST_TO_LAST = (
    Rule.BACK_AND_FORTH,
    Rule.RECENT,
    Rule.ALBUM,
    Rule.ARTIST,
    Rule.LENGTH,
    Rule.SKIT,
    Rule.RECORDING,
)

_SKIT_WORDS = re.compile(r"\b(?:skit|intro|outro|interlude|announcement|jingle|spoken word)\b")
_LONGEST_SKIT_S = 120.0

SoundsSame = Callable[[int, Sequence[int]], bool]
"""Whether a track's vector is nearly identical to that of any of the others."""


@dataclass(frozen=True, slots=True)
class Face:
    """What the manners look at in a track; everything folded for comparing."""

    track_id: int
    artists: tuple[str, ...]
    """The main artist first, then those featured."""
    album: str
    title: str
    """Without marks of the version; "" when it tells nothing."""
    duration_s: float
    is_skit: bool

    @property
    def recording(self) -> tuple[str, str]:
        """Main artist and bare title."""
        return (self.artists[0] if self.artists else "", self.title)


@dataclass(frozen=True, slots=True)
class Breach:
    """Which rules a track would break, and how badly."""

    rules: tuple[Rule, ...] = ()
    """The gravest first."""
    cost: tuple[float, ...] = ()
    """Compares breaches: how badly each rule is broken, the gravest first; 0 is kept."""


NO_BREACH = Breach(cost=(0.0,) * len(GIVEN_UP_FIRST_TO_LAST))


def face(track: Track, whole: frozenset[str] = frozenset()) -> Face:
    """What the manners see of a track; ``whole`` as in ``split_artists``."""
    artists = split_artists(track.artist, whole)
    guests = featured_in_title(track.title, whole)
    owner = fold(track.album_artist) or (artists[0] if artists else "")
    album = fold(track.album)
    title = bare_title(track.title)
    is_short = 0.0 < track.duration_s < _LONGEST_SKIT_S
    return Face(
        track_id=track.id,
        artists=tuple(dict.fromkeys((*artists, *guests))),
        album=f"{owner}\n{album}" if album else "",
        title=title,
        duration_s=track.duration_s,
        is_skit=is_short and _SKIT_WORDS.search(fold(track.title)) is not None,
    )


class Programme:
    """What this radio has played so far, oldest first, and what may follow."""

    def __init__(self, settings: RadioSettings, recent: dict[int, float]) -> None:
        """``recent``: tracks played before this radio, with their age in seconds."""
        self._settings = settings
        self._recent = recent
        self._faces: list[Face] = []
        self._last_of_artist: dict[str, int] = {}
        self._last_of_album: dict[str, int] = {}
        self._last_of_track: dict[int, int] = {}
        self._by_recording: dict[tuple[str, str], list[int]] = {}
        self._by_second: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self._faces)

    def __contains__(self, track_id: object) -> bool:
        return track_id in self._last_of_track

    def play(self, played: Face) -> None:
        """Notes that a track plays."""
        position = len(self._faces)
        self._faces.append(played)
        for artist in played.artists:
            self._last_of_artist[artist] = position
        if played.album:
            self._last_of_album[played.album] = position
        if played.track_id not in self._last_of_track:
            self._by_recording.setdefault(played.recording, []).append(position)
            self._by_second.setdefault(int(played.duration_s), []).append(position)
        self._last_of_track[played.track_id] = position

    def staleness(self, track_id: int) -> float:
        """How long ago a track played in this radio: 1 = as many picks ago as it has tracks."""
        last = self._last_of_track.get(track_id)
        if last is None:
            return float("inf")
        return (len(self) - last) / len(self._last_of_track)

    def breach(self, candidate: Face, sounds_same: SoundsSame) -> Breach:
        """The rules a candidate would break by playing next."""
        found = {
            Rule.RECORDING: self._recording(candidate, sounds_same),
            Rule.SKIT: float(candidate.is_skit and not self._settings.skits),
            Rule.LENGTH: self._length(candidate),
            Rule.ARTIST: self._artist(candidate),
            Rule.ALBUM: self._album(candidate),
            Rule.RECENT: self._played_recently(candidate.track_id),
            Rule.BACK_AND_FORTH: self._back_and_forth(candidate),
        }
        rules = tuple(rule for rule, cost in found.items() if cost > 0.0)
        return Breach(rules, tuple(found.values())) if rules else NO_BREACH

    def _recording(self, candidate: Face, sounds_same: SoundsSame) -> float:
        """1 for another file of a recording already played, up to 2 for one played just now."""
        if candidate.track_id in self:
            # Half the programme has to pass before a repeat costs no more than a duplicate.
            return 1.0 + max(0.0, 0.5 - self.staleness(candidate.track_id))
        if self._settings.versions:
            return 0.0
        length_s = candidate.duration_s
        artist, title = candidate.recording
        named = self._by_recording.get(candidate.recording, ()) if title else ()
        if artist and named and not is_nameless(title):
            return 1.0
        if any(is_similar_length(length_s, self._faces[at].duration_s) for at in named):
            return 1.0
        alike = [
            self._faces[at].track_id
            for second in range(int(length_s) - 2, int(length_s) + 3)
            for at in self._by_second.get(second, ())
            if is_similar_length(length_s, self._faces[at].duration_s)
        ]
        return float(bool(alike) and sounds_same(candidate.track_id, alike))

    def _length(self, candidate: Face) -> float:
        length_s, settings = candidate.duration_s, self._settings
        if length_s <= 0.0:
            return 0.0
        is_long = 0.0 < settings.max_length_s < length_s
        return float(is_long or length_s < settings.min_length_s)

    def _artist(self, candidate: Face) -> float:
        lasts = (self._last_of_artist.get(artist, -1) for artist in candidate.artists)
        return self._too_soon(max(lasts, default=-1), self._settings.artist_window)

    def _album(self, candidate: Face) -> float:
        last = self._last_of_album.get(candidate.album, -1)
        return self._too_soon(last, self._settings.album_window)

    def _too_soon(self, last: int, window: int) -> float:
        if last < 0:
            return 0.0
        between = len(self) - last - 1
        return float(max(0, window - between))

    def _played_recently(self, track_id: int) -> float:
        if track_id in self:
            return 1.0
        window_s = self._settings.recent_hours * 3600.0
        age_s = self._recent.get(track_id)
        if age_s is None or age_s >= window_s:
            return 0.0
        # Quarters of the window: within one the music decides.
        return 0.25 * (4 - int(4.0 * max(0.0, age_s) / window_s))

    def _back_and_forth(self, candidate: Face) -> float:
        if len(self) < 2 or self._settings.back_and_forth:
            return 0.0
        before_last, last = self._faces[-2], self._faces[-1]
        returns = set(candidate.artists) & set(before_last.artists)
        return float(bool(returns - set(last.artists)))
