"""``tuiradio config``: every setting, where it was set, and how to change it."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from tuiradio.cli.output import json_line, line, row, say
from tuiradio.config import Config, config_of, read_text
from tuiradio.config_lines import lines_of
from tuiradio.config_table import (
    Kind,
    Setting,
    Value,
    names_in,
    parsed,
    setting,
    settings,
    shown,
    value_of,
    with_value,
    without,
)
from tuiradio.engine.protocol import Engine, EngineState, Event, GetState, Notice, Severity
from tuiradio.engine.settings import (
    ChangeSetting,
    GetSettings,
    Known,
    Origin,
    ResetSetting,
    SettingsChanged,
    SettingsState,
)
from tuiradio.engine.spawn import join
from tuiradio.errors import EngineUnavailable, UsageError
from tuiradio.listening.card import find_model
from tuiradio.paths import Paths
from tuiradio.radio.pick import RadioSettings

_ANSWER_LIMIT_S = 60.0
_NAME_WIDTH = 28
_FOLDERS = frozenset({"roots", "radio.never_folders"})
_VALUE_WIDTH = 22


@dataclass(frozen=True, slots=True)
class _Line:
    """One setting as it is listed."""

    row: Setting
    value: Value
    source: str
    dial: Value
    """Where the tuner has put it meanwhile; the value itself when it has not."""


def run(arguments: argparse.Namespace) -> int:
    """List, tell or change settings; see ``tuiradio config --help``."""
    paths = Paths.from_environment()
    what, name = arguments.what, arguments.name
    _check_arguments(arguments)
    if what == "list":
        _list(list(_lines(paths)), arguments.json)
        return 0
    if what == "get":
        _get(paths, name, arguments.json)
        return 0
    value = None if what == "unset" else _absolute(name, parsed(name, " ".join(arguments.value)))
    _check_meaning(paths, name, value)
    return _change(paths, name, value)


def _check_arguments(arguments: argparse.Namespace) -> None:
    what, name, value = arguments.what, arguments.name, arguments.value
    if what == "list":
        if name:
            raise UsageError("list takes no name", f"One setting: tuiradio config get {name}")
        return
    if not name:
        raise UsageError(f"{what} what?", f"Name a setting: tuiradio config {what} radio.drift")
    row_of_name = setting(name)
    if what == "set" and not value:
        raise UsageError(f"set {name} to what?", f"tuiradio config set {name} VALUE")
    if what != "set" and value:
        raise UsageError(f"{what} takes no value", f"tuiradio config set {name} VALUE")
    if what == "set" and row_of_name.kind is Kind.TABLE:
        raise UsageError(f"{name} is a table", f"Set one of its keys: {name}.KEY")


def _absolute(name: str, value: Value) -> Value:
    """Paths as they are meant here: an engine has another working directory."""
    if name in _FOLDERS and isinstance(value, tuple):
        return tuple(one if one[:1] == "~" else os.path.abspath(one) for one in value)
    if name == "listening.model" and isinstance(value, str):
        is_path = os.sep in value or value.endswith(".onnx")
        return os.path.abspath(os.path.expanduser(value)) if is_path else value
    return value


def _check_meaning(paths: Paths, name: str, value: Value) -> None:
    """Refuse what is well written but names nothing.

    Raises:
        UsageError: no such action or part of the sound.
        ModelError: no such model.
    """
    if value is None:
        return
    if name == "listening.model":
        find_model(str(value) or None)
    elif name.startswith("radio.weights."):
        card = find_model(_here(paths).config.listening.model or None).card
        parts = [part for part, _, _ in card.subspaces]
        if name.removeprefix("radio.weights.") not in parts:
            hint = f"Its parts are: {', '.join(parts)}."
            raise UsageError(f"the model has nothing that {name} could weigh", hint)
    elif name.startswith("ui.keys."):
        # Loads Textual, which no other setting needs.
        from tuiradio.ui.keymap import with_user_keys

        with_user_keys({name.removeprefix("ui.keys."): str(value)})


# --- telling --------------------------------------------------------------------


def _here(paths: Paths) -> SettingsState:
    """What the file says, for when no engine runs."""
    text = read_text(paths.config_file)
    config, places = config_of(text, paths.config_file), lines_of(text)
    known = tuple(
        Known(name, Origin.FILE, places[name]) for name in names_in(config) if name in places
    )
    return SettingsState(config, known, str(paths.config_file))


def _known(paths: Paths) -> tuple[SettingsState, RadioSettings | None]:
    """All settings, and the dials of a running engine."""
    engine = join(paths)
    if engine is None:
        return _here(paths), None
    try:
        told = _settings(engine)
        state = engine.ask(GetState(), _ANSWER_LIMIT_S)
        dials = state.radio.settings if isinstance(state, EngineState) else None
    finally:
        engine.close()
    if told.problem:
        say(f"tuiradio: {told.problem}")
        say("  What it said before still holds.")
    return told, dials


def _settings(engine: Engine) -> SettingsState:
    told = engine.ask(GetSettings(), _ANSWER_LIMIT_S)
    if not isinstance(told, SettingsState):
        raise EngineUnavailable("the engine gave an answer to another question")
    return told


def _lines(paths: Paths) -> Iterator[_Line]:
    told, dials = _known(paths)
    known = {one.name: one for one in told.known}
    tuned = told.config
    if dials is not None:
        tuned = Config(radio=dials)
    for row_of_name in settings():
        names = [row_of_name.name]
        if row_of_name.kind is Kind.TABLE:
            names = [name for name in names_in(told.config) if name.startswith(f"{names[0]}.")]
            if not names:
                yield _Line(row_of_name, None, "default", None)
        for name in names:
            value = value_of(told.config, name)
            dial = value_of(tuned, name) if name.startswith("radio.") else value
            yield _Line(setting(name), value, _source(known.get(name)), dial)


def _source(known: Known | None) -> str:
    if known is None:
        return "default"
    return f"{known.origin.value}:{known.line}" if known.line else known.origin.value


def _list(lines: list[_Line], as_json: bool) -> None:
    if as_json:
        json_line([_record(one) for one in lines])
        return
    row(f"{'setting':<{_NAME_WIDTH}} {'value':<{_VALUE_WIDTH}} {'default':<10} set in")
    for one in lines:
        tuner = f", the tuner has {shown(one.dial)}" if one.dial != one.value else ""
        row(
            f"{one.row.name:<{_NAME_WIDTH}} {shown(one.value):<{_VALUE_WIDTH}} "
            f"{shown(one.row.default):<10} {one.source}{tuner}"
        )


def _record(one: _Line) -> dict[str, object]:
    return {
        "name": one.row.name,
        "value": one.value,
        "default": one.row.default,
        "source": one.source,
        "tuner": one.dial if one.dial != one.value else None,
        "help": one.row.help,
        "choices": list(one.row.choices),
        "lowest": one.row.lowest,
        "highest": one.row.highest,
        "live": one.row.is_live,
    }


def _get(paths: Paths, name: str, as_json: bool) -> None:
    config = _known(paths)[0].config
    value: object
    if setting(name).kind is Kind.TABLE:
        prefix = f"{name}."
        inside = [one for one in names_in(config) if one.startswith(prefix)]
        value = {one.removeprefix(prefix): value_of(config, one) for one in inside}
    else:
        value = value_of(config, name)
    if as_json:
        json_line(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            line(f"{key} = {shown(inner)}")
    elif isinstance(value, tuple):
        for item in value:
            line(item)
    else:
        line(value if isinstance(value, str) else shown(value))


# --- changing -------------------------------------------------------------------


def _change(paths: Paths, name: str, value: Value) -> int:
    engine = join(paths)
    if engine is None:
        from tuiradio.config_file import change_setting

        change_setting(paths.config_file, name, value)
        _confirm(_here(paths), name, value)
        return 0
    try:
        notices = _tell(engine, name, value)
        told = _settings(engine)
    finally:
        engine.close()
    for notice in notices:
        say(f"tuiradio: {notice.message}")
        for hint in notice.hint.splitlines():
            say(f"  {hint}")
    if not notices:
        _confirm(told, name, value)
    return int(bool(notices))


def _tell(engine: Engine, name: str, value: Value) -> list[Notice]:
    """Hand the change over and wait until it counts; returns what stood in the way."""
    notices: list[Notice] = []
    answered = threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, Notice) and event.severity is not Severity.INFORMATION:
            notices.append(event)
        if notices or (isinstance(event, SettingsChanged) and _counts(event, name, value)):
            answered.set()

    leave = engine.subscribe(on_event)
    try:
        engine.submit(ResetSetting(name) if value is None else ChangeSetting(name, value))
        answered.wait(_ANSWER_LIMIT_S)
        # The file is written before this is answered.
        _settings(engine)
    finally:
        leave()
    return notices


def _counts(event: SettingsChanged, name: str, value: Value) -> bool:
    config = event.settings.config
    wanted = without(config, name) if value is None else with_value(config, name, value)
    return config == wanted


def _confirm(told: SettingsState, name: str, value: Value) -> None:
    known = next((one for one in told.known if one.name == name), None)
    when = "" if setting(name).is_live else ", from the next start"
    if value is None:
        say(f"tuiradio: {name} has its default again{when}")
        return
    line_number = f", line {known.line}" if known and known.line else ""
    say(f"tuiradio: {name} = {shown(value)} in {told.file}{line_number}{when}")
