"""Which audio a file holds, whatever its name and tags.

Only the part of the file that tagging leaves alone is looked at, so a moved, renamed
or re-tagged file has the fingerprint it had before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

_BLOCK_BYTES = 16_384
_TAIL_BYTES = 65_536
_ID3_HEADER_BYTES = 10
_ID3V1_BYTES = 128
_APE_FOOTER_BYTES = 32
_MOST_CHUNKS = 4_096
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")

Region = tuple[int, int]
"""First byte and length of the audio."""


def content_fingerprint(path: bytes, size_bytes: int) -> bytes:
    """16 bytes naming the audio in a file of ``size_bytes``; ``b""`` when it cannot be read.

    The hash covers the length of the audio and two blocks of it, not the whole file: two
    small reads are what a scan of a slow disk can afford.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            if size_bytes <= 0:
                return b""
            head = file.read(_BLOCK_BYTES)
            if head.startswith(b"OggS"):
                return _of_ogg(file, size_bytes)
            start, length = _audio_region(file, head, size_bytes)
            return _of_region(file, start, length)
    except (OSError, ValueError, OverflowError):
        return b""


def _of_region(file: BinaryIO, start: int, length: int) -> bytes:
    digest = hashlib.blake2b(length.to_bytes(8, "big"), digest_size=16)
    for offset in (start, start + length // 2):
        block = _read_at(file, offset, min(_BLOCK_BYTES, start + length - offset))
        digest.update(block)
    return digest.digest()


def _of_ogg(file: BinaryIO, size_bytes: int) -> bytes:
    """From the last pages: re-tagging renumbers pages, but keeps what the audio ones hold."""
    start = max(0, size_bytes - _TAIL_BYTES)
    tail = _read_at(file, start, _TAIL_BYTES)
    digest = hashlib.blake2b(b"ogg", digest_size=16)
    at = tail.find(b"OggS")
    while 0 <= at <= len(tail) - 27:
        segments = tail[at + 27 : at + 27 + tail[at + 26]]
        body = at + 27 + len(segments)
        granule = tail[at + 6 : at + 14]
        # Header packets, the comment among them, lie in pages at position 0.
        if granule.strip(b"\0"):
            digest.update(granule)
            digest.update(tail[body : body + sum(segments)])
        at = tail.find(b"OggS", body + sum(segments))
    return digest.digest()


def _audio_region(file: BinaryIO, head: bytes, size_bytes: int) -> Region:
    start = 0
    if head.startswith(b"ID3") and len(head) >= _ID3_HEADER_BYTES:
        start = min(size_bytes, _ID3_HEADER_BYTES + _syncsafe(head[6:10]))
        head = _read_at(file, start, _BLOCK_BYTES)
    for sign, finder in _CONTAINERS:
        if head[sign[0] : sign[0] + len(sign[1])] == sign[1]:
            found = finder(file, start, size_bytes)
            if found is not None:
                return found
    end = _without_trailing_tags(file, start, size_bytes)
    # Some writers pad between the tag and the first frame.
    while head and not head.strip(b"\0"):
        start += len(head)
        head = _read_at(file, start, _BLOCK_BYTES)
    start += len(head) - len(head.lstrip(b"\0"))
    return start, max(0, end - start)


def _without_trailing_tags(file: BinaryIO, start: int, end: int) -> int:
    if _read_at(file, max(start, end - _ID3V1_BYTES), 3) == b"TAG":
        end = max(start, end - _ID3V1_BYTES)
    footer = _read_at(file, max(start, end - _APE_FOOTER_BYTES), _APE_FOOTER_BYTES)
    if footer.startswith(b"APETAGEX"):
        has_header = footer[23] & 0x80
        size = int.from_bytes(footer[12:16], "little") + (_APE_FOOTER_BYTES if has_header else 0)
        end = max(start, end - size)
    return end


def _flac(file: BinaryIO, start: int, size_bytes: int) -> Region | None:
    at = start + 4
    for _ in range(_MOST_CHUNKS):
        header = _read_at(file, at, 4)
        if len(header) < 4:
            return None
        at += 4 + int.from_bytes(header[1:4], "big")
        if header[0] & 0x80:
            return at, max(0, _without_trailing_tags(file, at, size_bytes) - at)
    return None


def _chunked(name: bytes, big_endian: bool) -> Callable[[BinaryIO, int, int], Region | None]:
    """Finder for RIFF and IFF files whose audio lies in the chunk ``name``."""

    def find(file: BinaryIO, start: int, size_bytes: int) -> Region | None:
        at = start + 12
        for _ in range(_MOST_CHUNKS):
            header = _read_at(file, at, 8)
            if len(header) < 8:
                return None
            length = int.from_bytes(header[4:], "big" if big_endian else "little")
            if header[:4] == name:
                return at + 8, max(0, min(length, size_bytes - at - 8))
            at += 8 + length + length % 2
        return None

    return find


def _mp4(file: BinaryIO, start: int, size_bytes: int) -> Region | None:
    at = start
    for _ in range(_MOST_CHUNKS):
        header = _read_at(file, at, 16)
        if len(header) < 8:
            return None
        length, skip = int.from_bytes(header[:4], "big"), 8
        if length == 1:
            length, skip = int.from_bytes(header[8:16], "big"), 16
        elif length == 0:
            length = size_bytes - at
        if length < skip:
            return None
        if header[4:8] == b"mdat":
            return at + skip, max(0, min(length, size_bytes - at) - skip)
        at += length
    return None


def _asf(file: BinaryIO, start: int, size_bytes: int) -> Region | None:
    length = int.from_bytes(_read_at(file, start + 16, 8), "little")
    return (length, size_bytes - length) if 30 <= length < size_bytes else None


_CONTAINERS: tuple[tuple[tuple[int, bytes], Callable[[BinaryIO, int, int], Region | None]], ...] = (
    ((0, b"fLaC"), _flac),
    ((0, b"RIFF"), _chunked(b"data", big_endian=False)),
    ((0, b"FORM"), _chunked(b"SSND", big_endian=True)),
    ((4, b"ftyp"), _mp4),
    ((0, _ASF_HEADER), _asf),
)


def _syncsafe(four: bytes) -> int:
    value = 0
    for byte in four:
        value = value << 7 | (byte & 0x7F)
    return value


def _read_at(file: BinaryIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(max(0, count)) or b""
