"""What travels over the engine's socket, and the limits both ends keep.

The engine speaks first: ``Hello``. A client then sends commands and queries; each
line with an id is answered by one line with that id: an answer, ``Done`` for
``Subscribe``, or ``Refusal``. Events carry no id and flow after ``Subscribe``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from tuiradio import errors
from tuiradio.codec import Codec
from tuiradio.engine import protocol
from tuiradio.errors import TuiradioError

MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""A longer line from a client is refused: a queue of 100,000 tracks needs less than 1 MB."""

SEND_BACKLOG_BYTES = 64 * 1024 * 1024
"""A client that lets more than this pile up is dropped."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The engine's first line."""

    protocol_version: int
    version: str
    pid: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Send this client every event from now on."""


@dataclass(frozen=True, slots=True)
class Done:
    """Understood; nothing to tell."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A ``TuiradioError`` on its way to the client."""

    kind: str
    message: str
    hint: str = ""


COMMANDS: tuple[type, ...] = get_args(protocol.Command)
QUERIES: tuple[type, ...] = get_args(protocol.Query)
EVENTS: tuple[type, ...] = get_args(protocol.Event)
ANSWERS: tuple[type, ...] = get_args(protocol.Answer)

requests = Codec((*COMMANDS, *QUERIES, Subscribe))
"""What clients say."""

replies = Codec((*EVENTS, *ANSWERS, Hello, Done, Refusal))
"""What the engine says."""


def refusal(error: TuiradioError) -> Refusal:
    """The error as a message."""
    return Refusal(type(error).__name__, error.message, error.hint)


def refused_error(message: Refusal) -> TuiradioError:
    """The error of a message, of its own class where this version knows it."""
    kind = getattr(errors, message.kind, TuiradioError)
    if not (isinstance(kind, type) and issubclass(kind, TuiradioError)):
        kind = TuiradioError
    return kind(message.message, message.hint)
