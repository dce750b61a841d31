from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from tuiradio import config
from tuiradio.config import Config, OnQuit, ReplayGain, load_config
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
