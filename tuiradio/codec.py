"""Frozen dataclasses as lines of JSON, and plain data checked against dataclasses.

The only importer of msgspec. A line is ``{"type": …, "id": …, "body": {…}}``; the
type name chooses the dataclass, the body is checked field by field. Bytes travel
as base64, so any file name survives. Unknown fields are ignored and absent ones
take their defaults: peers of neighbouring versions understand each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")


class CodecError(Exception):
    """The line or value is not what it should be; the text says where."""


class _Line(msgspec.Struct):
    type: str
    body: msgspec.Raw = msgspec.Raw(b"{}")
    id: int | None = None


class _LineId(msgspec.Struct):
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A decoded line."""

    body: object
    """An instance of one of the codec's types."""
    id: int | None
    """Ties an answer to its question; None for everything else."""


class Codec:
    """Encodes and decodes instances of a fixed set of frozen dataclasses."""

    def __init__(self, types: Iterable[type]) -> None:
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            kind.__name__: msgspec.json.Decoder(kind) for kind in types
        }
        self._encoder = msgspec.json.Encoder()
        self._line = msgspec.json.Decoder(_Line)
        self._line_id = msgspec.json.Decoder(_LineId)

    def encode(self, message: object, message_id: int | None = None) -> bytes:
        """One line with its newline. Lone surrogates in texts become U+FFFD.

        Raises:
            CodecError: the message is not of one of the codec's types.
        """
        name = type(message).__name__
        if name not in self._decoders:
            raise CodecError(f"{name} does not travel")
        try:
            body = self._encoder.encode(message)
        except UnicodeEncodeError:
            body = self._encoder.encode(_without_surrogates(msgspec.to_builtins(message)))
        line = _Line(name, msgspec.Raw(body), message_id)
        return self._encoder.encode(line) + b"\n"

    def decode(self, line: bytes) -> Message:
        """The message of a line, every field checked.

        Raises:
            CodecError: not JSON, no known type, or a field of a wrong type.
        """
        try:
            envelope = self._line.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise CodecError(f"not a message: {error}") from error
        decoder = self._decoders.get(envelope.type)
        if decoder is None:
            raise CodecError(f"unknown message type {envelope.type[:80]!r}")
        try:
            body = decoder.decode(envelope.body)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise CodecError(f"{envelope.type}: {error}") from error
        return Message(body, envelope.id)

    def message_id(self, line: bytes) -> int | None:
        """The id of a line that may be otherwise broken, so that the asker hears of it."""
        try:
            return self._line_id.decode(line).id
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None


def convert(value: object, kind: type[_T]) -> _T:
    """Plain data (of TOML or JSON) as ``kind``; integers pass as floats, nothing else bends.

    Raises:
        CodecError: a wrong type; the text says what was expected.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise CodecError(str(error)) from error


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value


def to_json(value: object) -> bytes:
    """A dataclass as compact JSON without an envelope, for small state kept on disk."""
    return msgspec.json.encode(value)


def from_json(data: bytes | str, kind: type[_T]) -> _T:
    """The inverse of ``to_json``.

    Raises:
        CodecError: not JSON, or not a ``kind``.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise CodecError(str(error)) from error
