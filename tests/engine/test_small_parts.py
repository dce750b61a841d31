from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.engine.helpers import TIMEOUT_S
from tuiradio.engine.assistant import Assistant
from tuiradio.engine.bulletin import Bulletin
from tuiradio.engine.lock import EngineLock, lock_owner
from tuiradio.engine.outbox import Outbox, OutboxFull
from tuiradio.engine.pace import Pace, about, pace_words
from tuiradio.engine.playing import Listened
from tuiradio.engine.protocol import (
    Event,
    LibraryChanged,
    Notice,
    PlayerChanged,
    PlayerState,
    ScanProgress,
    ScanState,
)
from tuiradio.errors import EngineBusy, StoreError


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


# --- bulletin -----------------------------------------------------------------


def test_the_newest_event_of_a_kind_is_told_ten_times_a_second() -> None:
    clock = Clock()
    bulletin = Bulletin(clock)
    told: list[Event] = []
    bulletin.subscribe(told.append)
    for number in range(100):
        clock.now_s += 0.01
        bulletin.tell(PlayerChanged(PlayerState(position_s=number)))
        bulletin.flush()
    assert 10 <= len(told) <= 11
    assert bulletin.flush(everything=True) is None
    assert told[-1] == PlayerChanged(PlayerState(position_s=99))


def test_kinds_do_not_hold_each_other_up_and_notices_are_all_told() -> None:
    bulletin = Bulletin(Clock())
    told: list[Event] = []
    leave = bulletin.subscribe(told.append)
    first = [PlayerChanged(PlayerState()), ScanProgress(ScanState())]
    for event in first:
        bulletin.tell(event)
    assert told == first
    for number in range(5):
        bulletin.tell(Notice(str(number)))
    assert len(told) == 7
    leave()
    leave()
    bulletin.tell(Notice("unheard"))
    assert len(told) == 7


def test_changes_of_the_library_add_up() -> None:
    clock = Clock()
    bulletin = Bulletin(clock)
    told: list[Event] = []
    bulletin.subscribe(told.append)
    bulletin.tell(LibraryChanged(1, False, (1,)))
    bulletin.tell(LibraryChanged(2, False, (2, 3)))
    bulletin.tell(LibraryChanged(3, False, (3, 4)))
    wait_s = bulletin.flush()
    assert wait_s is not None
    clock.now_s += wait_s + 0.001
    bulletin.flush()
    assert told[1:] == [LibraryChanged(3, False, (2, 3, 4))]
    clock.now_s += 1.0
    bulletin.tell(LibraryChanged(4, False, (5,)))
    bulletin.tell(LibraryChanged(5, True))
    bulletin.tell(LibraryChanged(6, False, (6,)))
    bulletin.flush(everything=True)
    assert told[-1] == LibraryChanged(6, True)


def test_a_listener_that_fails_harms_nobody() -> None:
    bulletin = Bulletin(Clock())
    told: list[Event] = []

    def fail(_event: Event) -> None:
        raise RuntimeError("a fault of the listener")

    bulletin.subscribe(fail)
    bulletin.subscribe(told.append)
    bulletin.tell(Notice("heard"))
    assert len(told) == 1


# --- outbox -------------------------------------------------------------------


def test_an_outbox_keeps_order_and_replaces() -> None:
    box = Outbox(100)
    box.put(b"player 1", "player")
    box.put(b"notice")
    box.put(b"player 2", "player")
    box.close()
    box.put(b"too late")
    assert [box.take(), box.take(), box.take()] == [b"notice", b"player 2", None]


def test_an_outbox_that_overflows_is_closed_and_empty() -> None:
    box = Outbox(10)
    for _ in range(100):
        box.put(b"x" * 10, "same")
    with pytest.raises(OutboxFull):
        box.put(b"y")
    assert box.take() is None


# --- lock ---------------------------------------------------------------------


def test_one_lock_and_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "engine.lock"
    assert lock_owner(file) is None
    lock = EngineLock(file)
    assert lock_owner(file)
    with pytest.raises(EngineBusy, match=str(lock_owner(file))):
        EngineLock(file)
    lock.release()
    lock.release()
    EngineLock(file).release()


def test_a_lock_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        EngineLock(tmp_path / "none" / "engine.lock")
    assert caught.value.hint


# --- pace ---------------------------------------------------------------------


def test_the_pace_follows_what_is_done_now() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.per_second() == 0.0
    for _ in range(100):
        clock.now_s += 0.5
        pace.note(5)
    assert pace.per_second() == pytest.approx(10.0)
    for _ in range(100):
        clock.now_s += 0.5
        pace.note(1)
    assert pace.per_second() == pytest.approx(2.0)


def test_a_new_beginning_forgets_the_pace_before() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now_s += 10.0
    pace.note(100)
    clock.now_s += 500.0
    pace.begin()
    assert pace.per_second() == 0.0
    assert pace.time_for(10) is None
    clock.now_s += 10.0
    pace.note(20)
    assert pace.per_second() == pytest.approx(2.0)


def test_slow_work_does_not_seem_to_stand_still() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(8):
        clock.now_s += 50.0
        pace.note(1)
    assert pace.per_second() == pytest.approx(1 / 50)
    assert pace.time_for(12) == pytest.approx(600.0)


def test_one_slow_file_does_not_throw_the_time_left_about() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(100):
        clock.now_s += 1.0
        pace.note(2)
    before = pace.time_for(1000)
    clock.now_s += 25.0
    pace.note(1)
    after = pace.time_for(1000)
    assert before is not None
    assert after is not None
    assert before == pytest.approx(500.0)
    assert after < 1.3 * before


def test_no_time_is_told_from_the_first_moment() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now_s += 1.0
    pace.note(3)
    assert pace.time_for(1000) is None


def test_times_and_rates_are_told_as_exactly_as_they_are_known() -> None:
    times = [about(s) for s in (20, 70, 720, 1640, 3560, 4900, 34_000, 100_000, 400_000)]
    assert times == [
        "less than a minute", "about a minute", "about 12 min", "about 25 min", "about 55 min",
        "about 1 h 20", "about 9 h 30", "about 28 h", "about 5 days",
    ]  # fmt: skip
    assert [pace_words(r) for r in (0.0, 0.01, 0.8, 30)] == ["", "0.6/min", "48/min", "1,800/min"]


# --- listened -----------------------------------------------------------------


def test_seeking_is_not_listening() -> None:
    listened = Listened(7, 1000.0, 200.0, 0.0)
    listened.reach(1.0, 200.0)
    listened.jump(190.0)
    listened.reach(190.5, 200.0)
    listened.reach(100.0, 200.0)
    play = listened.play(by_user=True)
    assert play is not None
    assert play.played_s == pytest.approx(1.5)
    assert play.started_s == 1000.0
    assert not play.skipped


def test_what_was_never_heard_leaves_no_trace_unless_refused() -> None:
    assert Listened(7, 0.0, 200.0, 0.0).play(by_user=False) is None
    refused = Listened(7, 0.0, 200.0, 0.0).play(by_user=True)
    assert refused is not None
    assert refused.skipped


def test_a_track_cut_short_at_its_beginning_was_neither_played_nor_refused() -> None:
    listened = Listened(7, 0.0, 100.0, 0.0)
    listened.reach(1.0, 100.0)
    assert listened.play(by_user=False, cut_short=True) is None
    listened.jump(30.0)
    listened.reach(31.0, 100.0)
    play = listened.play(by_user=False, cut_short=True)
    assert play is not None
    assert not play.skipped


# --- assistant ----------------------------------------------------------------


def test_an_assistant_goes_on_after_a_failure() -> None:
    errors: list[Exception] = []
    done = threading.Event()
    assistant = Assistant("test", errors.append)

    def fail() -> None:
        raise ValueError("a fault")

    assistant.do(fail)
    assistant.do(done.set)
    assert done.wait(TIMEOUT_S)
    assert len(errors) == 1
    assert assistant.stop(TIMEOUT_S)
    assistant.do(done.clear)
    assert done.is_set()
