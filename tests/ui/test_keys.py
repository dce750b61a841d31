"""The user's keys over ours: how they are written, what holds, what is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.config import KeyStyle, UiConfig
from tuiradio.engine.protocol import Next
from tuiradio.ui.action import binding_id, key_names, keys_of
from tuiradio.ui.bottom_lines import KeyLine
from tuiradio.ui.figures import percent, time_s
from tuiradio.ui.key_names import NotAKey, parse_keys
from tuiradio.ui.key_styles import styled
from tuiradio.ui.key_table import KeyTable, Wanted, clashes, laid_over
from tuiradio.ui.keymap import ACTIONS
from tuiradio.ui.keys_file import KeysRead, read_keys
from tuiradio.ui.taste_sheets import PresetSheet

SIZE = (120, 40)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("z", "z"),
        ("Z", "Z"),
        ("+", "plus"),
        ("?", "question_mark"),
        ("F6", "f6"),
        ("Esc", "escape"),
        ("pgdn", "pagedown"),
        ("ctrl+k", "ctrl+k"),
        ("Ctrl+K", "ctrl+k"),
        ("^k", "ctrl+k"),
        ("⇧left", "shift+left"),
        ("shift+a", "A"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("g g", "g g"),
        ("ü", "ü"),
        ("full_stop", "full_stop"),
    ],
)
def test_keys_are_read_as_people_write_them(written: str, key: str) -> None:
    assert parse_keys(written) == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "no key"),
        ("foo", "is no key"),
        ("hyperspace+x", "is no key"),
        ("a\udcff", "is no key"),
        ("cmd+k", "does not send cmd"),
        ("ctrl+i", "sends tab"),
        ("ctrl+m", "sends enter"),
        ("ctrl+5", "the digit alone"),
        ("ctrl+shift+a", "without shift"),
    ],
)
def test_what_no_terminal_sends_is_refused(written: str, why: str) -> None:
    with pytest.raises(NotAKey, match=why):
        parse_keys(written)


@given(st.text(max_size=20))
def test_any_text_is_a_key_or_told_not_to_be(written: str) -> None:
    try:
        key = parse_keys(written)
    except NotAKey as error:
        key = str(error)
    assert key


def table(*wishes: tuple[str, str], **styles: str) -> KeyTable:
    wanted = [Wanted(name, tuple(keys.split(",")) if keys else ()) for name, keys in wishes]
    return laid_over(ACTIONS, styles, wanted)


def keys(laid: KeyTable, action: str) -> tuple[str, ...]:
    return keys_of(laid.of(action))


def test_a_users_key_is_taken_from_the_action_that_had_it() -> None:
    laid = table(("next", "j"))
    assert (keys(laid, "next"), keys(laid, "cursor_down")) == (("j",), ("down",))
    assert keys(laid, "sheet.down") == ("down", "j"), "elsewhere it means what it did"
    assert clashes(laid.actions) == []
    laid = table(("next", "b"))
    (taken,) = laid.taken
    assert taken.startswith("“Back to the start, or the track before” (previous) has no key now")


def test_of_two_wishes_for_a_key_the_first_holds() -> None:
    laid = table(("next", "z"), ("previous", "z,f7"), ("like", "z g"))
    assert (keys(laid, "next"), keys(laid, "previous")) == (("z",), ("f7",))
    assert keys(laid, "like") == ("l",), "nothing is left of the wish: ours stays"
    assert laid.troubles == (
        "previous: “z” is already the key of next",
        "like: “z g” is already the key of next",
    )


def test_keys_may_be_struck_in_turn_and_taken_away() -> None:
    laid = table(("first_row", "g g"), ("like", ""))
    assert key_names(laid.of("first_row")) == ("gg",)
    assert keys(laid, "like") == ()
    assert not laid.troubles


def test_troubles_say_where_and_what_is_meant() -> None:
    laid = laid_over(ACTIONS, {}, [Wanted("nxt", ("z",), "keys.toml line 3")])
    assert laid.troubles == ("keys.toml line 3: no action is called “nxt”; is next meant?",)
    assert laid.actions == ACTIONS


@pytest.mark.parametrize("style", KeyStyle)
def test_every_style_is_without_clashes_and_leaves_no_action_without_a_key(style: KeyStyle) -> None:
    laid = laid_over(ACTIONS, styled(style, ACTIONS), [])
    assert clashes(laid.actions) == []
    assert all(keys_of(action) for action in laid.actions)
    assert set(styled(style, ACTIONS)) <= {binding_id(action) for action in ACTIONS}


@given(
    st.dictionaries(
        st.sampled_from([binding_id(a) for a in ACTIONS]),
        st.text("abgzT+, ", max_size=6),
        max_size=8,
    )
)
def test_whatever_is_wished_a_key_means_one_thing(wishes: dict[str, str]) -> None:
    assert clashes(table(*wishes.items()).actions) == []


# --- the file ---------------------------------------------------------------------------


def test_a_key_file_in_all_its_spellings(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(
        'next = "z, F6"\n"station.new" = ["x", ","]\nstation.liked = "y"\n[teach]\nsame = "="\n'
        "like = 3\n",
        encoding="utf-8",
    )
    read = read_keys(file)
    assert read.wishes == (
        Wanted("next", ("z", "F6"), "keys.toml line 1"),
        Wanted("station.new", ("x", "comma"), "keys.toml line 2"),
        Wanted("station.liked", ("y",), "keys.toml line 3"),
        Wanted("teach.same", ("=",), "keys.toml line 5"),
    )
    assert read.troubles == (
        "keys.toml line 6: teach.like must be a key in quotes, or a list of such",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"next = ",
        b"\xff\xfe",
        b"=" * 300_000,
        b"next = " + b"[" * 5_000,
        b"next = " + b"9" * 5_000,
        b"a." * 1_500 + b"a = 'x'",
    ],
    ids=["half", "no text", "large", "deep", "long", "deep name"],
)
def test_a_broken_key_file_is_told(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "keys.toml"
    file.write_bytes(data)
    read = read_keys(file)
    assert not read.wishes
    assert len(read.troubles) == 1


def test_a_key_file_that_is_a_pipe_is_told_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "keys.toml")
    assert "it is a pipe" in read_keys(tmp_path / "keys.toml").troubles[0]


def test_a_key_file_of_thousands_of_keys_is_read_in_part_and_told(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    many = "".join(f"a{number} = 'x'\n" for number in range(3_000))
    file.write_text(f"next = {['x'] * 51}\nradio = 'F6'\n{many}")
    read = read_keys(file)
    assert read.wishes[0] == Wanted("radio", ("F6",), "keys.toml line 2")
    assert len(read.wishes) == 999
    assert read.troubles == (
        "keys.toml: what comes after 1000 names is left alone",
        "keys.toml line 1: next has more than 50 keys",
    )


def test_no_key_file_is_no_trouble(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "keys.toml") == KeysRead()


# --- live -------------------------------------------------------------------------------


async def test_keys_change_while_the_screen_runs(
    make_app: AppFactory, engine: FakeEngine, tmp_path: Path
) -> None:
    app = make_app(UiConfig(theme="valve", keys=(("next", "f6"), ("nothing", "x"))))
    app.keys_file = tmp_path / "keys.toml"
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert [told.message for told in app._notifications]
        await pilot.press("enter", "f6")
        await settle(pilot)
        assert engine.last() == Next()

        app.keys_file.write_text('next = "F8"\nradio = "g r"\n"sheet.close" = "z"\n', "utf-8")
        app.rebind({}, KeyStyle.VIM)
        app.look_at_keys()
        await settle(pilot)
        engine.commands.clear()
        await pilot.press("f6", "n")
        assert engine.commands == []
        await pilot.press("f8")
        assert engine.commands == [Next()]
        assert app.key_of("next") == "f8"
        line = app.screen.query_one(KeyLine)
        assert "f8" in "".join(piece.text for piece in line.lines(120, 1)[0])

        await pilot.press("G", "g")
        assert app.begun == ("g",)
        await pilot.press("g")
        assert (app.track_list.cursor, app.begun) == (0, ())
        await pilot.press("g", "x", "P")
        await settle(pilot)
        assert isinstance(app.screen, PresetSheet), "what leads nowhere ends it and does nothing"
        await pilot.press("escape", "q")
        assert isinstance(app.screen, PresetSheet)
        await pilot.press("z")
        assert len(app.screen_stack) == 1

        app.action_presets()
        await pilot.pause()
        app.keys_file.unlink()
        app.look_at_keys()
        await settle(pilot)
        await pilot.press("q")
        assert len(app.screen_stack) == 1, "a sheet that is open follows, too"


def test_hints_tell_the_users_own_key(make_app: AppFactory) -> None:
    app = make_app()
    assert app.by_key("undo", "takes it back") == "u takes it back"
    app.rebind({"undo": "f9"})
    assert app.by_key("undo", "takes it back") == "f9 takes it back"
    app.rebind({"undo": ""})
    assert app.by_key("undo", "takes it back") == ""


def test_a_key_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('next = "z"\n', encoding="utf-8")
    before = read_keys(file)
    os.utime(file, ns=(1, 1))
    assert read_keys(file).stamp != before.stamp


# --- figures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90.0), ("1:30", 90.0), ("0:01:05", 65.0), ("50 %", 100.0), ("9:59", 200.0),
     ("", None), ("soon", None), ("-4", None), ("1:2:3:4", None), ("inf", None), ("120%", None)],
)  # fmt: skip
def test_times_are_read(written: str, seconds: float | None) -> None:
    assert time_s(written, 200.0) == seconds


def test_percentages_are_read() -> None:
    assert [percent(text, 130) for text in ("80", "80 %", "131", "loud")] == [80, 80, None, None]
