"""The action that teaches the ear."""

from __future__ import annotations

from collections.abc import Callable

from tuiradio.errors import TuiradioError
from tuiradio.ui.asked import asked
from tuiradio.ui.hand_actions import HandActions
from tuiradio.ui.teach_sheet import Lesson, TeachSheet

_ANSWERED_WITHIN_S = 60.0


class TeachActions(HandActions):
    """Comparisons of three tracks."""

    def action_teach(self) -> None:
        """Ask which of two tracks is closer to a third."""
        self.push_screen(TeachSheet(self.engine, self._lesson, self.tracks.want, self.tracks.get))

    def _lesson(
        self, query: Lesson, then: Callable[[object], None], failed: Callable[[TuiradioError], None]
    ) -> None:
        name = f"lesson {type(query).__name__}"
        self.asking.do(name, lambda engine: asked(engine, query, _ANSWERED_WITHIN_S), then, failed)
