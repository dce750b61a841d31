"""The actions of the settings and of the doctor; part of the key table."""

from __future__ import annotations

from tuiradio.ui.action import Action, Context, Group


def _settings(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return Action(
        f"settings.{what}", keys, Group.SETTINGS, label, tooltip,
        context=Context.SETTINGS, runs=runs or what,
    )  # fmt: skip


def _doctor(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return Action(
        f"doctor.{what}", keys, Group.SETTINGS, label, tooltip,
        context=Context.DOCTOR, runs=runs or what,
    )  # fmt: skip


IN_SETTINGS: tuple[Action, ...] = (
    _settings("back", "left,h", "less", "Turn the dial back, or to the choice before", "turn(-1)"),
    _settings("on", "right,l", "more", "Turn the dial on, or to the next choice", "turn(1)"),
    _settings("far_back", "shift+left,H", "far back", "Turn the dial far back", "turn(-5)"),
    _settings("far_on", "shift+right,L", "far on", "Turn the dial far on", "turn(5)"),
    _settings("edit", "enter,space", "edit", "Type the value, flip the switch, strike a new key"),
    _settings("add_key", "a", "add a key", "Strike one more key for this action"),
    _settings("reset", "delete,backspace,d", "default", "Back to the default"),
    _settings("undo", "u,ctrl+z", "undo", "Take back the last change of a setting"),
    _settings("find", "slash", "find", "Narrow the settings down by words"),
    _settings("doctor", "D", "doctor", "See whether everything is well", "other"),
    _doctor("again", "R,r", "look again", "Examine everything again"),
    _doctor("settings", "S", "settings", "Change the settings", "other"),
)
