"""The user's ``config.toml``: read once, checked strictly, never rewritten.

Every field is documented under it; the reference in the README is made from here.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from tuiradio.codec import CodecError, convert
from tuiradio.errors import UsageError
from tuiradio.radio.pick import RadioSettings

_T = TypeVar("_T")


class ReplayGain(StrEnum):
    """Which loudness tags playback follows."""

    NO = "no"
    TRACK = "track"
    ALBUM = "album"


class OnQuit(StrEnum):
    """What leaving the screen does to the music."""

    STOP = "stop"
    DETACH = "detach"


class CoverStyle(StrEnum):
    """How the cover of what plays is drawn."""

    AUTO = "auto"
    KITTY = "kitty"
    BLOCKS = "blocks"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ListeningConfig:
    """``[listening]``: how the library is listened to in the background."""

    model: str = ""
    """Path of an ONNX model, or the name of one in the models directory; "" = the shipped one."""
    workers: int = 0
    """Worker processes; 0 = one per processor core, at most four."""
    busy_while_playing: float = 0.6
    """Share of the time the workers may be busy while music plays, 0.05 … 1."""
    time_limit_s: float = 60.0
    """A file that takes longer is given up."""


@dataclass(frozen=True, slots=True)
class PlaybackConfig:
    """``[playback]``."""

    volume_percent: float = 100.0
    """Volume at the very first start, 0 … 130; afterwards the last one is kept."""
    replaygain: ReplayGain = ReplayGain.TRACK
    """``no``, ``track`` or ``album``."""
    output: str = ""
    """Audio output of mpv, such as ``pulse``, ``alsa`` or ``null``; "" = mpv chooses."""
    resume: bool = True
    """Come back with the queue and position of the last time, paused."""


@dataclass(frozen=True, slots=True)
class UiConfig:
    """``[ui]``: the screen."""

    theme: str = ""
    """Name of a theme; "" = the one chosen last on the screen."""
    on_quit: OnQuit = OnQuit.STOP
    """``stop`` ends the music on quit, ``detach`` leaves it playing."""
    cover: CoverStyle = CoverStyle.AUTO
    """How covers are drawn: ``auto``, ``kitty`` (its graphics protocol), ``blocks``, ``off``."""
    meter: bool = True
    """Have a meter that shows how loud the music is."""
    keys: tuple[tuple[str, str], ...] = ()
    """``[ui.keys]``: action id = key or keys separated by commas, in place of the built-in ones."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a user can set; a missing file means the defaults."""

    roots: tuple[str, ...] = ()
    """Library directories, added at start-up; ``~`` is understood."""
    watch: bool = True
    """Notice new, changed and deleted files while running."""
    listening: ListeningConfig = ListeningConfig()
    radio: RadioSettings = RadioSettings()
    playback: PlaybackConfig = PlaybackConfig()
    ui: UiConfig = UiConfig()


# Tuples of pairs are tables to the user: name = value.
_TABLES = {"radio.weights", "ui.keys"}

_RANGES = {
    "listening.workers": (0, 64),
    "listening.busy_while_playing": (0.05, 1),
    "listening.time_limit_s": (1, 3600),
    "playback.volume_percent": (0, 130),
    "radio.drift": (0, 1),
    "radio.adventure": (0, 1),
    "radio.artist_window": (0, 10_000),
    "radio.album_window": (0, 10_000),
    "radio.recent_hours": (0, 1e6),
    "radio.min_length_s": (0, 1e6),
    "radio.max_length_s": (0, 1e6),
    "radio.candidates": (1, 100_000),
    "radio.feedback": (0, 2),
    "radio.continuity": (0, 1),
}


def load_config(file: Path) -> Config:
    """The configuration of ``file``; the defaults when there is no such file.

    Raises:
        UsageError: unreadable, not TOML, an unknown key or a wrong value; the
            message names file and key, the hint the nearest valid key.
    """
    try:
        data = tomllib.loads(file.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} is not valid TOML: {error}", "Correct it, or move it away for the defaults."
        ) from error
    return _table(data, Config, file, "")


def _table(data: dict[str, Any], kind: type[_T], file: Path, prefix: str) -> _T:
    hints = get_type_hints(kind)
    names = list(hints)
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in names:
            raise _unknown_key(key, names, file, prefix)
        values[key] = _value(value, hints[key], file, prefix + key)
    return kind(**values)


def _value(value: Any, kind: Any, file: Path, key: str) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        if not isinstance(value, dict):
            raise UsageError(f"{file}: {key} must be a table", f"Write it as [{key}].")
        return _table(value, kind, file, f"{key}.")
    if key in _TABLES:
        if not isinstance(value, dict):
            raise UsageError(f"{file}: {key} must be a table", f"Write it as [{key}].")
        value = list(value.items())
    try:
        converted = convert(value, kind)
    except CodecError as error:
        raise UsageError(f"{file}: {key}: {error}", "Correct the value in the file.") from error
    _check_range(converted, file, key)
    return converted


def _check_range(value: Any, file: Path, key: str) -> None:
    low, high = _RANGES.get(key, (None, None))
    if low is not None and high is not None and not low <= value <= high:
        raise UsageError(f"{file}: {key} is {value}", f"It must be between {low:g} and {high:g}.")
    if key == "radio.weights":
        for name, weight in value:
            if not 0 <= weight <= 100:
                raise UsageError(
                    f"{file}: {key}.{name} is {weight}", "It must be between 0 and 100."
                )


def _unknown_key(key: str, names: list[str], file: Path, prefix: str) -> UsageError:
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"Did you mean {prefix}{near[0]}?" if near else f"Known keys: {', '.join(names)}."
    return UsageError(f"{file}: unknown key {prefix}{key}", hint)
