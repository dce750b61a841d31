"""A changed setting leaves everything else of the user's file alone."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from tuiradio.config import Config, config_of
from tuiradio.config_file import change_setting, with_setting, without_setting
from tuiradio.config_lines import lines_of
from tuiradio.config_table import Kind, Setting, Value, settings, value_of, with_value
from tuiradio.errors import TuiradioError, UsageError

NAMED = Path("config.toml")
WRITTEN = """\
# my radio, hands off
roots = [
    "~/Music",   # the big disk
    '/srv/Größe',
]

[radio]   # how it drifts
drift = 0.5 # half way

  # deep
[radio.weights]
genre = 2

[ui]
keys = { "station.liked" = "z" }
"""

ROWS = [row for row in settings() if row.kind is not Kind.TABLE]
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


def values_of(row: Setting) -> st.SearchStrategy[Value]:
    low, high = row.lowest, row.highest
    if row.choices:
        return st.sampled_from(row.choices)
    if row.kind is Kind.SWITCH:
        return st.booleans()
    if row.kind is Kind.LIST:
        return st.lists(TEXT, min_size=1, max_size=3).map(tuple)
    if row.kind is Kind.WHOLE:
        return st.integers(*((-9, 9) if low is None else (int(low), int(high or 0))))
    if row.kind is Kind.FIGURE:
        return st.floats(low, high, allow_nan=False)
    return TEXT


def change() -> st.SearchStrategy[tuple[str, Value]]:
    return st.sampled_from(ROWS).flatmap(
        lambda row: values_of(row).map(lambda value: (row.name, value))
    )


@settings_of_hypothesis(max_examples=40, deadline=None)
@given(st.lists(change(), min_size=1, max_size=5), st.sampled_from(["", WRITTEN]))
def test_what_is_written_is_read_and_comments_stay(
    changes: list[tuple[str, Value]], written: str
) -> None:
    text, config = written, config_of(written, NAMED)
    for name, value in changes:
        text = with_setting(text, name, value)
        config = with_value(config, name, value)
        assert config_of(text, NAMED) == config
    for comment in ("# my radio, hands off", "# how it drifts", "# half way", "# deep"):
        assert (comment in text) == (comment in written)
    for name, _ in changes:
        text = without_setting(text, name)
        assert value_of(config_of(text, NAMED), name) == value_of(Config(), name)
    assert ("# my radio, hands off" in text) == bool(written)


def test_only_the_value_changes() -> None:
    assert with_setting(WRITTEN, "radio.drift", 0.8) == WRITTEN.replace("0.5", "0.8")
    assert without_setting(with_setting(WRITTEN, "watch", False), "watch") == WRITTEN
    assert "tempo = 0.5" in with_setting(WRITTEN, "radio.weights.tempo", 0.5)
    keys = with_setting(WRITTEN, "ui.keys.next", "N")
    assert tomllib.loads(keys)["ui"]["keys"] == {"station.liked": "z", "next": "N"}


def test_a_table_that_says_nothing_goes_and_one_with_a_comment_stays() -> None:
    made = with_setting("", "playback.resume", False)
    assert tomllib.loads(made) == {"playback": {"resume": False}}
    assert without_setting(made, "playback.resume").strip() == ""
    assert "half way" not in without_setting(WRITTEN, "radio.drift")
    assert "how it drifts" in without_setting(WRITTEN, "radio.drift")
    kept = "[ui]\n# theme of the day\ntheme = 'paper'\n"
    assert "of the day" in without_setting(kept, "ui.theme")
    assert without_setting(WRITTEN, "playback.resume") == WRITTEN


def test_whole_tables_can_be_dropped() -> None:
    text = without_setting(WRITTEN, "radio.weights")
    assert "weights" not in tomllib.loads(text)["radio"]
    assert tomllib.loads(text)["radio"]["drift"] == 0.5


def test_a_layout_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(TuiradioError, match=r"radio\.drift"):
        with_setting("radio = 3\n", "radio.drift", 0.5)


@pytest.mark.parametrize("text", ["radio = [", "[radio]\ndrift = 7\n", "[radoi]\n"])
def test_a_broken_file_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(UsageError):
        change_setting(file, "watch", False)
    assert file.read_text() == text


def test_a_file_is_made_with_its_directory_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "tuiradio" / "config.toml"
    change_setting(file, "radio.drift", 0.25)
    assert config_of(file.read_text(), file).radio.drift == 0.25
    file.chmod(0o600)
    change_setting(file, "radio.drift", None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "home").mkdir()
    real = tmp_path / "dotfiles" / "tuiradio.toml"
    real.write_text("# mine\n")
    link = tmp_path / "home" / "config.toml"
    link.symlink_to(real)
    change_setting(link, "watch", False)
    assert link.is_symlink()
    assert real.read_text().startswith("# mine\n")
    assert not config_of(real.read_text(), real).watch


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a directory should be")
    with pytest.raises(TuiradioError) as caught:
        change_setting(tmp_path / "config" / "config.toml", "watch", False)
    assert "cannot write" in caught.value.message
    assert "TUIRADIO_CONFIG_DIR" in caught.value.hint


def _write_many(file: Path, name: str) -> None:
    for step in range(20):
        change_setting(file, name, step / 20)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# kept\n")
    names = ("radio.drift", "radio.adventure")
    with ThreadPoolExecutor() as writers:
        list(writers.map(lambda name: _write_many(file, name), names))
    read = config_of(file.read_text(), file)
    assert (read.radio.drift, read.radio.adventure) == (0.95, 0.95)
    assert file.read_text().startswith("# kept\n")


_WRITES_FOR_EVER = """
import sys
from pathlib import Path
from tuiradio.config_file import change_setting
file = Path(sys.argv[1])
for step in range(1_000_000):
    change_setting(file, "roots", tuple(f"/music/{step}/{n}" for n in range(300)))
    if step == 3:
        print("going", flush=True)
"""


def test_a_kill_leaves_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# kept\n")
    command = [sys.executable, "-c", _WRITES_FOR_EVER, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "going\n"
        os.kill(writer.pid, signal.SIGKILL)
    text = file.read_text()
    assert text.startswith("# kept\n")
    assert len(config_of(text, file).roots) == 300
    # The next writer is not held up by what the killed one held.
    change_setting(file, "roots", None)
    assert file.read_text() == "# kept\n"


def test_lines_are_those_of_an_editor() -> None:
    lines = lines_of(WRITTEN)
    numbered = WRITTEN.splitlines()
    assert numbered[lines["roots"] - 1] == "roots = ["
    assert numbered[lines["radio.drift"] - 1].startswith("drift")
    assert numbered[lines["radio.weights.genre"] - 1] == "genre = 2"
    assert lines["ui.keys.station.liked"] == lines["ui.keys"]


@given(st.text("[]=.\"'\n#ab ", max_size=40))
def test_lines_of_anything_raise_nothing(text: str) -> None:
    for line in lines_of(text).values():
        assert 1 <= line <= len(text.splitlines())
