"""The questions of ``tuiradio teach``: on a terminal by single keys, else line by line."""

from __future__ import annotations

import argparse
import json
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tuiradio.cli import session as shared
from tuiradio.cli.output import line, name_of, plain, say, track_record
from tuiradio.cli.teach import learned, tell
from tuiradio.config import load_config
from tuiradio.engine.lessons import (
    Asked,
    ClipChanged,
    Compare,
    EndLesson,
    NextComparison,
    PlayComparison,
    UndoComparison,
)
from tuiradio.engine.protocol import Event, Notice, Shutdown
from tuiradio.engine.spawn import join, open_engine
from tuiradio.errors import PlayerUnavailable, TuiradioError
from tuiradio.paths import Paths
from tuiradio.similarity.ear import Choice, Triplet

_LIMIT_S = 60.0
_CHOICES = {"b": Choice.B, "c": Choice.C, "s": Choice.SAME, "x": Choice.UNSURE}
_HELP = (
    "You hear A, B and C, eight seconds each. Which of B and C is closer to A?",
    "  b  B    c  C    s  both the same    x  cannot say",
    "  r  hear them again    u  take the last answer back    q  stop",
)


def lesson(arguments: argparse.Namespace) -> int:
    """Ask until the listener stops or ``--count`` questions were answered.

    Raises:
        PlayerUnavailable: nothing can be played.
        TuiradioError: nothing was listened to yet, or the library is too small.
    """
    with _playing_engine() as session:
        arguments.seeds = []
        shared.prepare(session, arguments)
        player = session.state().player
        if player.problem and not player.output:
            message, _, hint = player.problem.partition(". ")
            raise PlayerUnavailable(message, hint)
        for words in _HELP:
            say(words)
        with _keys() as keys:
            _Lesson(session, keys, arguments.json).go(arguments.count)
        tell(learned(session), arguments.json)
    return 0


class _Lesson:
    """Asks and passes on what is said."""

    def __init__(self, session: shared.Session, keys: Callable[[], str], as_json: bool) -> None:
        self._session = session
        self._keys = keys
        self._as_json = as_json

    def go(self, count: int | None) -> None:
        """Ask ``count`` questions, or until the listener stops."""
        engine = self._session.engine
        leave = engine.subscribe(self._on_event)
        said = 0
        try:
            while count is None or said < count:
                asked = self._session.ask(NextComparison(), Asked, _LIMIT_S)
                if asked.triplet is None:
                    raise TuiradioError(
                        "the library is too small to compare", "Add more music: tuiradio scan DIR"
                    )
                self._show(asked, asked.triplet, said + 1)
                engine.submit(PlayComparison(asked.triplet))
                step = self._answer(asked.triplet)
                if step is None:
                    return
                said = max(0, said + step)
        finally:
            engine.submit(EndLesson())
            self._session.state()
            leave()

    def _answer(self, triplet: Triplet) -> int | None:
        """1 for an answer, -1 for one taken back, None to stop."""
        engine = self._session.engine
        while True:
            key = self._keys()
            if key in _CHOICES:
                engine.submit(Compare(triplet, _CHOICES[key]))
                self._tell(triplet, _CHOICES[key])
                return 1
            if key == "r":
                engine.submit(PlayComparison(triplet))
            elif key == "u":
                engine.submit(UndoComparison())
                say("taken back")
                return -1
            elif key in ("q", ""):
                return None

    def _show(self, asked: Asked, triplet: Triplet, number: int) -> None:
        if self._as_json:
            with self._session.reader() as reader:
                found = {
                    track.id: track for track in reader.tracks((triplet.a, triplet.b, triplet.c))
                }
            parts = {"a": triplet.a, "b": triplet.b, "c": triplet.c}
            tracks = {part: track_record(found[i]) for part, i in parts.items() if i in found}
            _one_line({"question": number, "is_repeat": asked.is_repeat, **tracks})
        else:
            say(f"Question {number}: is B or C closer to A?")

    def _tell(self, triplet: Triplet, choice: Choice) -> None:
        """Name the tracks once the answer is given, so that names sway nobody."""
        if self._as_json:
            _one_line({"said": choice.value})
            return
        with self._session.reader() as reader:
            names = [name_of(track) for track in reader.tracks((triplet.a, triplet.b, triplet.c))]
        for part, name in zip("ABC", names, strict=False):
            say(f"  {part} was {name}")

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ClipChanged) and sys.stderr.isatty():
            shown = f"  ▶ {event.part.upper()}" if event.part else "  b, c, s, x, r, u or q?"
            sys.stderr.write(f"\r\x1b[K{shown}\r")
            sys.stderr.flush()
        elif isinstance(event, Notice):
            say(f"tuiradio: {plain(event.message)}")


@contextmanager
def _playing_engine() -> Iterator[shared.Session]:
    """The running engine, or one for the length of the lesson."""
    paths = Paths.from_environment()
    config = load_config(paths.config_file)
    running = join(paths)
    engine = running or open_engine(paths, config, headless=False)
    try:
        yield shared.Session(paths, config, engine, joined=True)
    finally:
        if running is None:
            engine.submit(Shutdown())
        engine.close()


@contextmanager
def _keys() -> Iterator[Callable[[], str]]:
    """How to read what is said: "" at the end of the input."""
    if not sys.stdin.isatty():
        yield _line_key
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield lambda: os.read(descriptor, 1).decode("ascii", "replace").lower()
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _line_key() -> str:
    """The first letter of the next line that has one."""
    for text in iter(sys.stdin.readline, ""):
        key: str = text.strip().lower()[:1]
        if key:
            return key
    return ""


def _one_line(value: object) -> None:
    """A document to a line, so that a program can answer while more are to come."""
    line(json.dumps(value))
    sys.stdout.flush()
