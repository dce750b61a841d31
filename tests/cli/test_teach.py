"""``teach``: scripted lessons, and everything its options say of the ear."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import termios
import tty
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.engine.helpers import FakePlayer
from tuiradio.cli import lesson
from tuiradio.config import Config
from tuiradio.engine.service import LocalEngine
from tuiradio.errors import PlayerUnavailable
from tuiradio.library.reader import StoreReader
from tuiradio.paths import Paths
from tuiradio.playback.player import Player, PlayerCallback


@pytest.fixture
def own(heard_dir: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the heard library to write to; its clips are short."""
    shutil.rmtree(paths.data_dir, ignore_errors=True)
    shutil.copytree(heard_dir, paths.data_dir)
    monkeypatch.setattr("tuiradio.engine.ear_desk._SHORTEST_S", 0.0)
    return paths.store_file


@pytest.fixture
def player(own: Path, monkeypatch: pytest.MonkeyPatch) -> FakePlayer:
    """Lessons start an engine of their own, in this process, with this player."""
    fake = FakePlayer()

    def open_engine(paths: Paths, config: Config, headless: bool) -> LocalEngine:
        assert not headless
        return LocalEngine(paths, config, fake.factory)

    monkeypatch.setattr(lesson, "open_engine", open_engine)
    return fake


def says(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def choices(store_file: Path) -> list[str]:
    with closing(StoreReader(store_file)) as reader:
        return [said.choice for said in reader.comparisons()]


def test_a_scripted_lesson(
    run: Run, own: Path, player: FakePlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, "b\nr\n\nC\nu\ns\nzzz\nx\nq\n")
    ran = run("teach", "--no-wait")
    assert ran.status == 0, ran.words
    assert choices(own) == ["b", "same", "unsure"]
    assert "15 more before anything can be said" in ran.text
    assert ran.words.count("  B was ") == 4
    assert "taken back" in ran.words
    assert any(call[0] == "load" for call in player.calls)
    assert player.calls[-1] == ("close",)


def test_a_program_can_answer(
    run: Run, own: Path, player: FakePlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, "c\nb\nb\n")
    ran = run("teach", "--no-wait", "--json", "--count", "2")
    asked, said, again, *_ = map(json.loads, ran.lines[:4])
    assert asked["question"] == 1
    assert {Path(asked[part]["path"]).exists() for part in "abc"} == {True}
    assert said == {"said": "c"}
    assert again["question"] == 2
    assert json.loads("".join(ran.lines[4:]))["answers"] == 2
    assert choices(own) == ["c", "b"]


def test_nothing_is_asked_where_nothing_can_be_played(
    run: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_player(callback: PlayerCallback) -> Player:
        raise PlayerUnavailable("libmpv cannot be loaded", "Install it")

    monkeypatch.setattr(
        lesson, "open_engine", lambda paths, config, headless: LocalEngine(paths, config, no_player)
    )
    ran = run("teach", "--no-wait")
    assert ran.status == PlayerUnavailable("").exit_code
    assert "libmpv cannot be loaded" in ran.words


def test_answers_travel_in_a_file(
    run: Run, own: Path, player: FakePlayer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    says(monkeypatch, "b\nc\n")
    run("teach", "--no-wait")
    file = tmp_path / "answers.json"
    assert run("teach", "--export", str(file)).status == 0
    written = json.loads(file.read_text())
    assert [one["choice"] for one in written["answers"]] == ["b", "c"]
    assert run("teach", "--export", "-").text == file.read_text()
    ran = run("teach", "--reset")
    assert "Forgot 2 answers" in ran.words
    assert choices(own) == []
    written["answers"].append({"a": "/gone", "b": "/gone\udcff", "c": "", "choice": "b"})
    file.write_text(json.dumps(written))
    ran = run("teach", "--import", str(file), "--off", "--json")
    assert "Took over 2 answers; 1 left out" in ran.words
    status = json.loads(ran.text)
    assert (status["answers"], status["on"], status["in_use"]) == (2, False, False)
    assert choices(own) == ["b", "c"]
    says(monkeypatch, file.read_text())
    run("teach", "--import", "-", "--on")
    assert json.loads(run("teach", "--status", "--json").text)["on"] is True
    assert len(choices(own)) == 4


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"format": 2}', '{"answers": 3}', "[" * 100_000, '{"format": 1, "answers": []}'],
    ids=["empty", "list", "format", "answers", "deep", "none"],
)
def test_files_of_other_kinds_are_refused(run: Run, own: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(text)
    ran = run("teach", "--import", str(file))
    assert ran.status == 2
    assert str(file) in ran.words
    assert run("teach", "--import", str(tmp_path / "none")).status == 2


def test_answers_on_foreign_tracks_only_are_no_success(run: Run, own: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    answer = {"a": "/gone", "b": "/gone too", "c": "/and gone", "choice": "b"}
    file.write_text(json.dumps({"format": 1, "answers": [answer]}))
    ran = run("teach", "--import", str(file))
    assert ran.status == 1
    assert "Took over no answers; 1 left out" in ran.words


def test_an_export_needs_a_place(run: Run, own: Path, tmp_path: Path) -> None:
    assert run("teach", "--export", str(tmp_path / "none" / "answers.json")).status == 2


def test_single_keys_answer_on_a_terminal(
    run: Run, own: Path, player: FakePlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pty.openpty()
    set_cbreak = tty.setcbreak

    def set_and_type(descriptor: int) -> None:
        # What was typed before is thrown away.
        set_cbreak(descriptor)
        os.write(ours, b"bSq")

    monkeypatch.setattr(tty, "setcbreak", set_and_type)
    with open(theirs, encoding="utf-8") as terminal:
        before = termios.tcgetattr(terminal)
        monkeypatch.setattr("sys.stdin", terminal)
        assert run("teach", "--no-wait").status == 0
        assert termios.tcgetattr(terminal) == before
    os.close(ours)
    assert choices(own) == ["b", "same"]
