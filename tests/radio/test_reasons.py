"""Reasons in words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.radio.support import finder, make_track
from tuiradio.library.track import FeedbackKind, Status
from tuiradio.radio.pick import Moved, PassedOver, Pick, Rule
from tuiradio.radio.reasons import one_line, story

TRACKS = finder([make_track(1, "Code Monkey"), make_track(2, "Better"), make_track(3)])
PICK = Pick(
    track_id=3,
    seed_id=1,
    similarity=0.8,
    seed_similarity=0.831,
    previous_id=2,
    previous_similarity=0.79,
    by_subspace=(("genre", 0.9), ("mood", 0.7)),
    passed_over=(PassedOver(Rule.ARTIST, 3),),
)


def test_one_line_tells_seed_previous_and_manners() -> None:
    assert one_line(PICK, TRACKS) == (
        "83 % like Code Monkey · follows Better 79 % · passed over 3 by an artist just heard"
    )


def test_the_first_pick_follows_its_seed_without_saying_so_twice() -> None:
    pick = Pick(3, 1, 0.9, 0.9, 1, 0.9)
    assert one_line(pick, TRACKS) == "90 % like Code Monkey"


def test_a_seed_that_is_picked_is_not_like_itself() -> None:
    pick = replace(PICK, track_id=PICK.seed_id, seed_similarity=1.0)
    assert one_line(pick, TRACKS).startswith("one of the seeds · follows")
    assert story(pick, TRACKS)[0] == "one of the seeds"


def test_tags_and_relaxed_rules_are_named() -> None:
    pick = Pick(3, 1, 0.5, 0.5, 2, 0.0, from_tags=True, relaxed=(Rule.ARTIST,))
    line = one_line(pick, TRACKS)
    assert "by tags like Code Monkey" in line
    assert "an artist again sooner than usual" in line


def test_only_what_listening_has_yet_to_reach_is_said_to_be_so() -> None:
    def why(seed: Status, chosen: Status) -> str:
        tracks = finder([make_track(1, "Seed", status=seed), make_track(3, status=chosen)])
        return one_line(Pick(3, 1, 0.5, 0.5, 1, 0.0, from_tags=True), tracks)

    assert why(Status.HEARD, Status.PENDING) == "by tags like Seed, not listened to yet"
    assert why(Status.PENDING, Status.HEARD) == "by tags like Seed, not listened to yet"
    assert why(Status.HEARD, Status.HEARD) == "by tags like Seed"
    failed = "by tags like Seed, which could not be listened to"
    assert why(Status.FAILED, Status.PENDING) == failed


def test_the_story_says_that_it_was_heard_with_ones_own_ear() -> None:
    own = "Compared with your own ear"
    assert own in story(replace(PICK, by_ear=True), TRACKS)
    assert own not in story(PICK, TRACKS)


def test_the_story_has_a_line_for_everything() -> None:
    text = "\n".join(story(PICK, TRACKS))
    for part in ("83 % like Code Monkey", "genre: 90 %", "mood: 70 %", "Better", "Passed over 3"):
        assert part in text


def test_feedback_tempo_mood_and_age_are_told() -> None:
    moved = (Moved(FeedbackKind.SKIP, 2, -0.2), Moved(FeedbackKind.LIKE, 3, 0.1))
    pick = Pick(
        3,
        1,
        0.9,
        0.9,
        1,
        0.9,
        adventure=0.1,
        moved_by=moved,
        tempo_bpm=120.4,
        previous_tempo_bpm=118.0,
        mood=(0.2, -0.5),
        previous_mood=(0.0, 0.0),
    )
    text = story(pick, TRACKS)
    assert "Tempo: 120 BPM, before 118" in text
    assert "Moved down because you skipped Better" in text
    assert "Moved up because you like it" in text
    assert "Moved up by the adventure dial: never played" in text
    assert any(line.startswith("Mood: brightness +0.2 and energy -0.5, before") for line in text)
    assert one_line(pick, TRACKS).endswith("away from Better")


def test_a_seed_which_is_gone_is_no_error() -> None:
    assert one_line(Pick(3, 99, 0.5, 0.5, 98, 0.4), TRACKS)


@given(st.text(max_size=12_000), st.floats(-1, 1), st.sets(st.sampled_from(list(Rule))))
def test_any_title_gives_printable_lines(title: str, cosine: float, rules: set[Rule]) -> None:
    find = finder([make_track(1, title or "x")])
    passed = tuple(PassedOver(rule, 2) for rule in rules)
    pick = Pick(1, 1, cosine, cosine, 1, cosine, (), passed, tuple(rules))
    for line in (one_line(pick, find), *story(pick, find)):
        assert line.isprintable()
        assert len(line) < 1_000
