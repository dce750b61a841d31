"""Any bytes are a legal path; any text is a legal tag, query and state."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.library.builders import ROOT, seen
from tuiradio.library.store import (
    ChangeKind,
    Heard,
    ScanChange,
    Scope,
    Sort,
    StoreReader,
    StoreWriter,
)
from tuiradio.library.track import Estimates, Failure, FailureKind

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
NAME = st.binary(min_size=1, max_size=60).map(lambda name: name.replace(b"/", b"_"))
PATH = st.lists(NAME, min_size=1, max_size=4).map(b"/".join)


@pytest.fixture(scope="module")
def shared() -> Iterator[StoreWriter]:
    """One store for all examples: opening one for each would take minutes."""
    with tempfile.TemporaryDirectory() as folder:
        writer = StoreWriter(Path(folder) / "library.sqlite3")
        writer.add_root(ROOT)
        yield writer
        writer.close()


@settings(deadline=None)
@given(paths=st.lists(PATH, unique=True, max_size=5))
def test_any_bytes_are_a_path(shared: StoreWriter, paths: list[bytes]) -> None:
    shared.remove_root(ROOT)
    shared.add_root(ROOT)
    shared.apply_scan([seen(path, fingerprint=b"") for path in paths])
    assert set(shared.known_files(ROOT)) == set(paths)
    tracks = shared.tracks(shared.track_ids(sort=Sort.PATH))
    assert [track.relative_path for track in tracks] == sorted(paths)
    for path in paths:
        folder = ROOT + b"/" + path.rpartition(b"/")[0]
        here = shared.tracks(shared.track_ids(Scope(folder=folder.rstrip(b"/"))))
        assert path in {track.relative_path for track in here}
    assert sum(row.tracks for row in shared.folders(ROOT)) == sum(b"/" in path for path in paths)


@settings(deadline=None)
@given(title=ANY_TEXT, artist=ANY_TEXT, album=ANY_TEXT, genre=ANY_TEXT)
def test_any_text_is_a_tag(
    shared: StoreWriter, title: str, artist: str, album: str, genre: str
) -> None:
    change = seen(
        "x.mp3", title=title, artist=artist, album=album, genres=(genre,), fingerprint=b""
    )
    shared.apply_scan([change])
    (track,) = [
        track for track in shared.tracks(shared.track_ids()) if track.relative_path == b"x.mp3"
    ]
    assert track.title
    for scope in (
        Scope(artist=track.artist),
        Scope(album=(track.artist, track.album)),
        *(Scope(genre=name) for name in track.genres),
    ):
        assert track.id in shared.track_ids(scope)
    assert shared.albums() is not None


@settings(deadline=None)
@given(ANY_TEXT)
def test_any_text_is_a_query(shared: StoreWriter, words: str) -> None:
    shared.search(words)
    shared.resolve(words)
    shared.track_ids(Scope(artist=words, album=(words, words), genre=words))


@settings(deadline=None)
@given(reason=ANY_TEXT, guess=ANY_TEXT, probability=st.floats(0, 1))
def test_any_text_is_a_reason_and_a_guess(
    shared: StoreWriter, reason: str, guess: str, probability: float
) -> None:
    shared.apply_scan([seen("y.mp3", fingerprint=b"y")])
    (number,) = [t.id for t in shared.tracks(shared.track_ids()) if t.relative_path == b"y.mp3"]
    failed = Heard(number, 1_000, 1, failure=Failure(FailureKind.BROKEN, reason))
    shared.store_heard("m", [failed])
    track = shared.track(number)
    assert track is not None
    assert track.failure is not None
    estimates = Estimates(tags=((guess, probability),))
    shared.store_heard("m", [Heard(number, 1_000, 1, np.ones(2, np.float32), estimates)])
    track = shared.track(number)
    assert track is not None
    ((_, kept),) = track.estimates.tags
    assert kept == pytest.approx(probability, abs=1e-3)


CHANGES = st.lists(
    st.tuples(st.sampled_from(ChangeKind), st.integers(0, 4), st.integers(0, 3)), max_size=12
)


@settings(deadline=None)
@given(CHANGES)
def test_no_scan_ever_deletes_a_track(
    shared: StoreWriter, changes: list[tuple[ChangeKind, int, int]]
) -> None:
    before = set(shared.track_ids())
    for kind, name, content in changes:
        path, audio = f"{name}.mp3".encode(), bytes([content])
        if kind is ChangeKind.READ:
            shared.apply_scan([seen(path, fingerprint=audio)])
        else:
            shared.apply_scan([ScanChange(kind, ROOT, path)])
        assert before <= set(shared.track_ids())
        before = set(shared.track_ids())
    counts = shared.counts()
    assert counts.heard + counts.failed + counts.pending == counts.tracks == len(before)
    reader = StoreReader(shared.file)
    assert reader.counts() == counts
    reader.close()
