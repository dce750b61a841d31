"""The sheet of what is the matter, what goes on and what was said."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from tuiradio.engine.protocol import EngineState
from tuiradio.ui.ink import Piece
from tuiradio.ui.notices import NoticeLog, Told, Trouble, ago, doings, troubles
from tuiradio.ui.sheet import Row, Sheet
from tuiradio.ui.text import clean

_SIGNS = {"information": ("· ", "dim"), "warning": ("▲ ", "warn"), "error": ("▲ ", "bad")}


class NoticeSheet(Sheet):
    """Troubles first, each with what to do; below them the notices, newest first."""

    TITLE = "What happened"

    def __init__(self, state: Callable[[], EngineState], log: NoticeLog) -> None:
        super().__init__()
        self._state = state
        self._log = log
        self._troubles: tuple[Trouble, ...] = ()
        self._actions: tuple[str, ...] = ()
        """Of each row, "" for those without."""

    def fill(self) -> None:
        state = self._state()
        self._troubles = troubles(state)
        said = [(words, "text") for words in doings(state)]
        if not self._troubles:
            said.insert(0, ("✓ Nothing is the matter.", "teal"))
        self.words.say(*said, ("", "dim"))
        marked: list[tuple[Row, str]] = []
        for trouble in self._troubles:
            marked += self._wrapped("▲ ", "warn", trouble.words, trouble.action)
            marked += self._wrapped("  ", "dim", trouble.hint, trouble.action)
        for told, ago_s in self._log.newest_first():
            marked += self._notice(told, ago_s)
        self.rows.nothing = "Nothing was said yet."
        self._actions = tuple(action for _, action in marked)
        self.rows.show([row for row, _ in marked])

    def _notice(self, told: Told, ago_s: float) -> list[tuple[Row, str]]:
        sign, ink = _SIGNS[told.severity]
        again = f" ({told.times} times)" if told.times > 1 else ""
        rows = self._wrapped(sign, ink, f"{told.message}{again}", "")
        first, action = rows[0]
        rows[0] = (Row(first.left, (Piece(f"  {ago(ago_s)}", "faint"),)), action)
        return rows + self._wrapped("  ", "dim", told.hint, "")

    def _wrapped(self, sign: str, ink: str, words: str, action: str) -> list[tuple[Row, str]]:
        """Rows of one text, which may be as long as a path."""
        width = max(30, min(96, int(self.app.size.width * 0.9)) - 22)
        lines = textwrap.wrap(clean(words), width)
        signs = [sign, *[" " * len(sign)] * len(lines)]
        text = "dim" if ink == "dim" and sign.isspace() else "text"
        return [
            (Row((Piece(start, ink), Piece(line, text))), action)
            for start, line in zip(signs, lines, strict=False)
        ]

    def choose(self, index: int) -> None:
        """Do what helps against the trouble of a row."""
        if index < len(self._actions) and self._actions[index]:
            self.dismiss(self._actions[index])
