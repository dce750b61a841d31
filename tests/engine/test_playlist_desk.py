"""Playlists reach the store through the engine: from the scan, and when they are exported."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.engine.conftest import Stage
from tests.engine.helpers import Watching, quick_config
from tuiradio.connect.playlists import PlaylistItem, write_m3u8
from tuiradio.engine.arranging import KeepPlaylist, MoveEntries
from tuiradio.engine.protocol import AddRoots, LibraryChanged, PlayTracks, QueueChanged
from tuiradio.engine.service import LocalEngine
from tuiradio.engine.wishes import Undo
from tuiradio.library.store import Scope, Sort
from tuiradio.paths import Paths


def test_the_scan_of_an_engine_finds_playlists(paths: Paths, tmp_path: Path) -> None:
    from tuiradio.library.store import StoreReader

    (tmp_path / "l.m3u").write_text("a.mp3\n")
    engine = LocalEngine(paths, quick_config())
    events = Watching(engine)
    engine.submit(AddRoots((bytes(tmp_path),)))
    reader = StoreReader(paths.store_file)
    events.until_event(LibraryChanged, lambda _: bool(reader.playlists()))
    assert [(row.name, row.tracks, row.entries) for row in reader.playlists()] == [("l", 0, 1)]
    reader.close()
    events.leave()
    engine.close()


def test_an_exported_playlist_is_kept(start: Callable[..., Stage], tmp_path: Path) -> None:
    stage = start()
    chosen = stage.ids[:3][::-1]
    items = [PlaylistItem(track.path) for track in stage.reader.tracks(chosen)]
    write_m3u8(tmp_path / "mine.m3u8", items)
    for path in (b"mine.m3u8", bytes(tmp_path), bytes(tmp_path / "mine.m3u8")):
        stage.engine.submit(KeepPlaylist(path))
    stage.events.until_event(LibraryChanged, lambda _: bool(stage.reader.playlists()))
    (row,) = stage.reader.playlists()
    assert (row.name, row.path) == ("mine", os.fsencode(tmp_path / "mine.m3u8"))
    assert list(stage.reader.track_ids(Scope(playlist=row.id), Sort.PLACE)) == chosen


def test_several_rows_move_at_once_and_back(start: Callable[..., Stage]) -> None:
    stage = start()
    ids = stage.ids[:5]
    stage.engine.submit(PlayTracks(tuple(ids)))
    event = stage.events.until_event(QueueChanged, lambda e: len(e.entries) == 5)
    entries = [entry.entry_id for entry in event.entries]
    stage.engine.submit(MoveEntries((entries[3], entries[1]), 3))
    wanted = [ids[n] for n in (0, 2, 4, 1, 3)]
    stage.events.until_event(QueueChanged, lambda e: [x.track_id for x in e.entries] == wanted)
    stage.engine.submit(Undo())
    stage.events.until_event(QueueChanged, lambda e: [x.track_id for x in e.entries] == ids)
