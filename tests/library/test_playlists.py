"""Playlists are found by the scan, follow their music, and are forgotten when they are gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.library.builders import ROOT, seen, write_audio
from tuiradio.library import schema
from tuiradio.library.playlist_files import PlaylistFile
from tuiradio.library.playlist_scan import looked_at
from tuiradio.library.playlists import PlaylistChange, PlaylistRow
from tuiradio.library.scan import scan_into
from tuiradio.library.store import Scope, Sort, StoreWriter


@pytest.fixture
def library(store_file: Path, music: Path) -> Iterator[StoreWriter]:
    store_file.parent.mkdir()
    with closing(StoreWriter(store_file)) as writer:
        writer.add_root(os.fsencode(music))
        yield writer


def rescan(store: StoreWriter, *folders: Path) -> None:
    wanted = [os.fsencode(folder) for folder in folders] or None
    list(scan_into(store, lambda: False, wanted))


def titles(store: StoreWriter, playlist: int, sort: Sort = Sort.PLACE) -> list[str]:
    return [t.title for t in store.tracks(store.track_ids(Scope(playlist=playlist), sort))]


def figures(store: StoreWriter) -> list[tuple[str, int, int]]:
    return [(row.name, row.tracks, row.entries) for row in store.playlists()]


def test_the_scan_finds_playlists(library: StoreWriter, music: Path) -> None:
    for number, name in enumerate("abc"):
        write_audio(music / "x" / f"{name}.flac", number)
    (music / "lists").mkdir()
    (music / "lists" / "mix.m3u").write_text("../x/b.flac\n../x/gone.flac\n../x/a.flac\n")
    (music / "Other.m3u8").write_text("#PLAYLIST:A road\nx/c.flac\nx/c.flac\n")
    (music / "stream.pls").write_text("File1=http://x/y\n")
    rescan(library)
    assert figures(library) == [("A road", 2, 2), ("mix", 2, 3)]
    road, mix = library.playlists()
    assert titles(library, mix.id) == ["b", "a"]
    assert titles(library, mix.id, Sort.TITLE) == ["a", "b"]
    assert titles(library, road.id) == ["c", "c"]
    assert (
        library.track_ids(Scope(playlist=mix.id), Sort.PLACE, True)[0]
        == (library.track_ids(Scope(playlist=mix.id), Sort.TITLE)[0])
    )


def test_music_that_comes_later_stands_in_its_playlist(library: StoreWriter, music: Path) -> None:
    (music / "l.m3u").write_bytes(b"caf\xe9.flac\n")
    rescan(library)
    assert figures(library) == [("l", 0, 1)]
    before = library.playlists()[0].id
    write_audio(music / "cafe.flac").rename(music / "café.flac")
    rescan(library)
    assert figures(library) == [("l", 0, 1)], "read again only when it or its folder changes"
    os.utime(music / "l.m3u", ns=(1, 1))
    rescan(library)
    assert figures(library) == [("l", 1, 1)]
    assert library.playlists()[0].id == before


def test_a_playlist_that_changes_or_goes(library: StoreWriter, music: Path) -> None:
    for number, name in enumerate("ab"):
        write_audio(music / f"{name}.flac", number)
    (music / "one").mkdir()
    (music / "one" / "l.m3u").write_text("../a.flac\n")
    (music / "m.m3u").write_text("a.flac\n")
    rescan(library)
    (music / "one" / "l.m3u").write_text("../a.flac\n../b.flac\n")
    rescan(library, music / "one")
    assert figures(library) == [("l", 2, 2), ("m", 1, 1)]
    (music / "one" / "l.m3u").unlink()
    (music / "m.m3u").unlink()
    rescan(library, music / "one")
    assert figures(library) == [("m", 1, 1)], "only what was looked at is known to be gone"
    rescan(library)
    assert library.playlists() == []


def test_a_missing_root_keeps_its_playlists(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a.flac")
    (music / "l.m3u").write_text("a.flac\n")
    rescan(library)
    music.rename(music.with_name("away"))
    rescan(library)
    assert figures(library) == [("l", 1, 1)]


def test_hostile_playlists_do_not_stop_the_scan(library: StoreWriter, music: Path) -> None:
    write_audio(music / "a.flac")
    (music / "loop.m3u").write_text("loop.m3u\nother.m3u\na.flac\n")
    (music / "other.m3u").write_text("loop.m3u\n")
    (music / "bomb.xspf").write_text('<!DOCTYPE x [<!ENTITY a "b">]><playlist/>')
    (music / "link.m3u").symlink_to(music / "loop.m3u")
    (music / "pipe.m3u").unlink(missing_ok=True)
    os.mkfifo(music / "pipe.m3u")
    (music / "10k.m3u").write_bytes(b"#PLAYLIST:" + b"\x1b[31m\xff" * 3_000 + b"\na.flac\n")
    rescan(library)
    found = {row.name[:20]: row.tracks for row in library.playlists()}
    assert found.pop("loop") == 1
    assert found.pop("other") == 0
    (rest,) = found
    assert rest.startswith("[31m")
    assert len(library.track_ids()) == 1
    known = library.known_playlists()
    assert os.fsencode(music / "bomb.xspf") in known, "not read again until it changes"


def test_a_playlist_kept_outside_of_the_library(
    library: StoreWriter, music: Path, tmp_path: Path
) -> None:
    write_audio(music / "a.flac")
    rescan(library)
    file = tmp_path / "mine.m3u8"
    file.write_text(f"{music}/a.flac\n/elsewhere/b.flac\n")
    roots = [os.fsencode(music)]
    library.apply_playlists([looked_at(os.fsencode(file), roots)])
    assert figures(library) == [("mine", 1, 2)]
    assert titles(library, library.playlists()[0].id) == ["a"]
    file.write_text(f"{music}/a.flac\n")
    rescan(library)
    assert figures(library) == [("mine", 1, 1)]
    file.unlink()
    rescan(library, music)
    assert figures(library) == [("mine", 1, 1)]
    rescan(library)
    assert library.playlists() == []


def test_an_outer_root_takes_over_the_playlists(store: StoreWriter) -> None:
    store.apply_scan([seen("a.mp3")])
    path = ROOT + b"/l.m3u"
    store.apply_playlists([PlaylistChange(path, 1, 1, PlaylistFile("", (ROOT + b"/a.mp3",)))])
    row = store.playlists()[0]
    assert row == PlaylistRow(row.id, "l", path, 1, 1)
    store.add_root(os.path.dirname(ROOT))
    assert store.playlists() == [row]
    store.remove_root(os.path.dirname(ROOT))
    assert store.playlists() == []


def test_a_store_of_version_3_keeps_everything_and_is_backed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.sqlite3"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:3])
        with closing(StoreWriter(file)) as old:
            old.add_root(ROOT)
            old.apply_scan([seen("a.mp3"), seen("b.mp3")])
            old.set_liked(1, True)
    with closing(StoreWriter(file)) as new:
        assert new._rows("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
        assert new.liked_ids() == {1}
        assert new.playlists() == []
        change = PlaylistChange(ROOT + b"/l.m3u", 1, 1, PlaylistFile("", (ROOT + b"/b.mp3",)))
        new.apply_playlists([change])
        assert titles(new, new.playlists()[0].id) == ["b.mp3"]
    assert (tmp_path / "library.sqlite3.v3.backup").exists()


def test_a_name_that_no_file_can_have_is_a_playlist_that_is_gone() -> None:
    assert looked_at(b"/m/a\0.m3u", ()) == PlaylistChange(b"/m/a\0.m3u")
