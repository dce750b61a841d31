"""Words of the engine for the user; part of ``protocol``, which exports it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened; shown for a while, kept to be read again, also written to the log."""

    message: str
    severity: Severity = Severity.INFORMATION
    hint: str = ""
    """What to do about it."""
