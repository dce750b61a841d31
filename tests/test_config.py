from __future__ import annotations

import ast
import inspect
import os
import time
from pathlib import Path

import pytest

from tuiradio import config
from tuiradio.config import Config, OnQuit, ReplayGain, load_config
from tuiradio.config_lines import lines_of
from tuiradio.errors import UsageError


def written(directory: Path, text: str) -> Path:
    file = directory / "config.toml"
    file.write_text(text, "utf-8")
    return file


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path / "config.toml") == Config()


def test_every_section_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        roots = ["~/Music", "/srv/Größe"]
        watch = false
        [listening]
        workers = 2
        busy_while_playing = 1
        [radio]
        drift = 0.5
        [radio.weights]
        genre = 2
        mood = 0.5
        [playback]
        replaygain = "album"
        [ui]
        theme = "ember"
        on_quit = "detach"
        [ui.keys]
        "play.pause" = "space,p"
        """,
    )
    read = load_config(file)
    assert read.roots == ("~/Music", "/srv/Größe")
    assert not read.watch
    assert read.listening.workers == 2
    assert read.listening.busy_while_playing == 1.0
    assert read.radio.drift == 0.5
    assert read.radio.weights == (("genre", 2.0), ("mood", 0.5))
    assert read.radio.artist_window == Config().radio.artist_window
    assert read.playback.replaygain is ReplayGain.ALBUM
    assert read.ui.on_quit is OnQuit.DETACH
    assert read.ui.keys == (("play.pause", "space,p"),)


@pytest.mark.parametrize(
    ("text", "named", "hint"),
    [
        ("[radio]\ndrfit = 1", "radio.drfit", "radio.drift"),
        ("[radoi]\ndrift = 1", "radoi", "radio"),
        ("zzz = 1", "zzz", "roots"),
        ("[listening]\nworkers = 'two'", "listening.workers", "Correct"),
        ("[listening]\nworkers = -1", "listening.workers", "between 0 and 64"),
        ("[radio]\ndrift = nan", "radio.drift", "between"),
        ("[radio]\nweights = 3", "radio.weights", "[radio.weights]"),
        ("[radio.weights]\nmood = -1", "radio.weights.mood", "between"),
        ("[playback]\nreplaygain = 'loud'", "playback.replaygain", "Correct"),
        ("radio = 3", "radio", "[radio]"),
        ("roots = '/music'", "roots", "Correct"),
        ("roots = [", "TOML", "Correct"),
    ],
)
def test_a_mistake_names_file_key_and_way_out(
    tmp_path: Path, text: str, named: str, hint: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_config(file)
    assert str(file) in caught.value.message
    assert named in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError):
        load_config(file)
    with pytest.raises(UsageError):
        load_config(tmp_path)


def test_what_is_no_file_of_settings_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(UsageError, match="it is a pipe"):
        load_config(tmp_path / "pipe.toml")
    with pytest.raises(UsageError, match="larger than 1 MB"):
        load_config(written(tmp_path, "#" * 1_000_001))


@pytest.mark.parametrize("value", ["[" * 5_000, "9" * 5_000], ids=["deep", "long"])
def test_values_that_nobody_would_write_are_no_toml(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError, match="not valid TOML"):
        load_config(written(tmp_path, f"roots = {value}"))


def test_names_nested_without_end_are_unknown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown key"):
        load_config(written(tmp_path, f"{'a.' * 1_500}a = 1"))


def test_lines_are_counted_by_line_feeds_and_in_no_time() -> None:
    text = 'roots = ["a\u2028b",\n"c"]\r\nwatch = true\n[ui]\ntheme = "dusk"\n'
    assert lines_of(text) == {"roots": 1, "watch": 3, "ui": 4, "ui.theme": 5}
    many = "watch = true\nroots = [\n" + '"/a",\n' * 20_000 + "]\n"
    started_s = time.process_time()
    assert lines_of(many) == {"watch": 1}
    # Measured 0.1 s; a guard against what grows with the square.
    assert time.process_time() - started_s < 10


def test_every_setting_is_documented_under_its_field() -> None:
    """The reference in the README is made from these texts."""
    for node in ast.parse(inspect.getsource(config)).body:
        if (
            isinstance(node, ast.ClassDef)
            and node.name.endswith("Config")
            and node.name != "Config"
        ):
            for field, after in zip(node.body[1::2], node.body[2::2], strict=True):
                assert isinstance(field, ast.AnnAssign)
                assert isinstance(after, ast.Expr)
