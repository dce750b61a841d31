"""The tour, what happened, and the net: help that never stands in the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.protocol import (
    EngineState,
    FolderState,
    ListeningState,
    Notice,
    PlayerState,
    PlayTracks,
    Rescan,
    ScanState,
    Severity,
    StartRadio,
)
from tuiradio.ui import view_state
from tuiradio.ui.notice_sheet import NoticeSheet
from tuiradio.ui.notices import NoticeLog, ago, doings, troubles
from tuiradio.ui.now_playing import NowPlaying
from tuiradio.ui.sturdy import Net
from tuiradio.ui.tour_line import TourLine
from tuiradio.ui.tour_steps import STEPS

SIZES = {"narrow": (80, 24), "normal": (120, 40)}
SIZE = SIZES["narrow"]
Compare = Callable[..., bool]


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


# --- the tour -----------------------------------------------------------------------------


async def test_the_tour_goes_on_by_doing(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "f3")
        line = app.screen.query_one(TourLine)
        assert (line.step, line.key) == (0, "/")
        await pilot.press("slash", *"blue")
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(engine.last(), PlayTracks)
        assert (line.step, line.key) == (1, "r")
        await press(pilot, "r")
        assert isinstance(engine.last(), StartRadio)
        assert (line.step, line.key) == (2, "w")
        await press(pilot, "w")
        assert (line.step, line.key) == (3, "t")
        await press(pilot, "t")
        assert line.step == 3, "looking at the dials is not turning one"
        await press(pilot, "right")
        assert (line.step, line.key) == (4, "0")
        await press(pilot, "0")
        assert (line.step, line.key) == (5, "e")
        await press(pilot, "e")
        assert line.step == 6
        await press(pilot, "escape")
        assert line.step == 6, "escape closed what was in front"
        await press(pilot, "enter")
        assert not app.is_touring
        assert not line.display
        assert not app.screen.query(".-toured")


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_every_step_is_told_whole_at_80_cells(number: int) -> None:
    line = TourLine()
    line.step, line.key = number, "f10"
    for drawn in line.lines(80, 2):
        text = "".join(piece.text for piece in drawn)
        assert len(text) <= 80
        assert "…" not in text


async def test_the_tour_goes_on_by_enter_without_touching_the_music(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "f3", "enter")
        assert isinstance(engine.last(), PlayTracks), "the first enter plays"
        engine.commands.clear()
        for step in range(1, len(STEPS)):
            assert app.tour_line.step == step
            await press(pilot, "enter")
        assert not app.is_touring
        assert engine.commands == []


async def test_escape_leaves_the_tour_and_other_keys_go_through(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "f3", "j", "j")
        assert app.track_list.cursor == 2
        await press(pilot, "slash", "a", "escape")
        assert app.is_touring, "escape left the search"
        await press(pilot, "escape")
        assert not app.is_touring
        await press(pilot, "f3", "f3")
        assert not app.is_touring


@pytest.mark.parametrize(("size", "place"), [("narrow", "now"), ("normal", "queue")])
async def test_the_tour_points_at_what_is_on_the_screen(
    size: str, place: str, make_app: AppFactory
) -> None:
    app = make_app()
    async with app.run_test(size=SIZES[size]) as pilot:
        await settle(pilot)
        await press(pilot, "f3", "enter")
        assert [widget.id for widget in app.screen.query(".-toured")] == [place]


async def test_the_tour_is_offered_once(make_app: AppFactory, tmp_path: Path) -> None:
    app = make_app()
    app.offers_tour = True
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        status = app.screen.query_one("#status")
        assert "f3" in "".join(segment.text for segment in status.render_line(0))
        await press(pilot, "f3", "escape")
        assert "f3" not in "".join(segment.text for segment in status.render_line(0))
        await pilot.press("q")
    assert view_state.read(tmp_path / "screen.json").toured


async def test_without_music_there_is_no_tour(make_app: AppFactory, tmp_path: Path) -> None:
    app = make_app(file=tmp_path / "none.sqlite3")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "f3")
        assert not app.is_touring
        assert "needs a few songs" in app.notices.newest_first()[0][0].message


@pytest.mark.parametrize(("size", "step"), [("narrow", 0), ("normal", 1)])
def test_picture_of_the_tour(
    size: str, step: int, make_app: AppFactory, snap_compare: Compare
) -> None:
    keys = ("f3", *["enter"] * step, *["r"] * (step > 1))
    assert snap_compare(make_app(), terminal_size=SIZES[size], run_before=driven(*keys))


def driven(*keys: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def drive(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await press(pilot, *keys)
        pilot.app.clear_notifications()
        await settle(pilot)

    return drive


# --- what happened ------------------------------------------------------------------------


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_notices_are_kept_and_what_is_repeated_is_counted() -> None:
    clock = Clock()
    log = NoticeLog(clock)
    for _ in range(3):
        log.add("Skipped", "warning", "Damaged.")
    clock.now_s += 70.0
    log.add("Theme: paper")
    log.add("odd", "fatal")
    told = [(one.words, round(ago_s)) for one, ago_s in log.newest_first()]
    assert told == [("odd", 0), ("Theme: paper", 0), ("Skipped (3 times)\nDamaged.", 70)]
    assert [ago(s) for s in (3, 70, 7_300)] == ["just now", "1 min ago", "2 h ago"]


def test_no_more_than_three_toasts_are_seen_and_each_in_its_time() -> None:
    clock = Clock()
    log = NoticeLog(clock)
    for number in range(5):
        log.add(f"{number}", "error")
        clock.now_s += 1.0
    assert [(told.message, left_s) for told, left_s in log.on_screen()] == [
        ("2", 9.0), ("3", 10.0), ("4", 11.0)
    ]  # fmt: skip
    clock.now_s += 60.0
    assert log.on_screen() == []


async def test_toasts_do_not_pile_up(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        for number in range(9):
            engine.say(Notice(f"file {number // 3} is damaged", Severity.WARNING))
        await settle(pilot)
        shown = [notice.message for notice in app._notifications]
        assert shown == [f"file {number} is damaged (3 times)" for number in range(3)]


TROUBLED = EngineState(
    player=PlayerState(problem="libmpv cannot be loaded. Install it: apt install libmpv2"),
    listening=ListeningState(
        True, 100, 40, 3, 0.5, 700.0, problem="No model", hint="Install it.", slowed=True
    ),
    scan=ScanState(True, 12, folders=(FolderState(b"/gone", "is not there"), FolderState(b"/ok"))),
)


def test_troubles_say_what_is_the_matter_and_what_helps() -> None:
    assert [(one.words, one.action) for one in troubles(TROUBLED)] == [
        ("libmpv cannot be loaded", ""),
        ("No model", ""),
        ("/gone is not there", "rescan"),
        ("3 files could not be listened to", "station('failed')"),
    ]
    assert all(one.hint for one in troubles(TROUBLED))
    assert troubles(EngineState()) == ()
    scanning, listening = doings(TROUBLED)
    assert "12 files" in scanning
    for part in ("43 of 100", "30/min", "about 12 min left", "Slower while music plays"):
        assert part in listening


async def test_what_happened_can_be_read_again_and_acted_upon(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    engine.state = replace(TROUBLED, player=PlayerState(), listening=ListeningState())
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.say("Radio from “Blue Hour”")
        await press(pilot, "f4")
        sheet = app.screen
        assert isinstance(sheet, NoticeSheet)
        text = "\n".join("".join(p.text for p in row.left) for row in sheet.rows.rows)
        assert "/gone is not there" in text
        assert "Radio from “Blue Hour”" in text
        await press(pilot, "enter")
        assert engine.last() == Rescan()
        assert len(app.screen_stack) == 1
        engine.state = app.state = EngineState()
        await press(pilot, "f4")
        assert "Nothing is the matter" in app.screen.words.words[0][0]  # type: ignore[attr-defined]
        await press(pilot, "enter", "escape")
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_what_happened(
    size: str, make_app: AppFactory, engine: FakeEngine, snap_compare: Compare
) -> None:
    engine.state = TROUBLED
    app = make_app()
    app.notices = NoticeLog(Clock())
    app.notices.add("Radio from “Blue Hour”")
    app.notices.add("03 Skumring.flac is damaged", "warning", "Skipped.")
    assert snap_compare(app, terminal_size=SIZES[size], run_before=driven("f4"))


# --- the net ------------------------------------------------------------------------------


def slips(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a slip")


@pytest.mark.parametrize("place", ["action", "event", "timer", "drawing", "sheet", "errand"])
async def test_a_slip_is_told_logged_and_survived(
    place: str,
    make_app: AppFactory,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app()
    app.net = Net(app.slipped)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        with monkeypatch.context() as broken, caplog.at_level(logging.CRITICAL):
            if place == "action":
                broken.setattr(app, "action_mark", slips)
                await press(pilot, "v")
            elif place == "event":
                broken.setattr(app, "_draw", slips)
                engine.say(Notice("hello"))
            elif place == "timer":
                slipped = asyncio.Event()

                def slip() -> None:
                    slipped.set()
                    slips()

                app.set_timer(0.001, slip)
                await slipped.wait()
            elif place == "drawing":
                broken.setattr(NowPlaying, "lines", slips)
                app.screen.query_one(NowPlaying).refresh()
            elif place == "sheet":
                await press(pilot, "f4")
                broken.setattr(NoticeSheet, "choose", slips)
                app.screen.rows.show([NoticeSheet._wrapped(app.screen, "", "", "x", "")[0][0]])  # type: ignore[attr-defined, arg-type]
                await press(pilot, "enter", "escape")
            elif place == "errand":
                app.files.do("slip", lambda _: None, slips)
            await settle(pilot)
        await settle(pilot)
        assert "ZeroDivisionError" in app.notices.newest_first()[0][0].message
        await press(pilot, "j")
        assert app.track_list.cursor == 1, "the keys still work"


def test_the_net_gives_up_when_everything_slips_and_tells_each_once_a_minute() -> None:
    clock, told = Clock(), list[str]()
    net = Net(lambda error: told.append(str(error)), clock)
    logging.disable(logging.CRITICAL)
    try:
        caught = [net.catches(ValueError("same")) for _ in range(25)]
        assert caught == [True] * 20 + [False] * 5
        assert told == ["same"]
        clock.now_s += 61.0
        assert net.catches(ValueError("same"))
        assert told == ["same", "same"]
    finally:
        logging.disable(logging.NOTSET)


# --- answers that do not belong to the question ----------------------------------------------


@pytest.mark.parametrize("keys", [("0",), ("s",), ("v", "j", "v", "Y"), ("E",)])
async def test_a_wrong_answer_is_told_and_nobody_waits_for_another(
    keys: tuple[str, ...],
    make_app: AppFactory,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        monkeypatch.setattr(engine, "ask", lambda query, timeout_s=None: ListeningState())
        await pilot.press(*keys)
        await settle(pilot)
        said = [told.message for told, _ in app.notices.newest_first()]
        shown = "".join(
            "".join(segment.text for segment in strip)
            for strip in app.screen._compositor.render_strips()
        )
        assert "answered another question" in " ".join(said) + shown
        assert not app._is_asked
