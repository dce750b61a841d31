"""The octaves: read from the pipe as libmpv writes them, and true for a tone."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playback.conftest import Recorder
from tests.playback.test_levels import Tone
from tuiradio.playback.mpv import MpvPlayer
from tuiradio.playback.mpv_spectrum import BANDS_HZ, BandPipe, read_bands
from tuiradio.playback.player import QUIETEST_DB, Levels


def frame(*levels: object) -> str:
    lines = [f"lavfi.astats.{n}.RMS_level={level}\n" for n, level in enumerate(levels, 1)]
    return "0    pts:0  pts_time:0.1\n" + "".join(lines)


def test_a_frame_is_read_whole_or_not_at_all() -> None:
    whole = frame(-10.5, -20, "-inf", "nan", -30, -40, -50, 3.0)
    read = (-10.5, -20.0, QUIETEST_DB, QUIETEST_DB, -30.0, -40.0, -50.0, 0.0)
    assert read_bands(whole) == read
    assert read_bands(whole[:-1]) == (), "the end may be missing"
    assert read_bands("") == ()


@given(st.text(max_size=200))
def test_whatever_is_told_is_no_trouble(text: str) -> None:
    assert read_bands(text) == ()


def test_the_newest_is_told_and_a_half_one_waits() -> None:
    pipe = BandPipe()
    _, end = pipe._ends or (-1, -1)
    assert f"pipe\\\\:{end}" in pipe.filter
    assert pipe.newest() == ()
    second = "frame:" + frame(*[-20] * 8)
    os.write(end, ("frame:" + frame(*[-10] * 8) + second[:60]).encode())
    assert pipe.newest() == (-10.0,) * 8
    os.write(end, second[60:].encode())
    assert pipe.newest() == (-20.0,) * 8
    assert pipe.newest() == ()
    pipe.close()
    pipe.close()
    assert (pipe.filter, pipe.newest()) == ("", ())


@pytest.mark.mpv
def test_a_tone_stands_in_its_octave(player: MpvPlayer, recorder: Recorder, tone: Tone) -> None:
    player.set_metering(True)
    player.load(tone("a.flac", 20.0))
    levels = recorder.wait(Levels, lambda told: bool(told.bands_db))
    loudest = BANDS_HZ[int(np.argmax(levels.bands_db))]
    assert loudest == 250, "220 Hz"
    assert levels.bands_db[BANDS_HZ.index(250)] == pytest.approx(-23, abs=3)
    assert levels.bands_db[BANDS_HZ.index(8000)] < -45
    assert "spectrum" in str(player._mpv["af"])
    player.set_metering(False)
    assert player._mpv["af"] == []
