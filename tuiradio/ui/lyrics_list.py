"""The words of the song that plays, line by line; the one that is sung stands in the middle."""

from __future__ import annotations

import textwrap

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.timer import Timer

from tuiradio.library.lyrics import Lyrics
from tuiradio.ui.ink import Piece
from tuiradio.ui.text import clean, crop
from tuiradio.ui.virtual_list import VirtualList

_NO_WORDS = "♪"
_NEAR = 2
_FAR = 6
_SOON_S = 0.3

NOTHING = Lyrics(())


class LyricsList(VirtualList):
    """Follows the music until it is scrolled by hand; ``follow`` takes it up again."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.lyrics = NOTHING
        self.is_following = True
        self.empty: tuple[tuple[str, str], ...] = ()
        """What to say when there are no words, as text and ink."""
        self._sung = -1
        self._soon: Timer | None = None
        self._rows: list[tuple[int, str]] = []
        """Line and text of each row; long lines take several."""
        self._width = 0
        self._pad = 0
        """Empty rows before and after, which let the first and last line stand in the middle."""

    # --- what it shows --------------------------------------------------------------

    def show(self, lyrics: Lyrics) -> None:
        """Another song's words."""
        self._expect_nothing()
        self.lyrics, self._sung = lyrics, -1
        self.is_following = lyrics.is_synced
        self._lay_out()
        self.cursor = self._pad
        self.scroll_to(y=0, animate=False)

    def reach(self, position_s: float, *, is_moving: bool = False) -> None:
        """The music stands here, or moves on from here."""
        self._expect_nothing()
        if is_moving:
            self._expect(position_s)
        sung = self.lyrics.line_at(position_s)
        if sung != self._sung:
            self._sung = sung
            self.refresh()
            self._keep_in_sight()

    def _expect(self, position_s: float) -> None:
        """Positions come four times a second; a line that begins before the next is in time."""
        following = self.lyrics.line_at(position_s) + 1
        if self.lyrics.is_synced and following < len(self.lyrics.lines):
            at_s = self.lyrics.lines[following].at_s or 0.0
            if at_s - position_s < _SOON_S:
                self._soon = self.set_timer(at_s - position_s, lambda: self.reach(at_s))

    def _expect_nothing(self) -> None:
        """Another song, or a pause: the line that was about to be sung is not."""
        if self._soon is not None:
            self._soon.stop()
            self._soon = None

    def follow(self) -> None:
        """Go on with the music."""
        self.is_following = self.lyrics.is_synced
        self._keep_in_sight()
        self.refresh()

    def time_of(self, index: int) -> float | None:
        """When the line of a row is sung."""
        row = index - self._pad
        return self.lyrics.lines[self._rows[row][0]].at_s if 0 <= row < len(self._rows) else None

    def _keep_in_sight(self) -> None:
        if not self.is_following or not self._rows:
            return
        row = next((n for n, (line, _) in enumerate(self._rows) if line == self._sung), 0)
        self.cursor = self._pad + row
        middle = self.scrollable_content_region.height // 2
        self.scroll_to(y=max(0, self.cursor - middle), animate=False)

    def _lay_out(self) -> None:
        region = self.scrollable_content_region
        self._width = max(10, region.width - 4)
        self._pad = region.height // 2 if self.lyrics.is_synced else 1
        self._rows = [
            (number, row)
            for number, line in enumerate(self.lyrics.lines)
            for row in _wrapped(clean(line.text) or self._silence(), self._width)
        ]
        self._strips.clear()
        self.rows_changed()
        # Only then the scroll area is as long as the rows.
        self.call_after_refresh(self._keep_in_sight)

    def _silence(self) -> str:
        """What stands where nothing is sung; between the verses of plain words, nothing."""
        return _NO_WORDS if self.lyrics.is_synced else ""

    # --- a list of rows ---------------------------------------------------------------

    @property
    def count(self) -> int:
        return len(self._rows) + 2 * self._pad if self._rows else 0

    def on_resize(self) -> None:
        self._lay_out()

    def move_to(self, index: int) -> None:
        if not self._rows:
            return
        self.is_following = False
        super().move_to(max(self._pad, min(index, self._pad + len(self._rows) - 1)))
        self.refresh()

    def on_mouse_scroll_up(self) -> None:
        self._let_go()

    def on_mouse_scroll_down(self) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self.is_following:
            self.is_following = False
            self.post_message(self.CursorMoved(self, self.cursor))

    def clicked(self, index: int, event: events.Click) -> None:
        if self.time_of(index) is not None:
            self.post_message(self.Activated(self, index))

    def over(self, index: int) -> Style | None:
        row = index - self._pad
        if not 0 <= row < len(self._rows):
            return None
        if index == self.cursor and not self.is_following:
            return self.ink("cursor-far")
        return self.ink("hover") if index == self._hover and self.lyrics.is_synced else None

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        row = index - self._pad
        if not 0 <= row < len(self._rows):
            return []
        number, text = self._rows[row]
        left = max(1, (width - cell_len(text)) // 2) if self.lyrics.is_synced else 2
        return [Piece(" " * left), Piece(text, self._ink_of(number))]

    def _ink_of(self, number: int) -> str:
        if not self.lyrics.is_synced:
            return "text"
        if number == self._sung:
            return "playing"
        if self._sung < 0:
            return "dim"
        away = abs(number - self._sung)
        return "text" if away <= _NEAR else "dim" if away <= _FAR else "faint"

    def draw_empty(self, line: int, width: int) -> list[Piece]:
        top = max(0, self.scrollable_content_region.height // 2 - len(self.empty))
        if not 0 <= line - top < len(self.empty):
            return []
        words, ink = self.empty[line - top]
        text = crop(clean(words), max(1, width - 2))
        return [Piece(" " * max(1, (width - cell_len(text)) // 2)), Piece(text, ink)]


def _wrapped(text: str, width: int) -> list[str]:
    """The rows of one line; wide letters count twice."""
    if cell_len(text) <= width:
        return [text]
    if cell_len(text) == len(text):
        return textwrap.wrap(text, width)
    rows: list[str] = [""]
    for word in textwrap.wrap(text, max(2, width // 2)):
        joined = f"{rows[-1]} {word}".strip()
        if cell_len(joined) <= width:
            rows[-1] = joined
        else:
            rows.append(word)
    return rows
