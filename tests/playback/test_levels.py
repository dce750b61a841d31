"""The level meter: what libmpv answers, and the real libmpv measuring what it plays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playback.conftest import Recorder
from tuiradio.playback.mpv import MpvPlayer
from tuiradio.playback.mpv_levels import QUESTION, LevelMeter, read_levels
from tuiradio.playback.player import (
    MAX_LEVELS_PER_S,
    QUIETEST_DB,
    Advanced,
    Ended,
    Levels,
    OutputChanged,
    Position,
    Started,
)

Tone = Callable[[str, float], bytes]
STEREO = (
    "lavfi.astats.1.Peak_level: -5.646404\nlavfi.astats.1.RMS_level: -13.507287\n"
    "lavfi.astats.2.Peak_level: -6.870568\nlavfi.astats.2.RMS_level: -14.468277\n"
)


def test_two_channels() -> None:
    assert read_levels(7, STEREO) == Levels(7, (-13.507287, -14.468277), (-5.646404, -6.870568))


def test_silence_and_clipping_stay_within_the_scale() -> None:
    answer = "lavfi.astats.1.Peak_level: 1.500000\nlavfi.astats.1.RMS_level: -inf\n"
    assert read_levels(1, answer) == Levels(1, (QUIETEST_DB,), (0.0,))


def test_more_channels_than_two_are_left_out() -> None:
    answer = STEREO + STEREO.replace("astats.1", "astats.3").replace("astats.2", "astats.4")
    assert read_levels(1, answer) == read_levels(1, STEREO)


@pytest.mark.parametrize("answer", ["", "(unavailable)", "lavfi.astats.1.Peak_level: -1.0\n"])
def test_without_levels_there_is_nothing_to_tell(answer: str) -> None:
    assert read_levels(1, answer) is None


@given(st.text() | st.text(alphabet="lavfi.stRMSPek_:-0123 \n"))
def test_any_answer_is_survived(answer: str) -> None:
    levels = read_levels(1, answer)
    assert levels is None or all(QUIETEST_DB <= db <= 0 for db in levels.rms_db + levels.peak_db)


def test_levels_are_held_back_until_they_are_heard() -> None:
    told: list[Levels] = []
    questions: list[tuple[str, ...]] = []

    def answer(*command: str, callback: Callable[[Any, Any], None]) -> None:
        questions.append(command)
        callback(None, STEREO.replace("-13.", f"-{20 + len(questions)}."))

    meter = LevelMeter(told.append, answer)
    meter.is_on = True
    for _ in range(5):
        meter._next_at = 0.0
        meter.on_moment(1)
    assert questions == [("expand-text", QUESTION)] * 5
    assert [levels.rms_db[0] for levels in told] == [-21.507287, -22.507287]
    meter._next_at = 0.0
    meter.on_moment(2)
    assert len(told) == 2, "what was held back of another load is dropped"


def test_a_meter_asks_no_more_often_than_told() -> None:
    questions: list[str] = []
    meter = LevelMeter(lambda _: None, lambda *command, callback: questions.append(command[0]))
    meter.is_on = True
    for _ in range(20):
        meter.on_moment(1)
    assert questions == ["expand-text"]


@pytest.mark.parametrize("failure", [None, RuntimeError("refused")])
def test_octaves_are_read_where_no_level_is_told(failure: Exception | None) -> None:
    """libmpv waits for the pipe that it writes them into, and the music with it."""
    read: list[int] = []

    def bands() -> tuple[float, ...]:
        read.append(1)
        return ()

    def answer(*_: str, callback: Callable[[Any, Any], None]) -> None:
        callback(failure, "(unavailable)")

    meter = LevelMeter(lambda _: None, answer, bands)
    meter.is_on = True
    meter.on_moment(1)
    assert read == [1]


@pytest.mark.mpv
def test_the_levels_of_a_tone(player: MpvPlayer, recorder: Recorder, tone: Tone) -> None:
    player.set_metering(True)
    generation = player.load(tone("a.flac", 3.0))
    started = time.monotonic()
    # A sine of amplitude 0.1: 20 dB below full scale, its root mean square 3 dB less.
    levels = recorder.wait(Levels)
    assert levels.generation == generation
    assert levels.peak_db == pytest.approx((-20.0,), abs=0.1)
    assert levels.rms_db == pytest.approx((-23.01,), abs=0.2)
    recorder.wait(Position, lambda e: e.position_s > 1.2)
    assert len(recorder.of(Levels)) <= MAX_LEVELS_PER_S * (time.monotonic() - started) + 2


@pytest.mark.mpv
def test_metering_turned_off_in_the_last_moments_does_not_keep_a_track_from_ending(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    short = tone("a.flac", 0.5)
    for _ in range(5):
        generation = player.load(short)
        recorder.wait(Started, lambda e, now=generation: e.generation == now)
        player.set_metering(True)
        player.set_metering(False)
        recorder.wait(Ended, lambda e, now=generation: e.generation == now)


@pytest.mark.mpv
def test_metering_turned_off_after_the_end_of_the_player_asks_nothing_of_it(
    player: MpvPlayer,
) -> None:
    player.set_metering(True)
    player.close()
    player.set_metering(False)
    assert not player._levels.is_on


@pytest.mark.mpv
def test_metering_changes_nothing_of_what_is_told(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    first, second = tone("a.flac", 0.6), tone("b.flac", 0.6)
    generation = player.load(first, second)
    recorder.wait(Position)
    player.set_metering(True)
    player.set_metering(True)
    recorder.wait(Advanced)
    player.set_metering(False)
    recorder.wait(Ended)
    told = [e for e in recorder.events if not isinstance(e, Position | OutputChanged | Levels)]
    assert [type(event) for event in told] == [Started, Advanced, Started, Ended]
    assert {event.generation for event in recorder.of(Started)} == {generation}


@pytest.mark.mpv
def test_nothing_is_measured_unasked(player: MpvPlayer, recorder: Recorder, tone: Tone) -> None:
    player.load(tone("a.flac", 0.8))
    recorder.wait(Ended)
    assert recorder.of(Levels) == []
    assert player._mpv["af"] == []
