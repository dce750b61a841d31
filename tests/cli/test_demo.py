"""``tuiradio demo`` writes what is missing and keeps to itself."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tests.cli.conftest import Run
from tuiradio.cli import screen
from tuiradio.demo import songs, writer
from tuiradio.paths import Paths


@pytest.fixture(autouse=True)
def three_short_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    short = tuple(replace(song, seconds=1.0) for song in songs.SONGS[:3])
    monkeypatch.setattr(songs, "SONGS", short)
    monkeypatch.setattr(writer, "SONGS", short)


def test_it_writes_once_and_says_where(run: Run, paths: Paths) -> None:
    first, second = run("demo", "--write-only"), run("demo", "--write-only")
    assert first.lines == second.lines == [str(paths.demo_dir)]
    assert "composing 3 songs" in first.words
    assert second.words == ""
    assert len(list(paths.demo_dir.rglob("*.*"))) >= 3


def test_it_opens_beside_the_users_library(
    run: Run, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[list[str], Paths]] = []

    def open_screen(directories: list[str]) -> int:
        opened.append((directories, Paths.from_environment()))
        return 0

    monkeypatch.setattr(screen, "open_screen", open_screen)
    assert run("demo").status == 0
    ((directories, used),) = opened
    assert directories == [os.fspath(paths.demo_dir)]
    assert used.data_dir != paths.data_dir
    assert used.socket_file != paths.socket_file


def test_it_leaves_no_terminal_alone(run: Run) -> None:
    ran = run("demo")
    assert ran.status == 2
    assert "the screen needs a terminal" in ran.words
