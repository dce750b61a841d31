"""The words on the stage: they follow the music, the hand takes over, a line is a place."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.songs import EVERY_S, LINES, write_songs
from tuiradio.config import CoverStyle, UiConfig
from tuiradio.engine.levels import LevelsTold
from tuiradio.engine.protocol import Like, PlayerChanged, PlayStatus, Seek
from tuiradio.ui import view_state
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.lyrics_list import LyricsList, _wrapped

SIZE = (120, 40)
BLOCKS = UiConfig(theme="valve", cover=CoverStyle.BLOCKS)
Compare = Callable[..., bool]


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """The store of a library whose files are there."""
    write_songs(tmp_path / "music", tmp_path / "songs.sqlite3")
    return tmp_path / "songs.sqlite3"


async def play(pilot: Pilot[int], row: int = 0) -> TuiradioApp:
    """Play a row of the list and open the stage; 0 has synced words, 1 plain ones, 2 none."""
    await settle(pilot)
    await pilot.press("g", *["j"] * row, "enter", "L")
    await settle(pilot)
    app = pilot.app
    assert isinstance(app, TuiradioApp)
    return app


async def reach(pilot: Pilot[int], position_s: float) -> None:
    app = pilot.app
    assert isinstance(app, TuiradioApp)
    engine = app.engine
    assert isinstance(engine, FakeEngine)
    engine.say(PlayerChanged(replace(engine.state.player, position_s=position_s)))
    await settle(pilot)


def shown(words: LyricsList) -> list[str]:
    """The lines in sight."""
    return [words.render_line(y).text.strip() for y in range(words.size.height)]


def ink_of(words: LyricsList, y: int) -> str:
    """The colour of a line in sight."""
    letters = (s for s in words.render_line(y)._segments if s.text.strip())
    style = next(letters).style
    assert style is not None
    assert style.color is not None
    return style.color.name


async def test_the_line_that_is_sung_stands_in_the_middle(
    make_app: AppFactory, songs: Path
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot)
        words = app.stage.words
        assert app.focused is words
        for line in (6, 0, 12, len(LINES) - 1):
            await reach(pilot, line * EVERY_S + 1.0)
            middle = words.size.height // 2
            assert shown(words)[middle] == LINES[line]
            assert ink_of(words, middle) == app.theme_variables["primary"].lower()
        assert "song.lrc" in str(app.stage.border_title)
        # Positions come four times a second, lines do not wait for them.
        await reach(pilot, 2 * EVERY_S - 0.2)
        end_s = time.monotonic() + 10.0
        while LINES[2] not in shown(words)[words.size.height // 2]:
            assert time.monotonic() < end_s
            await pilot.pause()


async def test_scrolled_by_hand_it_stays_until_told_to_follow(
    make_app: AppFactory, songs: Path
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot)
        words = app.stage.words
        await reach(pilot, 61.0)
        await pilot.press("j", "j")
        assert not words.is_following
        assert "esc" in str(app.stage.border_subtitle)
        before = words.cursor
        await reach(pilot, 101.0)
        assert words.cursor == before
        await pilot.press("escape")
        await settle(pilot)
        assert words.is_following
        assert shown(words)[words.size.height // 2] == LINES[10]
        assert str(app.stage.border_subtitle) == ""
        words.on_mouse_scroll_down()
        await settle(pilot)
        assert not words.is_following, "the wheel lets go, too"
        assert "esc" in str(app.stage.border_subtitle)
        await pilot.press("y")
        assert words.is_following
        await pilot.press("escape")
        assert not app.is_on_stage
        assert app.focused is app.track_list


async def test_what_was_about_to_be_sung_is_not_after_a_pause_or_in_another_song(
    make_app: AppFactory, songs: Path
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        words = (await play(pilot)).stage.words
        shortly_before_s = 8.0 * EVERY_S - 0.2
        words.reach(shortly_before_s, is_moving=True)
        assert words._soon is not None
        words.reach(shortly_before_s)
        assert words._soon is None
        words.reach(shortly_before_s, is_moving=True)
        words.show(words.lyrics)
        assert words._soon is None


async def test_a_line_is_a_place_in_the_song(
    make_app: AppFactory, songs: Path, engine: FakeEngine
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot)
        words = app.stage.words
        await reach(pilot, 61.0)
        await pilot.press("j", "j", "enter")
        await settle(pilot)
        assert engine.last() == Seek(8.0 * EVERY_S)
        assert words.is_following
        row = words.size.height // 2 - 1
        await pilot.click(words, offset=(words.size.width // 2, row))
        await settle(pilot)
        assert engine.last() == Seek(5.0 * EVERY_S)
        await pilot.click(words, offset=(words.size.width // 2, words.size.height - 1))
        await settle(pilot)
        assert engine.last() == Seek(5.0 * EVERY_S), "below the last line is no place"


async def test_plain_words_are_read_by_hand(
    make_app: AppFactory, songs: Path, engine: FakeEngine
) -> None:
    async with make_app(file=songs).run_test(size=(120, 24)) as pilot:
        app = await play(pilot, 1)
        words = app.stage.words
        assert shown(words)[1] == LINES[0]
        commands = len(engine.commands)
        await pilot.press("G", "enter")
        await settle(pilot)
        assert LINES[-1] in shown(words)
        assert len(engine.commands) == commands
        await reach(pilot, 100.0)
        assert LINES[-1] in shown(words)
        await pilot.press("escape")
        assert not app.is_on_stage


async def test_without_words_it_says_what_to_do_and_looks_again(
    make_app: AppFactory, songs: Path
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot, 2)
        assert "song.lrc" in shown(app.stage.words)
        await pilot.press("j", "G", "enter")
        (songs.parent / "music" / "bare" / "song.lrc").write_text("[00:01.00]here they are")
        await pilot.press("L", "L")
        await settle(pilot)
        assert "here they are" in shown(app.stage.words)


async def test_nothing_plays(make_app: AppFactory, songs: Path) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("L")
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, TuiradioApp)
        assert "Nothing plays." in shown(app.stage.words)


async def test_another_track_brings_its_own_words(make_app: AppFactory, songs: Path) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot)
        await reach(pilot, 61.0)
        await pilot.press("j")
        await pilot.press("n")
        await settle(pilot)
        words = app.stage.words
        assert not words.lyrics.is_synced
        assert shown(words)[1] == LINES[0]
        assert str(app.stage.border_subtitle) == ""


async def test_keys_on_the_stage_are_about_what_plays(
    make_app: AppFactory, songs: Path, engine: FakeEngine
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot, 1)
        playing = app.playing_id
        assert playing is not None
        app.track_list.move_to(3)
        await pilot.press("l")
        await settle(pilot)
        assert engine.last() == Like(playing)
        await pilot.press("tab")
        assert app.focused is app.queue_list
        await pilot.press("tab")
        assert app.focused is app.stage.words


async def test_other_views_take_its_place(make_app: AppFactory, songs: Path) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot)
        for key in ("1", "2", "slash"):
            await pilot.press(key)
            await settle(pilot)
            assert not app.is_on_stage, key
            app.action_lyrics()
            await settle(pilot)
            assert app.is_on_stage


async def test_the_estimates_are_told_with_their_probabilities(
    make_app: AppFactory, songs: Path
) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        app = await play(pilot)
        facts = app.stage.facts
        lines = [facts.render_line(y).text for y in range(facts.size.height)]
        text = "\n".join(lines)
        assert "111 BPM" in text
        assert [line.split()[0] for line in lines[1:3]] == ["gloomy", "calm"]
        assert next(line for line in lines if "folk" in line).rstrip().endswith("62 %")
        assert "[slow]" in text
        assert "calm" in app.screen.query_one("#now").render_line(1).text
        app.action_lyrics()
        await play(pilot, 2)
        assert "Not listened to yet." in facts.render_line(0).text


async def test_the_stage_is_remembered(make_app: AppFactory, songs: Path, tmp_path: Path) -> None:
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        await play(pilot)
        await pilot.press("Q")
        await pilot.pause()
    assert view_state.read(tmp_path / "screen.json").show_lyrics
    async with make_app(file=songs).run_test(size=SIZE) as pilot:
        await settle(pilot)
        app = pilot.app
        assert isinstance(app, TuiradioApp)
        assert app.is_on_stage
        assert app.focused is app.stage.words


@given(st.text(max_size=300), st.integers(10, 60))
def test_every_row_fits(text: str, width: int) -> None:
    from tuiradio.ui.text import clean

    cleaned = " ".join(clean(text).split())
    rows = _wrapped(cleaned, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(cleaned.split()) or not cleaned


# --- pictures -------------------------------------------------------------------------


def performance(row: int) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def drive(pilot: Pilot[int]) -> None:
        app = await play(pilot, row)
        await reach(pilot, 81.0)
        engine = app.engine
        assert isinstance(engine, FakeEngine)
        engine.say(LevelsTold((-18.0, -12.0), (-8.0, -3.0)))
        app.clear_notifications()
        await settle(pilot)

    return drive


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["narrow", "normal", "wide"])
def test_picture(
    size: tuple[int, int], make_app: AppFactory, songs: Path, snap_compare: Compare
) -> None:
    app = make_app(BLOCKS, file=songs)
    assert snap_compare(app, terminal_size=size, run_before=performance(0))


def test_picture_on_paper(make_app: AppFactory, songs: Path, snap_compare: Compare) -> None:
    app = make_app(replace(BLOCKS, theme="paper"), file=songs)
    assert snap_compare(app, terminal_size=(120, 40), run_before=performance(0))


@pytest.mark.parametrize("row", [1, 2], ids=["plain", "none"])
def test_picture_without_times(
    row: int, make_app: AppFactory, songs: Path, snap_compare: Compare
) -> None:
    app = make_app(BLOCKS, file=songs)
    assert snap_compare(app, terminal_size=(120, 40), run_before=performance(row))


def test_picture_of_the_lists(make_app: AppFactory, songs: Path, snap_compare: Compare) -> None:
    async def drive(pilot: Pilot[int]) -> None:
        await performance(0)(pilot)
        await pilot.press("V", "L")
        app = pilot.app
        assert isinstance(app, TuiradioApp)
        assert isinstance(app.engine, FakeEngine)
        app.engine.say(LevelsTold((-18.0, -12.0), (-8.0, -3.0)))
        app.clear_notifications()
        await settle(pilot)

    app = make_app(BLOCKS, file=songs)
    assert snap_compare(app, terminal_size=(120, 40), run_before=drive)
    assert app.state.player.status is PlayStatus.PLAYING
