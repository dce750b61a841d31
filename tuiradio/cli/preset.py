"""``tuiradio preset``: the tuner's named settings."""

from __future__ import annotations

import argparse
from dataclasses import replace

from tuiradio.cli import session as shared
from tuiradio.cli.obey import obey
from tuiradio.cli.output import json_line, line, say
from tuiradio.codec import CodecError, from_json
from tuiradio.engine.protocol import Command, Severity
from tuiradio.engine.wishes import DeletePreset, SavePreset, UsePreset
from tuiradio.errors import NoSuchTrack
from tuiradio.library.reader import StoreReader
from tuiradio.radio.pick import RadioSettings


def run(arguments: argparse.Namespace) -> int:
    """List, save, use or delete presets; see ``tuiradio preset --help``."""
    with shared.headless() as session:
        if arguments.what == "list":
            _list(session, arguments)
            return 0
        return _tell(session, _command(session, arguments))


def settings_of(reader: StoreReader, name: str) -> RadioSettings:
    """The dials of a preset.

    Raises:
        NoSuchTrack: there is no preset of that name.
    """
    presets = reader.presets()
    for preset in presets:
        if preset.name == name:
            try:
                return from_json(preset.settings, RadioSettings)
            except CodecError as error:
                raise NoSuchTrack(
                    f"the preset {name} cannot be read: {error}", "Save it anew."
                ) from error
    known = ", ".join(preset.name for preset in presets) or "none yet"
    raise NoSuchTrack(f"there is no preset {name}", f"Known presets: {known}.")


def _command(session: shared.Session, arguments: argparse.Namespace) -> Command:
    if arguments.what == "use":
        return UsePreset(arguments.name)
    if arguments.what == "delete":
        return DeletePreset(arguments.name)
    shared.check_weights(session, arguments.weights or ())
    settings = session.state().radio.settings
    for dial in ("drift", "adventure", "weights"):
        value = getattr(arguments, dial)
        if value is not None:
            settings = replace(settings, **{dial: value})
    return SavePreset(arguments.name, settings)


def _tell(session: shared.Session, command: Command) -> int:
    state, notices = obey(session, command, everything=True)
    for notice in notices:
        say(f"tuiradio: {notice.message} {notice.hint}".rstrip())
    if isinstance(command, UsePreset) and state.radio.preset:
        say(f"tuiradio: the dials are those of {state.radio.preset}")
    return int(any(notice.severity is not Severity.INFORMATION for notice in notices))


def _list(session: shared.Session, arguments: argparse.Namespace) -> None:
    now = session.state().radio
    with session.reader() as reader:
        found = {preset.name: settings_of(reader, preset.name) for preset in reader.presets()}
    if arguments.json:
        json_line([_record(name, dials, now.preset) for name, dials in found.items()])
        return
    for name, dials in found.items():
        weights = ",".join(f"{part}={weight:g}" for part, weight in dials.weights)
        mark = "*" if name == now.preset else " "
        text = f"drift {dials.drift:g}, adventure {dials.adventure:g}"
        line(f"{mark} {name}: {text}{', ' + weights if weights else ''}")


def _record(name: str, dials: RadioSettings, now: str) -> dict[str, object]:
    return {
        "name": name,
        "in_use": name == now,
        "drift": dials.drift,
        "adventure": dials.adventure,
        "weights": dict(dials.weights),
    }
