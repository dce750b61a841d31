"""What an action is: a name, its keys, where they mean it, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """A heading of the help screen, in the order shown."""

    PLAY = "Playing"
    RADIO = "Radio"
    LIST = "Lists"
    QUEUE = "Up next"
    VIEW = "Views"
    MAP = "On the map"
    TUNER = "In the tuner"
    APP = "tuiradio"
    PLAN = "In a journey or blend"
    BAN = "In the sheets of bans"
    PRESETS = "In the presets"
    TEACH = "Teaching your ear"
    SETTINGS = "In the settings and the doctor"
    SHEET = "In every sheet"
    PROMPT = "In the help and in questions"


class Context(StrEnum):
    """Where the keys of an action mean it; what is nearer to the focus goes first."""

    EVERYWHERE = "everywhere"
    """On the main screen, unless what has the focus means something else by the key."""
    MAP = "map"
    TUNER = "tuner"
    SETTINGS = "settings"
    DOCTOR = "doctor"
    SHEET = "sheet"
    PLAN = "plan"
    JOURNEY = "journey"
    BLEND = "blend"
    BAN = "ban"
    BANNED = "banned"
    PRESETS = "presets"
    TEACH = "teach"
    THEMES = "themes"
    HELP = "help"
    PROMPT = "prompt"
    EXPORT = "export"


_OF_THE_APP = (Context.EVERYWHERE, Context.MAP, Context.TUNER)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do."""

    id: str
    """Stable name: the method ``action_<id>`` of the app and the key of a user's key map."""
    keys: str
    """Comma-separated keys as Textual names them; keys struck in turn have a space between."""
    group: Group
    label: str
    """One or two words for the key line."""
    tooltip: str
    """One sentence for help and palette."""
    line: int = 0
    """Rank on the key line, 1 first; 0 keeps it off the line."""
    context: Context = Context.EVERYWHERE
    runs: str = ""
    """What a sheet does; "" = the method of the app named like the action."""
    in_sheets: bool = False
    """Whether the keys mean this in front of a sheet, too."""

    @property
    def on_map(self) -> bool:
        """Whether its keys mean this on the map only."""
        return self.context is Context.MAP

    @property
    def command(self) -> str:
        """What Textual runs."""
        if self.runs:
            return self.runs if "." in self.runs.partition("(")[0] else f"screen.{self.runs}"
        return f"app.{self.id}"

    @property
    def is_of_app(self) -> bool:
        """Whether it acts on the main screen, not on a sheet before it."""
        return self.context in _OF_THE_APP


_SHOWN = {
    "comma": ",",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "slash": "/",
    "backslash": "\\",
    "question_mark": "?",
    "semicolon": ";",
    "colon": ":",
    "grave_accent": "`",
    "asterisk": "*",
    "number_sign": "#",
    "underscore": "_",
    "apostrophe": "'",
    "quotation_mark": '"',
    "exclamation_mark": "!",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "at": "@",
    "vertical_line": "|",
    "tilde": "~",
    "circumflex_accent": "^",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
    "delete": "del",
    "insert": "ins",
    "pagedown": "pgdn",
    "pageup": "pgup",
}
SPELLED = {shown: name for name, shown in _SHOWN.items()}
"""Textual's names of keys by how they are printed."""


def binding_id(action: Action) -> str:
    """The name a user's key map gives the action: ``station.liked`` for ``station('liked')``."""
    return action.id.replace("('", ".").replace("')", "")


def keys_of(action: Action) -> tuple[str, ...]:
    """The keys as Textual names them; keys struck in turn have a space between."""
    return tuple(key for part in action.keys.split(",") if (key := part.strip()))


def key_names(action: Action) -> tuple[str, ...]:
    """The keys of an action as printed on keyboards."""
    return tuple("".join(map(_shown, key.split())) for key in keys_of(action))


def first_key(action: Action) -> str:
    """The key to tell, "" when the user left it without one."""
    return next(iter(key_names(action)), "")


def _shown(key: str) -> str:
    modifiers, _, name = key.rpartition("+")
    signs = "".join({"ctrl": "^", "shift": "⇧", "alt": "⌥"}[m] for m in modifiers.split("+") if m)
    return signs + _SHOWN.get(name, name)
