"""The library's truth in SQLite: one ``StoreWriter``, any number of ``StoreReader``s.

Tracks are a root and a relative path in bytes; nothing that vanishes is deleted.
Vectors are keyed by the model that made them. WAL where the file system allows it.
"""

from tuiradio.library.reader import StoreReader
from tuiradio.library.rows import (
    AlbumRow,
    ArtistRow,
    ChangeKind,
    Counts,
    Feedback,
    FolderRow,
    GenreRow,
    Heard,
    KnownFile,
    Play,
    Preset,
    Root,
    ScanChange,
    ScanOutcome,
    Scope,
    Sort,
)
from tuiradio.library.writer import StoreWriter

__all__ = [
    "AlbumRow",
    "ArtistRow",
    "ChangeKind",
    "Counts",
    "Feedback",
    "FolderRow",
    "GenreRow",
    "Heard",
    "KnownFile",
    "Play",
    "Preset",
    "Root",
    "ScanChange",
    "ScanOutcome",
    "Scope",
    "Sort",
    "StoreReader",
    "StoreWriter",
]
