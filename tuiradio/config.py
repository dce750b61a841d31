"""What a user can set, and how ``config.toml`` is read: checked strictly, line by line.

Every field is documented under it: README, settings view and ``tuiradio config`` take
their words from here (``config_table``). ``config_file`` writes.
"""

from __future__ import annotations

import difflib
import errno
import tomllib
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from tuiradio.codec import CodecError, convert
from tuiradio.config_lines import lines_of
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
    SIXEL = "sixel"
    BLOCKS = "blocks"
    OFF = "off"


class KeyStyle(StrEnum):
    """Which keys hold before the user's own."""

    BOTH = "both"
    VIM = "vim"
    ARROWS = "arrows"


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
    """Volume at the very first start, 0 … 130, and when it is set here; else the last is kept."""
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
    """How covers are drawn: ``auto``, ``kitty`` (its protocol), ``sixel``, ``blocks``, ``off``."""
    meter: bool = True
    """Have a meter that shows how loud the music is."""
    columns: tuple[str, ...] = ()
    """Columns of the lists in your order: ``title``, ``artist``, ``album``, ``genre``, ``year``,
    ``tempo``, ``plays``, ``liked``, ``length``, ``number``, ``mood``, ``played``, ``added``;
    none = what suits the width."""
    key_style: KeyStyle = KeyStyle.BOTH
    """``both``: arrows, and j k g G as in vim; ``vim``: also h and l between panels, ``g g``,
    ``d d``, ``:``; ``arrows``: the letters of vim stay free for keys of your own."""
    keys: tuple[tuple[str, str], ...] = ()
    """``[ui.keys]``: action id = key or keys separated by commas, in place of the built-in ones."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a user can set; a missing file means the defaults."""

    roots: tuple[str, ...] = ()
    """Library directories; ``~`` is understood. One taken out stays in the library."""
    watch: bool = True
    """Notice new, changed and deleted files while running."""
    listening: ListeningConfig = ListeningConfig()
    radio: RadioSettings = RadioSettings()
    playback: PlaybackConfig = PlaybackConfig()
    ui: UiConfig = UiConfig()


TABLES = {"radio.weights", "ui.keys"}
"""Tuples of pairs, which are tables to the user: name = value."""

RANGES: dict[str, tuple[float, float]] = {
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
"""Lowest and highest value of the figures that have them."""

_LARGEST_BYTES = 1_000_000

HIGHEST_WEIGHT = 100.0
"""Of ``radio.weights``."""


def load_config(file: Path) -> Config:
    """The configuration of ``file``; the defaults when there is no such file.

    Raises:
        UsageError: unreadable, not TOML, an unknown key or a wrong value; the message
            names file, line and key, the hint the nearest valid key.
    """
    return config_of(read_text(file), file)


def read_text(file: Path) -> str:
    """The text of ``file``, "" when there is no such file.

    Raises:
        UsageError: it cannot be read, is larger than 1 MB, or is no UTF-8.
    """
    try:
        if file.is_fifo():
            # Opening it would wait for somebody to write.
            raise OSError(errno.EINVAL, "it is a pipe")
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise OSError(errno.EFBIG, "it is larger than 1 MB")
        return content.decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _not_toml(file, error) from error


def config_of(text: str, file: Path) -> Config:
    """The configuration that ``text`` gives; ``file`` is named where it is wrong.

    Raises:
        UsageError: as ``load_config``.
    """
    return _table(toml_of(text, file), Config, _Source(str(file), text), "")


def toml_of(text: str, file: Path) -> dict[str, Any]:
    """What ``text`` says; ``file`` is named where it is wrong.

    Raises:
        UsageError: not TOML, or nothing that a person would write.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise _not_toml(file, "it is nested too deeply") from error
    except ValueError as error:
        # A number of thousands of digits is to Python a plain one.
        raise _not_toml(file, error) from error


def value_as(name: str, value: object) -> Any:
    """A plain value as the type that the setting ``name`` has in ``Config``.

    Raises:
        UsageError: no such setting, a wrong type, or outside of the range.
    """
    kind: Any = Config
    for part in name.split("."):
        kind = get_type_hints(kind)[part]
    return _value(value, kind, _Source(), name)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where values come from, to name the place of a mistake; nowhere when typed."""

    file: str = ""
    text: str = ""

    def wrong(self, key: str, words: str, hint: str) -> UsageError:
        """What is the matter with ``key``."""
        line = lines_of(self.text).get(key) if self.file else None
        place = f"{self.file}, line {line}: " if line else f"{self.file}: " if self.file else ""
        return UsageError(f"{place}{key}{words}", hint)


def _not_toml(file: Path, error: ValueError | str) -> UsageError:
    return UsageError(
        f"{file} is not valid TOML: {error}", "Correct it, or move it away for the defaults."
    )


def _table(data: dict[str, Any], kind: type[_T], source: _Source, prefix: str) -> _T:
    hints = get_type_hints(kind)
    names = list(hints)
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
            known = f"Known keys: {', '.join(names)}."
            hint = f"Did you mean {prefix}{near[0]}?" if near else known
            raise source.wrong(prefix + key, ": unknown key", hint)
        values[key] = _value(value, hints[key], source, prefix + key)
    return kind(**values)


def _value(value: Any, kind: Any, source: _Source, key: str) -> Any:
    is_section = isinstance(kind, type) and is_dataclass(kind)
    if (is_section or key in TABLES) and not isinstance(value, dict):
        raise source.wrong(key, " must be a table", f"Write it as [{key}].")
    if is_section:
        return _table(value, kind, source, f"{key}.")
    if key in TABLES:
        value = list(value.items())
    try:
        converted = convert(value, kind)
    except CodecError as error:
        hint = "Correct the value in the file." if source.file else ""
        raise source.wrong(key, f": {error}", hint) from error
    _check_range(converted, source, key)
    return converted


def _check_range(value: Any, source: _Source, key: str) -> None:
    low, high = RANGES.get(key, (None, None))
    if low is not None and high is not None and not low <= value <= high:
        raise source.wrong(key, f" is {value}", f"It must be between {low:g} and {high:g}.")
    if key == "radio.weights":
        for name, weight in value:
            if not 0 <= weight <= HIGHEST_WEIGHT:
                hint = f"It must be between 0 and {HIGHEST_WEIGHT:g}."
                raise source.wrong(f"{key}.{name}", f" is {weight}", hint)
