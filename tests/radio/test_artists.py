"""Who is on a track."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuiradio.radio.artists import artist_key, featured_in_title, fold, split_artists, whole_names

WHOLE = whole_names(
    ["Simon & Garfunkel", "Jay-Z & Linkin Park", "Jay-Z", "Earth, Wind & Fire", "A feat. B"]
)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("A feat. B", ("a", "b")),
        ("A ft. B", ("a", "b")),
        ("A (feat. B)", ("a", "b")),
        ("A featuring B & C", ("a", "b", "c")),
        ("A with B", ("a", "b")),
        ("A × B", ("a", "b")),
        ("A x B", ("a", "b")),
        ("A / B", ("a", "b")),
        ("A; B, C", ("a", "b", "c")),
        ("AC/DC", ("ac dc",)),
        ("Malcolm X", ("malcolm x",)),
        ("Within Temptation", ("within temptation",)),
        ("The Beatles", ("beatles",)),
        ("Various Artists", ()),
        ("", ()),
        ("!!!", ("!!!",)),
        ("Sigur Rós", ("sigur ros",)),
    ],
)
def test_splits_joined_names(tag: str, expected: tuple[str, ...]) -> None:
    assert split_artists(tag) == expected


def test_never_splits_inside_a_name_the_library_contains_whole() -> None:
    assert split_artists("Simon & Garfunkel", WHOLE) == ("simon garfunkel",)
    assert split_artists("Simon & Garfunkel feat. Bob", WHOLE) == ("simon garfunkel", "bob")
    assert split_artists("X, Simon & Garfunkel", WHOLE) == ("x", "simon garfunkel")
    assert split_artists("Earth, Wind & Fire & Jay-Z", WHOLE) == ("earth wind fire", "jay z")


def test_a_joint_name_whose_part_stands_alone_is_no_whole_name() -> None:
    assert {"simon garfunkel", "earth wind fire"} == WHOLE


def test_finds_guests_in_a_title() -> None:
    title = "Heaven Can't Wait feat. the Choir, Tellavision and Johann Scheerer"
    assert featured_in_title(title) == ("choir", "tellavision", "johann scheerer")
    assert featured_in_title("Defeat. Again") == ()


@given(st.text(max_size=2_000))
def test_any_text_is_a_legal_artist_tag(text: str) -> None:
    keys = split_artists(text, WHOLE)
    assert len(set(keys)) == len(keys)
    assert all(keys)
    assert artist_key(fold(text)) == artist_key(text)
