"""An empty list says why it is empty and what to do; what goes on is told as far as it fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.protocol import (
    EngineState,
    FolderState,
    ListeningProgress,
    ListeningState,
    Notice,
    PlayerState,
    ScanProgress,
    ScanState,
)
from tuiradio.library.rows import Counts
from tuiradio.ui.bottom_lines import StatusLine
from tuiradio.ui.greeting import Lines, empty_list, likely_music_dir, wrapped
from tuiradio.ui.ink import Piece, width_of
from tuiradio.ui.stations import BY_ID

TRACKS = BY_ID["tracks"]


def words(lines: Lines) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def greeting(state: EngineState, at_hand: str = "") -> str:
    return words(empty_list(state, TRACKS, None, 0, at_hand))


def scanned(*folders: FolderState, running: bool = False) -> EngineState:
    scan = ScanState(running, 1234, folders=folders)
    return EngineState(scan=scan, roots=tuple(folder.path for folder in folders))


def test_nothing_is_claimed_before_the_engine_has_told() -> None:
    assert words(empty_list(None, TRACKS, None, 0)).strip() == "◌ A moment, the engine is starting…"


async def test_an_engine_that_was_too_busy_is_asked_again(
    make_app: AppFactory,
    engine: FakeEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tuiradio.ui.app._ASKED_AGAIN_S", 0.01)
    engine.is_gone = True
    app = make_app(file=tmp_path / "none.sqlite3")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.knows_engine
        assert "A moment" in words(app.track_list.empty)
        engine.is_gone = False
        while not app.knows_engine:
            await pilot.pause(0.01)
        assert "add a folder" in words(app.track_list.empty)


async def test_what_was_said_before_the_screen_stood_is_said_now(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    engine.state = replace(engine.state, recent=(Notice("/nas lies on a network", hint="Slow."),))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app._attached(engine.state)
        await settle(pilot)
        assert [told.message for told, _ in app.notices.newest_first()] == [
            "/nas lies on a network"
        ]


def test_without_a_folder_it_asks_for_one() -> None:
    assert "tuiradio DIR" in greeting(EngineState())
    assert "/home/me/Music" in greeting(EngineState(), "/home/me/Music")


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        (FolderState(b"/m"), ("No music was found in /m", "mp3")),
        (FolderState(b"/m", "is not there"), ("/m is not there", "Is its disk there?")),
        (FolderState(b"/m", "may not be read by you"), ("may not be read by you", "the right")),
        (FolderState(b"/m", "is not there", True), ("/m is not there", "share mounted")),
    ],
)
def test_a_folder_without_music_says_why(folder: FolderState, said: tuple[str, str]) -> None:
    text = greeting(scanned(folder))
    for part in (*said, "look again", "add another folder"):
        assert part in text
    if folder.problem:
        assert "No music was found" not in text


def test_the_keys_told_are_those_that_hold() -> None:
    keys = {"add_folder": "f9", "rescan": "^r", "help": "", "like": "*", "back": "z"}
    told = words(empty_list(EngineState(), TRACKS, None, 0, "", keys.__getitem__))
    assert "f9  add a folder" in told
    assert "?" not in told.replace("music at hand?", "")
    no_music = empty_list(scanned(FolderState(b"/m")), TRACKS, None, 0, "", keys.__getitem__)
    assert "^r  look again" in words(no_music)
    liked = words(empty_list(EngineState(), BY_ID["liked"], None, 9, "", keys.__getitem__))
    assert liked.strip() == "Nothing liked yet. * likes a track, in a list or while it plays."
    assert "z goes back" in words(empty_list(None, TRACKS, "xyz", 9, "", keys.__getitem__))
    unbound = words(empty_list(EngineState(), BY_ID["liked"], None, 9, "", lambda _: ""))
    assert unbound.strip() == "Nothing liked yet."


def test_a_scan_says_where_it_looks_and_that_a_network_is_slow() -> None:
    text = greeting(scanned(FolderState(b"/nas", is_network=True), running=True))
    assert "Looking for music in /nas" in text
    assert "1,234 files" in text
    assert "network" in text


def test_a_full_disk_is_not_told_as_no_music() -> None:
    state = replace(
        scanned(FolderState(b"/m")),
        listening=ListeningState(problem="the disk is full", hint="Free some space."),
    )
    text = greeting(state)
    assert "the disk is full" in text
    assert "Free some space." in text
    assert "No music was found" not in text


@given(width=st.integers(12, 120), name=st.text(min_size=1, max_size=60))
def test_whatever_fits_no_line_goes_on_below(width: int, name: str) -> None:
    state = scanned(FolderState(name.encode("utf-8", "replace"), "is not there"))
    lines = empty_list(state, TRACKS, None, 0)
    longest = max(len(word) for word in words(lines).split()) if words(lines).split() else 0
    broken = wrapped(lines, width)
    assert words(broken).split() == words(lines).split()
    assert all(width_of(line) <= max(width, longest + 4) for line in broken)


def test_buttons_stay_buttons_when_a_line_is_broken() -> None:
    line = [Piece("  words that fill the line "), Piece("i", "key", "add_folder")]
    (_, second) = wrapped([line], 27)
    assert [piece.action for piece in second if piece.action] == ["add_folder"]


def test_music_at_hand_is_a_folder_that_holds_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_MUSIC_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert likely_music_dir() == ""
    (tmp_path / "Music").mkdir()
    assert likely_music_dir() == ""
    (tmp_path / "Music" / "a.mp3").write_bytes(b"")
    assert likely_music_dir() == str(tmp_path / "Music")


# --- the status line ---------------------------------------------------------------------

HALF = ListeningState(True, 51, 20, 5, 5.2, 720.0, slowed=True)


async def told(make_app: AppFactory, state: EngineState, width: int) -> str:
    """The status line of this width."""
    app = make_app()
    async with app.run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        app.state = state
        app.counts = Counts(tracks=51, artists=9, total_duration_s=3600.0)
        return words(app.screen.query_one(StatusLine).lines(width, 1))


async def test_listening_is_told_with_pace_and_time_left(make_app: AppFactory) -> None:
    text = await told(make_app, EngineState(listening=HALF), 160)
    for part in ("25/51", "312/min", "slower while music plays", "about 12 min left", "5 failed"):
        assert part in text


@pytest.mark.parametrize("width", [40, 80, 100, 160])
async def test_what_matters_is_never_cut_off(make_app: AppFactory, width: int) -> None:
    state = EngineState(
        listening=HALF,
        scan=ScanState(True, 12_345),
        player=PlayerState(problem="No sound device: playing silently"),
    )
    text = await told(make_app, state, width)
    assert text.startswith(" ▲ No sound device")
    assert len(text) <= width
    if width >= 80:
        assert "25/51" in text
    if width < 60:
        assert text.endswith(" f4 more ")


async def test_several_troubles_are_counted_where_there_is_little_room(
    make_app: AppFactory,
) -> None:
    gone = FolderState(b"/music/on/a/disk", "is not there")
    state = EngineState(
        scan=ScanState(folders=(gone,)),
        player=PlayerState(problem="No sound device: playing silently"),
        listening=ListeningState(problem="There is no model called 'x'."),
    )
    assert "+2" in await told(make_app, state, 80)
    assert "is not there" in await told(make_app, state, 160)


async def test_a_folder_that_was_added_is_known_at_once(
    make_app: AppFactory, engine: FakeEngine, tmp_path: Path
) -> None:
    app = make_app(file=tmp_path / "none.sqlite3")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        engine.say(ScanProgress(ScanState(folders=(FolderState(b"/new"),))))
        await settle(pilot)
        assert "No music was found in /new" in words(app.track_list.empty)
        engine.say(ListeningProgress(ListeningState(problem="the disk is full")))
        await settle(pilot)
        assert "the disk is full" in words(app.track_list.empty)
