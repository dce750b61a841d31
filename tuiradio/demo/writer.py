"""Writing the demo library: what is missing, one whole file at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tuiradio.demo.songs import SONGS, Song
from tuiradio.demo.styles import STYLES
from tuiradio.demo.synth import synthesize, widen
from tuiradio.demo.tones import RATE_HZ
from tuiradio.errors import TuiradioError
from tuiradio.listening.soundfiles import write_tagged

_MOST_THREADS = 4


def missing_songs(directory: Path) -> tuple[Song, ...]:
    """The songs that are not in ``directory`` yet."""
    return tuple(song for song in SONGS if not (directory / song.relative_path).exists())


def write_songs(directory: Path, songs: Sequence[Song]) -> Iterator[Song]:
    """Compose ``songs`` into ``directory``, yielding each when its file is whole.

    Files that are there stay as they are, so a second run goes on where the first was ended.

    Raises:
        TuiradioError: a file cannot be written.
    """
    # numpy and libsndfile work outside the interpreter lock, so threads are enough.
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="compose")
    try:
        for done in as_completed([pool.submit(_write, directory, song) for song in songs]):
            yield done.result()
    except OSError as error:
        raise TuiradioError(
            f"the demo library cannot be written to {directory}: {error.strerror or error}",
            "Free some space (it needs 100 MB), or set TUIRADIO_CACHE_DIR to another directory.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _write(directory: Path, song: Song) -> Song:
    file = directory / song.relative_path
    file.parent.mkdir(parents=True, exist_ok=True)
    mono = synthesize(song.style, song.seconds, song.rng())
    write_tagged(file, widen(mono, STYLES[song.style].echo), RATE_HZ, song.tags)
    return song
