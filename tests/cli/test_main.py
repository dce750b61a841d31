"""How command lines end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tuiradio import cli, errors
from tuiradio.paths import Paths

STATUS = {
    errors.TuiradioError: 1,
    errors.UsageError: 2,
    errors.NotATerminal: 2,
    errors.NoSuchTrack: 3,
    errors.StoreError: 4,
    errors.EngineBusy: 5,
    errors.EngineUnavailable: 5,
    errors.ModelError: 6,
    errors.PlayerUnavailable: 7,
}


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_an_error_is_two_lines_and_a_status(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: type[errors.TuiradioError], status: int
) -> None:
    def fail(argv: object) -> None:
        raise kind("it broke: \x1b[2J", "mend it")

    monkeypatch.setattr(cli, "parse", fail)
    ran = run("status")
    assert (ran.status, ran.data) == (status, b"")
    assert ran.words == "tuiradio: it broke: \ufffd[2J\n  mend it\n"


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(argv: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "parse", interrupt)
    ran = run("scan")
    assert (ran.status, ran.words) == (130, "")


def test_without_a_terminal_the_screen_says_so(run: Run, tmp_path: Path) -> None:
    ran = run(str(tmp_path))
    assert ran.status == 2
    assert ran.words.startswith("tuiradio: the screen needs a terminal\n")
    assert "Traceback" not in ran.words


def test_without_any_music_the_hint_says_what_to_type(run: Run) -> None:
    ran = run("similar", "anything")
    assert ran.status == 2
    assert "tuiradio scan ~/Music" in ran.words


def test_a_broken_configuration_is_named(run: Run, paths: Paths) -> None:
    paths.config_dir.mkdir(parents=True)
    paths.config_file.write_text("[radio]\ndrfit = 1\n")
    ran = run("similar", "x")
    assert ran.status == 2
    assert "radio.drfit" in ran.words
    assert "radio.drift" in ran.words


@pytest.mark.system
def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "tuiradio", "--help"],
            stdout=gone,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    assert done.stderr == b""
    # argparse itself passes over a reader that is gone before the last word.
    assert done.returncode in (0, 141)
