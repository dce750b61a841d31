"""Scores before any manners."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radio.support import random_world
from tuiradio.library.track import FeedbackKind
from tuiradio.radio.pick import History, RadioSettings
from tuiradio.radio.score import HUB_SHARE, Scored, Scorer


def test_drift_mixes_anchor_and_previous() -> None:
    world = random_world(20)
    ids = range(2, 20)

    def mixed(drift: float) -> np.ndarray:
        dials = RadioSettings(drift=drift, adventure=0.0)
        scorer = Scorer([0], dials, History(), world, random.Random(1))
        return scorer.score(list(ids), 1, {}, ()).similarity

    to_seed = world.similarities(0, ids)[:, 0]
    to_previous = world.similarities(1, ids)[:, 0]
    np.testing.assert_allclose(mixed(0.0), to_seed, atol=1e-6)
    np.testing.assert_allclose(mixed(1.0), to_previous, atol=1e-6)
    np.testing.assert_allclose(mixed(0.25), 0.75 * to_seed + 0.25 * to_previous, atol=1e-6)


def test_a_previous_track_without_vector_leaves_the_anchor() -> None:
    world = random_world(20)
    scorer = Scorer([0], RadioSettings(adventure=0.0), History(), world, random.Random(1))
    scored = scorer.score([2, 3], 999, {}, ())
    np.testing.assert_allclose(scored.similarity, scored.seed_similarity)
    assert np.isnan(scored.previous_similarity).all()


def test_the_parts_of_a_score_add_up() -> None:
    world = random_world(40)
    history = History(skipped=((5, 0),), liked=frozenset({6, 7}))
    scorer = Scorer([0], RadioSettings(adventure=0.5), history, world, random.Random(1))
    scored = scorer.score(list(range(2, 40)), 1, {}, [7])
    density = np.array([world.hubness_scale(i) for i in scored.ids])
    whole = scored.similarity - HUB_SHARE * density + scored.feedback + scored.adventure
    np.testing.assert_allclose(scored.score, whole, atol=1e-9)
    assert scored.feedback[scored.ids.index(5)] < 0.0
    assert scored.feedback[scored.ids.index(6)] == pytest.approx(max(scored.feedback), abs=1.0)


def scored_with(history: History, **dials: float) -> Scored:
    settings = RadioSettings(adventure=0.0, **dials)  # type: ignore[arg-type]  # dials vary
    scorer = Scorer([0], settings, history, random_world(60), random.Random(1))
    return scorer.score(list(range(2, 60)), 1, {}, ())


def test_more_pulls_less_and_skips_push_and_all_of_it_fades() -> None:
    world = random_world(60)
    near = world.nearest(5, 1)[0].track_id

    def given(picks_ago: int, **said: str) -> float:
        events = {name: ((5, picks_ago),) for name in said}
        scored = scored_with(History(**events))  # type: ignore[arg-type]  # kinds vary
        return float(scored.feedback[scored.ids.index(near)])

    for kind in ("more", "finished"):
        assert given(0, **{kind: ""}) > given(10, **{kind: ""}) > 0.0
    for kind in ("less", "skipped"):
        assert given(0, **{kind: ""}) < given(10, **{kind: ""}) < 0.0
    assert given(0, more="") > given(0, finished="")


def test_what_moved_a_candidate_is_named() -> None:
    scored = scored_with(History(more=((5, 0),), less=((6, 0),), liked=frozenset({7})))
    moved = scored.moved_by(scored.ids.index(5))
    assert moved[0].kind is FeedbackKind.MORE
    assert moved[0].track_id == 5
    assert moved[0].score > 0.0
    own = scored.moved_by(scored.ids.index(7))
    assert (FeedbackKind.LIKE, 7) in {(one.kind, one.track_id) for one in own}
    total = sum(one.score for one in scored.moved_by(scored.ids.index(6)))
    assert total < 0.0


def test_feedback_can_be_switched_off() -> None:
    scored = scored_with(History(more=((5, 0),)), feedback=0.0)
    assert not scored.feedback.any()
    assert scored.moved_by(scored.ids.index(5)) == ()


@settings(max_examples=30)
@given(
    seed=st.integers(0, 99),
    anchors=st.lists(st.integers(0, 29), min_size=1, max_size=4, unique=True),
    drift=st.floats(-1.0, 2.0),
    adventure=st.floats(-1.0, 2.0),
    skipped=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 50)), max_size=4),
    liked=st.frozensets(st.integers(0, 40), max_size=4),
)
def test_scores_are_finite_and_name_the_nearest_anchor(
    seed: int,
    anchors: list[int],
    drift: float,
    adventure: float,
    skipped: list[tuple[int, int]],
    liked: frozenset[int],
) -> None:
    """Whatever the dials, out of range too, and whatever was said, of unknown tracks too."""
    world = random_world(30, seed)
    dials = RadioSettings(drift=drift, adventure=adventure)
    history = History(skipped=tuple(skipped), liked=liked)
    ids = [i for i in range(30) if i not in anchors]
    scored = Scorer(anchors, dials, history, world, random.Random(seed)).score(
        ids, anchors[0], {}, sorted(liked)
    )
    assert np.isfinite(scored.score).all()
    to_each = np.stack([world.similarities(anchor, ids)[:, 0] for anchor in anchors])
    np.testing.assert_array_equal(scored.seed_index, to_each.argmax(axis=0))
    assert (scored.similarity <= 1.0 + 1e-6).all()
    for place in range(len(ids)):
        moved = [abs(one.score) for one in scored.moved_by(place)]
        assert moved == sorted(moved, reverse=True)
