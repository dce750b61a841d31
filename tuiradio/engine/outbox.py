"""What waits to be sent to one client, bounded however slow the client is."""

from __future__ import annotations

import threading
from collections import OrderedDict


class OutboxFull(Exception):
    """The client fell too far behind."""


class Outbox:
    """Lines for one client. A newer line of a replaceable kind takes the older one's place.

    So a suspended terminal costs a few states, not a backlog, and continues with
    the newest of each when it wakes.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lines: OrderedDict[object, bytes] = OrderedDict()
        self._size_bytes = 0
        self._changed = threading.Condition()
        self._closed = False

    def put(self, line: bytes, replaces: str | None = None) -> None:
        """Append a line, dropping the waiting one of the same ``replaces``.

        Raises:
            OutboxFull: the line would exceed the limit; the box is closed by it.
        """
        key: object = object() if replaces is None else replaces
        with self._changed:
            if self._closed:
                return
            self._size_bytes += len(line) - len(self._lines.pop(key, b""))
            self._lines[key] = line
            if self._size_bytes > self._limit_bytes:
                self._close()
                raise OutboxFull
            self._changed.notify()

    def take(self) -> bytes | None:
        """The oldest line; waits for one. None once closed and empty."""
        with self._changed:
            while not self._lines and not self._closed:
                self._changed.wait()
            if not self._lines:
                return None
            _, line = self._lines.popitem(last=False)
            self._size_bytes -= len(line)
            return line

    def close(self) -> None:
        """Take no more lines; what waits may still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _close(self) -> None:
        self._lines.clear()
        self._size_bytes = 0
        self._closed = True
        self._changed.notify_all()
