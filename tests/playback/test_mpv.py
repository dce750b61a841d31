"""The player against the real libmpv, playing into nothing."""

from __future__ import annotations

import ctypes.util
import itertools
import locale
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.playback.conftest import Recorder, write_tone
from tuiradio.errors import PlayerUnavailable
from tuiradio.playback.mpv import MpvPlayer
from tuiradio.playback.mpv_events import NO_DEVICE
from tuiradio.playback.player import (
    Advanced,
    Ended,
    EndReason,
    OutputChanged,
    Position,
    ReplayGain,
    Started,
)

pytestmark = pytest.mark.mpv

Tone = Callable[[str, float], bytes]
EXACT_S = 0.3
"""How far a position may lie from where it should: one throttled report."""
SLACK_S = 0.01
"""libmpv goes to the nearest sample, which may lie just before."""


def test_a_file_plays_to_its_end(player: MpvPlayer, recorder: Recorder, tone: Tone) -> None:
    path = tone("a.flac", 1.2)
    generation = player.load(path)
    assert recorder.wait(Started) == Started(generation, path)
    ended = recorder.wait(Ended)
    assert ended == Ended(generation, EndReason.EOF, "", path, goes_on=False)
    position = recorder.of(Position)[0]
    assert position.duration_s == pytest.approx(1.2, abs=0.05)
    assert recorder.threads == {"MPVEventHandlerThread"}


def test_the_next_file_follows_without_an_end_between(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    first, second = tone("a.flac", 0.5), tone("b.flac", 0.5)
    generation = player.load(first, second)
    recorder.wait(Ended)
    told = [e for e in recorder.events if not isinstance(e, Position | OutputChanged)]
    assert told == [
        Started(generation, first),
        Advanced(generation, second),
        Started(generation, second),
        Ended(generation, EndReason.EOF, "", second),
    ]


def test_a_third_file_follows_when_given_on_the_way(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    first, second, third = (tone(f"{n}.flac", 0.5) for n in range(3))
    player.load(first, second)
    recorder.wait(Advanced, lambda e: e.path == second)
    player.set_next(third)
    recorder.wait(Started, lambda e: e.path == third)
    assert recorder.wait(Ended).path == third


def test_positions_come_at_most_four_times_a_second(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    started = time.monotonic()
    player.load(tone("a.flac", 1.6))
    recorder.wait(Ended)
    positions = recorder.of(Position)
    # One more may come at once after the start.
    assert 1 <= len(positions) <= 4 * (time.monotonic() - started) + 2
    values = [position.position_s for position in positions]
    assert values == sorted(values)


def test_seeking(player: MpvPlayer, recorder: Recorder, tone: Tone) -> None:
    player.load(tone("a.flac", 60.0))
    recorder.wait(Position)
    player.seek(40.0)
    recorder.wait(Position, lambda e: 40.0 - SLACK_S <= e.position_s < 40.0 + EXACT_S)
    player.seek(-5.0)
    recorder.wait(Position, lambda e: 0 <= e.position_s < EXACT_S)


def test_a_seek_before_the_file_is_open_is_kept(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0))
    player.seek(30.0)
    recorder.wait(Position, lambda e: 30.0 - SLACK_S <= e.position_s < 30.0 + EXACT_S)


def test_a_load_starts_where_asked_and_nothing_before_is_heard(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0), position_s=30.0)
    recorder.wait(Position, lambda e: e.position_s > 30.5)
    assert min(e.position_s for e in recorder.of(Position)) >= 30.0 - SLACK_S


def test_a_paused_load_stands_at_its_place_until_resumed(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0), start_paused=True, position_s=30.0)
    recorder.wait(Position, lambda e: e.position_s == pytest.approx(30.0, abs=SLACK_S))
    player.resume()
    recorder.wait(Position, lambda e: e.position_s > 30.1)
    assert max(e.position_s for e in recorder.of(Position)) < 32.0


def test_pausing_while_a_load_is_under_way_wins(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0), position_s=30.0)
    player.pause()
    recorder.wait(Position, lambda e: e.position_s >= 30.0 - EXACT_S)
    assert player._mpv["pause"] is True


def test_resuming_while_a_load_is_under_way_waits_for_its_place(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0), start_paused=True, position_s=30.0)
    player.resume()
    recorder.wait(Position, lambda e: e.position_s > 30.1)
    assert min(e.position_s for e in recorder.of(Position)) >= 30.0 - SLACK_S


def test_pausing_and_resuming(player: MpvPlayer, recorder: Recorder, tone: Tone) -> None:
    player.load(tone("a.flac", 60.0))
    before = recorder.wait(Position)
    player.pause()
    assert player._mpv["pause"] is True
    player.resume()
    recorder.wait(Position, lambda e: e.position_s > before.position_s + 0.2)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.mp3", b"these are only words\n" * 200, "is not audio"),
        ("empty.flac", b"", "is not audio"),
        ("list.mp3", b"#EXTM3U\n/etc/hostname\n", "is not audio"),
        (None, b"", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_played_is_told_in_words(
    player: MpvPlayer,
    recorder: Recorder,
    tmp_path: Path,
    name: str | None,
    content: bytes,
    words: str,
) -> None:
    file = tmp_path / (name or "missing.mp3")
    if name:
        file.write_bytes(content)
    generation = player.load(bytes(file))
    ended = recorder.wait(Ended)
    assert ended.generation == generation
    assert ended.reason is EndReason.ERROR
    assert file.name in ended.message
    assert words in ended.message
    assert not ended.goes_on
    assert not recorder.of(Started)


def test_the_same_failure_is_told_again_for_every_load(
    player: MpvPlayer, recorder: Recorder, tmp_path: Path
) -> None:
    # libmpv may enter idleness again before it reports having left it.
    for _ in range(20):
        generation = player.load(bytes(tmp_path / "missing.mp3"))
        recorder.wait(Ended, lambda e, g=generation: e.generation == g)
    assert len(recorder.of(Ended)) == 20


def test_a_failing_file_goes_on_to_the_next(
    player: MpvPlayer, recorder: Recorder, tone: Tone, tmp_path: Path
) -> None:
    # Opening a pipe takes until somebody writes to it: by then the next file is in place.
    failing, good = bytes(tmp_path / "failing.mp3"), tone("a.flac", 1.2)
    os.mkfifo(failing)
    player.load(failing, good, position_s=20.0)
    os.close(os.open(failing, os.O_WRONLY))
    started = recorder.wait(Started)
    assert started.path == good
    kinds = [type(e) for e in recorder.events[: recorder.events.index(started)]]
    assert [k for k in kinds if k is not OutputChanged] == [Ended, Advanced]
    assert recorder.of(Ended)[0].goes_on
    # Neither the place nor the pause of the file that failed is passed on.
    assert recorder.wait(Position).position_s < EXACT_S
    recorder.wait(Ended, lambda e: e.path == good and e.reason is EndReason.EOF)


def test_a_next_file_that_fails_is_told_after_it_became_current(
    player: MpvPlayer, recorder: Recorder, tone: Tone, tmp_path: Path
) -> None:
    missing = bytes(tmp_path / "missing.mp3")
    player.load(tone("a.flac", 0.4), missing)
    ended = recorder.wait(Ended)
    assert (ended.path, ended.reason) == (missing, EndReason.ERROR)
    assert recorder.of(Advanced)[0].path == missing


def test_events_of_an_older_load_are_not_told(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    paths = [tone(f"{n}.flac", 0.4) for n in range(8)]
    generations = [player.load(path) for path in paths]
    assert generations == sorted(set(generations))
    recorder.wait(Ended, lambda e: e.generation == generations[-1])
    told = [(type(e), e.generation) for e in recorder.events if not isinstance(e, OutputChanged)]
    for older, generation in itertools.pairwise(generations):
        first_of_newer = next((n for n, t in enumerate(told) if t[1] == generation), len(told))
        assert all(t[1] != older for t in told[first_of_newer:])
    assert [e.path for e in recorder.of(Ended)] == [paths[-1]]


def test_stopping_tells_nothing_and_a_load_plays_again(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    path = tone("a.flac", 0.5)
    player.load(path)
    recorder.wait(Started)
    player.stop()
    generation = player.load(path)
    recorder.wait(Ended, lambda e: e.generation == generation)
    assert len(recorder.of(Ended)) == 1


def test_replacing_the_next_file_close_to_the_end(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    first, dropped, wanted = tone("a.flac", 30.0), tone("b.flac", 0.4), tone("c.flac", 0.4)
    player.load(first, dropped)
    recorder.wait(Position)
    player.seek(28.8)
    recorder.wait(Position, lambda e: e.position_s >= 28.7)
    player.set_next(wanted)
    assert recorder.wait(Advanced).path == wanted
    assert recorder.wait(Ended).path == wanted
    # The playing file went on: it was not left before its end.
    assert dropped not in [e.path for e in recorder.of(Started)]


def test_without_a_next_file_the_playing_one_is_the_last(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    first, dropped = tone("a.flac", 1.0), tone("b.flac", 0.4)
    player.load(first, dropped)
    recorder.wait(Started)
    player.set_next(None)
    assert recorder.wait(Ended).path == first
    assert not recorder.of(Advanced)


def test_a_next_file_given_after_the_end_waits_for_a_load(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    path = tone("a.flac", 0.3)
    player.load(path)
    recorder.wait(Ended)
    player.set_next(path)
    generation = player.load(path)
    recorder.wait(Ended, lambda e: e.generation == generation)
    assert not recorder.of(Advanced)


def test_a_name_that_is_not_utf_8_plays(
    player: MpvPlayer, recorder: Recorder, tmp_path: Path
) -> None:
    first = write_tone(bytes(tmp_path) + b"/caf\xe9 \xff.flac", 0.3)
    second = write_tone(bytes(tmp_path) + b"/--\xfe\n%20.flac", 0.3)
    player.load(first, second)
    assert recorder.wait(Advanced).path == second
    assert recorder.wait(Ended).reason is EndReason.EOF


def test_an_undecodable_name_is_told_without_control_characters(
    player: MpvPlayer, recorder: Recorder, tmp_path: Path
) -> None:
    player.load(bytes(tmp_path) + b"/\x1b[31m\xff\n.mp3")
    message = recorder.wait(Ended).message
    assert message.isprintable()
    message.encode("utf-8")


@pytest.mark.parametrize("mode", ["no", "track", "album"])
def test_replaygain_is_passed_through(player: MpvPlayer, mode: ReplayGain) -> None:
    player.set_replaygain(mode)
    assert player._mpv["replaygain"] == {"no": False}.get(mode, mode)


def test_volume_is_kept_within_its_bounds(player: MpvPlayer) -> None:
    for asked, expected in ((55.5, 55.5), (500, 130), (-3, 0)):
        player.set_volume(asked)
        assert player._mpv["volume"] == pytest.approx(expected)


def test_a_forced_null_output_is_no_problem(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0))
    assert recorder.wait(OutputChanged) == OutputChanged("null")


def test_the_environment_forces_an_output(
    recorder: Recorder, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUIRADIO_AO", "null")
    player = MpvPlayer(recorder)
    try:
        player.load(tone("a.flac", 60.0))
        assert recorder.wait(OutputChanged) == OutputChanged("null")
    finally:
        player.close()


def test_an_output_that_cannot_be_opened_falls_back_to_silence_and_says_so(
    recorder: Recorder, tone: Tone
) -> None:
    # A device no machine has: the fallback is tested also where there is sound.
    player = MpvPlayer(recorder, output="alsa")
    try:
        player.load(tone("a.flac", 60.0))
        assert recorder.wait(OutputChanged) == OutputChanged("null", NO_DEVICE)
        player.seek(59.0)
        assert recorder.wait(Ended).reason is EndReason.EOF
    finally:
        player.close()


def test_another_output_is_opened_while_playing(
    player: MpvPlayer, recorder: Recorder, tone: Tone
) -> None:
    player.load(tone("a.flac", 60.0))
    recorder.wait(OutputChanged, lambda event: event == OutputChanged("null"))
    player.set_output("gramophone")
    recorder.wait(OutputChanged, lambda event: event == OutputChanged("null", NO_DEVICE))
    player.set_output("null")
    assert recorder.of(OutputChanged)[-1] == OutputChanged("null")
    for name in ("help", "%", "null:x=1"):
        with pytest.raises(PlayerUnavailable, match="no audio output is called"):
            player.set_output(name)
    assert recorder.of(OutputChanged)[-1] == OutputChanged("null"), "the former one stays"


def test_closing_while_playing_is_quick_and_final(recorder: Recorder, tone: Tone) -> None:
    path = tone("a.flac", 60.0)
    player = MpvPlayer(recorder, output="null")
    player.load(path, path)
    recorder.wait(Position)
    started = time.monotonic()
    player.close()
    assert time.monotonic() - started < 1.0
    told = len(recorder.events)
    assert not [t for t in threading.enumerate() if t.name == "MPVEventHandlerThread"]
    for call in (player.pause, player.resume, player.stop, player.close):
        call()
    player.load(path)
    player.seek(1.0)
    player.set_next(None)
    player.set_volume(50)
    assert len(recorder.events) == told


def test_closing_does_not_wait_for_a_slow_callback(tone: Tone) -> None:
    is_inside, may_go = threading.Event(), threading.Event()

    def slow(_event: object) -> None:
        is_inside.set()
        may_go.wait(20)

    player = MpvPlayer(slow, output="null")
    player.load(tone("a.flac", 60.0))
    assert is_inside.wait(20)
    started = time.monotonic()
    player.close()
    assert time.monotonic() - started < 1.5
    may_go.set()


def test_libmpv_starts_under_a_comma_locale(recorder: Recorder, tone: Tone) -> None:
    names = ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8", "C")
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        for name in names:
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
            except locale.Error:
                continue
            break
        player = MpvPlayer(recorder, output="null")
        assert locale.setlocale(locale.LC_NUMERIC) == "C"
        player.close()
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


def test_without_libmpv_the_player_says_how_to_get_it(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "mpv", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    with pytest.raises(PlayerUnavailable) as caught:
        MpvPlayer(recorder)
    assert "libmpv" in caught.value.message
    assert "nstall" in caught.value.hint


def test_relative_paths_play(
    player: MpvPlayer,
    recorder: Recorder,
    tone: Tone,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    tone("-a.flac", 0.3)
    monkeypatch.chdir(tmp_path)
    player.load(os.fsencode("-a.flac"))
    assert recorder.wait(Ended).reason is EndReason.EOF


def test_a_refused_command_is_not_the_callers_trouble(player: MpvPlayer) -> None:
    player.seek(10.0)
    player.set_next(None)
    player.resume()
    player.stop()
