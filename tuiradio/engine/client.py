"""The engine behind the socket, as front ends see it."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import queue
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import cast, get_args

from tuiradio.codec import CodecError
from tuiradio.engine import protocol, wire
from tuiradio.errors import EngineUnavailable

_log = logging.getLogger(__name__)

_EVENTS = get_args(protocol.Event)
_GONE = "the engine is gone"
_GONE_HINT = "Start tuiradio again; the log tells why it ended."


class RemoteEngine:
    """Implements ``protocol.Engine`` over a Unix socket.

    When the engine dies, listeners get one ``EngineStopping`` and every later
    call raises ``EngineUnavailable``.

    Raises:
        EngineUnavailable: nobody answers within ``timeout_s``, or an engine of
            another protocol version does.
    """

    def __init__(self, socket_file: Path, timeout_s: float = 2.0) -> None:
        self._listeners: list[Callable[[protocol.Event], None]] = []
        self._lock = threading.Lock()
        self._answers: dict[int, Future[object]] = {}
        self._ids = itertools.count(1)
        self._subscribed = False
        self._closing = False
        self._dead = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._socket = _connect(socket_file, timeout_s)
        self._lines = self._socket.makefile("rb")
        try:
            self.hello = self._greet()
        except EngineUnavailable:
            self._lines.close()
            self._socket.close()
            raise
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, name="engine-read", daemon=True)
        self._writer = threading.Thread(target=self._write, name="engine-write", daemon=True)
        self._reader.start()
        self._writer.start()

    def submit(self, command: protocol.Command) -> None:
        """See ``protocol.Engine``.

        Raises:
            EngineUnavailable: the engine is gone.
        """
        self._send(wire.requests.encode(command))

    def ask(self, query: protocol.Query, timeout_s: float | None = None) -> protocol.Answer:
        """See ``protocol.Engine``."""
        message_id = next(self._ids)
        future: Future[object] = Future()
        with self._lock:
            self._answers[message_id] = future
        try:
            self._send(wire.requests.encode(query, message_id))
            answer = future.result(timeout_s)
        except TimeoutError:
            raise EngineUnavailable(
                f"the engine did not answer within {timeout_s:g} s", "Try again later."
            ) from None
        finally:
            with self._lock:
                self._answers.pop(message_id, None)
        if isinstance(answer, wire.Refusal):
            raise wire.refused_error(answer)
        return cast(protocol.Answer, answer)

    def subscribe(self, listener: Callable[[protocol.Event], None]) -> Callable[[], None]:
        """See ``protocol.Engine``."""
        with self._lock:
            self._listeners.append(listener)
            first, self._subscribed = not self._subscribed, True
        if first:
            self._send(wire.requests.encode(wire.Subscribe(), next(self._ids)))

        def leave() -> None:
            with self._lock, contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return leave

    def close(self) -> None:
        """Send what was submitted (at most 1 s), then hang up; the engine goes on."""
        self._closing = True
        self._outbox.put(None)
        if threading.current_thread() is not self._writer:
            self._writer.join(1.0)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._reader:
            self._reader.join(1.0)
        self._socket.close()

    def _send(self, line: bytes) -> None:
        if self._dead or self._closing:
            raise EngineUnavailable(_GONE, _GONE_HINT)
        self._outbox.put(line)

    def _greet(self) -> wire.Hello:
        try:
            hello = wire.replies.decode(self._lines.readline(4096)).body
        except (OSError, CodecError) as error:
            raise EngineUnavailable("the engine does not answer", _GONE_HINT) from error
        if not isinstance(hello, wire.Hello):
            raise EngineUnavailable("what answers is no tuiradio engine")
        if hello.protocol_version != protocol.PROTOCOL_VERSION:
            raise EngineUnavailable(
                f"a tuiradio {hello.version} is running, which this version cannot talk to",
                f"End it with: kill {hello.pid}",
            )
        return hello

    def _write(self) -> None:
        while (line := self._outbox.get()) is not None:
            try:
                self._socket.sendall(line)
            except OSError:
                break
        if not self._closing:
            # Wakes the reader, which tells everybody.
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        try:
            with self._lines as lines:
                while line := lines.readline():
                    self._receive(line)
        except (OSError, ValueError) as error:
            _log.debug("the engine's socket failed: %s", error)
        self._lost()

    def _receive(self, line: bytes) -> None:
        try:
            message = wire.replies.decode(line)
        except CodecError as error:
            _log.warning("the engine said something unknown: %.200s", error)
            return
        if isinstance(message.body, _EVENTS):
            self._tell(message.body)
        elif message.id is not None:
            with self._lock:
                future = self._answers.get(message.id)
            if future is not None:
                future.set_result(message.body)
        else:
            _log.warning("the engine refused: %.200r", message.body)

    def _tell(self, event: protocol.Event) -> None:
        if isinstance(event, protocol.EngineStopping):
            if self._dead:
                return
            self._dead = True
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:
                _log.exception("a listener failed on %.200r", event)

    def _lost(self) -> None:
        if not self._closing:
            self._tell(protocol.EngineStopping())
        self._dead = True
        self._outbox.put(None)
        with self._lock:
            futures = list(self._answers.values())
        for future in futures:
            if not future.done():
                future.set_exception(EngineUnavailable(_GONE, _GONE_HINT))


def _connect(file: Path, timeout_s: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout_s)
    try:
        if os.lstat(file).st_uid != os.getuid():
            raise PermissionError(13, "the socket belongs to somebody else")
        connection.connect(os.fspath(file))
    except OSError as error:
        connection.close()
        raise EngineUnavailable("no engine is running", "Start one with: tuiradio") from error
    return connection
