"""Hands the key table to what has keys: the app, the map, the tuner and every sheet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode

from tuiradio.ui.action import Action, Context, binding_id, keys_of
from tuiradio.ui.sturdy import Sturdy


class Keyed(Sturdy, DOMNode):
    """A screen or widget whose keys come from the table, live.

    The app calls ``take_keys`` whenever the table changes.
    """

    CONTEXTS: ClassVar[tuple[Context, ...]] = ()
    """What its keys mean; the first that knows a key decides."""

    def on_mount(self) -> None:
        self.take_keys(self.app.key_table)  # type: ignore[attr-defined]  # of our own app

    def take_keys(self, actions: tuple[Action, ...]) -> None:
        """Bind the keys of this node's contexts in place of those bound before."""
        ours = self.__dict__.setdefault("_keys_beside", self._bindings.copy())
        self._bindings = bound(actions, self.CONTEXTS, ours)


def bound(
    actions: Iterable[Action], contexts: tuple[Context, ...], beside: BindingsMap | None = None
) -> BindingsMap:
    """The bindings of some contexts; the first that knows a key decides.

    Of keys struck in turn the first one is bound, to the app's ``begin_keys``.

    Args:
        beside: bindings that stay; the table's go before them.
    """
    table = tuple(actions)
    keys: dict[str, list[Binding]] = {}
    for context in contexts:
        for action in table:
            if action.context is context or (context is Context.SHEET and action.in_sheets):
                for key in keys_of(action):
                    first, *others = key.split()
                    command = f"app.begin_keys('{first}')" if others else action.command
                    keys.setdefault(first, [_binding(first, command, action)])
    if beside is not None:
        for key, found in beside.key_to_bindings.items():
            keys.setdefault(key, list(found))
    return BindingsMap.from_keys(keys)


def struck_in_turn(
    actions: Iterable[Action], contexts: tuple[Context, ...]
) -> dict[tuple[str, ...], str]:
    """What to run for keys struck in turn; the first context that knows them decides."""
    table = tuple(actions)
    found: dict[tuple[str, ...], str] = {}
    for context in contexts:
        for action in table:
            if action.context is context:
                for key in keys_of(action):
                    if " " in key:
                        found.setdefault(tuple(key.split()), action.command)
    return found


def _binding(key: str, command: str, action: Action) -> Binding:
    return Binding(
        key,
        command,
        action.label,
        show=False,
        tooltip=action.tooltip,
        id=binding_id(action),
        # A prompt's input takes keys first that mean something to the prompt.
        priority=action.context in (Context.PROMPT, Context.EXPORT, Context.HELP),
    )
