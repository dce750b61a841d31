"""The user's keys laid over ours: what holds, and in plain words what does not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tuiradio.ui.action import Action, Context, binding_id, keys_of
from tuiradio.ui.key_names import NotAKey, parse_keys


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys that the user wrote for an action."""

    action: str
    keys: tuple[str, ...]
    """As written; none leaves the action without a key."""
    where: str = ""
    """File and line, for people."""


@dataclass(frozen=True, slots=True)
class KeyTable:
    """The actions with the keys that hold now."""

    actions: tuple[Action, ...]
    troubles: tuple[str, ...] = ()
    """What the user wrote that cannot be done, a sentence each."""
    taken: tuple[str, ...] = ()
    """Which of our keys gave way, a sentence each."""

    def of(self, action_id: str) -> Action:
        """The action of that name, as a user's key map writes it."""
        return next(action for action in self.actions if binding_id(action) == action_id)


def laid_over(
    actions: tuple[Action, ...], styled: Mapping[str, str], wishes: Iterable[Wanted]
) -> KeyTable:
    """The table with the keys of a style, and over them the user's own.

    Within a context a key means one thing: the user's key is taken from the action that has
    it, and of two wishes for one key the first holds. A context may shadow another.

    Args:
        actions: our own.
        styled: keys by action; those of the user go before.
        wishes: as read, none checked; the last one for an action holds.
    """
    troubles: list[str] = []
    known = {binding_id(action): action for action in actions}
    wanted: dict[str, tuple[str, ...]] = {}
    owners: dict[tuple[Context, str], str] = {}
    for wish in {wish.action: wish for wish in wishes}.values():
        action = known.get(wish.action)
        if action is None:
            troubles.append(_at(wish, _unknown(wish.action, list(known))))
            continue
        keys = _parsed(wish, troubles)
        free = tuple(key for key in keys if _claims(owners, action, key, wish, troubles))
        if free or not wish.keys:
            wanted[wish.action] = free
    ours = {name: tuple(styled.get(name, action.keys).split(",")) for name, action in known.items()}
    laid: list[Action] = []
    taken: list[str] = []
    for name, action in known.items():
        left = wanted.get(name)
        if left is None:
            left = tuple(key for key in ours[name] if _is_free(owners, action.context, key))
            if ours[name] and not left:
                taken.append(
                    f"“{action.tooltip}” ({name}) has no key now; find it with the palette"
                )
        laid.append(replace(action, keys=",".join(left)))
    return KeyTable(tuple(laid), tuple(troubles), tuple(taken))


def _parsed(wish: Wanted, troubles: list[str]) -> tuple[str, ...]:
    keys = []
    for written in wish.keys:
        try:
            keys.append(parse_keys(written))
        except NotAKey as error:
            troubles.append(_at(wish, f"{wish.action}: {error}"))
    return tuple(dict.fromkeys(keys))


def _claims(
    owners: dict[tuple[Context, str], str],
    action: Action,
    key: str,
    wish: Wanted,
    troubles: list[str],
) -> bool:
    """Take a key for an action, unless another wish has it or a beginning of it."""
    rival = next(
        (
            owner
            for (context, owned), owner in owners.items()
            if context is action.context and owner != wish.action and _clash(owned, key)
        ),
        None,
    )
    if rival is not None:
        troubles.append(_at(wish, f"{wish.action}: “{key}” is already the key of {rival}"))
        return False
    owners[action.context, key] = wish.action
    return True


def _is_free(owners: Mapping[tuple[Context, str], str], context: Context, key: str) -> bool:
    return not any(c is context and _clash(owned, key) for c, owned in owners)


def _clash(one: str, other: str) -> bool:
    """Whether two keys are the same, or one is how the other begins."""
    a, b = one.split(), other.split()
    shorter = min(len(a), len(b))
    return a[:shorter] == b[:shorter]


def _at(wish: Wanted, words: str) -> str:
    return f"{wish.where}: {words}" if wish.where else words


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; is {near[0]} meant?" if near else ""
    return f"no action is called “{name[:60]}”{hint}"


def clashes(actions: Iterable[Action]) -> list[str]:
    """Keys that mean two things in one context; of our own table there must be none."""
    found: list[str] = []
    seen: list[tuple[Context, str, str]] = []
    for action in actions:
        for key in keys_of(action):
            found += [
                f"{key}: {owner} and {binding_id(action)}"
                for context, owned, owner in seen
                if context is action.context and _clash(owned, key)
            ]
            seen.append((action.context, key, binding_id(action)))
    return found
