"""The errors a user can meet, each with a message and what to do about it.

Per-file failures are values (see ``tuiradio.library.track.Failure``), not
exceptions: one bad file never stops a scan.
"""

from __future__ import annotations


class TuiradioError(Exception):
    """What happened, and what to do.

    ``message`` says what happened and to which file; ``hint`` says what the user
    can do, and may be empty. ``exit_code`` is the command line's exit status.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(TuiradioError):
    """The command line or a setting cannot be understood (exit code 2)."""

    exit_code = 2


class NoSuchTrack(TuiradioError):
    """A seed names no track of the library (exit code 3)."""

    exit_code = 3


class StoreError(TuiradioError):
    """The SQLite store cannot be opened, read or written (exit code 4)."""

    exit_code = 4


class EngineBusy(TuiradioError):
    """Another engine owns this data directory (exit code 5)."""

    exit_code = 5


class EngineUnavailable(TuiradioError):
    """No engine answers (exit code 5)."""

    exit_code = 5


class ModelError(TuiradioError):
    """The ONNX model or its card is missing, broken or breaks the contract (exit code 6)."""

    exit_code = 6


class PlayerUnavailable(TuiradioError):
    """libmpv cannot be loaded; everything but playback works (exit code 7)."""

    exit_code = 7


class NotATerminal(TuiradioError):
    """The screen was asked for where there is no terminal (exit code 2)."""

    exit_code = 2
