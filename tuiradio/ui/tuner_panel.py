"""The tuner: a dial per setting of the radio; each turn acts at once on what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rich.style import Style
from textual import events

from tuiradio.engine.protocol import RadioState, TuneRadio
from tuiradio.radio.pick import RadioSettings
from tuiradio.ui import dial
from tuiradio.ui.action import Context
from tuiradio.ui.ink import Piece, spread
from tuiradio.ui.keyed import Keyed
from tuiradio.ui.text import clean
from tuiradio.ui.virtual_list import VirtualList

_HIGHEST_WEIGHT = 2.0
_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Knob:
    """One dial or switch: a field of ``RadioSettings``, or the weight of a sub-space."""

    field: str
    name: str
    low: str = ""
    high: str = ""
    bottom: float = 0.0
    top: float = 1.0
    step: float = 0.05
    unit: str = ""
    """Of whole figures; "" shows two decimals."""
    is_weight: bool = False
    is_switch: bool = False

    @property
    def span(self) -> float:
        """From one end of the dial to the other."""
        return self.top - self.bottom


_KNOBS = (
    Knob("drift", "drift", "stay on the seed", "follow the last track"),
    Knob("adventure", "adventure", "the closest", "forgot I owned this"),
)
_MANNERS = (
    Knob("feedback", "feedback", "deaf to skips and likes", "each weighs double", top=2, step=0.1),
    Knob("continuity", "even tempo", "jumps as it likes", "no jumps in tempo"),
    Knob("artist_window", "an artist again", top=30, step=1, unit="tracks"),
    Knob("album_window", "an album again", top=40, step=1, unit="tracks"),
    Knob("recent_hours", "a track again", top=336, step=6, unit="h"),
    Knob("min_length_s", "shortest", top=300, step=5, unit="s"),
    Knob("max_length_s", "longest", bottom=120, top=3600, step=60, unit="s"),
    Knob("versions", "live, remastered and other versions", is_switch=True, step=1),
    Knob("skits", "skits and intros", is_switch=True, step=1),
    Knob("back_and_forth", "back to the artist before last", is_switch=True, step=1),
)
_WHOLE = frozenset({"artist_window", "album_window"})


def knobs(subspaces: tuple[str, ...]) -> tuple[Knob, ...]:
    """Drift, adventure, the sub-spaces of a model that has several, and the manners."""
    weights = tuple(
        Knob(name, name, "ignore", "twice as much", top=_HIGHEST_WEIGHT, step=0.1, is_weight=True)
        for name in subspaces
    )
    return (*_KNOBS, *(weights if len(weights) > 1 else ()), *_MANNERS)


def value(settings: RadioSettings, knob: Knob) -> float:
    """Where a dial stands."""
    if knob.is_weight:
        return dict(settings.weights).get(knob.field, 1.0)
    return float(getattr(settings, knob.field))


def turned(settings: RadioSettings, knob: Knob, to: float) -> RadioSettings:
    """The settings with one dial at ``to``, kept within its range."""
    to = round(max(knob.bottom, min(knob.top, to)), 2)
    if knob.is_weight:
        weights = {**dict(settings.weights), knob.field: to}
        return replace(settings, weights=tuple(weights.items()))
    if knob.is_switch:
        changes: dict[str, Any] = {knob.field: to >= 0.5}
    else:
        changes = {knob.field: int(to) if knob.field in _WHOLE else to}
    return replace(settings, **changes)


class TunerPanel(VirtualList, Keyed):
    """Two lines a dial: name and value over the scale. Left and right turn it."""

    ROW_HEIGHT = 2
    CONTEXTS = (Context.TUNER,)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.settings = RadioSettings()
        self.knobs = knobs(())
        self._held = -1
        self._preset = ""

    @property
    def count(self) -> int:
        return len(self.knobs)

    def show(self, radio: RadioState) -> None:
        """Take the dials of the engine."""
        self._preset = clean(radio.preset)
        self._title_changed()
        if self.settings == radio.settings and self.knobs == knobs(radio.subspaces):
            return
        self.settings, self.knobs = radio.settings, knobs(radio.subspaces)
        self.rows_changed()

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        self._title_changed()

    def _title_changed(self) -> None:
        """Write on the edge the preset, and how to turn while its keys do."""
        how = "←→ turn, ↑↓ choose" if self.has_focus else ""
        words = " · ".join(filter(None, ("Tuner", self._preset, how)))
        self.border_title = words.replace("[", "\\[")

    def turn(self, steps: int) -> None:
        """Turn the dial under the cursor."""
        knob = self.knobs[self.cursor]
        self._set(knob, value(self.settings, knob) + steps * knob.step)

    def flip(self) -> None:
        """Turn the switch under the cursor; a dial goes back to where it was made."""
        knob = self.knobs[self.cursor]
        at = value(self.settings, knob)
        self._set(knob, 1.0 - at if knob.is_switch else value(RadioSettings(), knob))

    def _set(self, knob: Knob, to: float) -> None:
        settings = turned(self.settings, knob, to)
        if settings != self.settings:
            self.settings = settings
            self.radio_app.engine.submit(TuneRadio(settings))
            self.refresh()

    def clicked(self, index: int, event: events.Click) -> None:
        self.move_to(index)
        if self.knobs[index].is_switch and event.chain == 1:
            self.flip()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        line = self.line_at(event)
        index = line // self.ROW_HEIGHT
        if line >= 0 and line % self.ROW_HEIGHT == 1 and not self.knobs[index].is_switch:
            event.stop()
            self._held = index
            self.capture_mouse()
            self._drag_to(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held >= 0:
            self._drag_to(event.x)
        else:
            super().on_mouse_move(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held >= 0:
            event.stop()
            self.release_mouse()
            self._held = -1

    def _drag_to(self, x: int) -> None:
        knob = self.knobs[self._held]
        cells = self._cells(self.scrollable_content_region.width)
        fraction = max(0.0, min(1.0, (x - _MARGIN) / max(1, cells - 1)))
        self._set(knob, knob.bottom + round(fraction * knob.span / knob.step) * knob.step)

    def over(self, index: int) -> Style | None:
        return self.ink("cursor-far") if index == self.cursor and self.has_focus else None

    def _cells(self, width: int) -> int:
        return max(4, width - 2 * _MARGIN)

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        knob = self.knobs[index]
        at = value(self.settings, knob)
        if knob.is_switch:
            return self._switch(knob, at > 0.5, line, width)
        fraction = (at - knob.bottom) / knob.span
        if line == 0:
            words = knob.low if fraction < 0.3 else knob.high if fraction > 0.7 else ""
            figure = f"{at:.0f} {knob.unit}" if knob.unit else f"{at:.2f}"
            name = [Piece("  "), Piece(knob.name, "strong"), Piece(f"  {words}", "faint")]
            return spread(name, [Piece(f"{figure}  ", "amber")], width)
        cells = self._cells(width)
        ticks = tuple(round(i * (cells - 1) / 10) for i in range(11))
        return [Piece(" " * _MARGIN), *dial.scale(cells, fraction, ticks)]

    def _switch(self, knob: Knob, is_on: bool, line: int, width: int) -> list[Piece]:
        if line == 1:
            return []
        words = [Piece("may play ", "amber"), Piece("──", "faint"), Piece("┃  ", "needle")]
        if not is_on:
            words = [Piece("kept out ", "dim"), Piece("┃", "needle"), Piece("──  ", "faint")]
        return spread([Piece("  "), Piece(knob.name, "strong")], words, width)
