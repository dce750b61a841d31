"""The command palette: every action of the key table by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tuiradio.ui import keymap
from tuiradio.ui.theme_actions import ThemeActions


class Actions(Provider):
    """Finds actions by label and sentence, and themes by name."""

    async def discover(self) -> Hits:
        for name, text, run in self._commands():
            yield DiscoveryHit(name, run, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, text, run in self._commands():
            score = max(matcher.match(name), matcher.match(text) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=text)

    def _commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        app = self.app
        assert isinstance(app, ThemeActions)
        found: list[tuple[str, str, Callable[[], object]]] = [
            (
                action.tooltip,
                f"{action.group.value} · key {' '.join(keymap.key_names(action))}",
                partial(app.run_action, action.id),
            )
            for action in app.key_table
            if action.is_of_app
        ]
        themes: list[tuple[str, str, Callable[[], object]]] = [
            (f"Theme: {theme}", "Look", partial(app.set_theme, theme)) for theme in app.theme_names
        ]
        return [*found, *themes]
