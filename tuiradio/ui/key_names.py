"""How people write keys: ``ctrl+k``, ``^k``, ``F6``, ``+``, ``pgdn``, ``g g``."""

from __future__ import annotations

import unicodedata

from textual.binding import Binding
from textual.keys import Keys

from tuiradio.ui.action import SPELLED

_OTHER_NAMES = {
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "return": "enter",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "pgup": "pageup",
    "page_down": "pagedown",
    "page_up": "pageup",
    "dot": "full_stop",
    "period": "full_stop",
    "hyphen": "minus",
    "equals": "equals_sign",
    "less": "less_than_sign",
    "greater": "greater_than_sign",
    "backtick": "grave_accent",
}
_MODIFIERS = {"ctrl": "ctrl", "control": "ctrl", "shift": "shift", "alt": "alt", "option": "alt"}
_NEVER_SENT = {"super", "cmd", "command", "win", "meta", "hyper", "fn"}
_NAMED = {key.value for key in Keys if "+" not in key.value} | set(SPELLED.values())
_MEANS = {"i": "tab", "m": "enter", "left_square_bracket": "escape"}
"""What a terminal sends for these with ctrl."""


class NotAKey(ValueError):
    """The words name no key that a terminal sends; the message says why, for people."""


def parse_keys(written: str) -> str:
    """One key, or keys struck in turn, as Textual names them, with a space between.

    Raises:
        NotAKey: a part of it is no key, or no terminal sends it.
    """
    if written == " ":
        return "space"
    parts = written.split()
    if not parts:
        raise NotAKey("no key is named")
    return " ".join(map(_parse, parts))


def _parse(written: str) -> str:
    if len(written) == 1:
        return _of_character(written)
    *before, name = (
        written.split("+") if not written.endswith("+") else [*written[:-2].split("+"), "+"]
    )
    if len(name) > 1 and name[0] in "^⇧⌥":
        before, name = [*before, {"^": "ctrl", "⇧": "shift", "⌥": "alt"}[name[0]]], name[1:]
    modifiers = [_modifier(part, written) for part in before]
    key = _of_character(name) if len(name) == 1 else _named(name, written)
    return _joined(modifiers, key, written)


def _of_character(character: str) -> str:
    if character in SPELLED:
        return SPELLED[character]
    return next(iter(Binding.make_bindings([Binding(character, "")]))).key


def _named(name: str, written: str) -> str:
    name = name.lower().replace("-", "_")
    name = _OTHER_NAMES.get(name, name)
    if name in _NAMED:
        return name
    try:
        unicodedata.lookup(name.replace("_", " "))
    except (KeyError, UnicodeEncodeError):
        raise NotAKey(f"“{written[:40]}” is no key") from None
    return name


def _modifier(part: str, written: str) -> str:
    if part.lower() in _NEVER_SENT:
        raise NotAKey(f"“{written[:40]}”: a terminal does not send {part[:20]} with a key")
    if part.lower() not in _MODIFIERS:
        raise NotAKey(f"“{written[:40]}” is no key")
    return _MODIFIERS[part.lower()]


def _joined(modifiers: list[str], key: str, written: str) -> str:
    is_letter = len(key) == 1 and key.isalpha()
    if "ctrl" in modifiers and key in _MEANS:
        raise NotAKey(f"“{written}”: a terminal sends {_MEANS[key]} for it")
    if "ctrl" in modifiers and "shift" in modifiers and is_letter:
        raise NotAKey(f"“{written}”: most terminals send the same without shift")
    if "ctrl" in modifiers and len(key) == 1 and key.isdigit():
        raise NotAKey(f"“{written}”: most terminals send the digit alone")
    if "shift" in modifiers and is_letter:
        modifiers, key = [m for m in modifiers if m != "shift"], key.upper()
    elif "ctrl" in modifiers and is_letter:
        key = key.lower()
    ordered = [m for m in ("alt", "ctrl", "shift") if m in modifiers]
    return "+".join([*ordered, key])
