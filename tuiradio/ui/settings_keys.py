"""Giving an action another key: who has it now, and what the settings say afterwards. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tuiradio.config_table import Value
from tuiradio.ui.action import Action, binding_id, keys_of
from tuiradio.ui.settings_rows import KEYS


def owner_of(actions: Iterable[Action], wanting: Action, key: str) -> Action | None:
    """The action that has the key where the other wants it; a begun row of keys counts, too."""
    for action in actions:
        is_rival = action.context is wanting.context and action.id != wanting.id
        if is_rival and any(taken.split()[:1] == [key] for taken in keys_of(action)):
            return action
    return None


def bound_to(
    action: Action, key: str, owner: Action | None, own: Mapping[str, str], *, more: bool
) -> tuple[tuple[str, Value], ...]:
    """The settings to change so that the key means the action; None is back to the default.

    Args:
        own: what ``[ui.keys]`` says now.
        more: beside the keys it has, not in their place.
    """
    keys = dict.fromkeys((*(keys_of(action) if more else ()), key))
    changes: list[tuple[str, Value]] = []
    if owner is not None and binding_id(owner) in own:
        # Our own keys give way by themselves; of two of the user's the first would hold.
        left = [one for one in keys_of(owner) if one.split()[:1] != [key]]
        changes.append((f"{KEYS}.{binding_id(owner)}", ",".join(left) or None))
    return (*changes, (f"{KEYS}.{binding_id(action)}", ",".join(keys)))
