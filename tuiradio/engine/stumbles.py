"""Tracks that cannot be played: each is told and skipped, and in time the trying ends."""

from __future__ import annotations

from collections.abc import Callable

from tuiradio.engine.house import House
from tuiradio.engine.protocol import Severity

_MOST_IN_A_ROW = 3


class Stumbles:
    """Counts the failures in a row; ``give_up`` is called when they are too many."""

    def __init__(self, house: House, give_up: Callable[[], None]) -> None:
        self._house = house
        self._give_up = give_up
        self._in_a_row = 0

    def forget(self) -> None:
        """Something sounded, or the user chose anew: what failed before counts no more."""
        self._in_a_row = 0

    def note(self, message: str) -> bool:
        """Tell why a track was skipped; False when it is time to stop trying."""
        self._in_a_row += 1
        if self._in_a_row < _MOST_IN_A_ROW:
            self._house.notice(message, Severity.WARNING, "Skipped.")
            return True
        self.forget()
        hint = f"Stopped after {_MOST_IN_A_ROW} failures in a row."
        self._house.notice(message, Severity.ERROR, hint)
        self._give_up()
        return False
