"""What the settings view says of the row under the cursor; it also takes a key to bind."""

from __future__ import annotations

import textwrap

from textual import events
from textual.message import Message

from tuiradio.ui.ink import Drawn, Piece
from tuiradio.ui.text import clean


class SettingsTold(Drawn):
    """Sentences; while it may have the focus it catches keys, whatever they mean elsewhere."""

    class KeyStruck(Message):
        """A key was struck to be bound, as Textual names it."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__(id="settings-told")
        self._words: tuple[tuple[str, str], ...] = ()

    def say(self, title: str, *words: tuple[str, str]) -> None:
        """Show sentences, each with its ink, under a title."""
        title = clean(title).replace("[", "\\[")
        if title != self.border_title:
            self.border_title = title
        self._words = words
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.KeyStruck(event.key))

    def on_blur(self) -> None:
        """Who clicks elsewhere does not want to strike a key any more."""
        self.post_message(self.KeyStruck("escape"))

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        return [
            [Piece(f" {line}", ink)]
            for sentence, ink in self._words
            for line in textwrap.wrap(clean(sentence), max(10, width - 2)) or [""]
        ][:height]
