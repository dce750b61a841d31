"""The actions that change the look: the next theme, the choice of one, the cover's colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import ClassVar

from textual.app import App
from textual.timer import Timer

from tuiradio.ui import colour, theme_files, themes
from tuiradio.ui.action import Context
from tuiradio.ui.cover_picture import Picture
from tuiradio.ui.ink import Piece
from tuiradio.ui.plan_actions import PlanActions
from tuiradio.ui.sheet import Row, Sheet
from tuiradio.ui.text import clean
from tuiradio.ui.theme_files import Fingerprint, ThemeFile
from tuiradio.ui.themes import COVER, DEFAULT, PALETTES, Palette
from tuiradio.ui.virtual_list import VirtualList

_LOOKED_AT_EVERY_S = 2.0
_FADE_STEPS = 4
_FADE_STEP_S = 0.15
"""Each step costs some 50 ms: the style sheet is read anew with its colours."""

ABOUT = {
    "valve": "amber needles behind glass",
    "dusk": "peach and lilac, late",
    "phosphor": "the green eye of an old receiver",
    "midnight": "cold blue, quiet",
    "paper": "light, a printed programme",
    "contrast": "black, white and yellow, for tired eyes",
    "sixteen": "the terminal's own sixteen colours",
    "cover": "the colours of what plays",
}


class ThemeActions(PlanActions):
    """Themes of the house, of files, and of the cover."""

    _files_seen: Fingerprint = ()
    _from_files: tuple[ThemeFile, ...] = ()
    _cover_palette: Palette = PALETTES[DEFAULT]
    _cover_picture: Picture | None = None
    _fade: Timer | None = None

    @property
    def theme_names(self) -> tuple[str, ...]:
        """All that can be chosen, in the order of ``T``."""
        return (*themes.THEMES, *(file.name for file in self._from_files if file.palette))

    def register_themes(self) -> None:
        super().register_themes()
        if self.themes_dir is not None:
            self._files_seen = theme_files.fingerprint(self.themes_dir)
            self._take_files(theme_files.read_themes(self.themes_dir))

    def watch_themes(self) -> None:
        """Tell what is wrong with the files of themes, and look for changes from now on."""
        if self.themes_dir is not None:
            self._complain_of_files()
            self.set_interval(_LOOKED_AT_EVERY_S, self.look_at_themes)

    def watch_theme(self, before: str, name: str) -> None:
        """The cover is looked for when the theme comes to need it."""
        if name == COVER != before and self.screen_stack:
            self.read_stage()
            self._colour_by_cover()

    def read_stage(self) -> None:
        """Read what is shown of the track that plays."""

    # --- themes from files --------------------------------------------------------------

    def look_at_themes(self) -> None:
        """Read the files again when one of them changed."""
        directory, before = self.themes_dir, self._files_seen
        if directory is None:
            return

        def look(_: None) -> tuple[Fingerprint, tuple[ThemeFile, ...] | None]:
            now = theme_files.fingerprint(directory)
            return now, None if now == before else theme_files.read_themes(directory)

        self.files.do("themes", look, self._looked_at, self.complain)

    def _looked_at(self, found: tuple[Fingerprint, tuple[ThemeFile, ...] | None]) -> None:
        self._files_seen, files = found
        if files is None:
            return
        before = {file.name: file.palette for file in self._from_files}
        self._take_files(files)
        self._complain_of_files()
        now = {file.name: file.palette for file in files}
        if now.get(self.theme) not in (None, before.get(self.theme)):
            self.mutate_reactive(App.theme)

    def _take_files(self, files: tuple[ThemeFile, ...]) -> None:
        self._from_files = files
        for file in files:
            if file.palette is not None:
                self.register_theme(themes.theme_of(file.name, file.palette))

    def _complain_of_files(self) -> None:
        for file in self._from_files:
            if file.problem:
                where = f"themes/{file.name}.toml"
                self.say(f"{where}: {file.problem}", "warning", file.hint)

    # --- the colours of the cover -----------------------------------------------------------

    def cover_seen(self, picture: Picture | None) -> None:
        """Another cover came, or there is none."""
        if picture is not self._cover_picture:
            self._cover_picture = picture
            self._colour_by_cover()

    def _colour_by_cover(self) -> None:
        picture = self._cover_picture
        if self.theme != COVER:
            return
        if picture is None:
            self._fade_to(PALETTES[DEFAULT])
        else:
            self.art.do(
                "colours",
                lambda _: _palette_of(picture),
                lambda palette: self._coloured(picture, palette),
                self.complain,
            )

    def _coloured(self, picture: Picture, palette: Palette) -> None:
        if picture is self._cover_picture:
            self._fade_to(palette)

    def _fade_to(self, palette: Palette) -> None:
        """Change the colours in a few steps, so that nothing flashes."""
        if self._fade is not None:
            self._fade.stop()
            self._fade = None
        if palette == self._cover_palette:
            return
        if self.animation_level == "none":
            self._show_palette(palette)
        else:
            self._fade_step(self._cover_palette, palette, 1)

    def _fade_step(self, start: Palette, end: Palette, step: int) -> None:
        self._show_palette(between(start, end, step / _FADE_STEPS))
        if step < _FADE_STEPS:
            self._fade = self.set_timer(_FADE_STEP_S, lambda: self._fade_step(start, end, step + 1))

    def _show_palette(self, palette: Palette) -> None:
        self._cover_palette = palette
        self.register_theme(themes.theme_of(COVER, palette))
        if self.theme == COVER:
            self.mutate_reactive(App.theme)

    # --- actions ----------------------------------------------------------------------------

    def action_next_theme(self) -> None:
        names = self.theme_names
        at = names.index(self.theme) if self.theme in names else -1
        self.set_theme(names[(at + 1) % len(names)])
        self.say(f"Theme: {self.theme}")

    def action_choose_theme(self) -> None:
        self.push_screen(ThemeSheet(self.theme_names, self.theme, self.set_theme))


class ThemeSheet(Sheet):
    """The themes by name; the one under the cursor is shown at once, all around."""

    TITLE = "Themes"
    CONTEXTS: ClassVar = (Context.THEMES, Context.SHEET)

    def __init__(self, names: tuple[str, ...], now: str, show: Callable[[str], None]) -> None:
        super().__init__()
        self._names = names
        self._before = now
        self._show = show

    def fill(self) -> None:
        width = max(len(name) for name in self._names) + 2
        self.rows.show(
            [
                Row(
                    (
                        Piece("● " if name == self._before else "  ", "needle"),
                        Piece(f"{name:<{width}}", "strong"),
                        Piece(ABOUT.get(name, f"themes/{clean(name)}.toml"), "dim"),
                    )
                )
                for name in self._names
            ],
            self._names.index(self._before) if self._before in self._names else 0,
        )

    def on_virtual_list_cursor_moved(self, message: VirtualList.CursorMoved) -> None:
        message.stop()
        self._show(self._names[message.index])

    def choose(self, index: int) -> None:
        self._leave_with(self._names[index])

    def action_close(self) -> None:
        self._leave_with(self._before)

    def _leave_with(self, name: str) -> None:
        self._show(name)
        self.dismiss(None)


def between(start: Palette, end: Palette, share: float) -> Palette:
    """A palette on the way from one to another."""
    if share >= 1.0:
        return end
    pairs = ((name, value, getattr(end, name)) for name, value in asdict(start).items())
    return Palette(**{name: colour.mixed(one, other, share) for name, one, other in pairs})


def _palette_of(picture: Picture) -> Palette:
    from tuiradio.ui import cover_palette, cover_picture

    return cover_palette.palette_of(cover_picture.pixels(picture, cover_palette.SIDE_PX))
