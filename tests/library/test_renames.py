from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.library.builders import ROOT, seen
from tuiradio.library.renames import Arrival, displaced
from tuiradio.library.store import StoreWriter


def test_a_swap_and_a_chain() -> None:
    assert displaced([Arrival(b"b", 1, b"a"), Arrival(b"a", 2, b"b")]) == {1: b"a", 2: b"b"}
    chain = [Arrival(b"z", 1, b"a"), Arrival(b"a", 2, b"b"), Arrival(b"b")]
    assert displaced(chain) == {1: b"a", 2: b"b"}


def test_a_file_put_over_another_displaces_nobody() -> None:
    assert displaced([Arrival(b"a", 2, b"b")]) == {}
    assert displaced([Arrival(b"a", 1, b"a"), Arrival(b"b", 2, b"b"), Arrival(b"c")]) == {}
    # 1 goes to the name of 2, but the audio of 2 is nowhere: nobody has to leave.
    assert displaced([Arrival(b"x", 1, b"a"), Arrival(b"a", 2, b"b")]) == {}


FINGERPRINT = st.sampled_from([b"", b"a", b"b", b"c"])


@settings(deadline=None)
@given(st.lists(st.tuples(FINGERPRINT, st.booleans(), FINGERPRINT), max_size=8))
def test_every_displaced_track_finds_a_place(rows: list[tuple[bytes, bool, bytes]]) -> None:
    arrivals = [
        Arrival(new, number, old) if is_known else Arrival(new)
        for number, (new, is_known, old) in enumerate(rows)
    ]
    leaving = displaced(arrivals)
    places = Counter(a.fingerprint for a in arrivals if a.track_id is None or a.track_id in leaving)
    assert all(places[print_] >= n for print_, n in Counter(leaving.values()).items())


def test_names_that_move_up_by_one_keep_their_tracks(store: StoreWriter) -> None:
    store.apply_scan([seen(f"{n}.mp3", fingerprint=b"audio%d" % n) for n in range(4)])
    liked = {track.id: track.relative_path for track in store.tracks(store.track_ids())}
    renamed = [seen(f"{n + 1}.mp3", fingerprint=b"audio%d" % n, mtime_ns=2) for n in range(4)]
    outcome = store.apply_scan([*renamed, seen("0.mp3", fingerprint=b"new", mtime_ns=2)])
    assert (outcome.moved, outcome.added, outcome.changed) == (4, 1, 0)
    for track_id, path in liked.items():
        track = store.track(track_id)
        assert track is not None
        assert track.relative_path == b"%d.mp3" % (int(path[:1]) + 1)


def test_swapped_files_on_disk(store: StoreWriter, music: Path) -> None:
    root = os.fsencode(music)
    store.add_root(root)
    for name in ("a.mp3", "b.mp3"):
        (music / name).write_bytes(name.encode())
    store.apply_scan([seen(name, root=root) for name in ("a.mp3", "b.mp3")])
    before = {track.relative_path: track.id for track in store.tracks(store.track_ids())}
    store.apply_scan(
        [
            seen("a.mp3", root=root, fingerprint=b"b.mp3", mtime_ns=2),
            seen("b.mp3", root=root, fingerprint=b"a.mp3", mtime_ns=2),
        ]
    )
    after = {track.relative_path: track.id for track in store.tracks(store.track_ids())}
    assert after == {b"a.mp3": before[b"b.mp3"], b"b.mp3": before[b"a.mp3"]}
    assert set(store.known_files(ROOT)) == set()
