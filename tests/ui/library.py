"""A small library in a real store, the same each time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from tuiradio.library.store import ChangeKind, Heard, ScanChange, StoreReader, StoreWriter
from tuiradio.library.track import Estimates, Failure, FailureKind, Tags

MODEL = "test-model"
ROOT = b"/music"

_ALBUMS = (
    ("Mira Voss", "Lanterns on the Canal", 2019, "Folk", 92.0,
     ("Paper Boats", "Lock Keeper", "Come and Find Me", "Slow Ferry Home", "Reeds")),
    ("The Long Exposures", "Night Trains", 2016, "Indie Rock", 124.0,
     ("Departures", "Sleeper Car", "Halogen", "Platform Nine", "Last Stop, Everyone Out")),
    ("Kōji Tanabe / 田辺光司", "東京の夜 Tokyo Nights", 2021, "Electronic", 108.0,
     ("首都高 (Shutokō)", "Neon Rain", "終電", "Vending Machine Hum")),
    ("Solveig & the Tide", "Fjordlys", 2011, "Ambient", 68.0,
     ("Morgentåke", "Glass Water", "Skumring", "Two Lighthouses")),
    ("Professor Calypso", "Steel Drum Lectures", 1974, "Calypso", 116.0,
     ("Lecture One: Rum", "Market Day", "The Banana Boat Reconsidered")),
    ("فيروز الصغيرة", "ليالي بيروت", 2003, "Arabic Pop", 98.0,
     ("نسيم", "Beirut, Softly", "القمر")),
    ("DJ 🎛️ Cardboard", "[Intro] & other [Skits]", 2023, "Hip-Hop", 90.0,
     ("[bold]Not Bold[/bold]", "👨‍👩‍👧‍👦 Family Business 🇩🇪", "Boom\x1b[31m Bap")),
    ("Anna Lindqvist Quartet", "Blue Hour Sessions", 1998, "Jazz", 132.0,
     ("Stairwell Waltz", "Blue Hour", "Cellar Door", "Tramlines", "Encore for Nobody")),
)  # fmt: skip


def make_library(file: Path) -> None:
    """32 tracks of 8 albums: most heard, one failed, some liked."""
    writer = StoreWriter(file)
    writer.add_root(ROOT)
    changes = [
        _change(album, number, title)
        for album in _ALBUMS
        for number, title in enumerate(album[5], 1)
    ]
    writer.apply_scan(changes, now_s=1_700_000_000.0)
    writer.use_model(MODEL)
    ids = list(writer.track_ids())
    rng = np.random.default_rng(7)
    heard: list[Heard] = []
    for track in writer.tracks(ids[:-3]):
        vector = rng.standard_normal(8).astype(np.float32)
        estimates = Estimates(tempo_bpm=100.0)
        heard.append(
            Heard(track.id, track.size_bytes, track.mtime_ns, vector, estimates)
            if track.title != "Reeds"
            else Heard(
                track.id, track.size_bytes, track.mtime_ns,
                failure=Failure(FailureKind.BROKEN, "The file ends in the middle of a frame."),
            )
        )  # fmt: skip
    writer.store_heard(MODEL, heard)
    for track_id in ids[2:20:5]:
        writer.set_liked(track_id, True)
    writer.close()


def _change(album: tuple, number: int, title: str) -> ScanChange:  # type: ignore[type-arg]
    artist, name, year, genre, bpm, _ = album
    path = f"{artist.replace('/', '-')}/{name}/{number:02} {title.replace('/', '-')}.flac"
    tags = Tags(
        title, artist, name, artist, (genre,), year, number, 1, 151.0 + 17 * number + year % 50,
        bpm,
    )  # fmt: skip
    raw = path.encode()
    return ScanChange(
        ChangeKind.READ,
        ROOT,
        raw,
        10_000 + len(raw),
        1_600_000_000,
        hashlib.sha256(raw).digest()[:16],
        tags,
    )


def track_named(file: Path, words: str) -> int:
    """The id of the best match."""
    reader = StoreReader(file)
    try:
        return reader.search(words)[0]
    finally:
        reader.close()
