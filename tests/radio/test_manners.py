"""Rules, one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.radio.support import make_track
from tuiradio.library.track import Track
from tuiradio.radio.manners import Breach, Programme, face
from tuiradio.radio.pick import RadioSettings, Rule


def differs(track_id: int, others: Sequence[int]) -> bool:
    return False


def breach(
    played: Sequence[Track],
    candidate: Track,
    settings: RadioSettings = RadioSettings(),
    recent: dict[int, float] | None = None,
) -> Breach:
    programme = Programme(settings, recent or {})
    for track in played:
        programme.play(face(track))
    return programme.breach(face(candidate), differs)


def test_a_stranger_breaks_nothing() -> None:
    assert breach([make_track(1)], make_track(2)).rules == ()


def test_artists_keep_their_distance_also_as_guests() -> None:
    played = [make_track(1, artist="A feat. B"), make_track(2)]
    assert breach(played, make_track(3, artist="B")).rules == (Rule.ARTIST, Rule.BACK_AND_FORTH)
    assert breach(played, make_track(3, "Song (feat. A)")).rules[0] is Rule.ARTIST


def test_windows_end() -> None:
    settings = RadioSettings(artist_window=3, album_window=2)
    others = [make_track(i) for i in range(10, 13)]
    first = make_track(1, artist="A", album="X")
    again = make_track(2, artist="A", album="X")
    assert breach([first, *others], again, settings).rules == ()
    assert breach([first, *others[:2]], again, settings).rules == (Rule.ARTIST,)
    assert breach([first, others[0]], again, settings).rules == (
        Rule.ARTIST,
        Rule.ALBUM,
        Rule.BACK_AND_FORTH,
    )


def test_an_artist_costs_less_the_longer_ago() -> None:
    first = make_track(1, artist="A")
    near = breach([make_track(9), first], make_track(2, artist="A"))
    far = breach([first, make_track(9)], make_track(2, artist="A"))
    assert far.cost < near.cost


def test_back_and_forth_counts_without_windows() -> None:
    settings = RadioSettings(artist_window=0, album_window=0)
    played = [make_track(1, artist="A"), make_track(2, artist="B")]
    assert breach(played, make_track(3, artist="A"), settings).rules == (Rule.BACK_AND_FORTH,)
    same = [make_track(1, artist="A"), make_track(2, artist="A")]
    assert breach(same, make_track(3, artist="A"), settings).rules == ()


def test_versions_of_a_song_are_one_recording() -> None:
    settings = RadioSettings(artist_window=0, album_window=0)
    live = make_track(2, "Song (Live)", "A")
    assert breach([make_track(1, "Song", "A")], live, settings).rules == (Rule.RECORDING,)
    assert breach([make_track(1, "Song", "B")], live, settings).rules == ()


def test_nameless_titles_and_nameless_artists_need_the_same_length() -> None:
    settings = RadioSettings(artist_window=0, album_window=0)
    one = make_track(1, "Track 01", "A", duration_s=200.0)
    assert breach([one], make_track(2, "Track 01", "A", duration_s=250.0), settings).rules == ()
    assert breach([one], make_track(2, "Track 01", "A", duration_s=200.5), settings).rules


def test_the_same_sound_and_length_is_the_same_recording() -> None:
    programme = Programme(RadioSettings(), {})
    programme.play(face(make_track(1, duration_s=200.4)))
    other = face(make_track(2, duration_s=199.6))
    assert programme.breach(other, lambda one, others: 1 in others).rules == (Rule.RECORDING,)
    longer = face(make_track(2, duration_s=205.0))
    assert programme.breach(longer, lambda one, others: True).rules == ()


def test_lengths_skits_and_recent_plays() -> None:
    assert breach([], make_track(1, duration_s=20.0)).rules == (Rule.LENGTH,)
    assert breach([], make_track(1, duration_s=5_000.0)).rules == (Rule.LENGTH,)
    assert breach([], make_track(1, duration_s=0.0)).rules == ()
    assert breach([], make_track(1, "The Intro", duration_s=60.0)).rules == (Rule.SKIT,)
    assert breach([], make_track(1, "The Intro", duration_s=300.0)).rules == ()
    assert breach([], make_track(1), recent={1: 3_600.0}).rules == (Rule.RECENT,)
    assert breach([], make_track(1), recent={1: 90_000.0}).rules == ()
    # A clock set back is no reason to play it again at once.
    assert breach([], make_track(1), recent={1: -5.0}).rules == (Rule.RECENT,)


def test_no_limit_of_length_when_set_to_zero() -> None:
    settings = RadioSettings(max_length_s=0.0, min_length_s=0.0)
    assert breach([], make_track(1, duration_s=50_000.0), settings).rules == ()


@given(
    names=st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=14),
    window=st.integers(0, 6),
    candidate=st.sampled_from("ABCDE"),
)
def test_an_artist_waits_exactly_as_long_as_the_window(
    names: list[str], window: int, candidate: str
) -> None:
    settings = RadioSettings(artist_window=window, album_window=0, back_and_forth=True)
    played = [make_track(i, artist=name) for i, name in enumerate(names)]
    found = breach(played, make_track(99, artist=candidate), settings)
    is_too_soon = window > 0 and candidate in names[-window:]
    assert (Rule.ARTIST in found.rules) == is_too_soon
    assert any(found.cost) == bool(found.rules)
