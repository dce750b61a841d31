from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.libraries import DIM, SPACE, ears, library
from tuiradio.evaluation.report import Answer, Report
from tuiradio.evaluation.study import CHANCE, Ears, answers
from tuiradio.evaluation.tasks import OTHER_ALBUMS, OTHER_ARTISTS, halves_task, tag_tasks
from tuiradio.evaluation.verdict import verdict
from tuiradio.library.track import Track


def found(tracks: list[Track], *models: Ears, seed: int = 0) -> Report:
    asked = [(task, models) for task in (*tag_tasks(tracks), halves_task(tracks))]
    told, level = answers(asked, np.random.default_rng(seed))
    return Report(len(tracks), len(tracks), len(tracks), 0, seed, level, (), told)


def answer(report: Report, label: str, among: str = "") -> Answer:
    return next(one for one in report.answers if (one.label, one.among) == (label, among))


@pytest.fixture(scope="module")
def tracks() -> list[Track]:
    return library()


def value(one: Answer, model: str, measure: str) -> float:
    return next(f.value for f in one.figures if (f.model, f.measure) == (model, measure))


def test_a_model_that_hears_is_really_better_than_one_that_does_not(tracks: list[Track]) -> None:
    report = found(tracks, ears("sharp", tracks, 0.2), ears("deaf", tracks, 1e3))
    artist = answer(report, "artist", OTHER_ALBUMS)
    assert artist.lacks == ()
    assert (artist.queries, artist.artists, artist.classes) == (64, 16, 16)
    assert value(artist, "sharp", "map") == 1
    assert [one.other for one in artist.differences] == [CHANCE, "deaf"]
    assert all(one.is_real and one.value > 0.5 for one in artist.differences)
    genre = answer(report, "genre", OTHER_ARTISTS)
    assert value(genre, "sharp", "auc") > 0.9
    assert value(genre, "deaf", "auc") == pytest.approx(0.5, abs=0.1)
    words = [finding.words for finding in verdict(report)]
    assert any(
        each.startswith("sharp is better than deaf on artist, other albums by 0.9")
        and each.endswith("real")
        for each in words
    )


def test_models_that_hear_the_same_differ_within_noise(tracks: list[Track]) -> None:
    one, other = (ears(name, tracks, 3.0, seed) for name, seed in (("one", 1), ("other", 2)))
    report = found(tracks, one, replace(one, name="twin"), other)
    told = [finding.words for finding in verdict(report) if "differ" in finding.words]
    assert any("one and twin differ on genre, other artists by 0.00" in words for words in told)
    for each in report.answers:
        for difference in each.differences:
            assert difference.noise is not None
            if difference.other == "twin":
                assert not difference.is_real
            if difference.other == "other":
                assert not difference.is_real, each.title


def test_a_worse_model_is_called_worse(tracks: list[Track]) -> None:
    report = found(tracks, ears("deaf", tracks, 1e3), ears("sharp", tracks, 0.2))
    words = [finding.words for finding in verdict(report)]
    assert any("deaf is worse than sharp on artist, other albums by 0.9" in each for each in words)


def test_too_little_is_not_concluded_from_and_says_what_is_missing() -> None:
    tracks = [replace(each, genres=("Rock",)) for each in library(artists=6)]
    report = found(tracks, ears("sharp", tracks, 0.1), ears("deaf", tracks, 1e3))
    assert all(one.lacks and not one.differences for one in report.answers)
    findings = verdict(report)
    assert [one.label for one in findings] == ["genre", "artist", "decade", "album", "halves"]
    assert not any(one.is_told for one in findings)
    assert all(one.words.startswith("nothing can be said of ") for one in findings)
    assert all(one.advice for one in findings)
    assert "24 of 50 tracks to ask about, 6 of 10 artists" in findings[1].words
    # One genre cannot be mistaken for another: there is nothing to rank.
    assert answer(report, "genre").queries == 0


def test_an_empty_library_is_told_of_without_figures() -> None:
    nothing = np.zeros((0, DIM), np.float32)
    report = found([], Ears("one", SPACE, nothing, nothing))
    assert len(verdict(report)) == 5
    assert all(not one.figures and one.lacks for one in report.answers)


def test_the_same_seed_gives_the_same_report() -> None:
    tracks = library(10)
    model = ears("sharp", tracks, 1.0)
    assert found(tracks, model) == found(tracks, model)
    assert found(tracks, model) != found(tracks, model, seed=1)


def test_the_more_is_compared_the_surer_each_must_be(tracks: list[Track]) -> None:
    one = found(tracks, ears("one", tracks, 1.0)).level
    two = found(tracks, ears("one", tracks, 1.0), ears("two", tracks, 1.0)).level
    assert 0.95 < one < two < 1


def test_subspaces_are_scored_alone(tracks: list[Track]) -> None:
    parts = answer(found(tracks, ears("one", tracks, 0.2)), "artist").parts
    assert [(part.subspace, part.map > 0.9) for part in parts] == [("genre", True), ("mood", True)]
