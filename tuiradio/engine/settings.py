"""Settings as front ends change and see them; part of ``protocol``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tuiradio.config import Config
from tuiradio.config_table import Value


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Apply a setting now and keep it in ``config.toml``; a ``Notice`` tells what is wrong."""

    name: str
    """Dotted, as in ``radio.drift`` or ``ui.keys.next``."""
    value: Value


@dataclass(frozen=True, slots=True)
class ResetSetting:
    """Take a setting, or a whole table of them, out of ``config.toml``: its default holds."""

    name: str


@dataclass(frozen=True, slots=True)
class GetSettings:
    """→ ``SettingsState``, after all changes so far were written."""


@dataclass(frozen=True, slots=True)
class GetVitals:
    """→ ``Vitals``."""


class Origin(StrEnum):
    """Where a value comes from when it is not the default."""

    FILE = "config.toml"
    SESSION = "this session"
    """It could not be kept, and ends with the engine."""
    COMMAND = "command line"


@dataclass(frozen=True, slots=True)
class Known:
    """Where one setting was set."""

    name: str
    origin: Origin
    line: int = 0
    """Of ``config.toml``, counted from 1; 0 when it is not written yet."""


@dataclass(frozen=True, slots=True)
class SettingsState:
    """All settings; the dials of the radio that is on may stand elsewhere."""

    config: Config = field(default_factory=Config)
    known: tuple[Known, ...] = ()
    """Those that were set; all others are defaults."""
    file: str = ""
    problem: str = ""
    """What is wrong with ``config.toml``, so that what it said before still holds."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A setting was changed by a front end or in the file."""

    settings: SettingsState


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the engine's process is."""

    pid: int
    uptime_s: float
    memory_bytes: int
    """Resident; 0 where the system does not tell."""
    version: str = ""
