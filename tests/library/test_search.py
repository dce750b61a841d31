from __future__ import annotations

from tests.library.builders import seen, titles
from tuiradio.library.store import StoreWriter


def fill(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("x/1.mp3", title="Come and Find Me - B mix", artist="Eric Skiff"),
            seen("x/2.mp3", title="Come and Find Me", artist="Eric Skiff", album="Anthems"),
            seen("x/3.mp3", title="Sérénade", artist="Beyoncé", genres=("Chanson",)),
            seen("x/4.mp3", title="T.N.T.", artist="AC/DC"),
            seen("x/5.mp3", title="Heart and Soul", artist="!!!"),
            seen("deep/folder/6.mp3", title="東京タワー"),
            seen("x/7.mp3", title="Skiff", artist="Nobody"),
        ]
    )


def find(store: StoreWriter, words: str, limit: int = 500) -> list[str]:
    return titles(store, store.search(words, limit))


def test_every_word_begins_a_word(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "come fin me") == ["Come and Find Me", "Come and Find Me - B mix"]
    assert find(store, "fin skif") == ["Come and Find Me", "Come and Find Me - B mix"]
    assert find(store, "come zz") == []
    assert find(store, "ome") == []


def test_case_diacritics_and_punctuation_do_not_matter(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "SERENADE") == find(store, "sérén") == ["Sérénade"]
    assert find(store, "beyonce") == ["Sérénade"]
    assert find(store, "ac/dc") == find(store, "ac dc") == ["T.N.T."]
    assert find(store, "t.n.t") == ["T.N.T."]


def test_all_fields_are_searched(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "anthems") == ["Come and Find Me"]
    assert find(store, "chanson") == ["Sérénade"]
    assert find(store, "deep fold") == find(store, "東京") == ["東京タワー"]


def test_exact_titles_and_artists_come_first(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "skiff")[0] == "Skiff"
    assert find(store, "come and find me")[0] == "Come and Find Me"
    assert set(find(store, "eric skiff")) == {"Come and Find Me", "Come and Find Me - B mix"}


def test_names_without_letters_are_found(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "!!") == ["Heart and Soul"]


def test_words_within_scripts_without_blanks_are_found(store: StoreWriter) -> None:
    fill(store)
    assert find(store, "タワー") == ["東京タワー"]
    assert find(store, "タワ東") == []


def test_limits_and_nothing(store: StoreWriter) -> None:
    fill(store)
    assert len(find(store, "mp3", 3)) == 3
    assert find(store, "mp3", 0) == find(store, "mp3", -1) == []
    assert find(store, "") == find(store, "  ") == []


def test_fts_syntax_means_nothing(store: StoreWriter) -> None:
    fill(store)
    for words in ('"', "*", "a AND", "NOT", "title:x", "NEAR(a b)", "(", "^a", "a\0b", "-", "{x}:"):
        store.search(words)
    store.search("word " * 10_000)


def test_a_crowd_is_led_by_what_begins_so(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("the/p.mp3", title="A", artist="B", album="C", genres=("Loom",)),
            *(seen(f"l/{n}.mp3", title=f"No loom {n:04}", artist="Z") for n in range(1_100)),
            seen("x/1.mp3", title="Zither", artist="Looms"),
            seen("x/2.mp3", title="Loom", artist="Zoo"),
            seen("x/3.mp3", title="Loom weights", artist="The Zoo"),
        ]
    )
    assert find(store, "loo", 4) == ["Loom", "Loom weights", "Zither", "No loom 0000"]
    assert find(store, "loom", 2) == ["Loom", "Loom weights"]
    everything = find(store, "loom loo", 5_000)
    assert len(everything) == len(set(store.search("loom", 5_000))) == 1_104
    assert set(everything[-2:]) == {"A", "Zither"}


def test_an_article_has_to_fit_in_a_crowd_too(store: StoreWriter) -> None:
    store.apply_scan(
        [
            seen("a/1.mp3", title="Loom"),
            *(seen(f"l/{n}.mp3", title=f"The loom {n:04}") for n in range(1_001)),
        ]
    )
    found = find(store, "the loom", 5_000)
    assert len(found) == 1_002
    assert found[:2] == ["Loom", "The loom 0000"]
    assert "Loom" not in find(store, "the loo", 5_000)


def test_whole_words_come_first_in_a_crowd(store: StoreWriter) -> None:
    store.apply_scan(
        [
            *(seen(f"l/{n}.mp3", title=f"Kalo {n}", artist="Lorenz") for n in range(1_001)),
            seen("x/1.mp3", title="Ka", artist="Lo"),
        ]
    )
    assert find(store, "ka lo", 3)[0] == find(store, "lo ka", 3)[0] == "Ka"
