"""Artists, albums, genres, playlists and folders are found by any beginning of their words."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from tests.library.builders import ROOT, seen
from tuiradio.library.filtering import filtered
from tuiradio.library.names import Named, NameKind, Names
from tuiradio.library.playlist_files import PlaylistFile
from tuiradio.library.playlists import PlaylistChange
from tuiradio.library.store import Scope, Sort, StoreWriter


def filled(store: StoreWriter) -> StoreWriter:
    store.apply_scan(
        [
            seen(
                "Björk/Debut/1.mp3", title="Crying", artist="Björk", album="Debut", genres=("Pop",)
            ),
            seen("Björk/Debut/2.mp3", title="Aeroplane", artist="Björk", album="Debut"),
            seen("Bob/x.mp3", title="Zebra", artist="Bob Debutante", genres=("Debut Jazz",)),
        ]
    )
    change = PlaylistChange(ROOT + b"/Debuts.m3u", 1, 1, PlaylistFile("", (ROOT + b"/Bob/x.mp3",)))
    store.apply_playlists([change])
    return store


def test_names_of_every_kind(store: StoreWriter) -> None:
    names = filled(store).names()
    found = names.find("deb")
    assert [(one.kind.value, one.name, one.tracks, one.note) for one in found] == [
        ("artist", "Bob Debutante", 1, ""),
        ("album", "Debut", 2, "Björk"),
        ("genre", "Debut Jazz", 1, ""),
        ("playlist", "Debuts", 1, ""),
        ("folder", "Debut", 2, "Björk"),
    ]
    for one in found:
        assert len(store.track_ids(one.scope)) == one.tracks
    assert [one.name for one in names.find("bjork deb")] == ["Debut"]
    assert names.find("ebut") == []
    assert names.find("") == names.find("!!!") == []


def test_what_begins_so_comes_first_then_the_largest() -> None:
    rows = [
        Named(NameKind.ARTIST, name, Scope(artist=name), tracks)
        for name, tracks in (("The Sea", 90), ("Sea Power", 3), ("Seasick", 5), ("Oversea", 99))
    ]
    assert [one.name for one in Names(rows).find("sea")] == ["Seasick", "Sea Power", "The Sea"]


@given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=8))
def test_any_names_and_any_words(names: list[str], words: str) -> None:
    rows = [Named(NameKind.GENRE, name, Scope(genre=name), 1) for name in names]
    assert set(Names(rows).find(words)) <= set(rows)


def test_a_list_is_filtered_in_its_own_order(store: StoreWriter) -> None:
    filled(store)

    def titles(words: str, scope: Scope = Scope(artist="Björk")) -> list[str]:  # noqa: B008
        found = filtered(store, words, scope, Sort.TITLE, False)
        return [track.title for track in store.tracks(found.ids)]

    assert titles("debut") == ["Aeroplane", "Crying"]
    assert titles("cry") == ["Crying"]
    assert titles("zebra") == []
    assert titles("zebra", Scope()) == ["Zebra"]
    assert titles("aeroplame") == ["Aeroplane"]
    assert filtered(store, "aeroplame", Scope(), Sort.TITLE, False).instead == "aeroplane"
    assert titles("x", Scope(folder=os.path.join(ROOT, b"nowhere"))) == []
