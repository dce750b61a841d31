from __future__ import annotations

from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuiradio.library.spelling import LONGEST_LETTERS, Guess, Vocabulary, edits_allowed

WORDS = st.text("abc\u00e9\u6771\U00020000", min_size=1, max_size=LONGEST_LETTERS)
NEAR = st.text("abc", min_size=3, max_size=9)


def distance(a: str, b: str) -> int:
    """The textbook's recurrence, for the band over all candidates to be held against."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        least = min(
            between(i - 1, j) + 1,
            between(i, j - 1) + 1,
            between(i - 1, j - 1) + (a[i - 1] != b[j - 1]),
        )
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            least = min(least, between(i - 2, j - 2) + 1)
        return least

    return between(len(a), len(b))


def words_of(guesses: list[Guess]) -> list[str]:
    return [guess.word for guess in guesses]


@settings(deadline=None)
@given(st.sets(NEAR | WORDS, max_size=40), NEAR | WORDS, st.sampled_from((1, 2)))
@example({"ab", "ba"}, "ab", 1)
@example({"abcd", "badc"}, "abdc", 2)
@example(set(), "abc", 2)
def test_near_is_what_the_distance_says(words: set[str], word: str, edits: int) -> None:
    fitting = {other for other in words if all(ord(letter) < 0xFFFF for letter in other)}
    wanted = {other: far for other in fitting if 0 < (far := distance(word, other)) <= edits}
    found = Vocabulary((other, 1) for other in words).near(word, edits, 100)
    assert {guess.word: guess.edits for guess in found} == wanted
    assert [guess.edits for guess in found] == sorted(guess.edits for guess in found)


@settings(deadline=None)
@given(st.sets(NEAR, max_size=30), NEAR, st.sampled_from((1, 2)))
def test_near_beginnings_are_beginnings_and_near(words: set[str], word: str, edits: int) -> None:
    found = Vocabulary((other, 1) for other in words).near_beginnings(word, edits, 1000)
    for guess in found:
        assert guess.edits == distance(word, guess.word) + 0.5 <= edits + 0.5
        assert 0 < guess.tracks <= sum(other.startswith(guess.word) for other in words)
    starts = {
        other
        for other in words
        if other[0] == word[0]
        and 0 < min(distance(word, other[:end]) for end in range(1, len(other) + 1)) <= edits
    }
    assert all(any(other.startswith(start) for start in words_of(found)) for other in starts)


def test_each_kind_of_slip_is_one_edit() -> None:
    vocabulary = Vocabulary([("jonathan", 30), ("coulton", 30), ("find", 9), ("zzzz", 1)])
    for typed in ("jonathon", "jonthan", "jonatthan", "jonahtan", "ojnathan"):
        assert vocabulary.near(typed, 2, 5) == [Guess("jonathan", 1, 30)]
    assert vocabulary.near("jhonaten", 2, 5) == []
    assert vocabulary.near("jnoathon", 2, 5) == [Guess("jonathan", 2, 30)]
    assert vocabulary.near("fidn", 1, 5) == [Guess("find", 1, 9)]


def test_the_nearest_comes_first_then_the_commonest() -> None:
    vocabulary = Vocabulary([("bluest", 2), ("blues", 7), ("blaes", 9), ("bluesy", 7)])
    assert words_of(vocabulary.near("bluess", 2, 9)) == ["blues", "bluesy", "bluest", "blaes"]
    assert words_of(vocabulary.near("blees", 1, 1)) == ["blaes"]


def test_a_beginning_is_corrected_as_far_as_it_is_typed() -> None:
    vocabulary = Vocabulary([("coulton", 30), ("coulter", 2), ("cold", 5)])
    assert vocabulary.near_beginnings("cuolt", 1, 5) == [Guess("coult", 1.5, 32)]
    assert vocabulary.near_beginnings("coultt", 1, 1)[0].word in ("coulto", "coulte")


def test_words_that_are_not_words_are_left_out() -> None:
    vocabulary = Vocabulary([("mp3", 9), ("x" * 21, 9), ("01", 9), ("", 9), ("song", 1)])
    assert len(vocabulary) == vocabulary.tracks_with("song") == 1
    assert vocabulary.tracks_with("son") == vocabulary.tracks_with("mp3") == 0
    assert vocabulary.begins("son")
    assert not vocabulary.begins("sonx")
    assert not vocabulary.begins("zz")


def test_a_missing_blank_is_put_back() -> None:
    vocabulary = Vocabulary([("come", 5), ("find", 3), ("comef", 1), ("ind", 1)])
    assert vocabulary.split("comefind") == Guess("come find", 1, 3)
    assert vocabulary.split("comefinds") is None
    assert vocabulary.split("co") is None


def test_an_empty_library_has_no_words() -> None:
    vocabulary = Vocabulary([])
    assert vocabulary.near("word", 1, 5) == vocabulary.near_beginnings("word", 1, 5) == []
    assert vocabulary.split("word") is None
    assert not vocabulary.begins("w")


def test_how_far_a_word_may_be_away() -> None:
    lengths = {length: edits_allowed("x" * length) for length in (0, 3, 4, 7, 8, 20, 21)}
    assert lengths == {0: 0, 3: 0, 4: 1, 7: 1, 8: 2, 20: 2, 21: 0}
    assert edits_allowed("1984") == edits_allowed("mp3s") == 0
