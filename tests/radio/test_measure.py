"""The doctor's figures, on small libraries whose figures are known, and on the planted one."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radio.planted import OWNER, Planted, planted
from tests.radio.support import World, finder, make_track, random_world
from tuiradio.library.track import Estimates
from tuiradio.radio import score
from tuiradio.radio.measure import Plan, Report, hubs, measure, skewness
from tuiradio.radio.pick import History, RadioSettings, Rule
from tuiradio.radio.strategies import Filler, Strategy
from tuiradio.similarity.index import VectorIndex

SETTINGS = RadioSettings()
TRACKS = 1_500
PLAN = Plan(30, 50, (Strategy.NEAREST, Strategy.RADIO))


@pytest.fixture(scope="module")
def library() -> Planted:
    return planted(TRACKS)


@pytest.fixture(scope="module")
def index(library: Planted) -> VectorIndex:
    return library.index()


@pytest.fixture(scope="module")
def report(library: Planted, index: VectorIndex) -> Report:
    return measure(library.ids, SETTINGS, index, library.find, random.Random(1), PLAN)


def test_what_is_planted(library: Planted) -> None:
    assert len(library.tracks) == TRACKS
    owned = sum(track.artist == OWNER for track in library.tracks)
    assert 0.3 < owned / TRACKS < 0.37
    assert len(set(library.recording_of.values())) == TRACKS - TRACKS * 6 // 100
    assert planted(200).tracks == planted(200).tracks


def test_planted_hubs_are_hubs(library: Planted, index: VectorIndex) -> None:
    plain, corrected = hubs(library.ids, SETTINGS, index, random.Random(1))
    assert plain.skewness > 3.0
    assert plain.hub_share > 0.01
    assert abs(corrected.skewness) < plain.skewness / 3.0
    assert corrected.anti_hub_share < plain.anti_hub_share


def test_radio_keeps_its_manners(report: Report) -> None:
    plain, radio = report.of(Strategy.NEAREST), report.of(Strategy.RADIO)
    assert plain is not None
    assert radio is not None
    assert plain.unreported_breaks > 100
    assert plain.duplicates > 0
    assert plain.same_artist_share > 0.3
    assert radio.unreported_breaks == 0
    assert radio.duplicates == 0
    assert radio.same_artist_share == 0.0


def test_radio_cures_hubs_and_stays_near(report: Report) -> None:
    plain, radio = report.of(Strategy.NEAREST), report.of(Strategy.RADIO)
    assert plain is not None
    assert radio is not None
    assert radio.hub_skewness < plain.hub_skewness / 3.0
    assert radio.reach > plain.reach
    assert radio.mean_step > 0.85 * plain.mean_step


def test_without_the_correction_hubs_come_back(
    library: Planted, index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "HUB_SHARE", 0.0)
    plan = Plan(15, 50, (Strategy.NEAREST, Strategy.RADIO))
    found = measure(library.ids, SETTINGS, index, library.find, random.Random(1), plan)
    plain, radio = found.of(Strategy.NEAREST), found.of(Strategy.RADIO)
    assert plain is not None
    assert radio is not None
    assert radio.hub_skewness > plain.hub_skewness / 3.0


def test_no_recording_twice_by_the_list_of_what_was_planted(
    library: Planted, index: VectorIndex
) -> None:
    filler = Filler(library.ids, 50, SETTINGS, index, library.find)
    for seed in (300, 700, 1_450):
        filled = filler.fill(Strategy.RADIO, seed, random.Random(seed))
        order = [seed, *filled.track_ids]
        recordings = [library.recording_of[track_id] for track_id in order]
        assert len(set(recordings)) == len(recordings)
        assert not set(order[1:]) & library.skits


def test_equal_chance_gives_equal_reports(library: Planted, index: VectorIndex) -> None:
    plan = Plan(2, 10)
    reports = [
        measure(library.ids, SETTINGS, index, library.find, random.Random(4), plan)
        for _ in range(2)
    ]
    assert reports[0] == reports[1]
    assert [one.strategy for one in reports[0].figures] == list(Strategy)


def test_figures_of_a_known_radio() -> None:
    # Each is nearest to the next; two by one artist, the tempo jumps once, so does the genre.
    world = World({i: [1.0, 0.1 * i] for i in range(4)})
    tempi = (100.0, 101.0, 140.0, 141.0)
    tracks = [
        make_track(
            i,
            artist="Same" if i < 2 else "",
            genres=("Rock",) if i < 3 else ("Jazz",),
            estimates=Estimates(tempo_bpm=tempi[i]),
        )
        for i in range(4)
    ]
    plan = Plan(4, 3, (Strategy.NEAREST,))
    found = measure(range(4), SETTINGS, world, finder(tracks), random.Random(0), plan).figures[0]
    assert (found.radios, found.picks, found.reach) == (4, 12, 1.0)
    assert found.hub_skewness == 0.0
    assert found.coverage[-1] == (4, 1.0)
    assert 0.0 < found.same_artist_share < 1.0
    assert found.genre_jumps is not None
    assert found.tempo_jumps is not None
    assert 0.0 < found.worst_step <= found.mean_step <= 1.0


def test_unknown_tags_are_none() -> None:
    world = random_world(30)
    tracks = finder([make_track(i) for i in range(30)])
    found = measure(range(30), SETTINGS, world, tracks, random.Random(0), Plan(3, 5))
    for figures in found.figures:
        assert figures.genre_jumps is None
        assert figures.tempo_jumps is None


def test_stopped_early_it_says_so_and_tells_progress() -> None:
    world, tracks = random_world(30), finder([make_track(i) for i in range(30)])
    seen: list[tuple[int, int]] = []
    found = measure(
        range(30),
        SETTINGS,
        world,
        tracks,
        random.Random(0),
        Plan(5, 5),
        on_progress=lambda done, total: seen.append((done, total)),
        is_stopped=lambda: len(seen) >= 6,
    )
    assert not found.is_complete
    assert seen == [(done, 20) for done in range(1, 7)]
    assert sum(one.radios for one in found.figures) == 6


def test_banned_tracks_count_nowhere() -> None:
    world, tracks = random_world(30), finder([make_track(i) for i in range(30)])
    banned = History(banned=frozenset(range(20)))
    found = measure(
        range(30), SETTINGS, world, tracks, random.Random(0), Plan(5, 5), history=banned
    )
    assert found.library == 10
    assert all(figures.reach <= 1.0 for figures in found.figures)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_libraries(count: int) -> None:
    tracks = finder([make_track(i) for i in range(count)])
    found = measure(range(count), SETTINGS, random_world(2), tracks, random.Random(0), Plan(3, 5))
    assert found.library == count
    assert found.is_complete


def test_breaks_told_are_not_unreported() -> None:
    tracks = finder([make_track(i, artist="Only") for i in range(30)])
    plan = Plan(3, 5, (Strategy.RADIO,))
    found = measure(range(30), SETTINGS, random_world(30), tracks, random.Random(0), plan)
    assert found.figures[0].unreported_breaks == 0
    assert found.figures[0].reported_breaks >= 15
    assert Rule.ARTIST.value == "same artist too soon"


def test_skewness() -> None:
    assert skewness(np.array([], dtype=np.int64)) == 0.0
    assert skewness(np.array([2, 2, 2])) == 0.0
    assert skewness(np.array([0, 0, 0, 9])) > 1.0
    assert skewness(np.array([9, 9, 9, 0])) < -1.0


@given(counts=st.lists(st.integers(0, 30), max_size=40), factor=st.integers(1, 9))
def test_skewness_knows_neither_order_nor_scale(counts: list[int], factor: int) -> None:
    found = skewness(np.array(counts, dtype=np.int64))
    turned = skewness(np.array(counts[::-1], dtype=np.int64) * factor)
    mirrored = skewness(-np.array(counts, dtype=np.int64))
    assert turned == pytest.approx(found, abs=1e-9)
    assert mirrored == pytest.approx(-found, abs=1e-9)
    assert np.isfinite(found)


@settings(max_examples=25)
@given(
    count=st.integers(2, 24),
    artists=st.integers(1, 6),
    radios=st.integers(1, 5),
    length=st.integers(2, 12),
    seed=st.integers(0, 99),
)
def test_figures_hold_together(
    count: int, artists: int, radios: int, length: int, seed: int
) -> None:
    """Whatever the library: shares are shares, sums are sums, this radio hides nothing."""
    tracks = [make_track(i, artist=f"Band {'abcdef'[i % artists]}") for i in range(count)]
    plan = Plan(radios, length)
    world = random_world(count, seed)
    found = measure(range(count), SETTINGS, world, finder(tracks), random.Random(seed), plan)
    assert found.is_complete
    assert found.library == count
    assert 1 <= found.artist_window <= SETTINGS.artist_window
    for one in found.figures:
        assert one.radios == min(radios, count)
        assert one.picks <= one.radios * length
        assert 0.0 <= one.same_artist_share <= 1.0
        assert 0 <= one.duplicates <= one.picks
        assert one.reach * count <= min(one.picks, count) + 1e-9
        covered = [share for _, share in one.coverage]
        assert covered == sorted(covered)
        assert covered[-1] == pytest.approx(one.reach)
        if one.picks:
            assert -1.0 - 1e-6 <= one.worst_step <= one.mean_step <= 1.0 + 1e-6
    radio = found.of(Strategy.RADIO)
    assert radio is not None
    assert radio.unreported_breaks == 0
    assert radio.duplicates <= radio.reported_breaks
