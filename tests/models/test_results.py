from __future__ import annotations

import pytest

from models.training import results

QUALITY = {
    "mood_p1": 0.351,
    "mood_p5": 0.38,
    "mood_map": 0.3,
    "artist_auc": 0.95,
    "neighbours_kept": 0.7,
    "size_mb": 4.25,
    "ms_a_minute": 20.04,
}


def test_what_was_not_measured_is_a_dash() -> None:
    written = results.table({"one": {"mood_p1": 0.25}}, "idea", {"mood_p1": "P@1", "size_mb": "MB"})
    assert written.splitlines() == [
        "| idea | P@1 | MB |",
        "| --- | ---: | ---: |",
        "| one | 0.250 | – |",
    ]


def test_missed_targets_are_said_with_their_distance() -> None:
    assert results.missed(QUALITY) == [
        "mood P@1 0.010 short of 0.361",
        "MB 0.25 short of 4.00",
    ]


def test_the_report_shows_each_model_and_idea() -> None:
    table_1 = {f"{kind}_triplets_in_{space}": 0.625 for kind in results.KINDS for space in SPACES}
    votes = {f"{what}_{kind}": 0.5 for what in VOTES for kind in results.KINDS}
    cards = [{"name": "ear", "version": "1", "quality": {**QUALITY, **table_1, **votes}}]
    written = results.report(cards, [{"idea": "deeper", "figures": QUALITY}])
    assert "| **ear** | 0.351 | 0.380 |" in written
    assert "Targets missed: mood P@1 0.010 short of 0.361; MB" in written
    assert "| tempo | 0.625 | 0.625 | 0.625 | 0.625 | 0.625 |" in written
    assert "| deeper | 0.351 |" in written


def test_a_model_of_one_space_has_no_table_of_its_own() -> None:
    written = results.report([{"name": "plain", "version": "1", "quality": QUALITY}], [])
    assert "## plain" not in written
    assert "Ideas" not in written


@pytest.mark.parametrize("word", ["Mood and artist", "the teacher"])
def test_the_report_says_how_to_read_it(word: str) -> None:
    assert word in results.report([], [])


def test_a_paper_s_tables_stand_with_their_source_and_pictures() -> None:
    paper = {
        "source": "Somebody 2020",
        "substitutes": "people → a machine.",
        "tables": [
            {"title": "Table 1", "columns": ["AUC"], "rows": [["ours", 0.5], ["paper: a|b", None]]},
            {"title": "Table 2", "columns": ["song", "like"], "rows": [["x", 3]]},
        ],
        "pictures": [{"title": "dots", "file": "pictures/dots.png"}],
    }
    written = "\n".join(results.papers_own(paper))
    assert "Somebody 2020. In place of what the corpus lacks: people → a machine." in written
    assert "|  | AUC |\n| --- | ---: |\n| ours | 0.500 |\n| paper: a/b | – |" in written
    assert "| song | like |\n| --- | ---: |\n| x | 3 |" in written
    assert "![dots](pictures/dots.png)" in written


def test_what_is_heard_from_audio_is_that_of_the_space_meant_for_it() -> None:
    spaces = {"genre_accuracy_genre": 0.4, "genre_accuracy_mood": 0.9, "families_ap_sound": 0.3}
    assert results.from_audio(spaces) == {"genre_accuracy": 0.4, "families_ap": 0.3}
    assert results.from_audio({"music_artist_auc": 0.7}) == {"music_artist_auc": 0.7}


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), (float("nan"), "–"), (7, "7"), (0.25, "0.250"), ("a|b", "a/b")],
)
def test_a_cell_is_a_figure_a_count_or_words(value: object, words: str) -> None:
    assert results.cell(value) == words


SPACES = (*results.KINDS, "all")
VOTES = ("genre_accuracy", "families_ap")
