"""The frozen values that go into the store and come out of it, beside ``Track``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tuiradio.library.track import BanScope, Estimates, Failure, FeedbackKind, Tags


class Sort(StrEnum):
    """Orders of a track list; text orders are collated (no case, diacritics or "The ")."""

    ARTIST = "artist"
    """Album artist (artist without one), album, disc, number: albums stay together."""
    TITLE = "title"
    ALBUM = "album"
    GENRE = "genre"
    YEAR = "year"
    LENGTH = "length"
    ADDED = "added"
    PLAYS = "plays"
    PLAYED = "played"
    """When it was played last; what never was comes first."""
    PATH = "path"
    TEMPO = "tempo"
    """The model's estimate, else the tag; 0 when neither is known."""
    PLACE = "place"
    """As a playlist has them; of other lists the order by artist."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tracks a list shows; the conditions are joined by *and*."""

    artist: str | None = None
    """Collated name of the track's artist or album artist."""
    album: tuple[str, str] | None = None
    """(album artist, album), as in ``AlbumRow``."""
    genre: str | None = None
    folder: bytes | None = None
    """Absolute path of a folder; everything below it."""
    playlist: int | None = None
    """Id of a ``PlaylistRow``."""
    liked: bool = False
    failed: bool = False
    never_played: bool = False
    include_missing: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """The library in numbers; ``heard + failed + pending == tracks``."""

    tracks: int = 0
    heard: int = 0
    failed: int = 0
    pending: int = 0
    missing: int = 0
    albums: int = 0
    artists: int = 0
    total_duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Root:
    """A directory of the library."""

    path: bytes
    missing: bool
    """The directory was not there at the last scan; its tracks are kept."""
    tracks: int


@dataclass(frozen=True, slots=True)
class CreditRow:
    """Names as tagged, and how many present tracks bear them together."""

    artist: str
    album_artist: str
    album: str
    tracks: int


@dataclass(frozen=True, slots=True)
class ArtistRow:
    """An album artist (artist of tracks without one); ``albums`` leaves out loose tracks."""

    name: str
    albums: int
    tracks: int


@dataclass(frozen=True, slots=True)
class AlbumRow:
    """An album; ``(album_artist, album)`` is what ``Scope.album`` takes."""

    album_artist: str
    album: str
    year: int
    tracks: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class GenreRow:
    """A genre; a track with two genres counts in both."""

    name: str
    tracks: int


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder with tracks somewhere below it."""

    path: bytes
    """Absolute."""
    tracks: int
    """In the folder and everything below it."""


@dataclass(frozen=True, slots=True)
class Play:
    """One time a track was played, or begun."""

    track_id: int
    started_s: float
    """Unix time."""
    played_s: float
    duration_s: float
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing said of a track, or of its artist, album or folder."""

    id: int
    kind: FeedbackKind
    track_id: int | None
    """None for a ban lifted by its name."""
    scope: BanScope = BanScope.TRACK
    name: str = ""
    """What was banned, for scopes beyond the track."""
    artist: str = ""
    folder: bytes = b""
    radio: int = 0
    """Number of the radio in which it was said; 0 outside of any."""
    at_pick: int = 0
    """How many tracks that radio had played by then."""
    at_s: float = 0.0
    """Unix time."""
    undone_s: float | None = None
    """When it was taken back; None while it counts."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The dials of the tuner under a name."""

    name: str
    settings: str
    """JSON, as the engine wrote it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What listening to one file gave: a vector, or a failure."""

    track_id: int
    size_bytes: int
    mtime_ns: int
    """Size and time of the file as listened to; stale results are not stored."""
    vector: NDArray[np.float32] | None = None
    estimates: Estimates = field(default_factory=Estimates)
    failure: Failure | None = None
    duration_s: float | None = None
    """Measured length; replaces the container's estimate."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the store knows of a file, for the scan to compare."""

    size_bytes: int
    mtime_ns: int
    missing: bool = False
    unread: bool = False
    """It could not be read; permissions may have changed without a trace in its time."""


class ChangeKind(StrEnum):
    """What happened to a file."""

    READ = "read"
    """A new or changed file, with what was read from it."""
    RETURNED = "returned"
    """A missing file is there again, unchanged."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ScanChange:
    """One file that differs from what the store knows."""

    kind: ChangeKind
    root: bytes
    relative_path: bytes
    """Separated by ``/``."""
    size_bytes: int = 0
    mtime_ns: int = 0
    fingerprint: bytes = b""
    """Of the audio without the tags; empty when it could not be read."""
    tags: Tags = field(default_factory=Tags)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What a batch of changes did to the store."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    returned: int = 0
    missing: int = 0
    failed: int = 0

    def __add__(self, other: ScanOutcome) -> ScanOutcome:
        return ScanOutcome(
            self.added + other.added,
            self.changed + other.changed,
            self.moved + other.moved,
            self.returned + other.returned,
            self.missing + other.missing,
            self.failed + other.failed,
        )
