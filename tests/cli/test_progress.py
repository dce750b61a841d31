"""The bar on stderr."""

from __future__ import annotations

import io

import pytest

from tuiradio.cli.progress import Progress, time_left
from tuiradio.engine.protocol import (
    ListeningProgress,
    ListeningState,
    Notice,
    ScanProgress,
    ScanState,
    Severity,
)

HALF = ListeningProgress(
    ListeningState(True, 100, 48, 2, rate_per_s=12.5, eta_s=100.0, current="a\x1b[2Jb.mp3")
)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_that_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    with Progress(stream) as progress:
        progress.on_event(HALF)
        shown = stream.getvalue()
    assert "━━━━━━━━━━━━────────────" in shown
    assert "50/100, 12.5/s, 2 min left, 2 failed" in shown
    assert "\x1b[2J" not in shown
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_narrow_terminal_is_never_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    Progress(stream).on_event(HALF)
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) < 30


def test_a_file_gets_a_line_now_and_then() -> None:
    stream, now = io.StringIO(), [0.0]
    progress = Progress(stream, lambda: now[0])
    for now[0] in (1.0, 5.0, 10.5, 12.0, 21.0):
        progress.on_event(HALF)
    assert len(stream.getvalue().splitlines()) == 2
    assert "#" in stream.getvalue()


def test_scanning_is_told_as_well() -> None:
    stream = Terminal()
    Progress(stream).on_event(ScanProgress(ScanState(running=True, seen=1234)))
    assert "1,234 files" in stream.getvalue()


def test_warnings_get_a_line_of_their_own() -> None:
    stream = Terminal()
    progress = Progress(stream)
    progress.on_event(HALF)
    progress.on_event(Notice("the disk is full", Severity.ERROR))
    assert stream.getvalue().endswith("\r\x1b[Ktuiradio: the disk is full\n")


def test_other_events_and_late_ones_are_passed_over() -> None:
    stream = Terminal()
    with Progress(stream) as progress:
        progress.on_event(Notice("hello"))
    progress.on_event(HALF)
    assert stream.getvalue() == ""


def test_time_left() -> None:
    assert [time_left(s) for s in (40, 700, 12_000)] == ["40 s", "12 min", "3 h 20 min"]
