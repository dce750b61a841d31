"""Jump mode: letters over all that can be reached; typing them goes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.strip import Strip

from tuiradio.ui.jump_spots import Spot, labels


class Labelled:
    """What lies below, with words laid over it."""

    def __init__(self, below: RenderableType, words: Mapping[Offset, str], style: Style) -> None:
        self._below, self._words, self._style = below, words, style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        by_line: dict[int, list[tuple[int, str]]] = {}
        for at, word in self._words.items():
            by_line.setdefault(at.y, []).append((at.x, word))
        segments = console.render(self._below, options)
        for y, line in enumerate(Segment.split_lines(segments)):
            strip = Strip(line)
            for x, word in by_line.get(y, ()):
                strip = overlaid(strip, x, word, self._style)
            yield from strip
            yield Segment.line()


def overlaid(strip: Strip, x: int, word: str, style: Style) -> Strip:
    """A line with a word over it; what is cut in half becomes blank."""
    width = strip.cell_length
    x = max(0, min(x, width - len(word)))
    over = Strip([Segment(word, style)], len(word))
    return Strip.join([strip.crop(0, x), over, strip.crop(x + len(word), width)])


class JumpScreen(ModalScreen[Spot | None]):
    """Answers with the place whose letters were typed; any other key leaves."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        super().__init__()
        self._spots = dict(zip(labels(len(spots)), spots, strict=False))
        self._typed = ""

    @property
    def shown(self) -> dict[str, Spot]:
        """Labels that still can be meant, with their places."""
        return {name: spot for name, spot in self._spots.items() if name.startswith(self._typed)}

    def render(self) -> RenderableType:
        below = super().render()
        if not isinstance(below, BackgroundScreen):
            return below
        colours = self.app.theme_variables
        style = Style.parse(f"bold {colours['cursor-foreground']} on {colours['primary']}")
        left = len(self._typed)
        words = {spot.at: name[left:].upper() for name, spot in self.shown.items()}
        return Labelled(below, words, style)

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        typed = self._typed + (event.character or "").lower()
        if event.key == "backspace" and self._typed:
            self._typed = self._typed[:-1]
        elif typed in self._spots:
            self.dismiss(self._spots[typed])
        elif event.is_printable and any(name.startswith(typed) for name in self._spots):
            self._typed = typed
        else:
            self.dismiss(None)
        self.refresh()

    def on_click(self) -> None:
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        # What the letters stand for has moved.
        if event.size != self._came_up_at:
            self.dismiss(None)

    def on_mount(self) -> None:
        self._came_up_at = self.app.size
