"""Logging to a file; never to the terminal, which belongs to the screen and to data."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_MAX_BYTES = 2_000_000
_FORMAT = "%(asctime)s %(process)d %(levelname)-7s %(name)s: %(message)s"


def log_to_file(file: Path, level: int = logging.INFO) -> None:
    """Send the program's log to ``file`` (rotated at 2 MB, one old file kept).

    Where the file cannot be written, the log goes nowhere: a full disk must not stop the music.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _QuietFileHandler | logging.NullHandler):
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _QuietFileHandler(
            file, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        # Without any handler Python's last resort would print on stderr.
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)


class _QuietFileHandler(RotatingFileHandler):
    """Swallows its own write errors, which logging would print on stderr."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop the record."""
