"""What can be typed, and what is said about what cannot."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tuiradio.cli.arguments import level, position, weights
from tuiradio.cli.parser import command_names, parse
from tuiradio.errors import UsageError


@pytest.mark.parametrize("command", command_names())
def test_every_command_explains_itself(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.status == 0
    assert ran.text.startswith(f"usage: tuiradio {command}")
    assert len(ran.lines) >= 4


def test_the_help_names_every_command_and_exit_status(run: Run) -> None:
    text = run("--help").text
    for command in command_names():
        assert f"\n  {command} " in text
    for status in range(8):
        assert f" {status} " in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:30", (90.0, False)),
        ("90", (90.0, False)),
        ("+10", (10.0, True)),
        ("-1:00", (-60.0, True)),
    ],
)
def test_positions(text: str, expected: tuple[float, bool]) -> None:
    assert position(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("80", (80.0, False)), ("+5", (5.0, True)), ("-5%", (-5.0, True))]
)
def test_levels(text: str, expected: tuple[float, bool]) -> None:
    assert level(text) == expected


def test_weights() -> None:
    assert weights("genre=1,tempo=0.5") == (("genre", 1.0), ("tempo", 0.5))


@pytest.mark.parametrize("text", ["genre", "genre=x", "=1", "genre=-1", "genre=nan"])
def test_weights_that_mean_nothing(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        weights(text)


def test_a_negative_value_is_no_option() -> None:
    assert parse(["seek", "-1:30"]).position == (-90.0, True)
    assert parse(["volume", "-5"]).level == (-5.0, True)
    assert parse(["radio", "x", "--seed", "-3"]).seed == -3


def test_a_directory_opens_the_screen(tmp_path: Path) -> None:
    arguments = parse([str(tmp_path)])
    assert (arguments.module, arguments.directories) == ("screen", [str(tmp_path)])


def test_nothing_opens_the_screen() -> None:
    assert parse([]).module == "screen"


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (["scn"], "Did you mean: tuiradio scan"),
        (["/no/such/place"], "tuiradio --help"),
        (["radio", "--length", "0"], "tuiradio radio --help"),
        (["radio", "--drift", "2"], "tuiradio radio --help"),
        (["radio", "--minutes", "nan"], "tuiradio radio --help"),
        (["seek", "soon"], "tuiradio seek --help"),
        (["similar", "--frob"], "tuiradio similar --help"),
    ],
)
def test_what_is_not_understood(argv: list[str], hint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(argv)
    assert hint in error.value.hint


def test_a_file_in_place_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").touch()
    with pytest.raises(UsageError, match="is a file") as error:
        parse([str(tmp_path / "song.mp3")])
    assert "tuiradio play" in error.value.hint
