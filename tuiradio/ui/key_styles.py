"""Styles of keys: which of our own hold before the user's."""

from __future__ import annotations

from collections.abc import Iterable

from tuiradio.config import KeyStyle
from tuiradio.ui.action import Action, Group, binding_id, keys_of

_VIM = {
    "first_row": "g g,home",
    "sheet.first": "g g,home",
    "page_down": "ctrl+d,ctrl+f,pagedown",
    "page_up": "ctrl+u,ctrl+b,pageup",
    "focus_next": "l,tab",
    "focus_previous": "h,shift+tab",
    "remove": "d d,delete",
    "like": "asterisk,L",
    "lyrics": "g l",
    "command_palette": "colon,ctrl+p",
}
_ARROWS = {"move_down": "shift+down", "move_up": "shift+up"}
_MOVING = frozenset("hjklHJKgG") | {"ctrl+d", "ctrl+u"}
_MOVES_IN = (Group.MAP, Group.TUNER, Group.PLAN, Group.SHEET, Group.PROMPT)
_MOVES = frozenset({"cursor_down", "cursor_up", "page_down", "page_up", "first_row", "last_row"})


def styled(style: KeyStyle, actions: Iterable[Action]) -> dict[str, str]:
    """The keys of a style, by action, where they differ from the table's.

    ``vim`` walks panes with h and l, and strikes some keys in turn; ``arrows`` leaves the
    letters of vim free, so that a slip moves nothing and they can be given away.
    """
    if style is KeyStyle.VIM:
        return dict(_VIM)
    if style is not KeyStyle.ARROWS:
        return {}
    freed = dict(_ARROWS)
    for action in actions:
        name = binding_id(action)
        left = [key for key in keys_of(action) if key not in _MOVING]
        is_move = name in _MOVES or action.group in _MOVES_IN
        if is_move and name not in freed and left and len(left) < len(keys_of(action)):
            freed[name] = ",".join(left)
    return freed
