"""The never-list."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.radio.support import make_track
from tuiradio.library.track import Banned, BanScope
from tuiradio.radio.never import NeverList


def artist(name: str) -> Banned:
    return Banned(BanScope.ARTIST, name, artist=name)


@pytest.mark.parametrize(
    ("tagged", "title", "is_kept_off"),
    [
        ("The Sirens", "Song", True),
        ("sirens", "Song", True),
        ("Other feat. The Sirens", "Song", True),
        ("Other", "Song (feat. Sirens)", True),
        ("Sirens & Other", "Song", True),
        ("Sirens of Titan", "Song", False),
        ("", "Sirens", False),
    ],
)
def test_an_artist_is_kept_off_as_a_guest_too(tagged: str, title: str, is_kept_off: bool) -> None:
    never = NeverList([artist("The Sirens")])
    assert (never.forbids(make_track(1, title, tagged or " ")) is not None) is is_kept_off


def test_a_name_that_only_looks_joined_is_banned_as_one() -> None:
    whole = frozenset({"simon garfunkel"})
    never = NeverList([artist("Simon & Garfunkel")], whole)
    assert never.forbids(make_track(1, artist="Simon & Garfunkel"))
    assert not never.forbids(make_track(1, artist="Simon"))


def test_a_ban_from_a_track_with_guests_means_its_artist() -> None:
    never = NeverList([artist("A feat. B")])
    assert never.forbids(make_track(1, artist="A"))
    assert not never.forbids(make_track(1, artist="B"))


def test_an_album_is_that_of_one_artist_only() -> None:
    never = NeverList([Banned(BanScope.ALBUM, "Greatest Hits", artist="A")])
    assert never.forbids(make_track(1, artist="A", album="greatest hits"))
    assert never.forbids(make_track(1, artist="X", album_artist="A", album="Greatest Hits"))
    assert not never.forbids(make_track(1, artist="B", album="Greatest Hits"))
    assert not never.forbids(make_track(1, artist="A", album="Other"))


def test_a_folder_covers_what_is_below_it_and_nothing_beside_it() -> None:
    never = NeverList([Banned(BanScope.FOLDER, "x", folder=b"/music/audio\xff/")])
    below = make_track(1, relative_path=b"audio\xff/deep/1.ogg")
    assert never.forbids(below)
    assert not never.forbids(make_track(1, relative_path=b"audio\xffbooks/1.ogg"))
    assert os.path.dirname(below.path) == b"/music/audio\xff/deep"


def test_a_track_and_the_length_of_the_list() -> None:
    ban = Banned(BanScope.TRACK, "x", track_id=7)
    never = NeverList([ban, artist("A")])
    assert len(never) == 2
    assert never.forbids(make_track(7)) == ban
    assert never.forbids(make_track(8)) is None


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_any_tags_find_themselves_or_name_nobody(name: str, album: str, title: str) -> None:
    track = make_track(1, title or "x", name or "y", album=album)
    never = NeverList([artist(track.artist), Banned(BanScope.ALBUM, album, artist=track.artist)])
    assert len(never) == 0 or isinstance(never.forbids(track), Banned | None)
