"""What Textual itself costs: ``python -m tests.bench.plain_apps empty`` or ``rows 100000``."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import OptionList


class Empty(App[None]):
    """Nothing at all."""


class Rows(App[None]):
    """A list of so many rows, as Textual's own widget makes it."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        yield OptionList(
            *(f"title {n:<20} artist {n // 50:<16} album {n // 12}" for n in range(self._rows)),
            markup=False,
        )


def main() -> None:
    """Run the one that is named."""
    if sys.argv[1] == "rows":
        Rows(int(sys.argv[2])).run()
    else:
        Empty().run()


if __name__ == "__main__":
    main()
