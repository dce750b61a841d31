"""The Linux console: sixteen colours, and no sign that its font lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.config import UiConfig
from tuiradio.engine.levels import LevelsTold
from tuiradio.ui.plain_glyphs import FONT, is_console, plain
from tuiradio.ui.text import clean


def test_the_console_is_known_by_its_name() -> None:
    assert is_console({"TERM": "linux"})
    assert is_console({"TERM": "linux-16color"})
    assert not is_console({"TERM": "xterm-256color"})
    assert not is_console({})


@given(st.text(max_size=60).map(clean))
def test_any_text_becomes_signs_of_the_font_in_as_many_cells(text: str) -> None:
    drawn = plain(text)
    assert set(drawn) <= FONT
    assert cell_len(drawn) == cell_len(text)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("━━┃──┴", "══█──┴"),
        ("▰▰▱ ⌁ ♥ ♡ ▶ …", "■■· ~ ♥ ° ► ."),
        ("Dvořák, Łódź", "Dvorák, ?ódz"),
        ("日本", "????"),
        ("⠀⠁⣿", " ·▒"),
    ],
)
def test_signs_stay_alike(text: str, drawn: str) -> None:
    assert plain(text) == drawn


async def test_nothing_else_is_drawn_there(
    make_app: AppFactory,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "linux")
    app = make_app(UiConfig(theme="sixteen"))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for keys in (
            ("r", "w"),
            ("t",),
            ("V",),
            ("2",),
            ("0",),
            ("L",),
            ("slash", "b"),
            ("escape", "question_mark"),
            ("escape", "ctrl+t"),
            ("escape", "z"),
        ):
            await pilot.press(*keys)
            engine.say(LevelsTold((-9.0, -12.0), (-3.0, -5.0)))
            await settle(pilot)
            drawn = "".join(
                segment.text
                for strips in app.screen._compositor.render_strips()
                for segment in strips
            )
            assert set(drawn) <= FONT, (keys, set(drawn) - FONT)
