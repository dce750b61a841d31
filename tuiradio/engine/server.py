"""The engine's socket: checks what clients say, fans events out, drops slow clients.

Two threads per client, one that reads and one that writes, and one that spreads
events; queries run on threads of their own, since they may wait for listening.
None of them touches the store or the player.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import socket
import stat
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from tuiradio import __version__
from tuiradio.codec import CodecError
from tuiradio.engine import lessons, levels, protocol, settings, studies, wire
from tuiradio.engine.outbox import Outbox, OutboxFull
from tuiradio.errors import StoreError, TuiradioError

_log = logging.getLogger(__name__)

_MAX_QUERIES_PER_CLIENT = 16

# Only the newest of these means anything to a client that was slow.
_REPLACEABLE = (
    protocol.PlayerChanged,
    protocol.QueueChanged,
    protocol.RadioChanged,
    protocol.ScanProgress,
    protocol.ListeningProgress,
    studies.MeasuringProgress,
    levels.LevelsTold,
    lessons.EarChanged,
    lessons.ClipChanged,
    settings.SettingsChanged,
)


class Server:
    """Serves one engine on a Unix socket until closed.

    Raises:
        StoreError: the socket cannot be made, or its directory is not ours alone.
    """

    def __init__(self, engine: protocol.Engine, socket_file: Path) -> None:
        self._engine = engine
        self._file = socket_file
        self._clients: set[_Client] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._is_listening = True
        self._events: queue.SimpleQueue[protocol.Event | Callable[[], None] | None] = (
            queue.SimpleQueue()
        )
        self._socket = _listen(socket_file)
        self._unsubscribe = engine.subscribe(self._events.put)
        self._spreader = threading.Thread(target=self._spread, name="spread", daemon=True)
        self._acceptor = threading.Thread(target=self._accept, name="accept", daemon=True)
        self._spreader.start()
        self._acceptor.start()

    def close(self) -> None:
        """Send what waits (at most 0.2 s per client), hang up, remove the socket file."""
        self._closed = True
        self._unsubscribe()
        self._events.put(None)
        self._spreader.join(0.2)
        self._stop_listening()
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.close(flush_s=0.2)

    def _stop_listening(self) -> None:
        """Let nobody join any more; once, since the next engine may use the same file."""
        with self._lock:
            was_listening, self._is_listening = self._is_listening, False
        if not was_listening:
            return
        with contextlib.suppress(OSError):
            self._file.unlink()
        # close() alone does not wake accept() on Linux.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._socket.accept()
            except OSError as error:
                if self._is_listening:
                    _log.warning("accept failed: %s", error)
                return
            client = _Client(connection, self._engine, self._forget, self._events.put)
            with self._lock:
                self._clients.add(client)
            client.start()

    def _forget(self, client: _Client) -> None:
        with self._lock:
            self._clients.discard(client)

    def _spread(self) -> None:
        while (event := self._events.get()) is not None:
            if callable(event):
                event()
                continue
            if isinstance(event, protocol.EngineStopping):
                # Whoever hears of the end must not find this engine again.
                self._stop_listening()
            with self._lock:
                clients = [client for client in self._clients if client.subscribed]
            if not clients:
                continue
            line = wire.replies.encode(event)
            kind = type(event).__name__ if isinstance(event, _REPLACEABLE) else None
            for client in clients:
                client.send(line, kind)


class _Client:
    """One connection."""

    def __init__(
        self,
        connection: socket.socket,
        engine: protocol.Engine,
        on_gone: Callable[[_Client], None],
        in_turn: Callable[[Callable[[], None]], None],
    ) -> None:
        """``in_turn``: does something after the events told so far were sent."""
        self.subscribed = False
        self._connection = connection
        self._engine = engine
        self._on_gone = on_gone
        self._in_turn = in_turn
        self._outbox = Outbox(wire.SEND_BACKLOG_BYTES)
        self._queries = threading.Semaphore(_MAX_QUERIES_PER_CLIENT)
        self._writer = threading.Thread(target=self._write, name="client-write", daemon=True)
        self._reader = threading.Thread(target=self._read, name="client-read", daemon=True)

    def start(self) -> None:
        hello = wire.Hello(protocol.PROTOCOL_VERSION, __version__, os.getpid())
        self.send(wire.replies.encode(hello))
        self._writer.start()
        self._reader.start()

    def send(self, line: bytes, replaces: str | None = None) -> None:
        try:
            self._outbox.put(line, replaces)
        except OutboxFull:
            _log.warning("dropped a client that does not read")
            self.close()

    def close(self, flush_s: float = 0.0) -> None:
        self._outbox.close()
        if flush_s and self._writer is not threading.current_thread():
            self._writer.join(flush_s)
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._on_gone(self)

    def _write(self) -> None:
        while (line := self._outbox.take()) is not None:
            try:
                self._connection.sendall(line)
            except OSError:
                break
        self.close()

    def _read(self) -> None:
        try:
            with self._connection.makefile("rb") as lines:
                while line := lines.readline(wire.MAX_REQUEST_BYTES + 1):
                    if len(line) > wire.MAX_REQUEST_BYTES:
                        self._refuse(TuiradioError("the line is too long"), None)
                        break
                    self._handle(line)
        except (OSError, ValueError):
            _log.debug("a client went away")
        self.close(flush_s=0.2)
        self._connection.close()

    def _handle(self, line: bytes) -> None:
        try:
            message = wire.requests.decode(line)
        except CodecError as error:
            self._refuse(TuiradioError(str(error)), wire.requests.message_id(line))
            return
        body, message_id = message.body, message.id
        if isinstance(body, wire.Subscribe):
            self.subscribed = True
            self._reply(wire.Done(), message_id)
        elif isinstance(body, wire.QUERIES):
            self._ask(cast(protocol.Query, body), message_id)
        else:
            self._submit(cast(protocol.Command, body), message_id)

    def _submit(self, command: protocol.Command, message_id: int | None) -> None:
        try:
            self._engine.submit(command)
        except TuiradioError as error:
            self._refuse(error, message_id)
        else:
            if message_id is not None:
                self._reply(wire.Done(), message_id)

    def _ask(self, query: protocol.Query, message_id: int | None) -> None:
        if not self._queries.acquire(blocking=False):
            self._refuse(TuiradioError("too many questions at once"), message_id)
            return
        asker = threading.Thread(
            target=self._answer, args=(query, message_id), name="query", daemon=True
        )
        asker.start()

    def _answer(self, query: protocol.Query, message_id: int | None) -> None:
        try:
            answer = self._engine.ask(query)
        except TuiradioError as error:
            self._refuse(error, message_id)
        except Exception:
            _log.exception("a query failed: %.200r", query)
            self._refuse(TuiradioError("the engine failed to answer", "See the log."), message_id)
        else:
            # An asker may rely on having heard everything told before the answer.
            line = wire.replies.encode(answer, message_id)
            self._in_turn(partial(self.send, line))
        finally:
            self._queries.release()

    def _refuse(self, error: TuiradioError, message_id: int | None) -> None:
        self._reply(wire.refusal(error), message_id)

    def _reply(self, message: object, message_id: int | None) -> None:
        self.send(wire.replies.encode(message, message_id))


def check_private(directory: Path) -> None:
    """Refuse a socket directory that others could have put there or could enter.

    Raises:
        StoreError: not a directory of our own with mode 0700.
    """
    try:
        status = os.lstat(directory)
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
            if status.st_mode & 0o077:
                directory.chmod(0o700)
            return
    except OSError as error:
        raise StoreError(f"cannot use {directory}: {error.strerror}") from error
    raise StoreError(
        f"{directory} belongs to somebody else",
        "Remove it, or set TUIRADIO_RUNTIME_DIR to a directory of your own.",
    )


def _listen(file: Path) -> socket.socket:
    """A listening socket; the caller holds the engine's lock, so an old file is stale."""
    check_private(file.parent)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        file.unlink(missing_ok=True)
        listener.bind(os.fspath(file))
        file.chmod(0o600)
        listener.listen(16)
    except OSError as error:
        listener.close()
        raise StoreError(
            f"cannot make the socket {file}: {error}",
            "Set TUIRADIO_RUNTIME_DIR to a short path you can write to.",
        ) from error
    return listener
