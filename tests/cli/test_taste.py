"""``like``, ``more``, ``ban``, ``undo``, ``preset``: on a library of their own, and faked."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fakes import FakeEngine
from tuiradio.engine.protocol import Ban, Like, Notice, Severity
from tuiradio.engine.wishes import GiveFeedback, Undo
from tuiradio.library.reader import StoreReader
from tuiradio.library.track import BanScope, FeedbackKind
from tuiradio.paths import Paths

SEED = "river stage"


@pytest.fixture
def own(heard_dir: Path, paths: Paths) -> Path:
    """A copy of the heard library to write to."""
    shutil.rmtree(paths.data_dir, ignore_errors=True)
    shutil.copytree(heard_dir, paths.data_dir)
    return paths.store_file


@pytest.fixture
def playing(engine: FakeEngine, reader: StoreReader) -> FakeEngine:
    player = replace(engine.state.player, track_id=reader.resolve(SEED)[0])
    radio = replace(engine.state.radio, on=True)
    engine.state = replace(engine.state, player=player, radio=radio)
    return engine


def test_likes(run: Run, playing: FakeEngine) -> None:
    ran = run("like")
    assert playing.commands == [Like(playing.state.player.track_id or 0, True)]
    assert ran.words.startswith("tuiradio: liked: ")
    for argv in (("like", SEED, "--undo"), ("unlike", SEED)):
        run(*argv)
        assert isinstance(playing.commands[-1], Like)
        assert not playing.commands[-1].liked


def test_a_misspelt_seed_is_asked_about(run: Run, playing: FakeEngine) -> None:
    ran = run("like", "pixle oter")
    assert (ran.status, playing.commands) == (3, [])
    assert "no track fits 'pixle oter'" in ran.words
    assert "Did you mean 'pixel otter'?" in ran.words


def test_wishes_go_to_the_radio_that_is_on(run: Run, playing: FakeEngine) -> None:
    track_id = playing.state.player.track_id or 0
    assert run("more").status == 0
    assert run("less", SEED).status == 0
    assert playing.commands == [
        GiveFeedback(track_id, FeedbackKind.MORE),
        GiveFeedback(track_id, FeedbackKind.LESS),
    ]
    playing.notices = [Notice("no such track", Severity.WARNING, "look again")]
    ran = run("more")
    assert (ran.status, ran.words) == (1, "tuiradio: no such track\n  look again\n")


def test_without_a_radio_there_is_nothing_to_wish(run: Run, heard: Path) -> None:
    ran = run("more", SEED)
    assert ran.status == 5
    assert "no radio is on" in ran.words


@pytest.mark.parametrize("scope", list(BanScope))
def test_a_ban_has_a_scope(run: Run, playing: FakeEngine, scope: BanScope) -> None:
    option = () if scope is BanScope.TRACK else (f"--{scope}",)
    run("ban", *option)
    run("unban", *option)
    track_id = playing.state.player.track_id or 0
    assert playing.commands == [Ban(track_id, True, scope), Ban(track_id, False, scope)]


def test_undo_is_one_command(run: Run, playing: FakeEngine) -> None:
    assert run("undo").status == 0
    assert playing.commands == [Undo()]


def test_bans_are_kept_listed_lifted_and_taken_back(run: Run, own: Path) -> None:
    assert "Never plays again: the artist" in run("ban", SEED, "--artist").words
    assert run("ban", SEED, "--artist").status == 1
    assert "never plays again" in run("ban", SEED).words
    lines = run("bans").lines
    assert [line.split()[:2] for line in lines] == [["1", "artist"], ["2", "track"]]
    said = json.loads(run("bans", "--json").data)
    artist = said[0]["artist"]
    picks = json.loads(run("radio", "harbour", "--length", "8", "--json", "--no-wait").data)
    assert all(pick["artist"] != artist for pick in picks["picks"])
    assert "May play again" in run("undo").words
    assert "May play again" in run("bans", "--lift", "1").words
    none = run("bans")
    assert none.lines == []
    assert "nothing is banned" in none.words
    assert run("bans", "--lift", "1").status == 3
    run("undo")
    run("undo")
    assert "nothing to take back" in run("undo").words


def test_presets(run: Run, own: Path) -> None:
    assert run("preset", "list").lines == []
    words = run("preset", "save", "night", "--drift", "0.9", "--adventure", "0").words
    assert words == "tuiradio: Saved the preset night\n"
    assert run("preset", "list").lines == ["  night: drift 0.9, adventure 0"]
    assert "are those of night" in run("preset", "use", "night").words
    (record,) = json.loads(run("preset", "list", "--json").data)
    assert (record["name"], record["in_use"], record["drift"]) == ("night", True, 0.9)
    argv = ("radio", SEED, "--length", "5", "--paths", "--seed", "3")
    same = run(*argv, "--drift", "0.9", "--adventure", "0").lines
    assert run(*argv, "--preset", "night").lines == same
    assert run("radio", SEED, "--preset", "nigth").status == 3
    assert run("preset", "delete", "night").status == 0
    assert run("preset", "use", "night").status == 1
    assert run("preset", "save", "x", "--weights", "smell=1").status == 2
    assert run("preset").status == 2
