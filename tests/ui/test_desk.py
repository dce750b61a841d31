"""Errands off the loop: newest first, replaced by name, never fatal."""

from __future__ import annotations

import threading

import pytest
from textual.message import Message

from tuiradio.errors import StoreError, TuiradioError
from tuiradio.ui import desk as desk_module
from tuiradio.ui.desk import Delivered, Desk

_LONGEST_S = 5.0


class Loop:
    """Collects what the desk posts, and delivers it on demand."""

    def __init__(self) -> None:
        self._posted: list[Delivered] = []
        self._changed = threading.Condition()

    def post(self, message: Message) -> None:
        assert isinstance(message, Delivered)
        with self._changed:
            self._posted.append(message)
            self._changed.notify()

    def deliver(self, count: int) -> None:
        for _ in range(count):
            with self._changed:
                assert self._changed.wait_for(lambda: bool(self._posted), _LONGEST_S)
                message = self._posted.pop(0)
            message.deliver()


def test_a_newer_errand_replaces_a_waiting_one_of_its_name() -> None:
    loop, gate, started = Loop(), threading.Event(), threading.Event()
    done: list[str] = []
    desk = Desk("t", lambda: "tool", lambda tool: None, loop.post)
    desk.start()

    def hold(tool: str) -> str:
        started.set()
        gate.wait(_LONGEST_S)
        return "first"

    desk.do("hold", hold, done.append)
    assert started.wait(_LONGEST_S)
    for words in ("b", "bl", "blue"):
        desk.do("search", lambda tool, words=words: words, done.append)  # type: ignore[misc]
    desk.do("newest", lambda tool: "newest", done.append)
    gate.set()
    loop.deliver(3)
    desk.stop()
    assert done == ["first", "newest", "blue"]


def test_an_errand_that_fails_is_told_and_the_next_one_runs() -> None:
    loop = Loop()
    told: list[TuiradioError] = []
    done: list[int] = []
    desk = Desk("t", lambda: 1, lambda tool: None, loop.post)
    desk.start()
    desk.do("a", lambda tool: tool // 0, done.append, told.append)
    loop.deliver(1)
    desk.do("b", lambda tool: tool, done.append, told.append)
    loop.deliver(1)
    desk.stop()
    assert "ZeroDivisionError" in told[0].message
    assert done == [1]


def test_a_tool_that_cannot_be_opened_is_tried_again() -> None:
    loop = Loop()
    told: list[TuiradioError] = []
    done: list[str] = []
    tries: list[int] = []

    def open_tool() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise StoreError("not there yet")
        return "tool"

    desk = Desk("t", open_tool, lambda tool: None, loop.post)
    desk.start()
    desk.do("a", lambda tool: tool, done.append, told.append)
    loop.deliver(1)
    desk.do("a", lambda tool: tool, done.append, told.append)
    loop.deliver(1)
    desk.stop()
    assert [error.message for error in told] == ["not there yet"]
    assert done == ["tool"]


def test_memory_is_given_back_once_it_is_calm_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, given_back, gate = Loop(), threading.Semaphore(0), threading.Event()

    def trim() -> None:
        given_back.release()
        assert gate.wait(_LONGEST_S)

    monkeypatch.setattr(desk_module, "_CALM_S", 0.01)
    monkeypatch.setattr(desk_module, "trim", trim)
    done: list[str] = []
    desk = Desk("t", lambda: "tool", lambda tool: None, loop.post)
    desk.start()
    assert given_back.acquire(timeout=_LONGEST_S)
    # The thread gives back memory: errands are taken meanwhile, and run after.
    desk.do("a", lambda tool: "a", done.append)
    assert not done
    gate.set()
    loop.deliver(1)
    assert done == ["a"]
    assert given_back.acquire(timeout=_LONGEST_S)
    desk.stop()
