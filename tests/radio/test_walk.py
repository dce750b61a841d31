"""The walk as a whole: properties, and each promise once."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radio.support import World, finder, make_track, random_world
from tuiradio.library.track import (
    Banned,
    BanScope,
    Estimates,
    Failure,
    FailureKind,
    FeedbackKind,
    Status,
    Track,
)
from tuiradio.radio.pick import History, Pick, RadioSettings, Rule
from tuiradio.radio.recording import bare_title
from tuiradio.radio.walk import walk
from tuiradio.similarity.neighbourhood import Neighbourhood

NOTHING_HEARD = History()
TITLES = ["Song", "Song (Live)", "Other", "Other - Remastered 2011", "Third", "Intro", ""]
ARTISTS = ["A", "B", "A feat. B", "C & D", "Simon & Garfunkel", "", "Various Artists"]


def radio(
    seeds: Sequence[int],
    tracks: Sequence[Track],
    world: Neighbourhood,
    length: int,
    *,
    dials: RadioSettings = RadioSettings(adventure=0.0),
    history: History = NOTHING_HEARD,
    number: int = 1,
    already: Sequence[int] = (),
    pool: Sequence[int] = (),
) -> list[Pick]:
    rng = random.Random(number)
    picks = walk(seeds, dials, history, world, finder(tracks), rng, already, pool=pool)
    return list(islice(picks, length))


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[Track], World]:
    count = draw(st.integers(0, 30))
    tracks = [
        make_track(
            i,
            draw(st.sampled_from(TITLES)),
            draw(st.sampled_from(ARTISTS)),
            album=draw(st.sampled_from(["", "X", "Y"])),
            duration_s=draw(st.sampled_from([0.0, 20.0, 200.0, 201.0, 300.0, 4_000.0])),
        )
        for i in range(count)
    ]
    heard = draw(st.integers(0, count))
    return tracks, random_world(heard, seed=draw(st.integers(0, 99)))


@st.composite
def all_dials(draw: st.DrawFn) -> RadioSettings:
    return RadioSettings(
        drift=draw(st.sampled_from([0.0, 0.35, 1.0])),
        adventure=draw(st.sampled_from([0.0, 0.2, 1.0])),
        artist_window=draw(st.integers(0, 12)),
        album_window=draw(st.integers(0, 12)),
        candidates=draw(st.sampled_from([1, 5, 400])),
    )


@settings(max_examples=40, deadline=None)
@given(libraries(), all_dials(), st.data())
def test_the_radio_keeps_its_promises(
    library: tuple[list[Track], World], dials: RadioSettings, data: st.DataObject
) -> None:
    tracks, world = library
    ids = [track.id for track in tracks] or [0]
    seeds = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=8, unique=True))
    banned = data.draw(st.frozensets(st.sampled_from(ids), max_size=len(ids)))
    history = History(
        now_s=1e9,
        last_played_s=tuple((i, 1e9 - 3_600.0 * i) for i in ids[:10]),
        skipped=tuple((i, 2) for i in ids[:2]),
        liked=frozenset(ids[3:6]),
        banned=banned,
    )
    picks = radio(seeds, tracks, world, 45, dials=dials, history=history, pool=ids)
    again = radio(seeds, tracks, world, 45, dials=dials, history=history, pool=ids)

    assert picks == again
    playable = {track.id for track in tracks} - banned
    assert {pick.track_id for pick in picks} <= playable
    seeds_exist = any(seed < len(tracks) for seed in seeds)
    assert len(picks) == (45 if playable and seeds_exist else 0)
    _check_rules(picks, tracks, seeds, dials)


def _check_rules(
    picks: Sequence[Pick], tracks: Sequence[Track], seeds: Sequence[int], dials: RadioSettings
) -> None:
    played = list(seeds) if len(seeds) <= 5 else []
    for pick in picks:
        track = tracks[pick.track_id]
        assert Rule.BANNED not in pick.relaxed
        assert all(passed.count > 0 for passed in pick.passed_over)
        if pick.track_id in played:
            assert Rule.RECORDING in pick.relaxed
        window = [tracks[i] for i in played[-dials.artist_window :]] if dials.artist_window else []
        known = track.artist not in ("", "Various Artists")
        if known and track.artist in [before.artist for before in window]:
            assert Rule.ARTIST in pick.relaxed
        names = [(tracks[i].artist, bare_title(tracks[i].title)) for i in played]
        is_named = known and "Tune" not in track.title and track.title != "Intro"
        if is_named and (track.artist, bare_title(track.title)) in names:
            assert Rule.RECORDING in pick.relaxed
        played.append(pick.track_id)


def test_everything_plays_before_anything_repeats() -> None:
    tracks = [make_track(i) for i in range(20)]
    picks = radio([0], tracks, random_world(20), 60)
    ids = [pick.track_id for pick in picks]
    assert sorted(ids[:19]) == list(range(1, 20))
    assert all(Rule.RECORDING in pick.relaxed for pick in picks[19:])
    assert set(ids[19:]) == set(range(20))
    assert all(ids[i] not in ids[max(0, i - 8) : i] for i in range(len(ids)))


def test_a_library_of_one_song_plays_it() -> None:
    picks = radio([0], [make_track(0)], random_world(1), 3)
    assert [pick.track_id for pick in picks] == [0, 0, 0]


def test_two_artists_alternate_when_the_window_is_wider_than_the_library() -> None:
    tracks = [make_track(i, artist="AB"[i % 2]) for i in range(30)]
    picks = radio([0], tracks, random_world(30), 25)
    artists = [tracks[pick.track_id].artist for pick in picks]
    assert artists[:24] == ["B", "A"] * 12


def test_all_banned_ends_the_radio() -> None:
    tracks = [make_track(i) for i in range(4)]
    history = History(banned=frozenset(range(4)))
    assert radio([0], tracks, random_world(4), 3, history=history, pool=range(4)) == []


def test_missing_tracks_do_not_play() -> None:
    tracks = [make_track(0), make_track(1, missing=True), make_track(2)]
    assert [pick.track_id for pick in radio([0], tracks, random_world(3), 1)] == [2]


def test_drift_follows_the_last_track_and_its_absence_stays() -> None:
    # A circle: each point is nearest to the ones beside it.
    angles = {i: (i / 40.0) * 3.1 for i in range(40)}
    world = World({i: (math.cos(a), math.sin(a)) for i, a in angles.items()})
    tracks = [make_track(i) for i in range(40)]
    stay = radio([0], tracks, world, 8, dials=RadioSettings(drift=0.0, adventure=0.0))
    follow = radio(
        [0], tracks, world, 8, dials=RadioSettings(drift=1.0, adventure=0.0), already=[0, 20]
    )
    assert max(pick.track_id for pick in stay) < 15
    assert min(pick.track_id for pick in follow) > 8
    assert stay[0].previous_id == 0
    assert follow[0].previous_id == 20


def test_several_seeds_count_by_agreement() -> None:
    # 2 lies between the seeds; 3 and 4 are as near to one of them and far from the other.
    vectors: dict[int, Sequence[float]] = {
        0: (1.0, 0.0, 0.0, 0.0),
        1: (0.5, 0.866, 0.0, 0.0),
        2: (0.866, 0.5, 0.0, 0.0),
        3: (0.87, -0.2, 0.45, 0.0),
        4: (0.26, 0.87, 0.0, 0.42),
    }
    rng = random.Random(2)
    for i in range(5, 40):
        vectors[i] = (-0.5, *(rng.gauss(0.0, 1.0) for _ in range(3)))
    tracks = [make_track(i) for i in vectors]
    dials = RadioSettings(drift=0.0, adventure=0.0, candidates=2)
    assert radio([0, 1], tracks, World(vectors), 1, dials=dials)[0].track_id == 2


def test_a_skip_pushes_its_neighbourhood_away_and_fades() -> None:
    rng = random.Random(5)
    vectors = {0: (1.0, 0.0, 0.0)}
    for i in range(1, 41):
        side = 1.0 if i % 2 else -1.0
        vectors[i] = (1.0, side * 0.5 + rng.gauss(0, 0.05), rng.gauss(0, 0.05))
    tracks = [make_track(i) for i in vectors]
    world = World(vectors)

    def odd(picks_ago: int) -> int:
        history = History(skipped=((1, picks_ago),), now_s=1.0)
        stay = RadioSettings(drift=0.0, adventure=0.0)
        picks = radio([0], tracks, world, 10, dials=stay, history=history)
        return sum(pick.track_id % 2 for pick in picks)

    assert odd(0) < odd(200)
    pushed = radio([0], tracks, world, 30, history=History(skipped=((1, 0),)))
    assert min(pick.feedback for pick in pushed) < 0.0


def test_adventure_digs_for_what_was_long_unplayed() -> None:
    tracks = [make_track(i) for i in range(200)]
    history = History(now_s=1e9, last_played_s=tuple((i, 1e9 - 2e5) for i in range(0, 200, 2)))
    world = random_world(200)

    def unplayed(dial: float) -> int:
        dials = RadioSettings(adventure=dial, candidates=60)
        picks = radio([0], tracks, world, 30, dials=dials, history=history)
        return sum(pick.track_id % 2 for pick in picks)

    assert unplayed(1.0) > unplayed(0.0)


def test_weights_turn_the_radio() -> None:
    vectors = {0: (1, 0, 1, 0), 1: (1, 0.1, -1, 0.1), 2: (-1, 0.1, 1, 0.1)}
    tracks = [make_track(i) for i in vectors]
    world = World(vectors, ("genre", "mood"))

    def first(weights: tuple[tuple[str, float], ...]) -> Pick:
        return radio([0], tracks, world, 1, dials=RadioSettings(weights=weights, adventure=0.0))[0]

    assert first((("genre", 1.0), ("mood", 0.0))).track_id == 1
    assert first((("genre", 0.0), ("mood", 1.0))).track_id == 2
    assert dict(first((("genre", 1.0), ("mood", 0.0))).by_subspace)["mood"] < 0.0


def test_reasons_count_everyone_who_stood_before() -> None:
    # By similarity: 1 (the seed's artist), 2 (too long), 3 (a version of the seed), 4.
    vectors = {i: (1.0, 0.1 * i) for i in range(5)}
    tracks = [
        make_track(0, "Song", "A"),
        make_track(1, "Else", "A"),
        make_track(2, duration_s=9_000.0),
        make_track(3, "Song - Remastered 2011", "A"),
        make_track(4),
    ]
    pick = radio([0], tracks, World(vectors), 1)[0]
    assert pick.track_id == 4
    passed = {passed.rule: passed.count for passed in pick.passed_over}
    assert passed == {Rule.ARTIST: 1, Rule.LENGTH: 1, Rule.RECORDING: 1}
    assert pick.relaxed == ()
    assert pick.seed_similarity == pytest.approx(pick.previous_similarity)


def test_tags_serve_while_the_seed_was_not_heard() -> None:
    tracks = [
        make_track(0, genres=("Jazz",)),
        make_track(1, genres=("Metal",)),
        make_track(2, genres=("jazz",)),
    ]
    pick = radio([0], tracks, World({}), 1, pool=[1, 2])[0]
    assert (pick.track_id, pick.from_tags) == (2, True)


def test_tags_serve_when_all_that_was_heard_has_played() -> None:
    tracks = [make_track(i) for i in range(6)]
    picks = radio([0], tracks, random_world(3), 5, pool=range(6))
    assert [pick.from_tags for pick in picks] == [False, False, True, True, True]
    assert len({pick.track_id for pick in picks}) == 5


@pytest.mark.parametrize("kind", FailureKind)
def test_what_could_not_be_listened_to_is_never_picked(kind: FailureKind) -> None:
    failed = {"status": Status.FAILED, "failure": Failure(kind, "for a reason")}
    # 1 was heard once, before its file was damaged; 3 never was.
    tracks = [make_track(0), make_track(1, **failed), make_track(2), make_track(3, **failed)]
    picks = radio([0], tracks, random_world(3), 10, pool=range(4))
    assert {pick.track_id for pick in picks} == {0, 2}


def test_a_failed_seed_still_gives_a_radio_by_its_tags() -> None:
    failure = Failure(FailureKind.SILENT, "there is no sound in it")
    seed = make_track(0, status=Status.FAILED, failure=failure, genres=("Jazz",))
    tracks = [seed, make_track(1, genres=("Metal",)), make_track(2, genres=("jazz",))]
    picks = radio([0], tracks, World({}), 2, pool=range(3))
    assert [pick.track_id for pick in picks] == [2, 1]


def test_once_all_has_played_sound_chooses_what_plays_again() -> None:
    picks = radio([0], [make_track(i) for i in range(4)], random_world(4), 9, pool=range(4))
    assert not any(pick.from_tags for pick in picks)
    assert all(Rule.RECORDING in pick.relaxed for pick in picks[3:])


def test_identical_files_under_other_names_are_one_recording() -> None:
    vectors = {0: (1.0, 0.0), 1: (1.0, 1e-4), 2: (0.5, 0.9)}
    tracks = [
        make_track(0, "Song", "A", duration_s=200.0),
        make_track(1, "01 song", "Unknown", duration_s=200.3),
        make_track(2),
    ]
    pick = radio([0], tracks, World(vectors), 1)[0]
    assert pick.track_id == 2
    assert pick.passed_over[0].rule is Rule.RECORDING


def test_a_big_collection_as_seed_may_itself_play() -> None:
    tracks = [make_track(i) for i in range(30)]
    picks = radio(range(20), tracks, random_world(30), 25)
    assert {pick.track_id for pick in picks} & set(range(20))


def test_a_banned_artist_never_plays_and_its_nearer_tracks_are_counted() -> None:
    tracks = [make_track(i, artist="Sirens" if i % 3 else f"Band {i}") for i in range(60)]
    ban = Banned(BanScope.ARTIST, "Sirens", artist="Sirens")
    picks = radio([0], tracks, random_world(60), 15, history=History(bans=(ban,)))
    assert len(picks) == 15
    assert all(tracks[pick.track_id].artist != "Sirens" for pick in picks)
    rules = [passed.rule for pick in picks for passed in pick.passed_over]
    assert Rule.BANNED in rules


def test_versions_skits_and_returns_can_be_let_in() -> None:
    tracks = [make_track(0)]
    tracks += [make_track(i, "Same (Live)", "B", duration_s=200.0) for i in (1, 2, 3)]
    tracks += [make_track(4, "Skit", duration_s=50.0)]
    dials = RadioSettings(
        adventure=0.0, artist_window=0, versions=True, skits=True, back_and_forth=True
    )
    picks = radio([0], tracks, random_world(5), 4, dials=dials)
    assert sorted(pick.track_id for pick in picks) == [1, 2, 3, 4]
    assert all(not pick.relaxed for pick in picks)


def test_tempo_decides_between_equals_and_picks_tell_it() -> None:
    tempos = {1: 170.0, 2: 121.0, 3: 85.0}
    tracks = [make_track(0, bpm=120.0)]
    tracks += [make_track(i, estimates=Estimates(tempo_bpm=tempos[i])) for i in tempos]
    line = [1.0, 0.5]
    world = World({0: [1.0, 0.0], 1: line, 2: line, 3: line})
    # Vectors that are the same would count as one recording.
    dials = RadioSettings(adventure=0.0, versions=True)
    (pick,) = radio([0], tracks, world, 1, dials=dials)
    assert pick.track_id == 2
    assert (pick.tempo_bpm, pick.previous_tempo_bpm) == (121.0, 120.0)
    off = RadioSettings(adventure=0.0, versions=True, continuity=0.0)
    assert radio([0], tracks, world, 1, dials=off)[0].track_id == 1


def test_picks_tell_what_moved_them() -> None:
    tracks = [make_track(i) for i in range(60)]
    world = random_world(60)
    wanted = world.nearest(0, 30)[-1].track_id
    picks = radio([0], tracks, world, 10, history=History(more=((wanted, 0),)))
    moved = [one for pick in picks for one in pick.moved_by]
    assert {(one.kind, one.track_id) for one in moved} == {(FeedbackKind.MORE, wanted)}
