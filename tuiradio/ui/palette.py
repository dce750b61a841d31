"""The command palette: every action of the key table by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tuiradio.ui.action import Action, Context, key_names
from tuiradio.ui.theme_actions import ThemeActions

_LABEL_WEIGHT = 2.0
"""A name typed in part goes before sentences that happen to have the letters."""
_Command = tuple[str, str, str, Callable[[], object]]
"""Sentence, label, what is said beneath, and what is run."""


class Actions(Provider):
    """Finds actions by label and sentence, and themes by name.

    Before a sheet its own actions come first; those of the screen behind it are left out.
    """

    async def discover(self) -> Hits:
        for name, _, text, run in self._commands():
            yield DiscoveryHit(name, run, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, label, text, run in self._commands():
            named = matcher.match(label) * _LABEL_WEIGHT
            score = max(named, matcher.match(name), matcher.match(text) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=text)

    def _commands(self) -> list[_Command]:
        app = self.app
        assert isinstance(app, ThemeActions)
        found: list[_Command] = [
            (one.tooltip, one.label, _about(one), partial(app.run_action, one.command))
            for one in self._offered(app.key_table)
        ]
        themes: list[_Command] = [
            (f"Theme: {theme}", theme, "Look", partial(app.set_theme, theme))
            for theme in app.theme_names
        ]
        return [*found, *themes]

    def _offered(self, actions: tuple[Action, ...]) -> Iterator[Action]:
        if not self.screen.is_modal:
            yield from (action for action in actions if action.is_of_app)
            return
        for context in getattr(self.screen, "CONTEXTS", ()):
            yield from (
                action
                for action in actions
                if action.context is context or (context is Context.SHEET and action.in_sheets)
            )


def _about(action: Action) -> str:
    keys = " ".join(key_names(action))
    return f"{action.group.value} · {f'key {keys}' if keys else 'no key'}"
