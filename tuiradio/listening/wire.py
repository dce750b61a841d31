"""Messages between the pool and its workers: a JSON header and raw bytes, lengths first.

Not pickle: a worker has just parsed a stranger's file, and what it says is data.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

MEMORY_EXIT = 77
"""Exit status of a worker whose file took more memory than allowed."""

_LENGTHS = struct.Struct("<II")
# A vector of 2,048 numbers takes 8 KiB, the longest path of Linux 8 KiB in hexadecimal.
_LARGEST = 1 << 20


class BrokenMessage(ValueError):
    """The stream does not hold messages."""


def pack(header: Mapping[str, Any], blob: bytes = b"") -> bytes:
    """One message."""
    text = json.dumps(header).encode("ascii")
    return _LENGTHS.pack(len(text), len(blob)) + text + blob


class Unpacker:
    """Messages from a stream that arrives in pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The messages that ``data`` completes.

        Raises:
            BrokenMessage: lengths out of range, or a header that is no JSON object.
        """
        self._buffer += data
        while len(self._buffer) >= _LENGTHS.size:
            text_bytes, blob_bytes = _LENGTHS.unpack_from(self._buffer)
            if max(text_bytes, blob_bytes) > _LARGEST:
                raise BrokenMessage(f"lengths {text_bytes} and {blob_bytes}")
            blob_start = _LENGTHS.size + text_bytes
            stop = blob_start + blob_bytes
            if len(self._buffer) < stop:
                return
            header = self._header(bytes(self._buffer[_LENGTHS.size : blob_start]))
            blob = bytes(self._buffer[blob_start:stop])
            del self._buffer[:stop]
            yield header, blob

    def _header(self, text: bytes) -> dict[str, Any]:
        try:
            header = json.loads(text)
        except ValueError as error:
            raise BrokenMessage("no JSON") from error
        if not isinstance(header, dict):
            raise BrokenMessage("no JSON object")
        return header
