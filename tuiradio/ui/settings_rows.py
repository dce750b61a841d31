"""The rows of the settings view: what each shows, what a turn or a reset makes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from tuiradio.config import Config
from tuiradio.config_table import (
    Kind,
    Setting,
    Value,
    setting,
    settings,
    shown,
    value_of,
)
from tuiradio.engine.settings import Known, Origin, SettingsState
from tuiradio.radio.pick import RadioSettings
from tuiradio.ui.action import Action, binding_id, key_names
from tuiradio.ui.text import clean
from tuiradio.ui.tuner_panel import knobs

KEYS = "ui.keys"
WEIGHTS = "radio.weights"
CHANGED = "changed"
"""The word that finds what differs from the defaults."""

_TITLES = {
    "": "Library",
    "listening": "Listening",
    "radio": "Radio",
    "playback": "Playback",
    "ui": "Screen",
}


@dataclass(frozen=True, slots=True)
class Dial:
    """Where the dial of a figure ends, and how far one turn goes."""

    bottom: float
    top: float
    step: float


_DIALS = {
    "listening.workers": Dial(0, 16, 1),
    "listening.busy_while_playing": Dial(0.05, 1, 0.05),
    "listening.time_limit_s": Dial(5, 300, 5),
    "radio.candidates": Dial(50, 2000, 50),
    "playback.volume_percent": Dial(0, 130, 5),
} | {
    f"radio.{knob.field}": Dial(knob.bottom, knob.top, knob.step)
    for knob in knobs(())
    if not knob.is_switch
}
_WEIGHT_DIAL = Dial(0, 2, 0.1)


@dataclass(frozen=True, slots=True)
class Heading:
    """Words over some rows."""

    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting."""

    setting: Setting
    value: Value
    known: Known | None = None
    """Where it was set; None = nowhere."""
    tuned: Value = None
    """Where the tuner has it meanwhile, None when it agrees."""
    choices: tuple[str, ...] = ()
    """What can be chosen from, of settings that may be anything else, too."""

    @property
    def name(self) -> str:
        """In the file."""
        return self.setting.name

    @property
    def label(self) -> str:
        """Within its section."""
        return self.name.partition(".")[2] or self.name

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the default."""
        return self.value != self.setting.default

    @property
    def dial(self) -> Dial | None:
        """None for what is no figure."""
        return dial_of(self.setting)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """The keys of one action."""

    action: Action
    known: Known | None = None

    @property
    def name(self) -> str:
        """In the file."""
        return f"{KEYS}.{binding_id(self.action)}"

    @property
    def is_changed(self) -> bool:
        """Whether the user has given it keys."""
        return self.known is not None


Row = Heading | SettingRow | KeyRow


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows need to know beside the settings."""

    dials: RadioSettings = field(default_factory=RadioSettings)
    """Of the tuner."""
    subspaces: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    """With the keys that hold now."""


def rows_of(
    state: SettingsState, around: Around, words: str = "", *, airy: bool = False
) -> tuple[Row, ...]:
    """Every setting under the heading of its section, then the keys.

    Args:
        words: each must be in the name, the value, the help or the keys.
        airy: an empty line before each heading but the first.
    """
    known = {one.name: one for one in state.known}
    wanted = words.casefold().split()
    found: list[Row] = []
    for section, group in groupby(settings(), key=_section):
        rows = [
            row
            for one in group
            for row in _setting_rows(one, state.config, around, known)
            if _has(row, wanted)
        ]
        if rows:
            detail = f"[{section}]" if section else ""
            found += [Heading(_TITLES.get(section, section), detail), *rows]
    for heading, actions in groupby(around.actions, key=lambda action: action.group):
        keys = [KeyRow(one, known.get(f"{KEYS}.{binding_id(one)}")) for one in actions]
        kept = [row for row in keys if _has(row, wanted)]
        if kept:
            found += [Heading(f"Keys · {heading}", f"[{KEYS}]"), *kept]
    if airy:
        spaced = [(Heading(""), row) if isinstance(row, Heading) else (row,) for row in found]
        found = [row for rows in spaced for row in rows][1:]
    return tuple(found)


def changes_in(rows: Iterable[Row]) -> int:
    """How many of the rows differ from their defaults."""
    return sum(not isinstance(row, Heading) and row.is_changed for row in rows)


def dial_of(row: Setting) -> Dial | None:
    """The dial of a figure, None for everything else."""
    if row.name.startswith(f"{WEIGHTS}."):
        return _WEIGHT_DIAL
    return _DIALS.get(row.name)


def turned(row: SettingRow, steps: int) -> Value:
    """The value after some turns; the same where nothing can be turned."""
    if row.setting.kind is Kind.SWITCH:
        return steps > 0
    options = row.setting.choices or row.choices
    if options:
        at = options.index(row.value) if row.value in options else -1
        return options[(at + (1 if steps > 0 else -1)) % len(options)]
    dial = row.dial
    if dial is None or not isinstance(row.value, int | float):
        return row.value
    return at_dial(row.setting, row.value + steps * dial.step)


def at_dial(row: Setting, figure: float) -> Value:
    """The value nearest to a figure that the dial has."""
    dial = dial_of(row)
    if dial is None:
        return figure
    steps = round((figure - dial.bottom) / dial.step)
    value = round(max(dial.bottom, min(dial.top, dial.bottom + steps * dial.step)), 4)
    return round(value) if row.kind is Kind.WHOLE else float(value)


def shown_value(row: SettingRow) -> str:
    """The value as the list shows it."""
    value = row.value
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        figure = f"{value:.0f}" if row.setting.unit else f"{value:.2f}"
        return f"{figure} {row.setting.unit}".rstrip()
    if isinstance(value, int):
        return f"{value:,} {row.setting.unit}".rstrip()
    if isinstance(value, tuple):
        return clean(", ".join(value)) or "none"
    return clean(value) if value else "none" if value is None else "–"


def typed(value: Value) -> str:
    """The value as somebody types it: ``config_table.parsed`` gives it back."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        is_plain = not any("," in one or one[:1] == "[" or one != one.strip() for one in value)
        return ", ".join(value) if is_plain else shown(value)
    if isinstance(value, str) and (value[:1] in ('"', "'") or value != value.strip()):
        return shown(value)
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def help_words(row: SettingRow) -> str:
    """What the setting means."""
    return row.setting.help.replace("`", "")


def source_words(known: Known | None) -> str:
    """Where a value comes from, in a few cells."""
    if known is None:
        return ""
    if known.origin is Origin.FILE:
        return f"line {known.line}" if known.line else "being written"
    return known.origin.value


def told(row: Row) -> tuple[tuple[str, str], ...]:
    """Sentences on a row, each with its ink: what it is, may be, and when it counts."""
    if isinstance(row, Heading):
        return ()
    if isinstance(row, KeyRow):
        names = " ".join(key_names(row.action)) or "no key"
        return ((f"{row.action.tooltip}: {names}.", "text"), (_where(row.known), "dim"))
    one = row.setting
    sentences = [(help_words(row), "text"), (f"{_range(one)} {_when(one)}", "dim")]
    if row.tuned is not None:
        words = f"The tuner has {_figure(row.tuned)} in this session."
        sentences.append((words, "teal"))
    return (*sentences, (_where(row.known), "dim"))


def _section(row: Setting) -> str:
    return row.name.partition(".")[0] if "." in row.name else ""


def _setting_rows(
    one: Setting, config: Config, around: Around, known: Mapping[str, Known]
) -> Sequence[SettingRow]:
    if one.name == KEYS:
        return ()
    if one.name == WEIGHTS:
        names = dict.fromkeys((*around.subspaces, *dict(config.radio.weights)))
        rows = [setting(f"{WEIGHTS}.{name}") for name in names]
    else:
        rows = [one]
    tuner = replace(config, radio=around.dials)
    found = []
    for row in rows:
        value, dial = value_of(config, row.name), value_of(tuner, row.name)
        differs = row.name.startswith("radio.") and dial != value
        choices = around.choices.get(row.name, ())
        tuned = dial if differs else None
        found.append(SettingRow(row, value, known.get(row.name), tuned, choices))
    return found


def _has(row: SettingRow | KeyRow, words: Sequence[str]) -> bool:
    if isinstance(row, KeyRow):
        said = f"key keys {row.name} {row.action.tooltip} {row.action.label} {row.action.group}"
        exact = key_names(row.action)
    else:
        plain = row.name.replace("_", " ")
        said = f"{row.name} {plain} {row.setting.help} {shown_value(row)}"
        exact = ()
    said = said.casefold()
    return all(
        row.is_changed if word == CHANGED else word in said or word in exact for word in words
    )


def _range(one: Setting) -> str:
    default = "none" if one.default in (None, (), "") else _figure(one.default)
    if one.choices:
        return f"One of {', '.join(one.choices)}; by default {default}."
    if one.lowest is None or one.highest is None:
        return f"By default {default}."
    return f"{one.lowest:g} to {one.highest:,.0f}; by default {default}."


def _figure(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else clean(typed(value))


def _when(one: Setting) -> str:
    return "A change counts at once." if one.is_live else "A change counts from the next start."


def _where(known: Known | None) -> str:
    if known is None:
        return "Not set: the default holds."
    if known.origin is Origin.FILE:
        line = f", line {known.line}" if known.line else ""
        return f"Set in config.toml{line}."
    if known.origin is Origin.SESSION:
        return "Set until tuiradio ends: config.toml could not be written."
    return "Set on the command line, for this time."
