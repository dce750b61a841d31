"""The doctor's opinion."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tuiradio.radio.measure import Figures, Hubs, Report
from tuiradio.radio.strategies import Strategy
from tuiradio.radio.verdict import verdict

HUBS = Hubs(1.0, 0.1, 0.1)


def figures(strategy: Strategy, **changed: object) -> Figures:
    plain = Figures(
        strategy=strategy,
        radios=100,
        picks=5_000,
        same_artist_share=0.2,
        duplicates=0,
        unreported_breaks=0,
        reported_breaks=0,
        genre_jumps=None,
        tempo_jumps=0.1,
        mean_step=0.8,
        worst_step=0.5,
        hub_skewness=6.0,
        reach=0.2,
        coverage=((100, 0.2),),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]  # fields vary


def report(library: int = 5_000, complete: bool = True, **changed: object) -> Report:
    good = {"reach": 0.5, "hub_skewness": 1.5, "mean_step": 0.75}
    both = (
        figures(Strategy.NEAREST, duplicates=40),
        figures(Strategy.RADIO, **{**good, **changed}),
    )
    return Report(library, both, HUBS, HUBS, complete)


def test_a_good_radio_is_called_so() -> None:
    findings = verdict(report())
    assert all(finding.is_good for finding in findings)
    assert not any(finding.advice for finding in findings)
    assert "40 copies" in findings[0].words


def test_each_weakness_has_its_advice() -> None:
    for changed, word in (
        ({"unreported_breaks": 3}, "report it"),
        ({"duplicates": 2, "reported_breaks": 2}, "Shorter"),
        ({"reported_breaks": 900}, "artist_window"),
        ({"reach": 0.21}, "adventure"),
        ({"hub_skewness": 5.0}, "adventure"),
        ({"mean_step": 0.4}, "Lower radio.adventure"),
    ):
        bad = [finding for finding in verdict(report(**changed)) if not finding.is_good]
        assert any(word in finding.advice for finding in bad), changed


def test_small_unfinished_and_empty_measurements_say_so() -> None:
    words = " ".join(finding.words for finding in verdict(report(20, complete=False)))
    assert "say little" in words
    assert "stopped early" in words
    (nothing,) = verdict(Report(0, (), HUBS, HUBS, True))
    assert "scan" in nothing.advice
    (none,) = verdict(report(picks=0))
    assert not none.is_good


@given(st.floats(0, 1), st.floats(-5, 50), st.floats(-1, 1), st.integers(0, 5_000))
def test_any_figures_give_sentences(reach: float, skew: float, step: float, breaks: int) -> None:
    found = verdict(report(reach=reach, hub_skewness=skew, mean_step=step, reported_breaks=breaks))
    assert all(finding.words.endswith(".") for finding in found)
    assert all(finding.is_good != bool(finding.advice) for finding in found)


def test_no_radio_is_asked_to_reach_more_than_chance_does() -> None:
    given = report(reach=0.3)
    chance = figures(Strategy.RANDOM, reach=0.35)
    assert any("adventure" in finding.advice for finding in verdict(given))
    with_chance = replace(given, figures=(*given.figures, chance))
    assert not any("adventure" in finding.advice for finding in verdict(with_chance))
