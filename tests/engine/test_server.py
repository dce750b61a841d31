from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.helpers import TIMEOUT_S, Watching
from tuiradio.engine import wire
from tuiradio.engine.client import RemoteEngine
from tuiradio.engine.protocol import (
    PROTOCOL_VERSION,
    Answer,
    Command,
    EngineState,
    EngineStopping,
    Event,
    GetState,
    Like,
    Notice,
    PlayerChanged,
    PlayerState,
    PlayTracks,
    Query,
    WaitUntilHeard,
)
from tuiradio.engine.server import Server, check_private
from tuiradio.errors import EngineUnavailable, NoSuchTrack, StoreError
from tuiradio.paths import Paths


class ScriptedEngine:
    """Notes commands; answers as the test wants."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.listeners: list[Callable[[Event], None]] = []
        self.changed = threading.Condition()
        self.may_answer = threading.Event()
        self.error: Exception | None = None

    def submit(self, command: Command) -> None:
        with self.changed:
            self.commands.append(command)
            self.changed.notify_all()

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        if self.error is not None:
            raise self.error
        if isinstance(query, WaitUntilHeard):
            self.may_answer.wait(TIMEOUT_S)
        return EngineState(pid=len(self.commands))

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.clear()

    def tell(self, event: Event) -> None:
        for listener in list(self.listeners):
            listener(event)

    def close(self) -> None:
        self.may_answer.set()


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    scripted = ScriptedEngine()
    yield scripted
    scripted.close()


@pytest.fixture
def server(engine: ScriptedEngine, paths: Paths) -> Iterator[Server]:
    paths.create()
    running = Server(engine, paths.socket_file)
    yield running
    running.close()


@pytest.fixture
def remote(server: Server, paths: Paths) -> Iterator[RemoteEngine]:
    client = RemoteEngine(paths.socket_file)
    yield client
    client.close()


@pytest.fixture
def raw(server: Server, paths: Paths) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_S)
        connection.connect(str(paths.socket_file))
        yield connection


def said(lines: Any) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(lines.readline())
    return reply


def test_commands_queries_and_events_pass(remote: RemoteEngine, engine: ScriptedEngine) -> None:
    events = Watching(remote)
    remote.ask(GetState(), TIMEOUT_S)  # by then the engine knows who listens
    remote.submit(PlayTracks((1, 2)))
    remote.submit(Like(3))
    assert remote.ask(GetState(), TIMEOUT_S) == EngineState(pid=2)
    assert engine.commands == [PlayTracks((1, 2)), Like(3)]
    engine.tell(Notice("caf\udce9"))
    assert events.until_event(Notice).message == "caf?"
    events.leave()


def test_a_slow_answer_does_not_hold_others_up(
    remote: RemoteEngine, engine: ScriptedEngine
) -> None:
    answers: list[Answer] = []
    slow = threading.Thread(target=lambda: answers.append(remote.ask(WaitUntilHeard(), TIMEOUT_S)))
    slow.start()
    remote.ask(GetState(), TIMEOUT_S)
    with pytest.raises(EngineUnavailable):
        remote.ask(WaitUntilHeard(), 0.05)
    engine.may_answer.set()
    slow.join(TIMEOUT_S)
    assert answers == [EngineState()]


def test_errors_keep_their_class_and_hint(remote: RemoteEngine, engine: ScriptedEngine) -> None:
    engine.error = NoSuchTrack("no track like that", "Try other words.")
    with pytest.raises(NoSuchTrack) as caught:
        remote.ask(GetState(), TIMEOUT_S)
    assert caught.value.hint == "Try other words."
    engine.error = ZeroDivisionError("a fault of ours")
    with pytest.raises(Exception, match="failed to answer"):
        remote.ask(GetState(), TIMEOUT_S)
    engine.error = None
    remote.ask(GetState(), TIMEOUT_S)


def test_garbage_gets_an_answer_and_harms_nobody(
    raw: socket.socket, remote: RemoteEngine, engine: ScriptedEngine
) -> None:
    with raw.makefile("rb") as lines:
        hello = said(lines)
        assert hello["body"]["protocol_version"] == PROTOCOL_VERSION
        raw.sendall(b"\x00\xff garbage\n\n{}\n")
        for _ in range(3):
            assert said(lines)["type"] == "Refusal"
        raw.sendall(b'{"type": "Nonsense", "id": 5}\n')
        assert said(lines)["id"] == 5
        raw.sendall(b'{"type": "Seek", "id": 6, "body": {"position_s": "x"}}\n')
        assert "position_s" in said(lines)["body"]["message"]
        raw.sendall(b'{"type": "GetState", "id": 7}\n')
        assert said(lines)["type"] == "EngineState"
        raw.sendall(b'{"type": "Next", "id": 8}\n')
        assert said(lines) == {"type": "Done", "body": {}, "id": 8}
    remote.ask(GetState(), TIMEOUT_S)


def test_an_endless_line_ends_the_connection(
    remote: RemoteEngine, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MAX_REQUEST_BYTES", 1000)
    with socket.socket(socket.AF_UNIX) as raw, raw.makefile("rb") as lines:
        raw.settimeout(TIMEOUT_S)
        raw.connect(str(paths.socket_file))
        said(lines)
        raw.sendall(b"x" * 1001)
        assert "too long" in said(lines)["body"]["message"]
        assert lines.readline() == b""
    remote.ask(GetState(), TIMEOUT_S)


def test_a_client_that_does_not_read_is_dropped(
    raw: socket.socket, remote: RemoteEngine, engine: ScriptedEngine, monkeypatch: Any
) -> None:
    events = Watching(remote)
    remote.ask(GetState(), TIMEOUT_S)  # by then the engine knows who listens
    with raw.makefile("rb") as lines:
        said(lines)
        raw.sendall(b'{"type": "Subscribe", "id": 1}\n')
        assert said(lines)["type"] == "Done"
        text = "x" * 1_000_000
        for number in range(70):
            engine.tell(Notice(f"{number} {text}"))
            events.until_event(Notice, lambda e, n=number: e.message.startswith(f"{n} "))
            events.events.clear()
        received = 0
        while data := raw.recv(1 << 20):
            received += len(data)
    assert received < 70_000_000
    remote.ask(GetState(), TIMEOUT_S)
    events.leave()


def test_a_slow_client_gets_the_newest_state_only(
    raw: socket.socket, remote: RemoteEngine, engine: ScriptedEngine
) -> None:
    events = Watching(remote)
    remote.ask(GetState(), TIMEOUT_S)  # by then the engine knows who listens
    with raw.makefile("rb") as lines:
        said(lines)
        raw.sendall(b'{"type": "Subscribe", "id": 1}\n')
        said(lines)
        for number in range(20_000):
            engine.tell(PlayerChanged(PlayerState(position_s=number, problem="p" * 500)))
        engine.tell(Notice("end"))
        events.until_event(Notice)
        count, newest = 0, 0.0
        while (reply := said(lines))["type"] != "Notice":
            count += 1
            newest = reply["body"]["player"]["position_s"]
    assert newest == 19_999
    assert count < 20_000
    events.leave()


def test_when_the_engine_dies_everybody_is_told(
    server: Server, remote: RemoteEngine, engine: ScriptedEngine
) -> None:
    events = Watching(remote)
    remote.ask(GetState(), TIMEOUT_S)  # by then the engine knows who listens
    errors: list[EngineUnavailable] = []

    def wait() -> None:
        try:
            remote.ask(WaitUntilHeard(), TIMEOUT_S)
        except EngineUnavailable as error:
            errors.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    remote.ask(GetState(), TIMEOUT_S)
    server.close()
    waiting.join(TIMEOUT_S)
    events.until_event(EngineStopping)
    assert len(errors) == 1
    for call in (lambda: remote.submit(Like(1)), lambda: remote.ask(GetState(), 1)):
        with pytest.raises(EngineUnavailable):
            call()
    assert len(events.of(EngineStopping)) == 1


def test_whoever_hears_of_the_end_does_not_find_the_engine_again(
    remote: RemoteEngine, engine: ScriptedEngine, paths: Paths
) -> None:
    found_at_the_end: list[bool] = []
    heard = threading.Event()

    def listener(event: Event) -> None:
        if isinstance(event, EngineStopping):
            found_at_the_end.append(paths.socket_file.exists())
            heard.set()

    remote.subscribe(listener)
    remote.ask(GetState(), TIMEOUT_S)
    engine.tell(EngineStopping())
    assert heard.wait(TIMEOUT_S)
    assert found_at_the_end == [False]


def test_letting_go_sends_what_was_submitted(server: Server, paths: Paths, engine: Any) -> None:
    client = RemoteEngine(paths.socket_file)
    client.submit(Like(1))
    client.close()
    with engine.changed:
        assert engine.changed.wait_for(lambda: engine.commands == [Like(1)], TIMEOUT_S)


def test_no_engine_and_a_stranger_are_told_apart(paths: Paths) -> None:
    paths.create()
    with pytest.raises(EngineUnavailable):
        RemoteEngine(paths.socket_file)
    for first in (
        b"HTTP/1.1 400\n",
        b"",
        wire.replies.encode(wire.Done()),
        wire.replies.encode(wire.Hello(PROTOCOL_VERSION + 1, "9", 1)),
    ):
        with socket.socket(socket.AF_UNIX) as stranger:
            paths.socket_file.unlink(missing_ok=True)
            stranger.bind(str(paths.socket_file))
            stranger.listen()

            def answer(words: bytes = first, listener: socket.socket = stranger) -> None:
                with listener.accept()[0] as connection:
                    connection.sendall(words)

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(EngineUnavailable):
                RemoteEngine(paths.socket_file)
            thread.join(TIMEOUT_S)


def test_a_stale_socket_is_replaced_and_the_end_cleans_up(
    engine: ScriptedEngine, paths: Paths
) -> None:
    paths.create()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(paths.socket_file))
    server = Server(engine, paths.socket_file)
    RemoteEngine(paths.socket_file).close()
    server.close()
    assert not paths.socket_file.exists()


def test_the_sockets_directory_is_private(tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir(mode=0o777)
    check_private(open_to_all)
    assert open_to_all.stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(open_to_all)
    with pytest.raises(StoreError):
        check_private(tmp_path / "link")
    with pytest.raises(StoreError):
        check_private(tmp_path / "none")


def test_a_socket_path_that_is_too_long_is_named(engine: ScriptedEngine, tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    with pytest.raises(StoreError) as caught:
        Server(engine, deep / "engine.sock")
    assert "short" in caught.value.hint


def test_everything_told_before_an_answer_is_heard_before_it(
    engine: ScriptedEngine, remote: RemoteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(query: Query, timeout_s: float | None = None) -> Answer:
        for number in range(200):
            engine.tell(Notice(str(number)))
        return EngineState()

    monkeypatch.setattr(engine, "ask", ask)
    heard: list[Event] = []
    remote.subscribe(heard.append)
    remote.ask(GetState(), TIMEOUT_S)
    assert len(heard) == 200
