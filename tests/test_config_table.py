"""Settings as data, and values as people type them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tuiradio.config import Config, UiConfig, config_of
from tuiradio.config_table import (
    Kind,
    Value,
    changed,
    is_default,
    parsed,
    setting,
    settings,
    shown,
    value_of,
    with_value,
    without,
)
from tuiradio.errors import UsageError
from tuiradio.radio.pick import RadioSettings


def test_every_setting_has_words_and_a_default_that_is_allowed() -> None:
    for row in settings():
        assert len(row.help) > 8, row.name
        assert is_default(Config(), row)
        if row.kind is not Kind.TABLE:
            assert value_of(with_value(Config(), row.name, row.default), row.name) == row.default
        if row.lowest is not None and row.highest is not None:
            assert isinstance(row.default, int | float)
            assert row.lowest <= row.default <= row.highest


def test_what_a_row_tells() -> None:
    assert setting("radio.drift").kind is Kind.FIGURE
    assert setting("radio.random_seed").may_be_none
    assert setting("playback.replaygain").choices == ("no", "track", "album")
    assert setting("radio.never_artists").kind is Kind.LIST
    assert setting("radio.recent_hours").unit == "h"
    assert not setting("playback.resume").is_live
    assert setting("radio.weights.tempo").default == 1.0
    assert setting("ui.keys.station.liked").kind is Kind.TEXT


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("radio.drift", "0.5", 0.5),
        ("radio.drift", "1", 1.0),
        ("radio.drift", "0,25", 0.25),
        ("radio.artist_window", "3", 3),
        ("radio.random_seed", "none", None),
        ("radio.random_seed", "7", 7),
        ("watch", "off", False),
        ("radio.versions", "TRUE", True),
        ("playback.replaygain", "album", "album"),
        ("playback.replaygain", '"album"', "album"),
        ("ui.theme", "paper", "paper"),
        ("ui.theme", '""', ""),
        ("roots", "~/Music, /srv/more", ("~/Music", "/srv/more")),
        ("roots", '["~/a, b"]', ("~/a, b",)),
        ("roots", "", ()),
        ("radio.weights.tempo", "0.5", 0.5),
        ("ui.keys.next", "n,N", "n,N"),
    ],
)
def test_values_as_they_are_typed(name: str, text: str, value: Value) -> None:
    assert parsed(name, text) == value
    config = with_value(Config(), name, parsed(name, text))
    assert value_of(config, name) == value


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("radio.drift", "much", "a number between 0 and 1"),
        ("radio.drift", "2", "between 0 and 1"),
        ("radio.drift", "nan", "between 0 and 1"),
        ("radio.artist_window", "2.5", "a whole number"),
        ("watch", "maybe", "true or false"),
        ("playback.replaygain", "loud", "no, track, album"),
        ("radio.weights.tempo", "-1", "between 0 and 100"),
        ("roots", "[1, 2]", "a list"),
        pytest.param("roots", "[" * 5_000, "a list", id="deep"),
        ("radio.drfit", "1", "radio.drift"),
        ("nothing.like.it", "1", "tuiradio config"),
    ],
)
def test_what_it_may_not_be_is_said(name: str, text: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(name, text)
    assert name.rpartition(".")[2] in caught.value.message
    assert hint in caught.value.hint


def test_a_mistake_in_the_file_is_told_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"line 4: radio\.drift is 7"):
        config_of("# one\n[radio]\n\ndrift = 7\n", Path("config.toml"))
    with pytest.raises(UsageError, match=r"line 2: radio\.weights\.mood is -1"):
        config_of("[radio.weights]\nmood = -1\n", Path("config.toml"))
    with pytest.raises(UsageError, match="line 3"):
        config_of("watch = true\n[radio]\ndrift = \n", Path("config.toml"))


def test_tables_are_set_by_their_keys() -> None:
    config = with_value(Config(), "radio.weights.tempo", 2)
    config = with_value(config, "radio.weights.mood", 0.5)
    assert config.radio.weights == (("tempo", 2.0), ("mood", 0.5))
    assert without(config, "radio.weights.tempo").radio.weights == (("mood", 0.5),)
    assert without(config, "radio.weights") == Config()
    assert not is_default(config, setting("radio.weights"))
    with pytest.raises(UsageError):
        value_of(config, "radio.weights")


def test_differences_are_named() -> None:
    after = replace(
        Config(),
        watch=False,
        radio=RadioSettings(drift=1.0, weights=(("tempo", 2.0),)),
        ui=UiConfig(keys=(("next", "N"),)),
    )
    names = {"watch", "radio.drift", "radio.weights.tempo", "ui.keys.next"}
    assert set(changed(Config(), after)) == set(changed(after, Config())) == names
    assert changed(after, after) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (0.5, "0.5"),
        (None, "none"),
        ((), "none"),
        (("a", 'b"'), '["a", "b\\""]'),
        ("", '""'),
    ],
)
def test_values_are_shown_as_the_file_has_them(value: Value, text: str) -> None:
    assert shown(value) == text
