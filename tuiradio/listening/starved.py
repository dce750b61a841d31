"""How long a process ran and how long it had to wait for it, where the kernel tells (Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass

_NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class Turns:
    """Of a process since its start."""

    ran_s: float = 0.0
    """Its first thread, which does the work."""
    waited_s: float = 0.0
    """Its first thread was ready to run while others ran instead, up to when it ran last.

    Sleeping, and waiting for a disk or a lock, are not part of it.
    """
    is_ready: bool = False
    """Any of its threads runs now, or would if it were its turn."""


def turns(process_id: int) -> Turns:
    """All zero when the process is gone or the kernel does not tell."""
    folder = f"/proc/{process_id}"
    try:
        with open(f"{folder}/schedstat", "rb") as file:
            ran, waited, *_ = file.read().split()
        is_ready = any(_is_ready(f"{folder}/task/{each}") for each in os.listdir(f"{folder}/task"))
        return Turns(int(ran) / _NANOSECONDS, int(waited) / _NANOSECONDS, is_ready)
    except (OSError, ValueError, IndexError):
        return Turns()


def _is_ready(thread: str) -> bool:
    with open(f"{thread}/stat", "rb") as file:
        # The name before the state may hold spaces and brackets.
        return file.read().rpartition(b")")[2].split()[0] == b"R"
