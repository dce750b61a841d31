"""What a few dozen comparisons teach, and when what they taught is used."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.similarity.listeners import dimension_factors, listener
from tests.similarity.support import clustered
from tuiradio.similarity import ear_fit
from tuiradio.similarity.ear import (
    FEWEST_ANSWERS,
    Answer,
    Choice,
    Consistency,
    Ear,
    EarVerdict,
    Triplet,
    comparisons,
    consistency_of,
    learn,
    spreads,
)
from tuiradio.similarity.ear_questions import FEWEST_TRACKS, REPEAT_EVERY, next_question
from tuiradio.similarity.ear_words import consistency_words, verdict_words, weight_words
from tuiradio.similarity.space import Space

SPACE = Space((("genre", 0, 8), ("mood", 8, 16), ("tempo", 16, 22)), 22)
LIBRARY = SPACE.normalise(clustered(120, SPACE))
IDS = range(len(LIBRARY))
VECTORS = dict(enumerate(LIBRARY))

choices = st.sampled_from(list(Choice))
triplets = st.permutations(list(range(12))).map(lambda p: Triplet(*p[:3]))


@pytest.mark.parametrize("only", ["tempo", "mood"])
def test_an_ear_learns_to_hear_as_the_listener_does(only: str) -> None:
    one = listener(LIBRARY, SPACE, only, seed=1, errs=0.05)
    one.teach(48, every=12)
    assert one.verdict.is_better
    assert one.agreement(one.ear) > one.agreement(None) + 0.1
    assert max(one.ear.weights, key=lambda pair: pair[1])[0] == only
    assert np.mean([weight for _, weight in one.ear.weights]) == pytest.approx(1.0, abs=1e-3)


def test_who_hears_as_shipped_gets_no_other_ear() -> None:
    one = listener(LIBRARY, SPACE, None, seed=2)
    one.teach(40)
    assert not one.verdict.is_better
    assert one.agreement(one.ear) > 0.9


def test_answers_by_chance_teach_nothing_that_is_used() -> None:
    one = listener(LIBRARY, SPACE, "mood", seed=3, errs=0.5)
    one.teach(40)
    assert not one.verdict.is_better


def test_dimensions_are_learned_where_they_decide() -> None:
    one = listener(LIBRARY, SPACE, "mood", seed=4, errs=0.0)
    one.mask[:] = 0.0
    one.mask[8:10] = 1.0
    one.teach(120, every=60)
    factors = np.array(one.ear.factors)
    assert factors[8:10].min() > 1.5 * factors[10:16].mean()
    power = (LIBRARY.astype(np.float64) ** 2).mean(axis=0)
    for _, start, stop in SPACE.subspaces:
        assert factors[start:stop] @ power[start:stop] == pytest.approx(1.0, abs=0.01)


def test_the_same_answers_give_the_same_ear() -> None:
    one = listener(LIBRARY, SPACE, "tempo", seed=5)
    one.teach(20)
    taught = [
        learn(one.answers, VECTORS, LIBRARY, SPACE, "model", np.random.default_rng(0))
        for _ in range(2)
    ]
    assert taught[0] == taught[1]


def test_too_few_answers_conclude_nothing() -> None:
    answers = [Answer(Triplet(n, n + 1, n + 2), Choice.B) for n in range(FEWEST_ANSWERS - 1)]
    ear, verdict = learn(answers, VECTORS, LIBRARY, SPACE, "model", np.random.default_rng(0))
    assert ear == Ear("model")
    assert not verdict.is_known
    assert verdict.answers == len(answers)


@given(st.lists(st.tuples(triplets, choices), max_size=30), st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_any_answers_give_a_sane_ear(said: list[tuple[Triplet, Choice]], seed: int) -> None:
    answers = [Answer(triplet, choice) for triplet, choice in said]
    known = {track_id: VECTORS[track_id] for track_id in range(10)}
    ear, verdict = learn(answers, known, LIBRARY, SPACE, "m", np.random.default_rng(seed))
    factors = dimension_factors(ear, SPACE)
    assert np.isfinite(factors).all()
    assert (factors >= 0.0).all()
    assert factors.max() > 0.0
    assert 0.0 <= verdict.ear <= 1.0
    assert 0.0 <= verdict.shipped <= 1.0
    assert verdict.answers + verdict.same <= len(answers)


def test_no_question_is_both_learned_from_and_predicted() -> None:
    answers = [Answer(Triplet(0, 1, 2), Choice.B), Answer(Triplet(0, 2, 1), Choice.B)] * 10
    data = comparisons(answers, VECTORS, LIBRARY, SPACE)
    assert len(set(data.groups.tolist())) == 1
    credit = ear_fit.cross_validate(
        comparisons([*answers, Answer(Triplet(3, 4, 5), Choice.C)], VECTORS, LIBRARY, SPACE),
        np.random.default_rng(0),
    )
    assert np.isfinite(credit.ear[:20]).all()


def test_equal_answers_pull_the_sides_together() -> None:
    rng = np.random.default_rng(6)
    asked = [Triplet(*map(int, rng.permutation(len(LIBRARY))[:3])) for _ in range(30)]
    same = [Answer(triplet, Choice.SAME) for triplet in asked]
    data = comparisons(same, VECTORS, LIBRARY, SPACE)
    assert set(data.targets.tolist()) == {0.5}
    ear, verdict = learn(same, VECTORS, LIBRARY, SPACE, "m", rng)
    assert (verdict.answers, verdict.same) == (0, 30)
    assert ear == Ear("m")


def test_dials_work_on_top_of_the_ear() -> None:
    ear = Ear("m", (("genre", 0.5), ("tempo", 1.5)))
    assert ear.weigh(()) == (("genre", 0.5), ("tempo", 1.5))
    assert ear.weigh((("genre", 2.0), ("other", 3.0))) == (
        ("genre", 1.0),
        ("tempo", 1.5),
        ("other", 3.0),
    )
    assert Ear("m").weigh((("genre", 2.0),)) == (("genre", 2.0),)


def test_spreads_tell_how_far_cosines_lie_apart() -> None:
    narrow = LIBRARY.copy()
    narrow[:, 16:22] += 3.0
    wide, close = spreads(LIBRARY, SPACE), spreads(SPACE.normalise(narrow), SPACE)
    assert close[2] < wide[2] / 4
    assert (spreads(LIBRARY[:1].repeat(3, axis=0), SPACE) > 0.0).all()


def test_consistency_counts_the_answers_to_the_same_question() -> None:
    asked = Triplet(1, 2, 3)
    turned = Triplet(1, 3, 2)
    answers = [
        Answer(asked, Choice.B),
        Answer(Triplet(1, 2, 4), Choice.B),
        Answer(turned, Choice.C),
        Answer(turned, Choice.B),
        Answer(turned, Choice.UNSURE),
    ]
    assert consistency_of(answers) == Consistency(2, 1)


@pytest.mark.parametrize("errs", [0.0, 0.1, 0.3])
def test_the_ceiling_follows_from_how_often_a_listener_errs(errs: float) -> None:
    repeats = 10_000
    agreed = round(repeats * ((1 - errs) ** 2 + errs**2))
    assert Consistency(repeats, agreed).ceiling == pytest.approx(1 - errs, abs=1e-3)


def test_questions_are_fresh_and_sometimes_come_again() -> None:
    one = listener(LIBRARY, SPACE, "mood", seed=7)
    seen: set[tuple[int, int, int]] = set()
    repeats = 0
    for number in range(3 * REPEAT_EVERY):
        asked = next_question(one.answers, IDS, LIBRARY, SPACE, one.ear, one.rng)
        assert asked is not None
        triplet = asked.triplet
        assert len({triplet.a, triplet.b, triplet.c}) == 3
        assert asked.is_repeat == (triplet.question in seen)
        if asked.is_repeat:
            repeats += 1
            assert number % REPEAT_EVERY == REPEAT_EVERY - 1
        seen.add(triplet.question)
        one.answers.append(Answer(triplet, one.says(triplet)))
    assert repeats == 3
    assert len({one.triplet.a for one in one.answers}) > 15


def test_questions_are_better_taught_by_than_chance() -> None:
    rng = np.random.default_rng(8)
    asked = [next_question((), IDS, LIBRARY, SPACE, Ear("m"), rng) for _ in range(30)]
    chance = [Triplet(*map(int, rng.permutation(len(LIBRARY))[:3])) for _ in range(300)]

    def disagreement(some: list[Triplet]) -> float:
        data = comparisons([Answer(t, Choice.B) for t in some], VECTORS, LIBRARY, SPACE)
        return float(np.mean(np.abs(np.sign(data.sums).sum(axis=1)) < 3))

    telling = [question.triplet for question in asked if question is not None]
    assert disagreement(telling) > disagreement(chance) + 0.15


def test_a_small_library_gives_no_question() -> None:
    few = LIBRARY[: FEWEST_TRACKS - 1]
    rng = np.random.default_rng(0)
    assert next_question((), range(len(few)), few, SPACE, Ear("m"), rng) is None
    copies = LIBRARY[:1].repeat(20, axis=0)
    assert next_question((), range(20), copies, SPACE, Ear("m"), rng) is None


def test_the_verdict_in_words() -> None:
    few = EarVerdict(15)
    assert verdict_words(few, True).endswith("one more before anything can be said.")
    better = EarVerdict(40, 0, 0.66, 0.78, 0.1)
    assert verdict_words(better, True) == (
        "With your ear 78 % of 40 held-out answers agree, as shipped 66 %: used."
    )
    assert verdict_words(better, False).endswith("better, but switched off.")
    assert verdict_words(EarVerdict(40, 0, 0.7, 0.75, 0.1), True).endswith("not used.")
    assert consistency_words(Consistency(3, 3)) == ""
    assert "7 of 8" in consistency_words(Consistency(8, 7))
    assert weight_words((("genre", 0.3), ("mood", 1.0), ("tempo", 2.5))) == (
        "For you counts: tempo much more (×2.5), genre much less (×0.3)."
    )
    assert weight_words(()) == ""
