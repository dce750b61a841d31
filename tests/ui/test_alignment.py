"""Hostile tags on the whole screen: every line is as wide as the terminal, whatever is in it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.test_text import HOSTILE
from tuiradio.library.track import Track
from tuiradio.ui import columns
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.ink import Piece, cut, runs_of, spread, width_of
from tuiradio.ui.text import clean

NAMES = (
    "👨\u200d👩\u200d👧\u200d👦 Family 👩🏽\u200d🚀",
    "🇩🇪🇯🇵 1\ufe0f\u20e3 ❤\ufe0f\u200d🔥",
    "日本語の長い題名がここにあります、とても長い題名です、本当に長い",
    "שלום עולם 123 العربية مرحبا",
    "Z\u0351\u0352\u0353\u0354a\u0300\u0301\u0302l\u0489go e\u0301",
    "นี่คือชื่อเพลง हिन्दी में गीत ಕನ್ನಡ",
    "[bold]x[/] {0} %s \x1b[31m\r\n\ttab \u202eexe.gnp\u2066",
    "한국어 ᄒ\u1161\u11ab ㅤ\u115f fullwidth ＡＢＣ ｶﾅ",
    "𝔉𝔯𝔞𝔨𝔱𝔲𝔯 ﷽ ꧅ ⸻ ༼ つ ◕_◕ ༽つ",
    "",
)
VIEWS = (("r", "w", "t"), ("N",), ("I",), ("L",), ("2",), ("slash", "b"), ("escape", "z"))


def hostile(track: Track) -> Track:
    at = track.id
    names = [NAMES[(at + step) % len(NAMES)] for step in range(4)]
    return replace(
        track, title=names[0], artist=names[1], album=names[2], genres=(names[3], names[0])
    )


def lines(app: TuiradioApp) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@pytest.mark.parametrize("size", [(40, 12), (120, 40)])
async def test_every_line_of_every_view_is_exact(
    size: tuple[int, int], make_app: AppFactory, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    get = app.tracks.get
    monkeypatch.setattr(app.tracks, "get", lambda i: (t := get(i)) and hostile(t))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for keys in VIEWS:
            await pilot.press(*keys)
            await settle(pilot)
            app.clear_notifications()
            await settle(pilot)
            shown = lines(app)
            assert len(shown) == size[1]
            assert {cell_len(line) for line in shown} == {size[0]}, keys
            odd = {
                sign
                for line in shown
                for sign in line
                if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Cn") or sign == "\ufe0f"
            }
            assert not odd, keys


TRACK = Track(1, b"/", b"a.mp3", 1, 1, "", "")


@given(HOSTILE, HOSTILE, st.integers(5, 200), st.sampled_from(["", "similar", "artist", "album"]))
def test_a_row_is_as_wide_as_its_list(title: str, artist: str, width: int, kind: str) -> None:
    track = replace(TRACK, title=title, artist=artist, album=title, genres=(artist, title))
    placed = columns.layout(width, kind)
    row = columns.row(track, placed, "▶", 0.5)
    whole = columns.MARKS_WIDTH + sum(c.width for c in placed) + 2 * (len(placed) - 1)
    assert width_of(row) == whole
    assert cell_len("".join(piece.text for piece in row)) == whole, "nothing joins across pieces"


@given(st.lists(HOSTILE.map(clean), max_size=5), st.lists(HOSTILE.map(clean), max_size=3),
       st.integers(0, 90))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_pieces_are_as_wide_together_as_alone(
    left: list[str], right: list[str], width: int
) -> None:
    pieces = spread([Piece(text) for text in left], [Piece(text) for text in right], width)
    runs = runs_of(cut(pieces, width), width)
    assert cell_len("".join(text for text, _ in runs)) == width
