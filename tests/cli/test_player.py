"""Driving a running engine; export, status and quit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fakes import FakeEngine
from tuiradio.engine.protocol import (
    ChangeVolume,
    Command,
    Next,
    Notice,
    Pause,
    PlayerState,
    PlayStatus,
    PlayTracks,
    Previous,
    QueueEntry,
    Resume,
    Seek,
    SeekBy,
    SetVolume,
    Severity,
    Shutdown,
    StartRadio,
    TogglePause,
)
from tuiradio.library.playlist_files import read_playlist
from tuiradio.library.reader import StoreReader


@pytest.fixture
def playing(engine: FakeEngine, reader: StoreReader) -> FakeEngine:
    """The engine plays the second of three tracks."""
    ids = reader.track_ids()[:3]
    engine.state = replace(
        engine.state,
        player=PlayerState(PlayStatus.PLAYING, 12, ids[1], 61.0, 200.0, 80.0, "null"),
        queue=tuple(QueueEntry(11 + place, number) for place, number in enumerate(ids)),
    )
    return engine


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (("pause",), Pause()),
        (("next",), Next()),
        (("prev",), Previous()),
        (("seek", "1:30"), Seek(90.0)),
        (("seek", "+10"), SeekBy(10.0)),
        (("seek", "-1:00"), SeekBy(-60.0)),
        (("volume", "55"), SetVolume(55.0)),
        (("volume", "-5"), ChangeVolume(-5.0)),
        (("play",), Resume()),
    ],
)
def test_commands(run: Run, playing: FakeEngine, argv: tuple[str, ...], command: Command) -> None:
    ran = run(*argv)
    assert (ran.status, ran.data, ran.words) == (0, b"", "")
    assert playing.commands == [command]
    assert playing.closed


@pytest.mark.parametrize("argv", [("pause",), ("next",), ("seek", "5"), ("volume",), ("export",)])
def test_without_an_engine_nothing_plays(run: Run, argv: tuple[str, ...]) -> None:
    ran = run(*argv)
    assert ran.status == 5
    assert "no engine is running" in ran.words


def test_play_says_when_nothing_is_queued(run: Run, engine: FakeEngine) -> None:
    ran = run("play")
    assert (ran.status, ran.words.splitlines()[0]) == (3, "tuiradio: nothing is queued")
    # This engine was there only for the command.
    assert engine.commands == [Shutdown()]


def test_play_starts_what_is_queued(run: Run, engine: FakeEngine) -> None:
    engine.state = replace(engine.state, queue=(QueueEntry(1, 1),))
    assert run("play").status == 0
    assert engine.commands == [TogglePause()]


def test_play_finds_its_seed(run: Run, engine: FakeEngine, reader: StoreReader) -> None:
    engine.state = replace(engine.state, roots=(reader.roots()[0].path,))
    assert run("play", "river stage").status == 0
    (command,) = engine.commands
    assert isinstance(command, PlayTracks)
    assert [track.title for track in reader.tracks(command.track_ids)] == ["River Stage"]


def test_play_with_radio(run: Run, engine: FakeEngine, reader: StoreReader) -> None:
    engine.state = replace(engine.state, roots=(reader.roots()[0].path,))
    run("play", "river stage", "--radio")
    assert isinstance(engine.commands[0], StartRadio)


def test_a_radio_from_what_plays_with_dials(run: Run, playing: FakeEngine) -> None:
    playing.state = replace(playing.state, roots=(b"/m",))
    assert run("radio", "--current", "--play", "--drift", "0.9").status == 0
    (command,) = playing.commands
    assert isinstance(command, StartRadio)
    assert command.seed_ids == (playing.state.player.track_id,)
    assert command.settings is not None
    assert command.settings.drift == 0.9


def test_a_folder_is_played_whole(
    run: Run, engine: FakeEngine, reader: StoreReader, tiny_library: Path
) -> None:
    engine.state = replace(engine.state, roots=(reader.roots()[0].path,))
    run("play", str(tiny_library))
    (command,) = engine.commands
    assert isinstance(command, PlayTracks)
    assert len(command.track_ids) == 18


def test_the_volume_is_told(run: Run, playing: FakeEngine) -> None:
    assert run("volume").lines == ["80"]


def test_what_the_engine_complains_of_is_passed_on(run: Run, playing: FakeEngine) -> None:
    playing.notices = [Notice("the file is gone", Severity.ERROR), Notice("chatter")]
    assert run("next").words == "tuiradio: the file is gone\n"


def test_status_for_people(run: Run, playing: FakeEngine, reader: StoreReader) -> None:
    lines = run("status").lines
    track = reader.track(playing.state.player.track_id or 0)
    assert track is not None
    assert lines[0] == f"playing: {track.artist} – {track.title}"
    assert lines[1].strip() == "1:01 of 3:20, volume 80 %"
    assert lines[2].strip() == "1 in the queue behind it, radio off"


def test_status_for_programs(run: Run, playing: FakeEngine) -> None:
    said = json.loads(run("status", "--json").data)
    assert (said["running"], said["status"], said["ahead"]) == (True, "playing", 1)
    assert said["track"]["id"] == playing.state.player.track_id


def test_status_without_an_engine(run: Run) -> None:
    assert run("status").lines == ["stopped: no engine is running"]
    assert json.loads(run("status", "--json").data) == {"running": False}


def test_export_begins_with_what_plays(run: Run, playing: FakeEngine, tmp_path: Path) -> None:
    file = tmp_path / "queue.m3u8"
    assert run("export", str(file)).status == 0
    assert len(read_playlist(bytes(file)).paths) == 2
    assert run("export").data == file.read_bytes()


def test_an_empty_queue_is_not_exported(run: Run, engine: FakeEngine) -> None:
    assert run("export").status == 3


def test_quit(run: Run, playing: FakeEngine) -> None:
    assert run("quit").status == 0
    assert playing.commands == [Shutdown()]


def test_quit_without_an_engine(run: Run) -> None:
    ran = run("quit")
    assert (ran.status, ran.words) == (0, "tuiradio: no engine is running\n")
