"""One engine per data directory, by a lock the system frees when its owner dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from tuiradio.errors import EngineBusy, StoreError


class EngineLock:
    """Holds ``engine.lock``; its content is the owner's process id, for messages only.

    Raises:
        EngineBusy: another process holds it.
        StoreError: the file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"cannot write {file}: {error.strerror}",
                "Make the directory writable, or set TUIRADIO_DATA_DIR to one you can write to.",
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._fd)
            raise _busy(file) from error
        # A full disk must not keep the engine from starting: the lock holds without the number.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Let another engine start; the file stays, so that nobody locks an unlinked one."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def lock_owner(file: Path) -> int | None:
    """Process id written into the lock file; of a dead process if nobody holds the lock."""
    try:
        return int(file.read_bytes()[:32])
    except (OSError, ValueError):
        return None


def _busy(file: Path) -> EngineBusy:
    owner = lock_owner(file)
    who = f" (process {owner})" if owner else ""
    return EngineBusy(
        f"another tuiradio{who} works on {file.parent}",
        "Wait until it is done, or end it.",
    )
