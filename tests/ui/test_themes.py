"""Themes: every one can be read, the user's files are heard or explained, covers colour."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from textual.theme import Theme

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.songs import write_songs
from tuiradio.config import UiConfig
from tuiradio.library.store import StoreReader
from tuiradio.ui import colour, cover_palette, cover_picture, theme_files, themes
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.colour import Lch
from tuiradio.ui.cover_picture import Picture
from tuiradio.ui.theme_actions import ABOUT, ThemeSheet, between
from tuiradio.ui.themes import PALETTES, READABLE, VISIBLE, Palette, completed

GROUNDS = ("background", "surface", "panel", "hover", "cursor_far", "marked")
PLAIN = ("background", "surface")
LEAST = (
    (("text", "dim"), GROUNDS, READABLE),
    (("primary", "secondary", "error", "warning"), PLAIN, READABLE),
    (("primary", "secondary", "needle", "faint"), ("background", "surface", "cursor_far"), VISIBLE),
    (("cursor_text",), ("cursor",), READABLE),
)
hexes = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def too_close(palette: Palette, stricter: float = 1.0) -> list[str]:
    """What cannot be read on what."""
    return [
        f"{ink} {getattr(palette, ink)} on {ground} {getattr(palette, ground)}"
        for inks, grounds, least in LEAST
        for ink, ground in product(inks, grounds)
        if colour.contrast(getattr(palette, ink), getattr(palette, ground)) < least * stricter
    ]


# --- the house's own ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PALETTES)
def test_every_theme_can_be_read(name: str) -> None:
    assert too_close(PALETTES[name]) == []


def test_the_high_contrast_theme_keeps_to_the_higher_level() -> None:
    assert [line for line in too_close(PALETTES["contrast"], 7.0 / 4.5)] == []


def test_there_are_six_themes_and_more() -> None:
    assert {"paper", "contrast", "sixteen", "cover"} < set(themes.THEMES)
    assert len(themes.THEMES) >= 8
    assert set(ABOUT) == set(themes.THEMES)
    assert [theme.name for theme in themes.ALL if not theme.dark and not theme.ansi] == ["paper"]


def test_sixteen_uses_no_other_colours() -> None:
    theme = themes.SIXTEEN
    named = [theme.primary, theme.secondary, theme.accent, theme.foreground, theme.background]
    assert all(str(value).startswith("ansi_") for value in (*named, *theme.variables.values()))


# --- colours --------------------------------------------------------------------------------


@given(hexes)
def test_a_colour_survives_the_way_there_and_back(text: str) -> None:
    assert colour.to_hex(colour.from_hex(text)) == text
    assert colour.to_hex(colour.from_lab(*colour.to_lab(colour.from_hex(text)))) == text


def test_oklab_is_ottossons() -> None:
    # The pairs of his post, through XYZ of D65: white, and pure sRGB red.
    assert colour.to_lab(colour.from_hex("#ffffff")) == pytest.approx((1, 0, 0), abs=1e-4)
    red = colour.to_lab(colour.from_hex("#ff0000"))
    assert red == pytest.approx((0.627955, 0.224863, 0.125846), abs=1e-4)
    rows = cover_palette.oklab(np.array([[255, 0, 0], [255, 255, 255]], np.uint8))
    assert rows == pytest.approx(np.array([red, (1, 0, 0)]), abs=1e-4)


def test_contrast_is_that_of_wcag() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@given(st.builds(Lch, st.floats(0.12, 1), st.floats(0, 0.4), st.floats(0, 359)))
def test_every_colour_becomes_one_a_screen_can_show(lch: Lch) -> None:
    shown = colour.from_hex(colour.to_hex(lch))
    assert shown.lightness == pytest.approx(lch.lightness, abs=0.02)
    assert shown.chroma <= lch.chroma + 0.02


@given(hexes, hexes)
def test_any_two_colours_make_a_theme(background: str, text: str) -> None:
    palette = completed({"background": background, "text": text})
    light, dark = (colour.contrast(end, background) for end in ("#ffffff", "#000000"))
    assert max(light, dark) >= READABLE
    assert colour.contrast(palette.cursor_text, palette.cursor) >= READABLE
    assert all(len(getattr(palette, name)) == 7 for name in themes.NAMES)
    assert isinstance(themes.theme_of("x", palette), Theme)


# --- the cover's ----------------------------------------------------------------------------


def images() -> st.SearchStrategy[np.ndarray]:
    """Noise, few colours, one colour: pixels [n, 3]."""
    triplet = st.tuples(*[st.integers(0, 255)] * 3)
    return st.one_of(
        st.integers(0, 2**32 - 1).map(
            lambda seed: np.random.default_rng(seed).integers(0, 256, (256, 3), np.uint8)
        ),
        st.lists(triplet, min_size=1, max_size=9).map(
            lambda few: np.repeat(np.array(few, np.uint8), 20, axis=0)
        ),
    )


@given(images())
def test_every_cover_makes_a_theme_that_can_be_read(rgb: np.ndarray) -> None:
    palette = cover_palette.palette_of(rgb)
    assert too_close(palette) == []
    assert colour.luminance(palette.background) < 0.05, "a bright cover does not dazzle"
    assert palette == cover_palette.palette_of(rgb), "the same cover, the same colours"


def test_a_cover_lends_its_colours() -> None:
    sea = np.array([[20, 60, 120]] * 80 + [[240, 150, 30]] * 20, np.uint8)
    palette = cover_palette.palette_of(sea)
    hues = [colour.from_hex(ink) for ink in (palette.primary, palette.secondary)]
    orange, blue = colour.from_rgb(240, 150, 30), colour.from_rgb(20, 60, 120)
    assert colour.apart(hues[0], blue) < 15
    assert colour.apart(hues[1], orange) < 15
    assert colour.apart(colour.from_hex(palette.background), blue) < 25


def test_clusters_find_the_colours_and_their_shares() -> None:
    rgb = np.array([[255, 0, 0]] * 30 + [[0, 0, 255]] * 70, np.uint8)
    found = cover_palette.clusters(rgb)
    assert [(colour.to_hex(c.colour), round(c.share, 2)) for c in found] == [
        ("#0000ff", 0.7),
        ("#ff0000", 0.3),
    ]


def test_the_pixels_are_the_pictures() -> None:
    rgb = cover_picture.pixels(Picture(Image.new("RGB", (300, 200), (1, 2, 3))), 8)
    assert rgb.shape == (64, 3)
    assert {tuple(row) for row in rgb.tolist()} == {(1, 2, 3)}


@given(st.floats(0, 1))
def test_a_fade_goes_from_one_to_the_other(share: float) -> None:
    start, end = PALETTES["valve"], PALETTES["dusk"]
    on_the_way = between(start, end, share)
    assert between(start, end, 0.0) == start
    assert between(start, end, 1.0) == end
    low, high = sorted((colour.luminance(start.text), colour.luminance(end.text)))
    assert low - 0.01 <= colour.luminance(on_the_way.text) <= high + 0.01


async def test_the_cover_colours_the_screen(make_app: AppFactory, tmp_path: Path) -> None:
    write_songs(tmp_path / "music", tmp_path / "songs.sqlite3")
    app = make_app(UiConfig(theme="cover"), file=tmp_path / "songs.sqlite3")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.current_theme.primary == PALETTES["valve"].primary
        await pilot.press("enter")
        await settle(pilot)
        coloured = app.current_theme.primary
        assert coloured != PALETTES["valve"].primary
        await pilot.press("c")
        await settle(pilot)
        assert app.current_theme.primary == coloured, "a hidden cover still lends its colours"
        await pilot.press("G", "enter")
        await settle(pilot)
        assert app.current_theme.primary == PALETTES["valve"].primary, "this one has no cover"


# --- files ------------------------------------------------------------------------------------


def written(directory: Path, text: str, name: str = "mine") -> theme_files.ThemeFile:
    directory.mkdir(exist_ok=True)
    (directory / f"{name}.toml").write_text(text, "utf-8")
    return next(file for file in theme_files.read_themes(directory) if file.name == name)


def test_two_colours_are_a_theme(tmp_path: Path) -> None:
    found = written(tmp_path, 'background = "#102030"\ntext = "white"\n')
    assert found.palette is not None
    assert (found.palette.background, found.palette.text) == ("#102030", "#ffffff")
    assert too_close(found.palette) == []


def test_a_base_lends_what_is_not_named(tmp_path: Path) -> None:
    found = written(tmp_path, 'base = "dusk"\nneedle = "#0f0"\n')
    assert found.palette is not None
    assert found.palette.needle == "#00ff00"
    assert found.palette.primary == PALETTES["dusk"].primary


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("background = ", "not valid TOML", "Correct"),
        ('background = "#000"', "names no text", "base ="),
        ('background = "blurple"\ntext = "#fff"', "'blurple', which is no colour", "#rrggbb"),
        ('background = 3\ntext = "#fff"', "'3', which is no colour", "#rrggbb"),
        ('background = "ansi_red"\ntext = "#fff"', "no colour", "#rrggbb"),
        ('backgruond = "#000"', "unknown colour backgruond", "Did you mean background?"),
        ('zzz = "#000"', "unknown colour zzz", "Colours: background, text"),
        ('base = "nope"', "no theme is called 'nope'", "valve"),
        ("base = 7", "no theme is called '7'", "valve"),
        ('base = ["valve"]', "no theme is called", "valve"),
        pytest.param("text = " + "[" * 5_000, "not valid TOML", "Correct", id="deep"),
        pytest.param("text = " + "9" * 5_000, "not valid TOML", "Correct", id="long"),
        ("[background]\nx = 1", "which is no colour", "#rrggbb"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    text: str, problem: str, hint: str, tmp_path: Path
) -> None:
    found = written(tmp_path, text)
    assert found.palette is None
    assert problem in found.problem
    assert hint in found.hint


@given(st.binary(max_size=120))
def test_no_file_breaks_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    directory = tmp_path_factory.getbasetemp() / "any-themes"
    directory.mkdir(exist_ok=True)
    (directory / "any.toml").write_bytes(data)
    (found,) = theme_files.read_themes(directory)
    assert (found.palette is None) is bool(found.problem and found.hint)


def test_names_that_cannot_be(tmp_path: Path) -> None:
    tmp_path.joinpath("dir.toml").mkdir()
    assert "taken" in written(tmp_path, 'background = "#000"\ntext = "#fff"', "valve").problem
    assert "odd" in written(tmp_path, 'background = "#000"\ntext = "#fff"', "a b").problem
    assert any("no theme file" in file.problem for file in theme_files.read_themes(tmp_path))
    assert theme_files.read_themes(tmp_path / "none") == ()
    assert theme_files.fingerprint(tmp_path / "none") == ()


def app_with(themes_dir: Path, engine: FakeEngine, store_file: Path, theme: str) -> TuiradioApp:
    return TuiradioApp(
        engine,
        lambda: StoreReader(store_file),
        config=UiConfig(theme=theme),
        themes_dir=themes_dir,
    )


async def test_a_file_is_a_theme_and_changes_while_it_is_shown(
    engine: FakeEngine, store_file: Path, tmp_path: Path
) -> None:
    written(tmp_path, 'background = "#102030"\ntext = "#ffffff"')
    app = app_with(tmp_path, engine, store_file, "mine")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert (app.theme, app.current_theme.background) == ("mine", "#102030")
        written(tmp_path, 'background = "#203010"\ntext = "#ffffff" # greener')
        app.look_at_themes()
        await settle(pilot)
        assert app.current_theme.background == "#203010"
        drawn = app.theme_variables["background"].lower()
        assert colour.contrast(drawn, "#203010") < 1.02, "it is drawn with it, too"
        written(tmp_path, "background = nothing")
        app.look_at_themes()
        await settle(pilot)
        said = [notice.message for notice in app._notifications]
        assert any("themes/mine.toml: not valid TOML" in message for message in said)
        assert app.current_theme.background == "#203010", "the last good one stays"
        app.look_at_themes()
        await settle(pilot)
        assert len(said) == len(app._notifications), "said once"


# --- choosing -----------------------------------------------------------------------------------


async def test_the_sheet_shows_themes_as_the_cursor_moves(
    make_app: AppFactory,
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+t", "j")
        await settle(pilot)
        assert isinstance(app.screen, ThemeSheet)
        assert app.theme == themes.THEMES[1]
        await pilot.press("escape")
        await settle(pilot)
        assert app.theme == "valve"
        await pilot.press("ctrl+t", "j", "j", "enter")
        await settle(pilot)
        assert app.theme == themes.THEMES[2]


async def test_few_colours_get_the_theme_made_of_them(
    engine: FakeEngine, store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    app = TuiradioApp(engine, lambda: StoreReader(store_file))
    assert app.theme == "sixteen"
    app = TuiradioApp(engine, lambda: StoreReader(store_file), config=UiConfig(theme="paper"))
    assert app.theme == "paper"
