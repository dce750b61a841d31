"""What a search finds beside tracks, and the label that says where it looks."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.widgets import Input

from tuiradio.library.names import Named
from tuiradio.ui.ink import Drawn, Piece, spread
from tuiradio.ui.text import clean, crop, number
from tuiradio.ui.virtual_list import VirtualList

EVERYWHERE = "everywhere"
_KIND_CELLS = 10
_LONGEST_LABEL = 34


class HitList(VirtualList):
    """Artists, albums, genres, playlists and folders of that name, over the tracks."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.hits: Sequence[Named] = ()

    @property
    def count(self) -> int:
        return len(self.hits)

    def show(self, hits: Sequence[Named]) -> None:
        """Replace the rows; the widget is as high as there are rows."""
        if hits != self.hits:
            self.hits, self.cursor = hits, 0
            self.styles.height = max(1, len(hits))
            self.rows_changed()

    def hit(self) -> Named | None:
        """The row under the cursor."""
        return self.hits[self.cursor] if 0 <= self.cursor < self.count else None

    def over(self, index: int) -> Style | None:
        """No cursor where the keys do not go: the tracks below have theirs."""
        return super().over(index) if self.has_focus or index != self.cursor else None

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        hit = self.hits[index]
        is_first = index == 0 or self.hits[index - 1].kind is not hit.kind
        kind = hit.kind.value if is_first else ""
        many = "1 track" if hit.tracks == 1 else f"{number(hit.tracks)} tracks"
        name = [Piece(f"   {kind:<{_KIND_CELLS}}", "amber"), Piece(clean(hit.name), "strong")]
        if hit.note:
            name.append(Piece(f"  {clean(hit.note)}", "dim"))
        return spread(name, [Piece(many, "faint"), Piece(" › ", "faint")], width)


class ScopeLabel(Drawn):
    """Where the words are looked for; a click, ``&`` or ``/`` changes it."""

    scope = ""
    """The list that is looked through, "" for everything."""

    def show(self, scope: str) -> None:
        if scope != self.scope:
            self.scope = scope
            self.refresh(layout=True)

    @property
    def words(self) -> str:
        where = f"in {crop(clean(self.scope), _LONGEST_LABEL)}" if self.scope else EVERYWHERE
        return f" {where} "

    def get_content_width(self, container: Size, viewport: Size) -> int:
        from rich.cells import cell_len

        return cell_len(self.words)

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        return [[Piece(self.words, "key" if self.scope else "dim", "search_scope")]]


class SearchBox(Input):
    """The box for words; the keys that open it change, while it is empty, where it looks."""

    async def _on_key(self, event: events.Key) -> None:
        if not self.value and event.character in ("/", "&"):
            event.stop()
            event.prevent_default()
            await self.app.run_action("filter" if event.character == "&" else "search")
            return
        await super()._on_key(event)
