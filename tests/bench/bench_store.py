"""How fast a store of 100,000 tracks answers: ``python -m tests.bench.bench_store [TRACKS]``.

``make_synthetic_store`` also serves other benchmarks.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from tuiradio.library.correction import Finder
from tuiradio.library.spelling import SHORTEST_LETTERS
from tuiradio.library.store import (
    ChangeKind,
    Heard,
    ScanChange,
    Scope,
    Sort,
    StoreReader,
    StoreWriter,
)
from tuiradio.library.track import Tags

_BATCH = 2_000
_TYPED = 100
_GENRES = ("Rock", "Electronic", "Jazz", "Folk", "Classical", "Hip-Hop", "Ambient", "Metal")
_LETTERS = ("ka", "lo", "mi", "ren", "sta", "vo", "è", "thu", "ja", "po", "del", "qui", "or", "an")
ROOT = b"/synthetic/music"


def _name(rng: random.Random, words: int) -> str:
    return " ".join(
        "".join(rng.choices(_LETTERS, k=rng.randint(1, 4))).capitalize() for _ in range(words)
    )


def synthetic_changes(tracks: int, seed: int = 1) -> list[ScanChange]:
    """New files as a scan would find them: 12 to an album, about 4 albums to an artist."""
    rng = random.Random(seed)
    found: list[ScanChange] = []
    while len(found) < tracks:
        artist = ("The " if rng.random() < 0.2 else "") + _name(rng, rng.randint(1, 2))
        genre = rng.choices(_GENRES, weights=range(len(_GENRES), 0, -1))[0]
        for _ in range(rng.randint(1, 7)):
            album, year = _name(rng, rng.randint(1, 3)), rng.randint(1960, 2025)
            for number in range(1, 13):
                title = _name(rng, rng.randint(1, 4))
                found.append(_change(rng, len(found), artist, album, title, genre, year, number))
    return found[:tracks]


def _change(
    rng: random.Random,
    serial: int,
    artist: str,
    album: str,
    title: str,
    genre: str,
    year: int,
    number: int,
) -> ScanChange:
    tags = Tags(
        title=title,
        artist=artist,
        album=album,
        genres=(genre,),
        year=year,
        track_number=number,
        disc_number=1,
        duration_s=rng.uniform(90, 480),
        bpm=float(rng.randint(60, 180)),
    )
    path = f"{artist}/{album}/{number:02} {title}.mp3".encode()
    fingerprint = serial.to_bytes(16, "big")
    return ScanChange(
        ChangeKind.READ, ROOT, path, 5_000_000 + serial, 10**18 + serial, fingerprint, tags
    )


def make_synthetic_store(file: Path, tracks: int, heard_dim: int = 0, model_id: str = "m") -> None:
    """Write a store of ``tracks`` made-up tracks; with ``heard_dim`` > 0 also their vectors."""
    writer = StoreWriter(file)
    writer.add_root(ROOT)
    changes = synthetic_changes(tracks)
    for start in range(0, len(changes), _BATCH):
        writer.apply_scan(changes[start : start + _BATCH], now_s=1.7e9 + start)
    if heard_dim:
        rng = np.random.default_rng(1)
        everything = writer.tracks(writer.track_ids())
        for start in range(0, len(everything), _BATCH):
            writer.store_heard(
                model_id,
                [
                    Heard(track.id, track.size_bytes, track.mtime_ns, _unit(rng, heard_dim))
                    for track in everything[start : start + _BATCH]
                ],
            )
    writer.close()


def _unit(rng: np.random.Generator, dim: int) -> np.ndarray:
    vector = rng.standard_normal(dim).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector))


def _best_ms(call: Callable[[], object], repeats: int = 5) -> tuple[float, float]:
    """First and best time of ``call``."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return times[0], min(times)


def _report(name: str, call: Callable[[], object]) -> None:
    first_ms, best_ms = _best_ms(call)
    print(f"{name:<44} first {first_ms:8.2f} ms   best {best_ms:8.2f} ms")


def _slip(rng: random.Random, word: str) -> str:
    """The word with one slip, if it is long enough to be told again."""
    if len(word) < SHORTEST_LETTERS + 1:
        return word
    at = rng.randrange(1, len(word) - 1)
    here, there, other = word[at], word[at + 1], rng.choice("bcfgwz")
    if rng.random() < 0.25:
        return word[:at] + there + here + word[at + 2 :]
    return word[:at] + rng.choice(("", other, here + other)) + word[at + 1 :]


def _report_typing(reader: StoreReader, ids: Sequence[int]) -> None:
    """``find`` at each key of titles and artists, as they are and with a slip in each word."""
    rng = random.Random(4)
    chosen = reader.tracks(rng.sample(list(ids), min(len(ids), _TYPED)))
    for name, write in (("as they are", lambda word: word), ("slips", partial(_slip, rng))):
        wall: list[float] = []
        cpu: list[float] = []
        hits = 0
        for track in chosen:
            words = " ".join(write(word) for word in f"{track.title} {track.artist}".split())
            for end in range(1, len(words) + 1):
                start, start_cpu = time.perf_counter(), time.thread_time()
                found = reader.find(words[:end])
                wall.append((time.perf_counter() - start) * 1e3)
                cpu.append((time.thread_time() - start_cpu) * 1e3)
            hits += track.id in found.ids[:5]
        for kind, times in (("", sorted(wall)), (", cpu", sorted(cpu))):
            print(
                f"{f'find at each of {len(times)} keys, {name}{kind}':<44} "
                f"median {statistics.median(times):5.2f} ms   "
                f"99th percentile {times[int(len(times) * 0.99)]:5.2f} ms"
            )
        print(f"{f'{name}: among the first five':<44} {hits} of {len(chosen)}")


def _measure(reader: StoreReader) -> None:
    for sort in Sort:
        _report(f"track_ids {sort.value}", lambda sort=sort: reader.track_ids(sort=sort))
    ids = reader.track_ids()
    middle = reader.tracks(ids[len(ids) // 2 :][:1])[0]
    scopes = {
        "not missing": Scope(include_missing=False),
        "never played": Scope(never_played=True),
        "liked": Scope(liked=True),
        "failed": Scope(failed=True),
        "biggest genre": Scope(genre=_GENRES[0]),
        "artist": Scope(artist=middle.artist),
        "album": Scope(album=(middle.artist, middle.album)),
        "folder": Scope(folder=middle.path.rpartition(b"/")[0]),
    }
    for name, scope in scopes.items():
        _report(f"track_ids of {name}", lambda scope=scope: reader.track_ids(scope))
    page = ids[1000:1100]
    scattered = ids[:: max(1, len(ids) // 100)][:100]
    _report("tracks, page of 100", lambda: reader.tracks(page))
    _report("tracks, 100 scattered", lambda: reader.tracks(scattered))
    for words in ("k", "ka", "kalo", "the", "rock", "mp3", "mi ren", "stavo kami", middle.title):
        _report(f"search {words!r}", lambda words=words: reader.search(words))
    _report("search of nothing there", lambda: reader.search("zzzzyx"))
    _report("words for find, read", lambda: Finder(reader._connection).prepare())
    reader.prepare_find()
    _report_typing(reader, ids)
    _report("counts", reader.counts)
    _report("artists", reader.artists)
    _report("albums", reader.albums)
    _report("genres", reader.genres)
    _report("folders of the root", lambda: reader.folders(ROOT))
    _report("pending_ids", lambda: reader.pending_ids("m"))
    _report("vectors", lambda: reader.vectors("m"))
    _report("known_files", lambda: reader.known_files(ROOT))


def main() -> None:
    tracks = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "library.sqlite3"
        start = time.perf_counter()
        make_synthetic_store(file, tracks, heard_dim=128)
        seconds = time.perf_counter() - start
        size_mb = file.stat().st_size / 1e6
        print(f"{tracks} tracks with vectors written in {seconds:.1f} s, {size_mb:.0f} MB")
        _report("opening a reader", lambda: StoreReader(file).close())
        reader = StoreReader(file)
        _measure(reader)
        reader.close()


if __name__ == "__main__":
    main()
