"""Slips of the keyboard and of the program: both end in words, never in a traceback."""

from __future__ import annotations

import errno
import json
from dataclasses import fields
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tuiradio.cli import doctor_radio
from tuiradio.cli import paths as some_command
from tuiradio.cli.meant import meant_name
from tuiradio.errors import NoSuchTrack
from tuiradio.library.reader import StoreReader
from tuiradio.radio.measure import Figures, Hubs, Report
from tuiradio.radio.strategies import Strategy

NAMES = ("Jazz", "Acid Jazz", "Rock", "Hip-Hop")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jazz", "Jazz"),
        ("jaz", "Jazz"),
        ("acid", "Acid Jazz"),
        ("rokc", "Rock"),
        ("hip hop", "Hip-Hop"),
    ],
)
def test_a_name_is_found_for_what_was_typed(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert meant_name(typed, NAMES, "genre") == meant
    said = capsys.readouterr().err
    is_plain = typed in ("jazz", "hip hop")
    assert (f"took {meant}" in said) != is_plain


def test_what_nothing_comes_near_is_refused_with_what_there_is() -> None:
    with pytest.raises(NoSuchTrack) as caught:
        meant_name("zydeco", NAMES, "genre")
    assert "Jazz" in caught.value.hint
    with pytest.raises(NoSuchTrack):
        meant_name("", (), "genre")


def test_a_misspelt_genre_artist_or_album_is_said_and_taken(run: Run, reader: StoreReader) -> None:
    track = reader.tracks(reader.track_ids())[0]
    for option, name in (
        ("--genre", track.genres[0]),
        ("--artist", track.artist),
        ("--album", track.album),
    ):
        ran = run("radio", option, f"{name[:-1]}q", "--length", "2", "--json")
        assert ran.status == 0, ran.words
        assert "took " in ran.words
        assert len(json.loads(ran.data)["picks"]) == 2


def test_a_playlist_to_write_may_stand_last(run: Run, reader: StoreReader, tmp_path: Path) -> None:
    track = reader.tracks(reader.track_ids())[0]
    out = tmp_path / "new.m3u8"
    ran = run("radio", track.title, str(out), "--length", "3")
    assert ran.status == 0, ran.words
    assert out.exists()
    before = out.read_bytes()
    run("radio", track.title, str(out), "--length", "2")
    assert out.read_bytes() == before, "a playlist that exists is a seed"


def test_export_takes_its_file_in_both_ways(run: Run, heard: Path, tmp_path: Path) -> None:
    for way in (["x.m3u8"], ["--out", "x.m3u8"]):
        ran = run("export", *way)
        assert "no engine is running" in ran.words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (ZeroDivisionError("a slip"), "something went wrong: ZeroDivisionError: a slip"),
    ],
)
def test_what_nobody_foresaw_is_told_and_logged(
    run: Run, error: Exception, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUIRADIO_LOG_DIR", str(tmp_path))

    def fail(arguments: object) -> int:
        raise error

    monkeypatch.setattr(some_command, "run", fail)
    ran = run("paths")
    assert ran.status == 1
    assert words in ran.words
    assert "Traceback" not in ran.words
    assert "Traceback" in (tmp_path / "tuiradio.log").read_text()


def test_a_library_too_small_to_measure_gets_no_table_of_zeros(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hubs = Hubs(0.0, 0.0, 0.0)
    figures = tuple(_figures(strategy, 20 * (strategy is Strategy.RADIO)) for strategy in Strategy)
    report = Report(1, figures, hubs, hubs, is_complete=True)
    doctor_radio.tell(report, as_json=False)
    said = capsys.readouterr().out
    assert "not enough music" in said
    assert "skewness" not in said
    assert not doctor_radio.is_measured(report)


def _figures(strategy: Strategy, picks: int) -> Figures:
    numbers = {field.name: 0 for field in fields(Figures)}
    return Figures(**{**numbers, "strategy": strategy, "picks": picks})  # type: ignore[arg-type]


def test_a_misspelt_directory_is_asked_about(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Musik").mkdir()
    for argv in (["musiK2"], ["scan", "musiK2"]):
        argv[-1] = str(tmp_path / argv[-1])
        ran = run(*argv)
        assert ran.status == 2
        assert f"Did you mean: {tmp_path / 'Musik'}" in ran.words
    assert f"{tmp_path} is there" in run("scan", str(tmp_path / "zzz")).words


def test_a_terminal_that_cannot_draw_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    ran = run()
    assert ran.status == 2
    assert "TERM=dumb" in ran.words
