"""How the map looks: dots, the radio's way, names, and the lines below that explain them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from tuiradio.ui.ink import Inked, Piece, action_at, cut, spread, width_of
from tuiradio.ui.map_atlas import Atlas
from tuiradio.ui.map_canvas import COMING, HERE, MARKED, PAST, PENS, Canvas
from tuiradio.ui.map_labels import Name, region_names, window_regions
from tuiradio.ui.map_raster import Camera, Raster, lines, rasterise
from tuiradio.ui.map_shades import LEVELS, Classes, Shade, colours, faded
from tuiradio.ui.text import clean, clock, crop, number

if TYPE_CHECKING:
    from tuiradio.library.track import Track

_ROWS_FOR_LONG_LEGEND = 22
_WIDE = 100
_STAR_CELLS = 6
"""Cells to a song from which on each is drawn as a sign of its own."""
_TITLES_UP_TO = 60
_TITLE_CELLS = 24
_MOST_MARKS = 200
_INKS = {
    "map-genre": "strong-label",
    "map-artist": "dim",
    "title": "dim",
    "here": "playing",
    "coming": "coming",
    "cursor": "cursor-label",
    "hover": "hover-label",
}


@dataclass(frozen=True, slots=True)
class Way:
    """The radio's way over the map, as track ids."""

    past: tuple[int, ...] = ()
    """Oldest first, up to the one that plays."""
    coming: tuple[int, ...] = ()
    """What comes after it."""


class MapFace(Inked):
    """Draws an atlas as it is looked at; ``MapView`` moves about in it."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.atlas: Atlas | None = None
        self.shade = Shade.GENRE
        self.camera = Camera(1, 1)
        self.cursor_id: int | None = None
        self.way = Way()
        self.marks: tuple[int, ...] = ()
        """Ids of the marked tracks."""
        self.words: tuple[tuple[str, str], ...] = ()
        """What is said while there is no map."""
        self._hover = -1
        self._kinds = Classes(("other",), np.zeros(0, np.uint8))
        self._raster: Raster | None = None
        self._names: list[Name] = []
        self._named_at: tuple[Atlas, object] | None = None
        self._strips: list[Strip] | None = None
        self._pens: tuple[list[Style], list[Style]] | None = None

    def say(self, *words: tuple[str, str]) -> None:
        """Words with their inks, shown in place of the map."""
        self.words = words
        self.refresh()

    def set_way(self, way: Way) -> None:
        """Draw the radio's way."""
        if way != self.way:
            self.way = way
            self.radio_app.tracks.want([*way.past[-1:], *way.coming])
            self.repaint()

    def repaint(self, *, moved: bool = False) -> None:
        """Draw anew; ``moved`` when the points stand elsewhere or have other colours."""
        if moved:
            self._raster = None
        self._strips = None
        self.refresh()

    @property
    def is_painted(self) -> bool:
        """Whether the picture is up to date."""
        return self._strips is not None

    def window(self) -> tuple[int, int]:
        """Columns and rows of the map itself, without the lines below it."""
        below = 1 + len(self._classes_shown(max(1, self.size.width)))
        return max(1, self.size.width), max(1, self.size.height - below)

    @property
    def cursor_row(self) -> int:
        """The row of the atlas under the cursor, -1 for none."""
        return -1 if self.atlas is None else self.atlas.row(self.cursor_id)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.__dict__["_pens"] = None
        self.__dict__["_strips"] = None

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self.atlas is None or not len(self.atlas):
            return self._pieces(self._greeting(y, width, height), width)
        if y >= self.camera.rows:
            foot = self._foot(width)
            line = y - self.camera.rows
            return self._pieces(foot[line] if line < len(foot) else [], width)
        if self._strips is None:
            self._strips = self._paint()
        return self._strips[y]

    def _paint(self) -> list[Strip]:
        atlas, camera = self.atlas, self.camera
        assert atlas is not None
        if self._raster is None:
            self._raster = rasterise(
                atlas.places, self._kinds.codes, camera, len(self._kinds.names)
            )
        raster = self._raster
        canvas = Canvas(camera)
        is_sparse = len(raster.visible) * _STAR_CELLS <= camera.columns * camera.rows
        if is_sparse:
            seen = raster.visible
            sign = "●" if len(seen) <= _TITLES_UP_TO else "•"
            canvas.stars(camera.cells(atlas.places[seen]), self._kinds.codes[seen], sign)
        else:
            canvas.dots(raster)
        self._draw_way(canvas, atlas)
        self._draw_marks(canvas, atlas)
        told = self._draw_tags(canvas, atlas)
        canvas.page.put_names(self._region_names(atlas, raster, is_sparse))
        if len(raster.visible) <= _TITLES_UP_TO:
            self._draw_titles(canvas, atlas, np.setdiff1d(raster.visible, list(told)))
        pens, _ = self._styles()
        names = {word.ink for word in canvas.page.words}
        return canvas.strips(pens, {name: self.ink(_INKS[name]) for name in names})

    def _region_names(self, atlas: Atlas, raster: Raster, is_sparse: bool) -> list[Name]:
        """Names of what is in sight; counted again only when that changes."""
        if is_sparse and len(raster.visible) <= _TITLES_UP_TO:
            return []
        at = self._named_at
        regions = window_regions(self.camera)
        if at is None or at[0] is not atlas or at[1] != regions:
            self._names = region_names(atlas, self.camera)
            self._named_at = (atlas, regions)
        return self._names

    def _draw_way(self, canvas: Canvas, atlas: Atlas) -> None:
        past, coming = self._on_map(atlas, self.way.past), self._on_map(atlas, self.way.coming)
        ahead = [*past[-1:], *coming]
        canvas.line(lines(self.camera, atlas.places[past]), PAST)
        canvas.line(lines(self.camera, atlas.places[ahead], dash=3), COMING)
        for rows, sign, pen in ((past[:-1], "•", PAST), (coming, "○", COMING)):
            for column, row in self.camera.cells(atlas.places[rows]).tolist():
                canvas.sign(column, row, sign, pen)

    def _on_map(self, atlas: Atlas, ids: Sequence[int]) -> list[int]:
        return [row for row in atlas.rows(ids).tolist() if row >= 0]

    def _draw_marks(self, canvas: Canvas, atlas: Atlas) -> None:
        marked = self._on_map(atlas, self.marks[:_MOST_MARKS])
        for column, row in self.camera.cells(atlas.places[marked]).tolist():
            canvas.sign(column, row, "◆", MARKED)
        here = atlas.row(self.radio_app.playing_id)
        if here >= 0:
            column, row = self.camera.cells(atlas.places[[here]])[0].tolist()
            canvas.sign(column, row, "◉", HERE)

    def _draw_tags(self, canvas: Canvas, atlas: Atlas) -> set[int]:
        """The names that matter most: under the cursor and the mouse, playing, next."""
        playing = atlas.row(self.radio_app.playing_id)
        coming = self._on_map(atlas, self.way.coming[:1])
        wanted = [
            (self.cursor_row, "cursor" if self.has_focus else "hover"),
            (self._hover, "hover"),
            (playing, "here"),
            *((row, "coming") for row in coming),
        ]
        told: set[int] = {-1}
        for row, ink in wanted:
            if row in told:
                continue
            told.add(row)
            column, line = self.camera.cells(atlas.places[[row]])[0].tolist()
            if ink == "cursor" and row != playing:
                canvas.sign(column, line, "◎", HERE)
            canvas.page.reserve(column, line)
            track = self._track(atlas, row)
            title = track.title if track else "…"
            words = f" {title} " if ink in ("cursor", "hover") else title
            canvas.page.put_beside(words, column, line, ink, _TITLE_CELLS, needed=True)
        return told

    def _draw_titles(self, canvas: Canvas, atlas: Atlas, visible: NDArray[np.intp]) -> None:
        """Close up, every song by its name, as far as there is room."""
        self.radio_app.tracks.want(atlas.ids[visible].tolist())
        cells = self.camera.cells(atlas.places[visible]).tolist()
        for column, row in cells:
            canvas.page.reserve(column, row)
        for (column, row), at in zip(cells, visible.tolist(), strict=True):
            track = self._track(atlas, at)
            if track is not None:
                canvas.page.put_beside(track.title, column, row, "title", _TITLE_CELLS)

    def _track(self, atlas: Atlas, row: int) -> Track | None:
        return self.radio_app.tracks.get(int(atlas.ids[row]))

    # --- the lines below --------------------------------------------------------------

    def _foot(self, width: int) -> list[list[Piece]]:
        return [self._song(width), *self._legend(width)]

    def _song(self, width: int) -> list[Piece]:
        """The song under the mouse or the cursor."""
        atlas = self.atlas
        row = self._hover if self._hover >= 0 else self.cursor_row
        if atlas is None or row < 0:
            return []
        track = self._track(atlas, row)
        if track is None:
            return [Piece(" ◎ …", "faint")]
        tempo = float(atlas.tempo_bpm[row])
        genre = atlas.genres.names[int(atlas.genres.codes[row])]
        about = [clean(track.album), clean(genre), f"{tempo:.0f} BPM" if tempo else ""]
        left = [Piece(" ◎ ", "needle"), Piece(clean(track.title), "strong")]
        left += [Piece(f"  {clean(track.artist)}", "dim")] if track.artist else []
        left += [Piece(f" · {words}", "faint") for words in about if words]
        return spread(left, [*self._marked(), Piece(f" {clock(track.duration_s)} ", "dim")], width)

    def _marked(self) -> list[Piece]:
        """How many songs are marked, and what can be done with them."""
        if not self.marks:
            return []
        marked = Piece(f"  ◆ {number(len(self.marks))} ", "amber")
        if len(self.marks) == 1:
            return [marked, Piece("m", "key"), Piece(" marks another ", "dim")]
        return [marked, Piece("Y", "key", "journey"), Piece(" journey ", "dim", "journey")]

    def _legend(self, width: int) -> list[list[Piece]]:
        """What the colours stand for."""
        right = [Piece("o", "key", "map_shade"), Piece(f" by {self.shade} ", "dim", "map_shade")]
        first, *others = self._classes_shown(width)
        return [spread(first, right, width), *others]

    def _classes_shown(self, width: int) -> list[list[Piece]]:
        """The colours with their names, on one line or two."""
        kinds = self._kinds
        names = kinds.names if kinds.has_rest else kinds.names[:-1]
        room = width - len(f"o by {self.shade} ") - 2
        most = 2 if self.size.height >= _ROWS_FOR_LONG_LEGEND else 1
        shown: list[list[Piece]] = [[Piece(" ")]]
        for code, name in enumerate(names):
            gap = "  " if width >= _WIDE else " "
            entry = [Piece("■ ", f"class-{code}"), Piece(f"{crop(clean(name), 18)}{gap}", "dim")]
            if width_of(shown[-1]) + width_of(entry) > room:
                if len(shown) == most:
                    shown[-1].append(Piece("…", "faint"))
                    break
                shown.append([Piece(" ")])
            shown[-1] += entry
        return shown

    def action_below(self, x: int, y: int) -> str:
        """The action of a cell of the lines below the map, "" for none."""
        line = y - self.camera.rows
        foot = self._foot(self.size.width)
        return action_at(foot[line], x) if 0 <= line < len(foot) else ""

    def _greeting(self, y: int, width: int, height: int) -> list[Piece]:
        line = y - max(0, height // 2 - len(self.words))
        if not 0 <= line < len(self.words):
            return []
        words, ink = self.words[line]
        shown = clean(words)
        return [Piece(" " * max(1, (width - cell_len(shown)) // 2)), Piece(shown, ink)]

    def _pieces(self, pieces: list[Piece], width: int) -> Strip:
        pieces = cut(pieces, width)
        filler = width - width_of(pieces)
        segments = [Segment(piece.text, self.ink(piece.ink)) for piece in pieces]
        return Strip([*segments, Segment(" " * filler, self.ink("text"))], width)

    # --- pens -------------------------------------------------------------------------

    def ink(self, name: str) -> Style:
        """See ``Inked``; the map has inks of its own for classes and labels."""
        if name.startswith("class-"):
            return self._styles()[1][int(name.removeprefix("class-"))]
        if name == "strong-label":
            return super().ink("strong") + Style(bold=True)
        if name == "coming":
            return super().ink("needle")
        if name == "cursor-label":
            return super().ink("text") + super().ink("cursor")
        if name == "hover-label":
            return super().ink("text") + super().ink("cursor-far")
        return super().ink(name)

    def _styles(self) -> tuple[list[Style], list[Style]]:
        """Pens by number, and the full colour of each class."""
        if self._pens is None:
            theme, variables = self.app.current_theme, self.app.theme_variables
            ground = variables["background"]
            names = colours(
                self.shade, len(self._kinds.names) - 1, variables["primary"], ground,
                dark=theme.dark, ansi=theme.ansi,
            )  # fmt: skip
            names.append(variables["ink-faint"])
            base = self.rich_style
            shining = [
                [
                    base + Style(color=Color.parse(faded(name, ground, level)).rich_color)
                    for level in range(LEVELS)
                ]
                for name in names
            ]
            figures = [super(MapFace, self).ink(name) for name in PENS]
            figures[PAST] += Style(bold=True)
            figures[MARKED] += Style(bold=True)
            flat = [style for levels in shining for style in levels]
            self._pens = ([*figures, *flat], [levels[-1] for levels in shining])
        return self._pens
