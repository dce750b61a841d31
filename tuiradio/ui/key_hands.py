"""The keys of the whole screen, live: from the table, the style and what the user wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingsMap, BindingType
from textual.dom import DOMNode

from tuiradio.config import KeyStyle
from tuiradio.ui import keymap
from tuiradio.ui.action import Action, Context
from tuiradio.ui.key_styles import styled
from tuiradio.ui.key_table import KeyTable, Wanted, laid_over
from tuiradio.ui.keyed import Keyed, bound, struck_in_turn
from tuiradio.ui.keys_file import KeysRead, written_keys

_BESIDE = BindingsMap([Binding("ctrl+c", "help_quit", show=False, system=True)])


class KeyHands(App[int], inherit_bindings=False):
    """Binds the key table; keys struck in turn are put together here."""

    BINDINGS: ClassVar[list[BindingType]] = []
    CONTEXTS: ClassVar = (Context.EVERYWHERE,)

    keys = KeyTable(keymap.ACTIONS)
    _from_settings: Mapping[str, str] = {}
    _from_file = KeysRead()
    _style = KeyStyle.BOTH
    begun: tuple[str, ...] = ()
    """Keys struck so far of several in turn."""

    @property
    def key_table(self) -> tuple[Action, ...]:
        """Every action with the keys that hold now."""
        return self.keys.actions

    def key_of(self, action_id: str) -> str:
        """The key to tell for an action, as printed on keyboards."""
        return keymap.first_key(self.keys.of(action_id))

    def by_key(self, action_id: str, words: str) -> str:
        """A hint such as "u takes it back"; "" when the user left the action without a key."""
        key = self.key_of(action_id)
        return f"{key} {words}" if key else ""

    def told(self, command: str) -> str:
        """The sentence on what a button runs, with its keys; "" when nothing is known of it."""
        for action in self.key_table:
            if command and command in (action.id, action.command):
                keys = " ".join(keymap.key_names(action))
                return f"{action.tooltip}  {keys}".rstrip()
        if command.startswith("sort_by("):
            return f"Sort by {command[9:-2]}; again turns the order around"
        return ""

    # --- binding ----------------------------------------------------------------------

    def rebind(self, overrides: Mapping[str, str], style: KeyStyle | None = None) -> None:
        """Take the keys of the settings (``[ui.keys]``): action id = keys between commas.

        Holds at once on the screen, the sheets before it, the key line, help and palette.
        What cannot be done is said, and stands in ``keys.troubles``; the rest holds.

        Args:
            style: ``[ui] key_style``; None keeps the one that holds.
        """
        self._from_settings = dict(overrides)
        self._style = self._style if style is None else style
        self._lay_keys()
        if self.is_running:
            self.tell_keys()

    def take_key_file(self, read: KeysRead) -> None:
        """Take the keys of ``keys.toml``; those of the settings go before."""
        self._from_file = read
        self._lay_keys()

    def _lay_keys(self) -> None:
        wishes = [
            *self._from_file.wishes,
            *(
                Wanted(name, written_keys(keys) or (), "[ui.keys]")
                for name, keys in self._from_settings.items()
            ),
        ]
        self.keys = laid_over(keymap.ACTIONS, styled(self._style, keymap.ACTIONS), wishes)
        self.begun = ()
        self._bindings = bound(self.key_table, self.CONTEXTS, _BESIDE)
        if self.is_running:
            for screen in self.screen_stack:
                for node in screen.walk_children(Keyed, with_self=True):
                    node.take_keys(self.key_table)
            self.keys_changed()

    def tell_keys(self) -> bool:
        """Say what of the user's keys cannot be done; True when there is something."""
        return False

    def keys_changed(self) -> None:
        """What tells keys is drawn again."""

    # --- keys struck in turn ------------------------------------------------------------

    def action_begin_keys(self, key: str) -> None:
        """The first of several keys was struck."""
        self._begin((key,))

    def _begin(self, keys: tuple[str, ...]) -> None:
        self.begun = keys
        self.keys_begun()

    def keys_begun(self) -> None:
        """Keys struck so far are told, or no longer."""

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and self.begun:
            await self._go_on(event.key)
        else:
            await super().on_event(event)

    async def _go_on(self, key: str) -> None:
        """The next of several keys; one that leads nowhere ends them, and does nothing."""
        struck = (*self.begun, key)
        known = struck_in_turn(self.key_table, self.key_contexts())
        leads_on = any(keys[: len(struck)] == struck and keys != struck for keys in known)
        self._begin(struck if leads_on else ())
        if struck in known:
            await self.run_action(known[struck])

    def key_contexts(self) -> tuple[Context, ...]:
        """The contexts of what has the focus, the nearest first."""
        node: DOMNode | None = self.focused or self.screen
        found: list[Context] = []
        while node is not None:
            found += getattr(node, "CONTEXTS", ())
            if node is self.screen and len(self.screen_stack) > 1:
                break
            node = node.parent if isinstance(node.parent, DOMNode) else None
        return tuple(found)


def read_file(file: Path | None) -> KeysRead:
    """The key file, once before the screen comes up."""
    from tuiradio.ui.keys_file import read_keys

    return KeysRead() if file is None else read_keys(file)
