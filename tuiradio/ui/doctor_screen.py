"""The doctor: what was examined, what to do about it, and how engine, ear and model are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from tuiradio.engine.checks import NAMES, Check
from tuiradio.ui.action import Action, Context, first_key
from tuiradio.ui.doctor_lines import Facts, Line, check_lines, fact_lines, title
from tuiradio.ui.ink import Piece
from tuiradio.ui.keyed import Keyed
from tuiradio.ui.sheet import Button, SheetKeys
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.ui.doctor_actions import DoctorActions

ALL_NAMES = (*NAMES, "terminal")
_SIDE_BY_SIDE_FROM = 100


class LineList(VirtualList):
    """Lines to scroll through; none of them can be chosen."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: Sequence[Line] = ()

    @property
    def count(self) -> int:
        return len(self._lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines."""
        self._lines = lines
        self.rows_changed()

    def move_by(self, rows: int) -> None:
        self.scroll_relative(y=rows, animate=False)

    def over(self, index: int) -> Style | None:
        return None

    def draw_row(self, index: int, line: int, width: int) -> list[Piece]:
        return list(self._lines[index])


class DoctorScreen(Keyed, ModalScreen[None]):
    """Checks as they are made; beside them, or below, the figures."""

    CSS_PATH = "settings.tcss"
    CONTEXTS: ClassVar[tuple[Context, ...]] = (Context.DOCTOR, Context.SHEET)

    def __init__(self, house: DoctorActions) -> None:
        super().__init__()
        self._house = house
        self.checks: dict[str, Check] = {}
        self.facts: tuple[Facts, ...] = ()
        self.left = LineList("doctor-rows")
        self.right = LineList("doctor-facts")

    def compose(self) -> ComposeResult:
        panel = Vertical(id="doctor")
        panel.border_title = "Doctor"
        with panel:
            with Horizontal():
                yield self.left
                yield self.right
            yield SheetKeys(self._buttons())

    def on_mount(self) -> None:
        self.left.focus()
        self.show()

    def take_keys(self, actions: tuple[Action, ...]) -> None:
        super().take_keys(actions)
        for line in self.query(SheetKeys):
            line.show(self._buttons())

    def _buttons(self) -> tuple[Button, ...]:
        table = {action.id: action for action in self._house.key_table}
        told = [table[name] for name in ("doctor.again", "doctor.settings", "sheet.close")]
        return tuple(Button(first_key(one), one.label, one.command) for one in told)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    # --- what was found out -----------------------------------------------------------

    def begin(self) -> None:
        """Nothing is known yet."""
        self.checks = {}
        self.show()

    def take(self, check: Check) -> None:
        """A check was made."""
        self.checks[check.name] = check
        self.show()

    def tell(self, facts: tuple[Facts, ...]) -> None:
        """How engine, listening and model are now."""
        self.facts = facts
        self.show()

    def show(self) -> None:
        """Draw what is known."""
        if not self.is_mounted:
            return
        is_wide = self.size.width >= _SIDE_BY_SIDE_FROM
        self.right.display = is_wide
        self.query_one("#doctor").border_title = title(self.checks, len(ALL_NAMES))
        room = self.left.scrollable_content_region.width
        checks = check_lines(ALL_NAMES, self.checks, room)
        if is_wide:
            self.left.show(checks)
            facts = fact_lines(self.facts, self.right.scrollable_content_region.width)
            self.right.show(facts)
        else:
            self.left.show([*checks, (), *fact_lines(self.facts, room)])

    # --- keys ---------------------------------------------------------------------------

    def action_move(self, rows: int) -> None:
        for lines in (self.left, self.right):
            if lines.has_focus or (lines is self.left and not self.right.has_focus):
                lines.move_by(rows)

    def action_enter(self) -> None:
        """There is nothing to choose."""

    def action_again(self) -> None:
        """Examine everything again."""
        self._house.examine()

    def action_other(self) -> None:
        """Over to the settings."""
        self.dismiss(None)
        self._house.action_settings()

    def action_close(self) -> None:
        self.dismiss(None)
