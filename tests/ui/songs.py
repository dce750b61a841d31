"""A few songs with words and a cover beside them, and what a network makes of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from tuiradio.library.store import ChangeKind, Heard, ScanChange, StoreWriter
from tuiradio.library.track import Estimates, Tags

MODEL = "test-model"
ESTIMATES = Estimates(
    tempo_bpm=111.4,
    valence=-0.1,
    arousal=-0.42,
    tags=(("folk", 0.62), ("acoustic", 0.41), ("female vocalists", 0.33), ("[slow]", 0.08)),
)
LINES = (
    "The lock keeper wakes", "and the river is brown", "paper boats turning", "in town", "",
    "Count them with me", "as they go by the quay", "one for the weather", "and two for the sea",
    "", "Come and find me", "when the lanterns are low", "come and find me",
    "where the slow barges go with everything that somebody keeps in the attic among old maps",
    "[bold]not bold[/bold]", "首都高を行く", "the end",
)  # fmt: skip
EVERY_S = 10
"""Line n is sung at n times this."""


def synced() -> str:
    stamps = (f"[{n * EVERY_S // 60:02}:{n * EVERY_S % 60:02}.00]" for n in range(len(LINES)))
    return "\n".join(stamp + line for stamp, line in zip(stamps, LINES, strict=True))


def picture() -> Image.Image:
    """A sun over a lake, the same each time."""
    y, x = np.mgrid[0:120, 0:120] / 120
    sky = np.stack([40 + 200 * y, 30 + 110 * y, 90 - 40 * y], axis=-1)
    sun = np.hypot(x - 0.6, y - 0.45) < 0.2
    sky[sun] = (255, 236, 190)
    sky[y > 0.7] = (30, 26, 60)
    return Image.fromarray(sky.astype(np.uint8))


def write_songs(folder: Path, store_file: Path) -> None:
    """Four tracks: synced words and a cover, plain words, neither, and a broken cover."""
    changes = []
    for number, name in enumerate(("synced", "plain", "bare", "broken")):
        place = folder / name
        place.mkdir(parents=True)
        changes.append(_change(folder, number, name))
    (folder / "synced" / "song.lrc").write_text(synced(), "utf-8")
    (folder / "plain" / "song.txt").write_text("\n".join(LINES), "utf-8")
    picture().save(folder / "synced" / "cover.png")
    (folder / "broken" / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    writer = StoreWriter(store_file)
    writer.add_root(bytes(folder))
    writer.apply_scan(changes, now_s=1_700_000_000.0)
    writer.use_model(MODEL)
    vector = np.ones(8, np.float32)
    heard = [
        Heard(track.id, track.size_bytes, track.mtime_ns, vector, ESTIMATES)
        for track in writer.tracks(list(writer.track_ids()))
        if track.title != "bare"
    ]
    writer.store_heard(MODEL, heard)
    writer.close()


def _change(folder: Path, number: int, name: str) -> ScanChange:
    path = f"{name}/song.flac".encode()
    tags = Tags(name, f"Artist {number}", "Album", year=2019, duration_s=225.0)
    digest = hashlib.sha256(path).digest()[:16]
    return ScanChange(ChangeKind.READ, bytes(folder), path, 10_000, 1, digest, tags)
