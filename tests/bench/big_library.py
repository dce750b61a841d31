"""A library of 100,000 real files, as hard links to a few songs, with what is heard of it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench.bench_listening import song
from tests.bench.bench_map import music_like
from tests.bench.bench_store import synthetic_changes
from tuiradio.library.rows import Heard, ScanChange, Sort
from tuiradio.library.store import StoreReader, StoreWriter
from tuiradio.library.track import Estimates
from tuiradio.listening.card import find_model

_BATCH = 2_000
# A file system may allow some ten thousand links to a file.
_SONGS = 8
_LINE_EVERY_S = 4
_TOLD = ("TMUX", "TERM_PROGRAM", "NO_COLOR", "TEXTUAL", "XDG_RUNTIME_DIR")


def make_library(directory: Path, tracks: int) -> None:
    """Files below ``directory``/music, and two stores that know them all; those there are kept.

    In ``heard`` all of them are listened to, in ``half`` every second one waits. Files are three
    minutes long, vectors and tags made up.
    """
    root = directory / "music"
    whole, half = (directory / name / "library.sqlite3" for name in ("heard", "half"))
    if whole.exists() and half.exists():
        return
    for folder in (root, whole.parent, half.parent):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    _write_tracks(half, root, list(_linked(root, tracks)))
    _write_vectors(half, 0, tracks // 2)
    shutil.copy(half, whole)
    _write_vectors(whole, tracks // 2, tracks)


def environment(directory: Path, name: str) -> dict[str, str]:
    """Whose program sees the store of this name, and nothing of the user's."""
    return {
        **{key: value for key, value in os.environ.items() if key not in _TOLD},
        **{f"TUIRADIO_{place}_DIR": str(directory / name) for place in ("DATA", "RUNTIME", "LOG")},
        "TUIRADIO_CONFIG_DIR": str(directory / "config"),
        "TUIRADIO_CACHE_DIR": str(directory / name / "cache"),
        "TUIRADIO_AO": "null",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
    }


def _linked(root: Path, tracks: int) -> Iterator[ScanChange]:
    songs = [root.parent / f"{n}.mp3" for n in range(_SONGS)]
    for seed, file in enumerate(songs):
        if not file.exists():
            song(file, seed)
    seen: set[bytes] = set()
    for serial, change in enumerate(synthetic_changes(tracks + tracks // 50)):
        if change.relative_path in seen or len(seen) == tracks:
            continue
        seen.add(change.relative_path)
        file = root / os.fsdecode(change.relative_path)
        file.parent.mkdir(parents=True, exist_ok=True)
        os.link(songs[serial % _SONGS], file)
        found = file.stat()
        tags = replace(change.tags, duration_s=180.0)
        yield replace(
            change,
            root=os.fsencode(root),
            size_bytes=found.st_size,
            mtime_ns=found.st_mtime_ns,
            tags=tags,
        )


def _write_tracks(file: Path, root: Path, changes: list[ScanChange]) -> None:
    with contextlib.closing(StoreWriter(file)) as writer:
        writer.add_root(os.fsencode(root))
        for start in range(0, len(changes), _BATCH):
            writer.apply_scan(changes[start : start + _BATCH], now_s=1.7e9 + start)


def _write_vectors(file: Path, first: int, end: int) -> None:
    model_id = find_model().card.id
    with contextlib.closing(StoreWriter(file)) as writer:
        known = writer.tracks(writer.track_ids(sort=Sort.PATH)[first:end])
        vectors = music_like(len(known), seed=first)
        for start in range(0, len(known), _BATCH):
            these = slice(start, start + _BATCH)
            writer.store_heard(
                model_id,
                [
                    Heard(track.id, track.size_bytes, track.mtime_ns, vector, _estimates(track.id))
                    for track, vector in zip(known[these], vectors[these], strict=True)
                ],
            )


def _estimates(number: int) -> Estimates:
    rng = random.Random(number)
    tags = tuple((f"tag {n}", rng.random()) for n in range(8))
    return Estimates(rng.uniform(60, 180), rng.uniform(-1, 1), rng.uniform(-1, 1), tags)


def write_lyrics(store: Path, songs: int) -> None:
    """Words beside the first songs of the list, a line every four seconds, to their end."""
    lines = (
        f"[{at // 60:02}:{at % 60:02}.00] line {at // _LINE_EVERY_S} of what is sung here"
        for at in range(0, 180, _LINE_EVERY_S)
    )
    words = "\n".join(lines) + "\n"
    with contextlib.closing(StoreReader(store)) as reader:
        for track in reader.tracks(reader.track_ids()[:songs]):
            Path(os.fsdecode(track.path)).with_suffix(".lrc").write_text(words)
