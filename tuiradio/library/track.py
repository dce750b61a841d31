"""One track, as every room of the program sees it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How far listening has come with a track, under the current model."""

    PENDING = "pending"
    HEARD = "heard"
    FAILED = "failed"


class FailureKind(StrEnum):
    """Why a file could not be read or listened to; each is retried when the file changes."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_AUDIO = "not audio"
    BROKEN = "broken"
    TOO_SHORT = "too short"
    SILENT = "silent"
    VANISHED = "vanished"
    TIMED_OUT = "timed out"
    CRASHED = "crashed the decoder"
    NO_DECODER = "no decoder"
    BAD_VECTOR = "bad vector"


@dataclass(frozen=True, slots=True)
class Failure:
    """A per-file failure: a value, shown to the user, never an exception."""

    kind: FailureKind
    reason: str
    """One sentence a user can act on; no control characters."""


class FeedbackKind(StrEnum):
    """What the user, or the course of the music, said of a track."""

    LIKE = "like"
    UNLIKE = "unlike"
    MORE = "more"
    LESS = "less"
    SKIP = "skip"
    """Left before 30 % of its length."""
    FINISH = "finish"
    BAN = "ban"
    UNBAN = "unban"


class BanScope(StrEnum):
    """How much one ban keeps off the radio."""

    TRACK = "track"
    ARTIST = "artist"
    ALBUM = "album"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Banned:
    """Something the radio never plays."""

    scope: BanScope
    name: str
    """Title, artist, album or folder, for the eye and for taking it back."""
    track_id: int | None = None
    """The track of a track's ban."""
    artist: str = ""
    """The artist of an artist's ban as tagged, the album artist of an album's."""
    folder: bytes = b""
    """Absolute path of a folder's ban; everything below it."""
    since_s: float = 0.0
    """Unix time."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of itself, cleaned of NUL and control characters.

    Everything may be absent: ``""``, ``()``, 0 or None. Text is never parsed as markup.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    genres: tuple[str, ...] = ()
    year: int = 0
    track_number: int = 0
    disc_number: int = 0
    duration_s: float = 0.0
    """0 when the container does not tell; an estimate for MP3 without a Xing header."""
    bpm: float = 0.0
    track_gain_db: float | None = None
    album_gain_db: float | None = None


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the model says beside the vector; absent for models with one output."""

    tempo_bpm: float | None = None
    valence: float | None = None
    arousal: float | None = None
    tags: tuple[tuple[str, float], ...] = ()
    """The strongest tags with their probabilities, strongest first."""


@dataclass(frozen=True, slots=True)
class Track:
    """A row of the library; ``title`` and ``artist`` fall back to the path without tags."""

    id: int
    root: bytes
    """Absolute path of the library root, as bytes: any file name survives."""
    relative_path: bytes
    size_bytes: int
    mtime_ns: int
    title: str
    artist: str
    album: str = ""
    album_artist: str = ""
    genres: tuple[str, ...] = ()
    year: int = 0
    track_number: int = 0
    disc_number: int = 0
    duration_s: float = 0.0
    bpm: float = 0.0
    added_s: float = 0.0
    """Unix time at which the file was first seen."""
    status: Status = Status.PENDING
    failure: Failure | None = None
    missing: bool = False
    """The file or its root is gone for now; its row, likes and vector are kept."""
    liked: bool = False
    banned: bool = False
    play_count: int = 0
    last_played_s: float = 0.0
    estimates: Estimates = Estimates()
    track_gain_db: float | None = None
    """ReplayGain of the track; None without the tag."""

    @property
    def path(self) -> bytes:
        """Absolute path as bytes; open this."""
        return os.path.join(self.root, self.relative_path)

    @property
    def display_path(self) -> str:
        """Absolute path for the eye: undecodable bytes become U+FFFD."""
        return self.path.decode("utf-8", "replace")
