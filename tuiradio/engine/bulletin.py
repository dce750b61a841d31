"""Telling events to listeners: at most ten a second of a kind, newest replaces older."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable

from tuiradio.engine.protocol import Event, LibraryChanged, Notice, Severity

_log = logging.getLogger(__name__)

_INTERVAL_S = 0.1
_MAX_CHANGED_IDS = 256
_NOTICES_KEPT = 8
_RECENT_S = 60.0

_LEVELS = {
    Severity.INFORMATION: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.ERROR: logging.ERROR,
}


class Bulletin:
    """Collects events of the service thread and hands them to the listeners in time.

    ``tell`` and ``flush`` belong to the service thread; ``subscribe`` to any.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._listeners: tuple[Callable[[Event], None], ...] = ()
        self._lock = threading.Lock()
        self._waiting: dict[type, Event] = {}
        self._told_s: dict[type, float] = {}
        self._notices: deque[tuple[float, Notice]] = deque(maxlen=_NOTICES_KEPT)

    def recent_notices(self) -> tuple[Notice, ...]:
        """Those of the last minute, for who was not listening yet; the service thread's."""
        since_s = self._clock() - _RECENT_S
        return tuple(notice for told_s, notice in self._notices if told_s >= since_s)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with each event on the service thread; returns the way out."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def leave() -> None:
            with self._lock, contextlib.suppress(ValueError):
                listeners = list(self._listeners)
                listeners.remove(listener)
                self._listeners = tuple(listeners)

        return leave

    def tell(self, event: Event) -> None:
        """Tell an event now, or with the next ``flush`` when its kind was told just before."""
        if isinstance(event, Notice):
            _log.log(_LEVELS[event.severity], "%s %s", event.message, event.hint)
            self._notices.append((self._clock(), event))
            self._deliver(event)
            return
        kind = type(event)
        waiting = self._waiting.get(kind)
        if isinstance(event, LibraryChanged) and isinstance(waiting, LibraryChanged):
            event = _merged(waiting, event)
        self._waiting[kind] = event
        self._tell_if_due(kind)

    def flush(self, everything: bool = False) -> float | None:
        """Tell what is due; returns in how many seconds the next is, None if none waits."""
        for kind in list(self._waiting):
            if everything:
                self._deliver(self._waiting.pop(kind))
            else:
                self._tell_if_due(kind)
        if not self._waiting:
            return None
        first = min(self._told_s[kind] for kind in self._waiting)
        return max(0.0, first + _INTERVAL_S - self._clock())

    def _tell_if_due(self, kind: type) -> None:
        now_s = self._clock()
        if now_s - self._told_s.get(kind, -_INTERVAL_S) >= _INTERVAL_S:
            self._told_s[kind] = now_s
            self._deliver(self._waiting.pop(kind))

    def _deliver(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                _log.exception("a listener failed on %.200r", event)


def _merged(older: LibraryChanged, newer: LibraryChanged) -> LibraryChanged:
    ids: tuple[int, ...] = ()
    if older.track_ids and newer.track_ids:
        ids = tuple(dict.fromkeys(older.track_ids + newer.track_ids))
    return LibraryChanged(
        newer.store_revision,
        older.rows_added_or_removed or newer.rows_added_or_removed,
        ids if len(ids) <= _MAX_CHANGED_IDS else (),
    )
