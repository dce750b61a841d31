"""The map without a screen: cameras, dots, lines, names and colours."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tests.ui.maps import GENRES, crowded
from tuiradio.library.overview import Named
from tuiradio.ui.map_atlas import Atlas
from tuiradio.ui.map_canvas import PENS, Canvas
from tuiradio.ui.map_labels import Page, region_names
from tuiradio.ui.map_raster import Camera, lines, rasterise, whole
from tuiradio.ui.map_shades import LEVELS, Shade, classes, colours, faded

COLOUR = re.compile(r"#[0-9a-f]{6}$")


def one_point(x: float, y: float) -> np.ndarray:
    return np.array([[x, y]], np.float32)


def looked_at(atlas: Atlas, columns: int = 80, rows: int = 24) -> Camera:
    return whole(atlas.places, columns, rows)


@pytest.mark.parametrize("size", [(1, 1), (30, 8), (80, 20), (200, 50)])
def test_everything_is_in_sight_at_first(size: tuple[int, int]) -> None:
    atlas = crowded(500)
    camera = looked_at(atlas, *size)
    cells = camera.cells(atlas.places)
    assert (cells >= 0).all()
    assert (cells < size).all()
    raster = rasterise(atlas.places, classes(atlas, Shade.GENRE).codes, camera, 11)
    assert len(raster.visible) == 500
    assert raster.bits.shape == (size[1], size[0])


@given(
    st.floats(-5, 5), st.floats(-5, 5), st.floats(0.2, 9), st.integers(0, 79), st.integers(0, 23)
)
def test_zooming_keeps_the_place_under_the_mouse(
    x: float, y: float, factor: float, column: int, row: int
) -> None:
    camera = Camera(80, 24, x, y, 10.0, 12.0, 2.0)
    before = camera.place(column, row)
    assert camera.zoomed(factor, column, row).place(column, row) == pytest.approx(before, abs=1e-6)


def test_panning_by_cells_moves_the_picture_by_cells() -> None:
    atlas = crowded(300)
    camera = looked_at(atlas).zoomed(2.0, 40, 12)
    moved = camera.panned(7, -3)
    assert (camera.cells(atlas.places) - moved.cells(atlas.places) == (7, -3)).mean() > 0.99


def test_each_dot_of_a_cell_has_its_bit() -> None:
    camera = Camera(1, 1, 1.0, 2.0, 1.0, 1.0)
    seen = set()
    for x in (0.5, 1.5):
        for y in (0.5, 1.5, 2.5, 3.5):
            raster = rasterise(one_point(x, y), np.zeros(1, np.uint8), camera, 2)
            seen.add(int(raster.bits[0, 0]))
    assert seen == {1, 2, 4, 8, 16, 32, 64, 128}


def test_points_out_of_sight_are_left_out() -> None:
    camera = Camera(4, 4, 0.0, 0.0, 1.0, 1.0)
    places = np.array([[0, 0], [99, 0], [0, -99], [3.99, 7.9]], np.float32)
    raster = rasterise(places, np.zeros(4, np.uint8), camera, 2)
    assert raster.visible.tolist() == [0, 3]


def test_the_class_of_most_points_colours_a_cell_and_the_rest_hardly_ever() -> None:
    camera = Camera(1, 1, 0.0, 0.0, 0.001, 0.001)
    places = np.zeros((10, 2), np.float32)
    codes = np.array([0] * 3 + [1] * 2 + [2] * 5, np.uint8)
    assert rasterise(places, codes, camera, 3).classes[0, 0] == 0


def test_dense_cells_shine_brighter_than_lone_points() -> None:
    camera = Camera(20, 5, 0.0, 0.0, 1.0, 1.0)
    places = np.concatenate([np.full((200, 2), 4.0), [[-15.0, -4.0]]]).astype(np.float32)
    levels = rasterise(places, np.zeros(201, np.uint8), camera, 2).levels
    assert levels.max() == LEVELS - 1
    assert levels[camera.cells(places)[200, 1], camera.cells(places)[200, 0]] == 0


def test_a_line_reaches_from_end_to_end_and_is_cut_at_the_edge() -> None:
    camera = Camera(10, 3, 0.0, 0.0, 1.0, 1.0)
    bits = lines(camera, np.array([[-1000, 0], [1000, 0]], np.float32))
    assert (bits[1] > 0).all()
    assert not bits[[0, 2]].any()
    assert not lines(camera, np.array([[-50, 90], [50, 90]], np.float32)).any()
    dashed = lines(camera, np.array([[-10, 0], [9, 0]], np.float32), dash=3)
    assert 0 < np.count_nonzero(dashed) <= 10
    assert not lines(camera, np.zeros((0, 2), np.float32)).any()


def test_regions_are_called_by_what_is_particular_to_them() -> None:
    atlas = crowded(3_000)
    camera = looked_at(atlas, 120, 40)
    found = region_names(atlas, camera)
    assert {name.text for name in found if name.ink == "map-genre"} >= set(GENRES[:6])
    for name in found[:8]:
        code = atlas.genres.names.index(name.text)
        middle = np.median(atlas.places[atlas.genres.codes == code], axis=0)
        assert np.linalg.norm(middle - (name.x, name.y)) < 0.4


def test_close_up_artists_are_named_and_panning_does_not_rename() -> None:
    atlas = crowded(3_000)
    camera = looked_at(atlas).zoomed(4.0, 60, 12)
    found = {(n.text, n.x, n.y) for n in region_names(atlas, camera)}
    assert any(text.startswith("Artist") for text, _, _ in found)
    moved = {(n.text, n.x, n.y) for n in region_names(atlas, camera.panned(2, 1))}
    assert len(found & moved) >= 0.5 * len(found)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8, unique=True))
def test_names_never_overlap_or_leave_the_map(genres: list[str]) -> None:
    atlas = crowded(400, genres)
    camera = looked_at(atlas, 50, 14)
    canvas = Canvas(camera)
    canvas.page.put_names(region_names(atlas, camera))
    for n, (x, y) in enumerate(((3, 3), (49, 0), (0, 13))):
        canvas.page.put_beside(genres[n % len(genres)], x, y, "title", 12)
    taken = np.zeros((14, 50), int)
    for word in canvas.page.words:
        assert cell_len(word.text) == word.cells
        assert word.text.isprintable()
        assert word.column >= 0
        assert word.column + word.cells <= 50
        taken[word.row, word.column : word.column + word.cells] += 1
    assert taken.max() <= 1
    inks = dict.fromkeys(("map-genre", "map-artist", "title"), Style())
    for strip in canvas.strips([Style()] * (len(PENS) + 12 * LEVELS), inks):
        assert sum(cell_len(segment.text) for segment in strip) == 50


def test_a_page_keeps_reserved_cells_free() -> None:
    page = Page(Camera(20, 3))
    page.reserve(10, 1)
    assert not page.put("twelve cells", 2, 1, "title")
    assert page.put("twelve cells", 2, 2, "title")


def test_the_largest_genres_have_colours_and_the_others_share_one() -> None:
    atlas = crowded(2_000)
    found = classes(atlas, Shade.GENRE)
    assert len(found.names) == 10
    assert found.names[-1] == "other"
    assert set(found.names[:-1]) < set(GENRES)
    assert found.codes.max() == 9


def test_mood_and_tempo_have_classes_and_the_unknown_is_said() -> None:
    atlas = crowded(200)
    assert not classes(atlas, Shade.MOOD).has_rest
    unknown = Atlas(
        atlas.ids, atlas.places, Named(("",), np.zeros(200, np.int32)), atlas.artists,
        np.zeros(200, np.float32), np.full((200, 2), np.nan, np.float32),
    )  # fmt: skip
    for shade in Shade:
        found = classes(unknown, shade)
        assert found.has_rest
        assert set(found.codes.tolist()) == {len(found.names) - 1}


@pytest.mark.parametrize("shade", Shade)
@pytest.mark.parametrize("ground", ["#14110e", "#f4eee1", "#000000"])
def test_colours_can_be_told_from_the_ground_and_from_each_other(shade: Shade, ground: str) -> None:
    count = {Shade.GENRE: 9, Shade.MOOD: 4, Shade.TEMPO: 5}[shade]
    found = colours(shade, count, "#f2a33a", ground, dark=ground != "#f4eee1", ansi=False)
    assert len(set(found)) == count
    assert all(COLOUR.match(colour) for colour in found)
    for colour in found:
        assert _contrast(colour, ground) > 3.0
        assert len({faded(colour, ground, level) for level in range(LEVELS)}) == LEVELS


def test_sixteen_colours_are_enough() -> None:
    for shade, count in ((Shade.GENRE, 9), (Shade.MOOD, 4), (Shade.TEMPO, 5)):
        found = colours(shade, count, "ansi_yellow", "ansi_default", dark=True, ansi=True)
        assert len(set(found)) == count
        assert faded(found[0], "ansi_default", 0) == found[0]


def _contrast(colour: str, ground: str) -> float:
    """As WCAG 2.1 defines it."""

    def luminance(text: str) -> float:
        parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)
