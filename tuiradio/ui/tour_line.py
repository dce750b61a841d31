"""Two lines over the keys that lead through the tour; the music and all keys go on."""

from __future__ import annotations

from tuiradio.ui.ink import Drawn, Piece, spread
from tuiradio.ui.tour_steps import STEPS


class TourLine(Drawn):
    """What to try now; hidden while no tour is on."""

    step = -1
    """Number of the step, -1 for none."""
    key = ""
    """The key of its action."""
    next_panel = "tab"
    """The key to the next panel."""

    def show(self, step: int, key: str, next_panel: str = "tab") -> None:
        """Lead to a step, or with -1 leave."""
        self.step, self.key, self.next_panel = step, key, next_panel
        self.display = step >= 0
        self.refresh()

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        if self.step < 0:
            return []
        step = STEPS[self.step]
        count = f" {self.step + 1}/{len(STEPS)} "
        where = step.where.format(next=self.next_panel)
        what = [Piece(count, "needle"), Piece(f" {self.key} ", "key", step.action)]
        is_last = self.step == len(STEPS) - 1
        go_on = [
            Piece("enter", "key", "tour_next"),
            Piece(" ends " if is_last else " on  ", "dim", "tour_next"),
        ]
        leave = [Piece("esc", "key", "tour_leave"), Piece(" ends ", "dim", "tour_leave")]
        return [
            [*what, Piece(f" {step.words}", "text")],
            spread(
                [Piece(" " * (len(count) + 1)), Piece(where, "dim")],
                go_on if is_last else [*go_on, *leave],
                width,
            ),
        ]
