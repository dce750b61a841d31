from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.engine.conftest import Stage
from tests.engine.helpers import FakePlayer, quick_config
from tuiradio.config import PlaybackConfig
from tuiradio.engine.protocol import (
    ChangeVolume,
    ClearQueue,
    Enqueue,
    JumpTo,
    MoveEntry,
    Next,
    Notice,
    Pause,
    PlayStatus,
    PlayTracks,
    Previous,
    QueueChanged,
    RemoveEntries,
    Resume,
    Seek,
    SeekBy,
    SetVolume,
    Severity,
    StopPlaying,
    TogglePause,
    Where,
)
from tuiradio.engine.wishes import Undo
from tuiradio.errors import PlayerUnavailable
from tuiradio.playback.player import OutputChanged, Player, PlayerCallback, Position, Started


def path_of(stage: Stage, track_id: int) -> bytes:
    track = stage.reader.track(track_id)
    assert track is not None
    return track.path


def play(stage: Stage, count: int = 3, start: int = 0) -> list[int]:
    ids = stage.ids[:count]
    stage.engine.submit(PlayTracks(tuple(ids), start))
    stage.events.until_player(lambda player: player.track_id == ids[start])
    return ids


def test_playing_holds_the_current_file_and_the_next(stage: Stage) -> None:
    ids = play(stage)
    state = stage.events.state()
    assert state.player.status is PlayStatus.PLAYING
    assert [entry.track_id for entry in state.queue] == ids
    assert stage.player.current == path_of(stage, ids[0])
    assert stage.player.next == path_of(stage, ids[1])


def test_the_end_of_a_file_leads_to_the_next_and_the_last_to_silence(stage: Stage) -> None:
    ids = play(stage)
    stage.player.reach(1.5)
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id == ids[1])
    stage.events.state()
    assert stage.player.next == path_of(stage, ids[2])
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id == ids[2])
    stage.events.state()
    stage.player.end()
    state = stage.events.until_player(lambda player: player.status is PlayStatus.STOPPED)
    assert state.entry_id is None
    assert [play.track_id for play in stage.reader.history(10)] == [ids[0]]
    stage.engine.submit(TogglePause())
    stage.events.until_player(lambda player: player.track_id == ids[0])


def test_pausing_seeking_and_volume(stage: Stage) -> None:
    play(stage)
    stage.engine.submit(Pause())
    stage.events.until_player(lambda player: player.status is PlayStatus.PAUSED)
    assert stage.player.is_paused
    stage.engine.submit(Resume())
    stage.events.until_player(lambda player: player.status is PlayStatus.PLAYING)
    assert not stage.player.is_paused
    stage.player.reach(1.0)
    stage.engine.submit(Seek(99.0))
    stage.engine.submit(SeekBy(-1.0))
    stage.events.state()
    assert stage.player.calls[-2:] == [("seek", 3.0), ("seek", 2.0)]
    stage.engine.submit(SetVolume(500.0))
    stage.engine.submit(ChangeVolume(-30.0))
    assert stage.events.state().player.volume_percent == 100.0
    assert stage.player.volume == 100.0


def test_previous_goes_to_the_start_or_one_back(stage: Stage) -> None:
    ids = play(stage, start=1)
    stage.player.reach(3.5, 10.0)
    stage.engine.submit(Previous())
    stage.events.state()
    assert stage.player.calls[-1] == ("seek", 0.0)
    stage.engine.submit(Previous())
    stage.events.until_player(lambda player: player.track_id == ids[0])


def test_the_queue_is_changed_and_changed_back(stage: Stage) -> None:
    ids = play(stage)
    other = stage.ids[5]
    stage.engine.submit(Enqueue((other, 10**9), Where.NEXT))
    entries = stage.events.until_queue(lambda queue: len(queue) == 4)
    assert [entry.track_id for entry in entries] == [ids[0], other, ids[1], ids[2]]
    assert stage.player.next == path_of(stage, other)
    stage.engine.submit(MoveEntry(entries[1].entry_id, 3))
    stage.events.until_queue(lambda queue: queue[-1].track_id == other)
    assert stage.player.next == path_of(stage, ids[1])
    stage.engine.submit(RemoveEntries((entries[2].entry_id,)))
    stage.events.until_queue(lambda queue: len(queue) == 3)
    stage.engine.submit(ClearQueue())
    stage.events.until_queue(lambda queue: len(queue) == 1)
    assert stage.player.next is None
    for count in (3, 4, 4, 3):
        stage.engine.submit(Undo())
        assert len(stage.events.state().queue) == count
    assert stage.events.state().player.track_id == ids[0]
    assert len([call for call in stage.player.calls if call[0] == "load"]) == 1


def test_jumping_plays_even_when_stopped(stage: Stage) -> None:
    ids = play(stage)
    stage.engine.submit(StopPlaying())
    stage.events.until_player(lambda player: player.status is PlayStatus.STOPPED)
    entry = stage.events.state().queue[2]
    stage.engine.submit(JumpTo(entry.entry_id))
    state = stage.events.until_player(lambda player: player.track_id == ids[2])
    assert state.status is PlayStatus.PLAYING
    stage.engine.submit(JumpTo(10**9))
    assert stage.events.state().player.entry_id == entry.entry_id


def test_a_skip_before_a_third_is_remembered_as_one(stage: Stage) -> None:
    ids = play(stage)
    stage.player.reach(0.5)
    stage.engine.submit(Next())
    stage.events.until_player(lambda player: player.track_id == ids[1])
    stage.player.reach(1.0)
    stage.player.reach(2.5)
    stage.engine.submit(Next())
    stage.events.until_player(lambda player: player.track_id == ids[2])
    stage.events.state()
    plays = {play.track_id: play for play in stage.reader.history(10)}
    assert plays[ids[0]].skipped
    assert not plays[ids[1]].skipped
    assert plays[ids[1]].played_s == pytest.approx(2.5)


def test_a_broken_file_is_skipped_and_named(stage: Stage) -> None:
    ids = play(stage)
    stage.player.fail()
    stage.events.until_player(lambda player: player.track_id == ids[1])
    notice = stage.events.until_event(Notice)
    assert notice.message == "broken.flac is not audio"
    assert notice.severity is Severity.WARNING
    assert stage.events.state().player.status is PlayStatus.PLAYING


def test_three_failures_in_a_row_stop_the_music(stage: Stage) -> None:
    play(stage, count=6)
    for expected in (2, 1):
        stage.player.fail()
        stage.events.state()
        assert stage.player.next is not None, expected
    stage.player.fail()
    state = stage.events.until_player(lambda player: player.status is PlayStatus.STOPPED)
    assert state.track_id is not None
    assert stage.player.current is None
    assert stage.events.of(Notice)[-1].severity is Severity.ERROR


def test_a_file_that_plays_ends_the_row_of_failures(stage: Stage) -> None:
    play(stage, count=8)
    for _ in range(4):
        stage.player.fail()
        stage.events.state()
        stage.player.reach(1.5)
    assert stage.events.state().player.status is PlayStatus.PLAYING


def test_what_failed_before_the_user_chose_anew_does_not_count(stage: Stage) -> None:
    play(stage, count=6)
    for _ in range(2):
        stage.player.fail()
        stage.events.state()
    play(stage, count=6)
    stage.player.fail()
    assert stage.events.state().player.status is PlayStatus.PLAYING


def test_a_long_track_that_ends_at_once_has_failed(start: Callable[..., Stage]) -> None:
    stage = start()
    with contextlib.closing(sqlite3.connect(stage.reader.file)) as connection, connection:
        connection.execute("UPDATE tracks SET duration_s = 200")
    ids = play(stage, count=6)
    for _ in range(3):
        # libmpv opens a file without a single frame, and ends it without an error.
        stage.player.tell(Started(stage.player.generation))
        stage.player.end()
        stage.events.state()
    state = stage.events.state()
    assert state.player.status is PlayStatus.STOPPED
    assert state.player.track_id == ids[2]
    notices = stage.events.of(Notice)
    assert "is damaged: no sound comes from it" in notices[0].message
    assert [notice.severity for notice in notices] == [Severity.WARNING] * 2 + [Severity.ERROR]
    assert stage.reader.history(10) == []


def test_leaving_a_long_track_at_once_is_no_failure(start: Callable[..., Stage]) -> None:
    stage = start()
    with contextlib.closing(sqlite3.connect(stage.reader.file)) as connection, connection:
        connection.execute("UPDATE tracks SET duration_s = 200")
    ids = play(stage, count=6)
    for track_id in ids[1:5]:
        stage.engine.submit(Next())
        stage.events.until_player(lambda player, wanted=track_id: player.track_id == wanted)
    stage.player.tell(Position(stage.player.generation, 199.0, 200.0))
    stage.player.end()
    assert stage.events.state().player.track_id == ids[5]
    assert stage.events.of(Notice) == []


def test_missing_files_are_passed_over(start: Callable[..., Stage], music: object) -> None:
    stage = start()
    ids = stage.ids[:3]
    path = path_of(stage, ids[1])
    stage.engine.close()
    with_missing = stage.reader.file
    with contextlib.closing(sqlite3.connect(with_missing)) as connection, connection:
        connection.execute("UPDATE tracks SET missing = 1 WHERE id = ?", (ids[1],))
    stage = start()
    stage.engine.submit(PlayTracks(tuple(ids)))
    stage.events.until_player(lambda player: player.track_id == ids[0])
    assert stage.player.next is None
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id == ids[2])
    assert ("load", path, None, 0.0) not in stage.player.calls
    assert "is not there" in stage.events.until_event(Notice).message


def test_events_of_an_older_load_are_history(stage: Stage) -> None:
    play(stage)
    stage.player.tell(Position(stage.player.generation - 1, 2.5, 3.0))
    assert stage.events.state().player.position_s == 0.0


def test_what_sounds_instead_of_the_expected_is_corrected(stage: Stage) -> None:
    """A change of the next file may come too late for the player."""
    ids = play(stage)
    stage.player.next = path_of(stage, ids[2])
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id == ids[1])
    stage.events.state()
    assert stage.player.current == path_of(stage, ids[1])


def test_the_session_comes_back_paused(start: Callable[..., Stage]) -> None:
    stage = start()
    ids = play(stage, start=1)
    stage.player.reach(1.25)
    stage.engine.submit(SetVolume(40.0))
    stage.events.state()
    stage.engine.close()
    stage = start()
    state = stage.events.state()
    assert [entry.track_id for entry in state.queue] == ids
    assert state.player.status is PlayStatus.PAUSED
    assert state.player.track_id == ids[1]
    assert state.player.position_s == 1.25
    assert state.player.volume_percent == stage.player.volume == 40.0
    assert stage.player.current is None
    stage.engine.submit(TogglePause())
    stage.events.until_player(lambda player: player.status is PlayStatus.PLAYING)
    assert stage.player.calls[0] == ("load", path_of(stage, ids[1]), path_of(stage, ids[2]), 1.25)


def test_a_session_need_not_come_back(start: Callable[..., Stage]) -> None:
    stage = start()
    play(stage)
    stage.engine.close()
    config = replace(quick_config(), playback=PlaybackConfig(resume=False))
    assert start(config).events.state().queue == ()


def test_a_session_that_cannot_be_read_is_left(start: Callable[..., Stage]) -> None:
    stage = start()
    play(stage)
    stage.engine.close()
    with contextlib.closing(sqlite3.connect(stage.reader.file)) as connection, connection:
        connection.execute("UPDATE state SET value = '{' WHERE key LIKE 'Saved%'")
    assert start().events.state().queue == ()


def test_without_libmpv_the_reason_is_said_and_the_queue_works(
    start: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: FakePlayer, _callback: PlayerCallback) -> Player:
        raise PlayerUnavailable("libmpv is not installed", "apt install libmpv2")

    monkeypatch.setattr(FakePlayer, "factory", refuse)
    stage = start()
    state = stage.events.state()
    assert "apt install libmpv2" in state.player.problem
    ids = stage.ids[:2]
    for command in (PlayTracks(tuple(ids)), TogglePause(), Seek(1.0), Next(), SetVolume(10.0)):
        stage.engine.submit(command)
    state = stage.events.state()
    assert [entry.track_id for entry in state.queue] == ids
    assert state.player.status is PlayStatus.STOPPED
    assert state.player.track_id == ids[1]


def test_no_sound_device_is_said(stage: Stage) -> None:
    stage.player.tell(OutputChanged("null", "No sound device"))
    state = stage.events.until_player(lambda player: player.output == "null")
    assert state.problem == "No sound device"


def test_many_changes_become_few_events(stage: Stage) -> None:
    play(stage)
    began_s = time.monotonic()
    for number in range(300):
        stage.engine.submit(SetVolume(number % 100))
    state = stage.events.until_player(lambda player: player.volume_percent == 99.0)
    assert state.volume_percent == 99.0
    took_s = time.monotonic() - began_s
    assert len(stage.events.events) < 30 + 30 * took_s


def test_playing_nothing_says_so(stage: Stage) -> None:
    stage.engine.submit(PlayTracks((10**9,)))
    assert stage.events.until_event(Notice).message
    assert not stage.events.of(QueueChanged)
