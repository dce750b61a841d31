"""What the radio decides, and why: frozen values that travel to every front end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tuiradio.library.track import Banned, FeedbackKind


class Rule(StrEnum):
    """A manner of the radio, named as the user reads it."""

    ARTIST = "same artist too soon"
    ALBUM = "same album too soon"
    BACK_AND_FORTH = "back to the artist before last"
    RECORDING = "same recording"
    RECENT = "played recently"
    LENGTH = "too short or too long"
    BANNED = "never play"
    SKIT = "skit or intro"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """How many nearer tracks one rule kept out of a pick."""

    rule: Rule
    count: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing said of a track that moved a pick up or down."""

    kind: FeedbackKind
    track_id: int
    """The track it was said of."""
    score: float
    """Score added (> 0) or taken (< 0)."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of the radio with its reasons."""

    track_id: int
    seed_id: int
    """The seed this pick is nearest to."""
    similarity: float
    """Weighted similarity to the anchor and the previous track as mixed by drift, -1…1."""
    seed_similarity: float
    """Weighted similarity to ``seed_id``, -1…1."""
    previous_id: int
    """The track before; the seed for the first pick."""
    previous_similarity: float
    """Weighted similarity to the track before, -1…1."""
    by_subspace: tuple[tuple[str, float], ...] = ()
    """Cosine to the seed per sub-space."""
    passed_over: tuple[PassedOver, ...] = ()
    relaxed: tuple[Rule, ...] = ()
    """Rules given up because the pool ran dry."""
    from_tags: bool = False
    """Chosen by tags because the seed has no vector yet."""
    feedback: float = 0.0
    """Score added or taken by likes and skips."""
    adventure: float = 0.0
    """Score added by the adventure dial."""
    moved_by: tuple[Moved, ...] = ()
    """What was said of which tracks to move it, the weightiest first."""
    tempo_bpm: float = 0.0
    """Of this track; 0 = not known."""
    previous_tempo_bpm: float = 0.0
    mood: tuple[float, float] | None = None
    """Valence and arousal, -1…1; None = not known."""
    previous_mood: tuple[float, float] | None = None
    unplayed_days: float | None = None
    """Days since it was played last; None = never."""
    by_ear: bool = False
    """Likenesses are those of the listener's own ear."""


@dataclass(frozen=True, slots=True)
class RadioSettings:
    """The dials and manners of the radio; every field is a setting of ``[radio]``."""

    drift: float = 0.35
    """0 stays on the seed, 1 follows the last track."""
    adventure: float = 0.2
    """0 plays the closest, 1 digs for what was long unplayed."""
    weights: tuple[tuple[str, float], ...] = ()
    """Weight per sub-space: genre, mood, instruments, tempo; unnamed ones weigh 1."""
    artist_window: int = 8
    """Tracks between two by one artist; at most a third of the library's artists."""
    album_window: int = 12
    """Tracks between two of one album; at most a third of the library's albums."""
    recent_hours: float = 24.0
    """A track played within this time is not picked again."""
    min_length_s: float = 45.0
    """Shorter tracks are not picked."""
    max_length_s: float = 1200.0
    """Longer tracks are not picked."""
    candidates: int = 400
    """Neighbours considered for each pick."""
    random_seed: int | None = None
    """Fixes the random generator, so that a radio can be replayed."""
    back_and_forth: bool = False
    """Let the artist before last return (A, B, A)."""
    versions: bool = False
    """Let other versions of a recording play: live, remastered, copies in another format."""
    skits: bool = False
    """Let skits, intros and the like play."""
    never_artists: tuple[str, ...] = ()
    """Artists the radio never plays, beside those banned while listening."""
    never_folders: tuple[str, ...] = ()
    """Folders the radio never plays, such as audiobooks; ``~`` is understood."""
    feedback: float = 1.0
    """How strongly skips, likes, more and less act, 0 … 2; 0 = not at all."""
    continuity: float = 0.5
    """How much an even tempo and loudness decide between near equals; 0 = not at all."""


@dataclass(frozen=True, slots=True)
class History:
    """What was heard before, as the walk needs it."""

    now_s: float = 0.0
    last_played_s: tuple[tuple[int, float], ...] = ()
    """Track and Unix time of its latest play."""
    skipped: tuple[tuple[int, int], ...] = field(default=())
    """Tracks skipped before 30 % in this radio, with how many picks ago."""
    liked: frozenset[int] = frozenset()
    banned: frozenset[int] = frozenset()
    more: tuple[tuple[int, int], ...] = ()
    """Tracks of which more was wanted in this radio, with how many picks ago."""
    less: tuple[tuple[int, int], ...] = ()
    """Tracks of which less was wanted in this radio, with how many picks ago."""
    finished: tuple[tuple[int, int], ...] = ()
    """Tracks heard to the end in this radio, with how many picks ago."""
    bans: tuple[Banned, ...] = ()
    """Artists, albums, folders and tracks never to play."""
