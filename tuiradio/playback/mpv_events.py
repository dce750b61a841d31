"""What libmpv tells, translated into the player's events.

Everything ``on_…`` runs on python-mpv's one event thread, whose queue overflows when it
is slow: translate and hand over, nothing else. What is asked of libmpv from here (a
seek kept until the file is open, whether the core is idle) goes by asynchronous
commands, which never wait. The lock guards a few fields for a few instructions and is
never held while libmpv is called.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tuiradio.playback.player import (
    MAX_POSITIONS_PER_S,
    Advanced,
    Ended,
    EndReason,
    OutputChanged,
    PlayerCallback,
    PlayerEvent,
    Position,
    Started,
)

NO_DEVICE = "No sound device: playing silently"

_log = logging.getLogger(__name__)

_MIN_POSITION_GAP_S = 1.0 / MAX_POSITIONS_PER_S

# Numbers of libmpv's client API, stable since 2014; python-mpv names only some.
_EVENT_START_FILE, _EVENT_END_FILE, _EVENT_FILE_LOADED = 6, 7, 8
_EVENT_SEEK, _EVENT_PLAYBACK_RESTART = 20, 21
_END_EOF, _END_ERROR = 0, 4

_ERROR_WORDS = {
    -13: "cannot be opened: missing or unreadable",
    -14: "cannot be heard: the sound device refused it",
    -16: "holds no audio",
    -17: "is not audio, or too damaged to play",
}

RunLater = Callable[..., None]
"""``run_later(command, *arguments, callback=None)``: asks libmpv without waiting;
``callback(error, answer)`` runs on the event thread."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file given to libmpv."""

    generation: int
    path: bytes
    is_next: bool


@dataclass(frozen=True, slots=True)
class _Finish:
    """How an entry ended, held back until it is known whether another follows."""

    entry: Entry
    error: int
    """libmpv's error code; 0 at the end of the file."""


class Translator:
    """Knows which entry libmpv speaks of, and tells the callback what became of it.

    ``forced_output`` is the audio output the user asked for: a ``null`` nobody asked
    for means that no device could be opened.
    """

    def __init__(
        self, callback: PlayerCallback, run_later: RunLater, forced_output: str | None
    ) -> None:
        self.is_closed = False
        self._callback = callback
        self._run_later = run_later
        self._forced_output = forced_output
        self._lock = threading.Lock()
        # Under the lock:
        self._generation = 0
        self._entries: dict[int, Entry] = {}
        self._announced: Entry | None = None
        self._newest_id = 0
        self._playing: Entry | None = None
        self._finish: _Finish | None = None
        self._is_open = False
        self._pending_seek_s: float | None = None
        self._resume_when_open = False
        self._must_stand_still = False
        # Of the event thread alone:
        self._sounding: Entry | None = None
        self._duration_s = 0.0
        self._next_position_at = 0.0
        self._awaits_seek = False
        self._output: OutputChanged | None = None

    # --- called by the player's callers ---------------------------------------

    @property
    def generation(self) -> int:
        """Of the newest load."""
        return self._generation

    def forget(self, seek_s: float | None = None, stand_still: bool = False) -> int:
        """Open a new generation: whatever libmpv still tells is history.

        ``seek_s`` is where the file to come starts. Unless it is to ``stand_still``
        there, the pause that hides what lies before is let go once the file is open.
        """
        with self._lock:
            self._generation += 1
            self._entries.clear()
            self._announced = self._playing = self._finish = None
            self._is_open = False
            self._pending_seek_s = seek_s
            self._resume_when_open = seek_s is not None and not stand_still
            self._must_stand_still = stand_still
            return self._generation

    def announce(self, entry: Entry) -> None:
        """The entry goes to libmpv now; its first event may overtake its id.

        Callers take turns, so an id newer than all known is the announced entry's.
        """
        with self._lock:
            self._announced = entry

    def bind(self, entry: Entry, entry_id: int | None) -> None:
        """The id libmpv gave the announced entry; None when it refused it."""
        with self._lock:
            self._announced = None
            if entry_id is not None:
                self._newest_id = entry_id
                self._entries[entry_id] = entry

    def keep_seek(self, position_s: float) -> bool:
        """Keep a seek until the file is open; False when it is open already."""
        with self._lock:
            if self._is_open:
                return False
            self._pending_seek_s = position_s
            return True

    def keep_resume(self) -> bool:
        """Resume once a kept seek is done; False when none is kept."""
        with self._lock:
            self._must_stand_still = False
            self._resume_when_open = self._pending_seek_s is not None and not self._is_open
            return self._resume_when_open

    def drop_resume(self) -> None:
        """A resume that is kept, or on its way, is no longer wanted."""
        with self._lock:
            self._must_stand_still = True
            self._resume_when_open = False

    # --- from libmpv, on its event thread -------------------------------------

    def on_event(self, event: Any) -> None:
        """Any event; python-mpv's ``MpvEvent``, valid only during the call."""
        kind = event.event_id.value
        if self.is_closed:
            return
        if kind == _EVENT_START_FILE:
            self._on_start(event.data.playlist_entry_id)
        elif kind == _EVENT_END_FILE:
            self._on_end(event.data.playlist_entry_id, event.data.reason, event.data.error)
        elif kind == _EVENT_FILE_LOADED:
            self._on_open()
        elif kind == _EVENT_SEEK:
            self._awaits_seek = False
        elif kind == _EVENT_PLAYBACK_RESTART:
            self._on_restart()

    def on_idle(self, _name: str, is_idle: bool | None) -> None:
        """Property ``idle-active``: nothing follows what ended."""
        if not is_idle:
            return
        with self._lock:
            finish, self._finish = self._finish, None
            if finish is not None:
                self._playing = None
        if finish is not None:
            self._tell(_ended(finish, goes_on=False))

    def on_duration(self, _name: str, duration_s: float | None) -> None:
        """Property ``duration``."""
        self._duration_s = duration_s or 0.0

    def on_position(self, _name: str, position_s: float | None) -> None:
        """Property ``time-pos``, which changes some 25 times a second."""
        now_s = time.monotonic()
        if position_s is None or self._awaits_seek or now_s < self._next_position_at:
            return
        with self._lock:
            entry = self._playing if self._is_open else None
        if entry is not None and entry is self._sounding:
            self._next_position_at = now_s + _MIN_POSITION_GAP_S
            self._tell(Position(entry.generation, max(0.0, position_s), self._duration_s))

    def on_output(self, _name: str, output: str | None) -> None:
        """Property ``current-ao``; None between files, which is no change."""
        if not output:
            return
        is_fallback = output == "null" and self._forced_output != "null"
        change = OutputChanged(output, NO_DEVICE if is_fallback else "")
        if change != self._output:
            self._output = change
            self._tell(change)

    def force_output(self, forced: str | None, output: str | None) -> None:
        """Another output was asked for; ``output`` is what is used now, None between two."""
        self._forced_output = forced
        # libmpv tells no change where the new one has the name of the former.
        self.on_output("", output or (self._output.name if self._output else None))

    def _tell(self, event: PlayerEvent) -> None:
        if not self.is_closed:
            self._callback(event)

    def _on_start(self, entry_id: int) -> None:
        self._awaits_seek = False
        with self._lock:
            is_announced = entry_id > self._newest_id
            entry = self._announced if is_announced else self._entries.get(entry_id)
            self._playing = entry
            self._is_open = False
            finish, self._finish = self._finish, None
            if entry is None or not entry.is_next:
                return
            # What was kept for a file that failed is not for the one after it.
            must_resume, self._resume_when_open = self._resume_when_open, False
            self._pending_seek_s = None
        if must_resume:
            self._resume()
        if finish is not None and finish.error:
            self._tell(_ended(finish, goes_on=True))
        self._tell(Advanced(entry.generation, entry.path))

    def _on_end(self, entry_id: int, reason: int, error: int) -> None:
        if reason not in (_END_EOF, _END_ERROR):
            return
        with self._lock:
            entry = self._entries.pop(entry_id, None) or self._playing
            if entry is None or entry.generation != self._generation:
                return
            self._finish = _Finish(entry, error if reason == _END_ERROR else 0)
            self._is_open = False
        # ``idle-active`` alone is not enough: a file that fails at once may leave and
        # re-enter idleness between two looks, and then nothing has changed for libmpv.
        self._run_later("expand-text", "${idle-active}", callback=self._on_idle_answer)

    def _on_idle_answer(self, error: Exception | None, answer: object) -> None:
        self.on_idle("idle-active", error is None and answer == "yes")

    def _on_open(self) -> None:
        with self._lock:
            if self._playing is None:
                return
            self._is_open = True
            seek_s, self._pending_seek_s = self._pending_seek_s, None
            must_resume, self._resume_when_open = self._resume_when_open, False
        if seek_s is not None:
            # Until then the position is that of the beginning, which nobody asked for.
            self._awaits_seek = True
            self._run_later(
                "seek", f"{seek_s:.3f}", "absolute+exact", callback=self._on_seek_answer
            )
        if must_resume:
            self._resume()

    def _resume(self) -> None:
        self._run_later("set", "pause", "no", callback=self._on_resume_answer)

    def _on_resume_answer(self, _error: Exception | None, _answer: object) -> None:
        # A pause between the decision to resume and its arrival was overtaken by it.
        with self._lock:
            must_pause = self._must_stand_still
        if must_pause:
            self._run_later("set", "pause", "yes", callback=self._on_pause_answer)

    def _on_pause_answer(self, _error: Exception | None, _answer: object) -> None:
        with self._lock:
            must_resume = not self._must_stand_still and not self._resume_when_open
        if must_resume:
            self._resume()

    def _on_seek_answer(self, error: Exception | None, _answer: object) -> None:
        if error is not None:
            self._awaits_seek = False
            _log.info("libmpv cannot go to the place to resume at: %s", error)

    def _on_restart(self) -> None:
        with self._lock:
            entry = self._playing
        if entry is None:
            return
        if entry is not self._sounding:
            self._sounding = entry
            self._tell(Started(entry.generation, entry.path))
        # Paused, ``time-pos`` has changed before and would not be told again.
        self._run_later("expand-text", "${=time-pos}", callback=self._on_position_answer)

    def _on_position_answer(self, error: Exception | None, answer: object) -> None:
        try:
            position_s = float(str(answer))
        except ValueError:
            return
        if error is None:
            self._next_position_at = 0.0
            self.on_position("time-pos", position_s)


def _ended(finish: _Finish, goes_on: bool) -> Ended:
    entry = finish.entry
    if not finish.error:
        return Ended(entry.generation, EndReason.EOF, "", entry.path, goes_on)
    words = _ERROR_WORDS.get(finish.error, "cannot be played")
    message = f"{_name_for_the_eye(entry.path)} {words}"
    return Ended(entry.generation, EndReason.ERROR, message, entry.path, goes_on)


def _name_for_the_eye(path: bytes) -> str:
    name = os.path.basename(path).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
