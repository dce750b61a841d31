from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.library.builders import seen
from tuiradio.library.correction import readings
from tuiradio.library.reader import StoreReader
from tuiradio.library.spelling import Vocabulary
from tuiradio.library.store import StoreWriter


def fill(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("a/1.mp3", title="Come and Find Me", artist="Eric Skiff"),
            seen("a/2.mp3", title="Code Monkey", artist="Jonathan Coulton"),
            seen("a/3.mp3", title="Skullcrusher Mountain", artist="Jonathan Coulton"),
            seen("a/4.mp3", title="T.N.T.", artist="AC/DC"),
            seen("a/5.mp3", title="Svefn-g-englar", artist="Sigur Rós"),
            seen("a/6.mp3", title="東京タワー", artist="Motörhead"),
        ]
    )


def find(store: StoreReader, words: str, limit: int = 500) -> tuple[list[str], str]:
    found = store.find(words, limit)
    return [track.title for track in store.tracks(found.ids)], found.instead


@pytest.mark.parametrize(
    ("typed", "instead", "title"),
    [
        ("jonathon coulten", "jonathan coulton", "Code Monkey"),
        ("JONATHON coult", "jonathan coult", "Code Monkey"),
        ("jonathan cuolt", "jonathan coult", "Code Monkey"),
        ("jonatan code", "jonathan code", "Code Monkey"),
        ("skulcrusher", "skullcrusher", "Skullcrusher Mountain"),
        ("skullcrusher muontain", "skullcrusher mountain", "Skullcrusher Mountain"),
        ("come an finb me", "come an find me", "Come and Find Me"),
        ("comeand find", "come and find", "Come and Find Me"),
        ("acdc", "ac dc", "T.N.T."),
        ("sk iff", "skiff", "Come and Find Me"),
        ("siggur ros", "sigur ros", "Svefn-g-englar"),
        ("motorhaed", "motorhead", "東京タワー"),
    ],
)
def test_slips_are_mended(store: StoreWriter, typed: str, instead: str, title: str) -> None:
    fill(store)
    found, said = find(store, typed)
    assert (found[0], said) == (title, instead)


def test_what_is_found_as_written_is_not_corrected(store: StoreWriter) -> None:
    fill(store)
    for words in ("come an find me", "jonathan", "monkey", "motorhead", "MOTÖRHEAD", "sigur rós"):
        found, instead = find(store, words)
        assert found
        assert instead == ""


def test_what_means_nothing_finds_nothing(store: StoreWriter) -> None:
    fill(store)
    for words in ("zzzzzz", "xyz", "1985", "jonathan zzzzzz", "", " ", "!!!", "word " * 50):
        assert find(store, words) == ([], "")
    assert find(store, "jonathon", 0) == find(store, "jonathon", -1) == ([], "")


def test_a_rare_spelling_comes_first_and_the_common_one_after_it(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("b/0.mp3", title="Stray", artist="Jonathon"),
            *(seen(f"b/{n}.mp3", title=f"Song {n}", artist="Jonathan") for n in range(1, 12)),
        ]
    )
    found, instead = find(store, "jonathon")
    assert found[0] == "Stray"
    assert len(found) == 12
    assert instead == "jonathan"
    assert find(store, "jonathon", 5)[0][0] == "Stray"
    assert len(find(store, "jonathon", 5)[0]) == 5
    assert find(store, "song 7") == (["Song 7"], "")


def test_new_words_are_known_after_preparing(store: StoreWriter) -> None:
    fill(store)
    with closing(StoreReader(store.file)) as reader:
        assert find(reader, "jonathon") == (["Code Monkey", "Skullcrusher Mountain"], "jonathan")
        store.apply_scan([seen("c/1.mp3", title="Wonderwall", artist="Oasis")])
        reader.prepare_find()
        assert find(reader, "wonderwell") == (["Wonderwall"], "wonderwall")


def test_finding_leaves_the_store_unwritable(store: StoreWriter) -> None:
    fill(store)
    with closing(StoreReader(store.file)) as reader:
        find(reader, "jonathon")
        with pytest.raises(sqlite3.OperationalError):
            reader._connection.execute("DELETE FROM tracks")
        with pytest.raises(sqlite3.OperationalError):
            reader._connection.execute("CREATE TEMP TABLE mine (x)")


@pytest.mark.parametrize(
    "words",
    [
        'jona"thon',
        "jonathon OR",
        "jonathon*",
        "(jonathon",
        "jonathon\0",
        "📻 jonathon",
        "タワ東京塔下",
    ],
)
def test_hostile_words_are_words(store: StoreWriter, words: str) -> None:
    fill(store)
    found, _ = find(store, words)
    assert set(found) <= {"Code Monkey", "Skullcrusher Mountain"}


def test_long_queries_end(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "jonathon " * 1_200)[1] in ("", " ".join(["jonathan"] * 12))
    assert find(store, "jonathonx" * 1_200) == ([], "")


def test_the_likeliest_reading_comes_first() -> None:
    vocabulary = Vocabulary([("more", 50), ("mare", 1), ("mars", 9), ("lake", 3)])
    found = list(readings(vocabulary, ["mure", "lake"], is_typing=False))
    assert [reading.words for reading in found] == [("more", "lake"), ("mare", "lake")]
    assert [reading.edits for reading in found] == [1, 1]
