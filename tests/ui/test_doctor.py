"""The doctor's view: checks as they come, what to do, and figures; nothing waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.settings_engine import SettingsEngine
from tuiradio.engine.checks import NAMES, Check, Level
from tuiradio.engine.protocol import EngineState, ListeningProgress, ListeningState, PlayerState
from tuiradio.engine.settings import Vitals
from tuiradio.library.store import StoreReader
from tuiradio.listening.card import find_model
from tuiradio.paths import Paths
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.doctor_lines import Line, check_lines, fact_lines, facts_of, title
from tuiradio.ui.doctor_screen import ALL_NAMES, DoctorScreen, LineList
from tuiradio.ui.settings_screen import SettingsScreen

SIZE = (120, 40)
TESTED = {"doctor", "doctor.again", "doctor.settings", "settings.doctor"}
PATHS = Paths(*map(Path, ("/c", "/d", "/ca", "/l", "/r")))
WELL = [Check(name, Level.OK, f"{name} is as it should be") for name in NAMES]
ILL = [
    replace(check, level=Level.BAD, text="a text\nof [two] lines", hint="Mend it.")
    if check.name == "store"
    else replace(check, level=Level.WARN, hint="Plug one in.\nOr do not.")
    if check.name == "sound"
    else check
    for check in WELL
]


@pytest.fixture
def engine(store_file: Path) -> SettingsEngine:
    reader = StoreReader(store_file)
    ids = tuple(reader.track_ids())
    reader.close()
    return SettingsEngine(picks=ids[::3])


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Check]:
    """What an examination finds; nothing is really examined."""
    checks = list(ILL)
    monkeypatch.setattr(TuiradioApp, "checks_to_make", lambda self: iter(checks))
    for name in ("CONFIG", "DATA", "CACHE", "LOG", "RUNTIME"):
        monkeypatch.setenv(f"TUIRADIO_{name}_DIR", f"/home/ann/{name.lower()}")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for name in ("TMUX", "TERM_PROGRAM", "KITTY_WINDOW_ID", "STY"):
        monkeypatch.delenv(name, raising=False)
    return checks


def text_of(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def shown(rows: LineList) -> str:
    return text_of([tuple(rows.draw_row(i, 0, 100)) for i in range(rows.count)])


def doctor_of(pilot: Pilot[int]) -> DoctorScreen:
    assert isinstance(pilot.app.screen, DoctorScreen)
    return pilot.app.screen


def test_trouble_comes_first_and_says_what_to_do() -> None:
    text = text_of(check_lines(NAMES, {check.name: check for check in ILL}, 60))
    lines = text.splitlines()
    assert lines[0].split() == ["✗", "store", "a", "text", "of", "[two]", "lines"]
    assert lines[1].strip() == "→ Mend it."
    assert lines[2].split()[:2] == ["!", "sound"]
    assert len([line for line in lines if "✓" in line]) == len(NAMES) - 2
    assert "…" in text_of(check_lines(NAMES, {}, 60))
    long = {"python": Check("python", Level.OK, "word " * 60)}
    assert len(check_lines(("python",), long, 60)) == 2


def test_the_title_sums_it_up() -> None:
    assert title({}, 13) == "Doctor · looking, 0 of 13"
    assert title({check.name: check for check in WELL}, len(NAMES)) == "Doctor · all is well"
    assert title({check.name: check for check in ILL}, len(NAMES)) == "Doctor · 1 to mend"


def test_figures() -> None:
    state = EngineState(
        listening=ListeningState(True, 100, 60, 2, 2.0, 19.0),
        player=PlayerState(problem="No sound device: playing silently"),
    )
    facts = facts_of(state, Vitals(7, 3700.0, 88_000_000, "0.1.0"), find_model().card, PATHS)
    text = text_of(fact_lines(facts, 60))
    for words in ("0.1.0, process 7", "1 h 01", "88 MB", "No sound device", "60 of 100 tracks",
                  "2; 9 tells why", "2.0 tracks a second, 19 s left", "genre 64",
                  "/d/library.sqlite3"):  # fmt: skip
        assert words in text
    assert "does not answer" in text_of(fact_lines(facts_of(state, None, None, PATHS), 60))


async def test_everything_is_examined_and_again(
    make_app: AppFactory, engine: SettingsEngine, found: list[Check]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("D")
        await settle(pilot)
        screen = doctor_of(pilot)
        assert list(screen.checks) == list(ALL_NAMES)
        assert "Mend it." in shown(screen.left)
        assert "process 4321" in shown(screen.right)
        assert "tuiradio-" in shown(screen.right), "the card of the model in use"
        engine.say(ListeningProgress(ListeningState(total=9, heard=5)))
        await settle(pilot)
        assert "5 of 9 tracks" in shown(screen.right)
        found[:] = WELL
        for key in ("R", "r"):
            await pilot.press(key)
            await settle(pilot)
            assert "Mend it." not in shown(screen.left)
        await pilot.press("j", "k", "pagedown", "G", "g", "enter")
        await pilot.press("S")
        await settle(pilot)
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("D")
        await settle(pilot)
        doctor_of(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_an_examination_that_is_left_holds_up_nothing(
    make_app: AppFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on, is_left = threading.Event(), threading.Event()

    def slow(self: TuiradioApp) -> Iterator[Check]:
        yield WELL[0]
        going_on.set()
        assert is_left.wait(20)
        yield WELL[1]

    monkeypatch.setattr(TuiradioApp, "checks_to_make", slow)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("D")
        while not going_on.is_set() or "python" not in doctor_of(pilot).checks:
            await pilot.pause()
        assert "looking, 1 of" in str(doctor_of(pilot).query_one("#doctor").border_title)
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        is_left.set()
        await settle(pilot)


async def test_what_was_not_examined_is_named(make_app: AppFactory, found: list[Check]) -> None:
    del found[3:]
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("D")
        await settle(pilot)
        checks = doctor_of(pilot).checks
        assert checks["model"].level is Level.WARN
        assert "tuiradio doctor" in checks["model"].hint
        assert "Engine" in shown(doctor_of(pilot).left), "figures stand below where it is narrow"


async def test_without_an_engine_the_rest_is_examined(
    make_app: AppFactory, engine: SettingsEngine, found: list[Check]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.is_gone = True
        await pilot.press("D")
        await settle(pilot)
        assert "does not answer" in shown(doctor_of(pilot).right)
        assert len(doctor_of(pilot).checks) == len(ALL_NAMES)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["narrow", "normal"])
def test_doctor_look(
    size: tuple[int, int],
    make_app: AppFactory,
    found: list[Check],
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The shipped model may be another tomorrow.
    monkeypatch.setattr("tuiradio.ui.doctor_actions._card", lambda name: None)

    async def drive(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await pilot.press("D")
        await settle(pilot)

    assert snap_compare(make_app(), terminal_size=size, run_before=drive)
