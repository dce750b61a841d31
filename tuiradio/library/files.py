"""Opening what lies beside the music, which may be anything."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO


def open_regular(path: bytes) -> BinaryIO:
    """A file to be read; never waits, as opening a named pipe would.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """
    return open(path, "rb", opener=_regular)


def _regular(path: str, flags: int) -> int:
    number = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "no regular file", os.fsdecode(path))
    return number
