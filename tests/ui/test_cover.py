"""Covers: decoded whatever they are, drawn where and how the terminal can, absent elsewhere."""

from __future__ import annotations

import base64
import io
import logging
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.cells import cell_len
from textual.strip import Strip

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.songs import picture, write_songs
from tuiradio.config import CoverStyle, UiConfig
from tuiradio.ui import cover_art, cover_kitty, cover_picture, cover_sixel, terminal
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.cover_art import CoverArt
from tuiradio.ui.cover_picture import NoPicture, Picture, decode, fitted, half_blocks, quantised
from tuiradio.ui.cover_way import hint, how_to_draw

AUTO = CoverStyle.AUTO


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    raw = io.BytesIO()
    image.save(raw, kind)
    return raw.getvalue()


# --- which way ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "colours", "style"),
    [
        ({"TERM": "xterm-kitty"}, "truecolor", CoverStyle.KITTY),
        ({"TERM": "xterm-ghostty"}, "truecolor", CoverStyle.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "truecolor", CoverStyle.KITTY),
        ({"TERM": "xterm-kitty"}, "256", CoverStyle.BLOCKS),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/t,1,0"}, "truecolor", CoverStyle.BLOCKS),
        ({"TERM": "xterm-kitty", "STY": "1.pts-0"}, "truecolor", CoverStyle.BLOCKS),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "kitty"}, "truecolor", CoverStyle.BLOCKS),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "kitty"}, "256", CoverStyle.BLOCKS),
        ({"TERM": "xterm-256color"}, "truecolor", CoverStyle.BLOCKS),
        ({"TERM": "foot"}, "truecolor", CoverStyle.SIXEL),
        ({"TERM": "foot", "TMUX": "1"}, "truecolor", CoverStyle.BLOCKS),
        ({"TERM": "mlterm-256color"}, "256", CoverStyle.SIXEL),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "truecolor", CoverStyle.SIXEL),
        ({"TERM": "xterm-256color", "WT_SESSION": "x"}, "truecolor", CoverStyle.SIXEL),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230800"}, "256", CoverStyle.SIXEL),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "210800"}, "256", CoverStyle.BLOCKS),
        ({"TERM": "xterm-256color", "XTERM_VERSION": "XTerm(379)"}, "256", CoverStyle.BLOCKS),
        ({"TERM": "linux"}, "standard", CoverStyle.OFF),
        ({"TERM": "dumb"}, None, CoverStyle.OFF),
    ],
)
def test_terminals(environ: dict[str, str], colours: str | None, style: CoverStyle) -> None:
    found, reason = how_to_draw(AUTO, environ, colours)
    assert found is style
    assert bool(reason) is (style is CoverStyle.OFF)


@pytest.mark.parametrize("wanted", [CoverStyle.KITTY, CoverStyle.SIXEL, CoverStyle.BLOCKS])
def test_who_asks_for_a_way_gets_it(wanted: CoverStyle) -> None:
    assert how_to_draw(wanted, {"TMUX": "1"}, "standard") == (wanted, "")


def test_coarse_covers_come_with_a_hint() -> None:
    assert "tmux" in hint(CoverStyle.BLOCKS, {"TMUX": "1"})
    assert "ui.cover" in hint(CoverStyle.BLOCKS, {"TERM": "xterm-256color"})
    assert hint(CoverStyle.SIXEL, {"TERM": "foot"}) == ""


# --- pixels ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_kinds_of_pictures(kind: str) -> None:
    image = decode(encoded(picture(), kind)).image
    assert image.mode == "RGB"
    assert image.size == (120, 120)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "I;16", "1", "RGBA"])
def test_modes_of_pictures(mode: str) -> None:
    image = Image.new(mode, (8, 8))
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert decode(encoded(image, kind)).image.mode == "RGB"


def test_what_is_transparent_is_black() -> None:
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert decode(encoded(image)).image.getpixel((1, 1)) == (0, 0, 0)


def test_large_pictures_are_kept_small() -> None:
    assert decode(encoded(Image.new("RGB", (3000, 1500), "red"), "JPEG")).image.size == (640, 320)


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover_picture, "_MOST_PIXELS", 100)
    with pytest.raises(NoPicture, match="120 × 120 pixels are too many"):
        decode(encoded(picture()))


@given(st.binary(max_size=200) | st.integers(0, 400).map(lambda n: encoded(picture())[:n]))
def test_damaged_pictures_are_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(NoPicture, match=r".+: .+"):
        decode(data)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 60), st.integers(1, 40))
def test_a_picture_stays_within_its_cells_and_keeps_its_shape(
    across: int, down: int, width: int, height: int
) -> None:
    box = fitted(Picture(Image.new("RGB", (across, down))), width, height)
    assert 0 <= box.left <= box.left + box.width <= width
    assert 0 <= box.top <= box.top + box.height <= height
    assert box.width == width or box.height == height


def test_half_blocks_are_the_pixels() -> None:
    image = Image.fromarray(np.arange(4 * 4 * 3, dtype=np.uint8).reshape(4, 4, 3))
    strips = half_blocks(Picture(image), 4, 2)
    assert [strip.cell_length for strip in strips] == [4, 4]
    first = next(iter(strips[1]))
    assert first.text == "▀"
    assert first.style is not None
    assert first.style.color is not None
    assert first.style.bgcolor is not None
    assert tuple(first.style.color.triplet or ()) == image.getpixel((0, 2))
    assert tuple(first.style.bgcolor.triplet or ()) == image.getpixel((0, 3))


# --- kitty ----------------------------------------------------------------------------


def test_a_picture_is_sent_whole_and_silently() -> None:
    png = cover_picture.as_png(Picture(picture()), 30, 15)
    message = cover_kitty.sent(0x1234, png, 30, 15)
    commands = re.findall("\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\\\", message)
    assert "".join(f"\x1b_G{c}{';' + d if d else ''}\x1b\\" for c, d in commands) == message
    *chunks, (placed, nothing) = commands
    assert base64.b64decode("".join(data for _, data in chunks)) == base64.b64decode(png)
    assert all(len(data) <= 4096 for _, data in chunks)
    assert [head.rsplit("m=")[1] for head, _ in chunks] == ["1"] * (len(chunks) - 1) + ["0"]
    assert all("q=2" in head for head, _ in commands), "an answer would arrive among the keys"
    assert placed == "a=p,U=1,i=4660,c=30,r=15,q=2"
    assert nothing == ""


def test_each_cell_names_its_place() -> None:
    strips = cover_kitty.cells(0x010203, 3, 2)
    assert [strip.cell_length for strip in strips] == [3, 3]
    texts = [[segment.text for segment in strip] for strip in strips]
    assert all(cell_len(text) == 1 for row in texts for text in row)
    assert texts[1][2] == "\U0010eeee\u030d\u030e"
    assert len({text for row in texts for text in row}) == 6
    style = next(iter(strips[0])).style
    assert style is not None
    assert style.color is not None
    assert tuple(style.color.triplet or ()) == (1, 2, 3)
    cut = Strip.join([strips[0]]).crop(1, 3)
    assert [segment.text for segment in cut] == texts[0][1:]


# --- sixels -----------------------------------------------------------------------------


def unsixeled(text: str) -> np.ndarray:
    """The pixels of a sixel sequence, int [height, width, 3] in percent, -1 where none is set."""
    found = re.fullmatch(r'\x1bP0;1;0q"1;1;(\d+);(\d+)([^\x1b]*)\x1b\\', text)
    assert found is not None
    width, height = int(found[1]), int(found[2])
    pixels = np.full((height + 5, width, 3), -1)
    colours: dict[int, tuple[int, ...]] = {}
    x, top, now = 0, 0, (0, 0, 0)
    for token in re.finditer(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)(.)|([$-])|([?-~])", found[3]):
        number, red, green, blue, count, repeated, move, letter = token.groups()
        if number is not None and red is not None:
            colours[int(number)] = (int(red), int(green), int(blue))
        elif number is not None:
            now = colours[int(number)]
        elif move is not None:
            x, top = 0, top + 6 * (move == "-")
        else:
            run = int(count or 1)
            bits = ord(repeated or letter) - 63
            for row in range(6):
                if bits >> row & 1:
                    pixels[top + row, x : x + run] = now
            x += run
            assert x <= width
    assert (pixels[height:] == -1).all()
    return pixels[:height]


@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 12), st.integers(0, 1000))
def test_sixels_are_the_pixels(width: int, height: int, colours: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (colours, 3), np.uint8)
    runs = random.integers(0, colours, (height, -(-width // 4)), np.uint8)
    indices = np.repeat(runs, 4, axis=1)[:, :width]
    text = cover_sixel.encoded(indices, palette)
    assert text.isascii()
    expected = np.rint(palette / 2.55)[indices]
    assert (unsixeled(text) == expected).all()


def test_a_picture_of_few_colours_stays_as_it_is() -> None:
    indices, palette = quantised(Picture(picture()), 60, 30, cover_sixel.MOST_COLOURS)
    assert indices.shape == (30, 60)
    assert len(palette) <= cover_sixel.MOST_COLOURS
    plain = picture().resize((60, 30), reducing_gap=3.0)
    assert np.abs(palette[indices].astype(int) - np.asarray(plain).astype(int)).mean() < 6


def test_a_cell_is_measured_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.ioctl", lambda *_: struct.pack("HHHH", 40, 100, 1000, 800))
    assert terminal.cell_px({}) == (10, 20)
    monkeypatch.setattr("fcntl.ioctl", lambda *_: struct.pack("HHHH", 40, 100, 0, 0))
    assert terminal.cell_px({}) is None
    assert terminal.cell_px({"WT_SESSION": "x"}) == (10, 20)


async def test_sixels_are_painted_over_blocks_but_never_over_a_sheet(
    make_app: AppFactory, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "cell_px", lambda _: (4, 8))
    app = make_app(UiConfig(cover=CoverStyle.SIXEL), file=songs)
    async with app.run_test(size=(120, 40)) as pilot:
        sent: list[str] = []
        driver = app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", sent.append)
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        thumb = app.screen.query_one("#thumb", CoverArt)
        assert drawn(app, "#thumb"), "the blocks are there for who knows no sixels"
        box = thumb.region
        at = re.escape(f"\x1b7\x1b[{box.y + 1};{box.x + 1}H")
        (painted,) = re.findall(at + r"(\x1bP[^\x1b]*\x1b\\)\x1b8", "".join(sent))
        assert unsixeled(painted).shape == (36, 40, 3), "whole bands, none below the cover"
        sent.clear()
        await pilot.press("question_mark")
        await settle(pilot)
        thumb.refresh()
        await settle(pilot)
        assert "\x1bP" not in "".join(sent)
        await pilot.press("escape")
        await settle(pilot)
        assert "\x1bP" in "".join(sent), "painted again once nothing is in front of it"


async def test_without_a_size_of_cells_it_stays_with_blocks(
    make_app: AppFactory, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "cell_px", lambda _: None)
    app = make_app(UiConfig(cover=CoverStyle.SIXEL), file=songs)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert drawn(app, "#thumb")


# --- on the screen ----------------------------------------------------------------------


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    write_songs(tmp_path / "music", tmp_path / "songs.sqlite3")
    return tmp_path / "songs.sqlite3"


def drawn(app: TuiradioApp, where: str) -> bool:
    art = app.screen.query_one(where, CoverArt)
    return art.display and any("▀" in art.render_line(y).text for y in range(art.size.height))


async def test_the_cover_comes_goes_and_is_toggled(
    make_app: AppFactory, songs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(UiConfig(cover=CoverStyle.BLOCKS), file=songs)
    with caplog.at_level(logging.INFO):
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            assert not app.screen.query_one("#thumb").display
            await pilot.press("enter")
            await settle(pilot)
            assert drawn(app, "#thumb")
            await pilot.press("L")
            await settle(pilot)
            assert drawn(app, "#art")
            assert not app.screen.query_one("#thumb").display
            await pilot.press("c")
            await settle(pilot)
            assert not drawn(app, "#art")
            await pilot.press("c")
            await settle(pilot)
            assert drawn(app, "#art")
            await pilot.press("L", "G", "enter")
            await settle(pilot)
            assert not drawn(app, "#thumb")
    assert "cover.jpg" in caplog.text
    assert "cannot be drawn" in caplog.text


async def test_a_small_terminal_has_none(make_app: AppFactory, songs: Path) -> None:
    app = make_app(UiConfig(cover=CoverStyle.BLOCKS), file=songs)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "L")
        await settle(pilot)
        assert not drawn(app, "#art")
        assert not drawn(app, "#thumb")


async def test_where_none_can_be_drawn_the_key_says_why(make_app: AppFactory, songs: Path) -> None:
    app = make_app(UiConfig(cover=CoverStyle.OFF), file=songs)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "c")
        await settle(pilot)
        words = [notice.message for notice in app._notifications]
        assert any("ui.cover" in message for message in words)
        assert not drawn(app, "#thumb")


async def test_kitty_is_sent_each_picture_once_and_frees_it(
    make_app: AppFactory, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(UiConfig(cover=CoverStyle.KITTY), file=songs)
    monkeypatch.setattr(cover_art, "_NUMBERS", iter(range(7, 100)))
    async with app.run_test(size=(120, 40)) as pilot:
        sent: list[str] = []
        driver = app._driver
        assert driver is not None
        write = driver.write
        monkeypatch.setattr(driver, "write", lambda data: (sent.append(data), write(data)))
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        text = "".join(sent)
        assert text.count("a=t,f=100,i=7,") == 1
        thumb = app.screen.query_one("#thumb", CoverArt)
        assert thumb.render_line(2).text.startswith("\U0010eeee")
        await pilot.press("j", "space", "space", "n")
        await settle(pilot)
        assert "".join(sent).count("\x1b_Ga=d,d=I,i=7,") == 1
        assert "".join(sent).count("a=t,") == 1
