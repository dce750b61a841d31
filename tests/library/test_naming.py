from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuiradio.library.naming import fill_from_path
from tuiradio.library.track import Tags


@pytest.mark.parametrize(
    ("path", "title", "artist", "album", "number", "disc"),
    [
        ("song.mp3", "song", "", "", 0, 0),
        ("my_song.mp3", "my song", "", "", 0, 0),
        ("Artist - Title.mp3", "Title", "Artist", "", 0, 0),
        ("03 - Artist - Title.mp3", "Title", "Artist", "", 3, 0),
        ("Artist - Album - 04 - Title.mp3", "Title", "Artist", "", 4, 0),
        ("Artist/Album/05. Title.flac", "Title", "Artist", "Album", 5, 0),
        ("Artist/Album/CD 2/1-06 Title.flac", "Title", "Artist", "Album", 6, 1),
        ("Artist/Album/Disc2/07_Title.flac", "Title", "Artist", "Album", 7, 2),
        ("Artist - Album/08 Title.flac", "Title", "Artist", "Album", 8, 0),
        ("Artist/Title.ogg", "Title", "Artist", "", 0, 0),
        ("Unsorted/Someone - Title.ogg", "Title", "Someone", "", 0, 0),
        ("Downloads/Title.ogg", "Title", "", "", 0, 0),
        ("1979.mp3", "1979", "", "", 0, 0),
        (".mp3", ".mp3", "", "", 0, 0),
    ],
)
def test_names(path: str, title: str, artist: str, album: str, number: int, disc: int) -> None:
    tags = fill_from_path(Tags(), path.encode())
    assert (tags.title, tags.artist, tags.album) == (title, artist, album)
    assert (tags.track_number, tags.disc_number) == (number, disc)


def test_what_the_file_says_wins() -> None:
    tags = Tags(title="Real", artist="True", track_number=9)
    assert fill_from_path(tags, b"A/B/01 Wrong.mp3") == tags
    half = fill_from_path(Tags(title="Real"), b"A/B/01 Other - Wrong.mp3")
    assert (half.title, half.artist, half.album, half.track_number) == ("Real", "A", "", 0)
    guest = fill_from_path(Tags(title="Real", album_artist="Host"), b"A/B/x.mp3")
    assert guest.artist == "Host"


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=80))
def test_any_name_gives_a_title(path: bytes) -> None:
    assert fill_from_path(Tags(), path).title
