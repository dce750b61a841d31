"""Roots, scanning and watching: a scan thread reads, the service thread writes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace as with_fields
from functools import partial
from typing import Any

from tuiradio.engine.house import House
from tuiradio.engine.memory import give_back_memory
from tuiradio.engine.protocol import (
    AddRoots,
    Rescan,
    ScanProgress,
    ScanState,
    Severity,
)
from tuiradio.errors import TuiradioError
from tuiradio.library.scan import ScanBatch, scan
from tuiradio.library.store import ScanOutcome, StoreReader
from tuiradio.library.watch import Watcher

_log = logging.getLogger(__name__)

# Batches that are read but not yet stored; more would only fill memory.
_AHEAD = 4
_STOP_S = 0.3


class LibraryDesk:
    """Keeps the store in step with the music on disk."""

    def __init__(self, house: House, is_watching: bool) -> None:
        self._house = house
        self._is_watching = is_watching
        self._watcher: Watcher | None = None
        self._watched: tuple[bytes, ...] = ()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._room = threading.Semaphore(_AHEAD)
        self._wanted: set[bytes] | None = set()
        """Folders to scan once the scan under way is done; None = everything."""
        self.state = ScanState()
        self._outcome = ScanOutcome()
        self.handlers: dict[type, Callable[[Any], None]] = {
            AddRoots: self._add_roots,
            Rescan: lambda _: self._want(None),
        }

    def start(self) -> None:
        """Take in the configured roots; look at everything, unless the engine is headless.

        A headless command asks for what it needs.
        """
        for root in self._house.config.roots:
            self._house.store.add_root(os.fsencode(os.path.abspath(os.path.expanduser(root))))
        if self._is_watching:
            self._watch()
            if self._house.store.roots():
                self._want(None)

    def tick(self) -> None:
        """Nothing has to be done regularly."""

    def stop(self) -> None:
        self._stopping.set()
        self._room.release()
        if self._watcher is not None:
            # Its threads may take a while; they are daemons and report nothing any more.
            threading.Thread(target=self._watcher.stop, name="unwatch", daemon=True).start()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    # --- commands ----------------------------------------------------------------

    def _add_roots(self, command: AddRoots) -> None:
        added: list[bytes] = []
        for root in command.roots:
            if not os.path.isabs(root) or b"\0" in root:
                name = root.decode("utf-8", "replace")
                self._house.notice(f"{name} is not an absolute path", Severity.WARNING)
            elif not os.path.isdir(root):
                name = root.decode("utf-8", "replace")
                self._house.notice(f"{name} is not a directory", Severity.WARNING)
            else:
                self._house.store.add_root(root)
                added.append(root)
        if added:
            self._house.rows_changed(True)
            self._watch()
            self._want(set(added))

    # --- watching ----------------------------------------------------------------

    def _watch(self) -> None:
        roots = tuple(root.path for root in self._house.store.roots())
        if not self._is_watching or roots == self._watched:
            return
        if self._watcher is not None:
            threading.Thread(target=self._watcher.stop, name="unwatch", daemon=True).start()
        self._watched = roots
        self._watcher = Watcher(roots, self._on_change)
        self._watcher.start()

    def _on_change(self, folders: frozenset[bytes]) -> None:
        self._house.post(lambda: self._want(set(folders)))

    # --- scanning ----------------------------------------------------------------

    def _want(self, folders: set[bytes] | None) -> None:
        if folders is None or self._wanted is None:
            self._wanted = None
        else:
            self._wanted |= folders
        if not self.state.running:
            self._begin()

    def _begin(self) -> None:
        folders, self._wanted = self._wanted, set()
        roots = tuple(root.path for root in self._house.store.roots())
        self._outcome = ScanOutcome()
        self._show(ScanState(running=True))
        self._thread = threading.Thread(
            target=self._scan, args=(roots, folders), name="scan", daemon=True
        )
        self._thread.start()

    def _scan(self, roots: tuple[bytes, ...], folders: set[bytes] | None) -> None:
        """The scan thread: reads files, hands batches over."""
        try:
            reader = StoreReader(self._house.paths.store_file)
            try:
                limits = None if folders is None else sorted(folders)
                for batch in scan(roots, reader.known_files, self._stopping.is_set, limits):
                    self._room.acquire()
                    if self._stopping.is_set():
                        break
                    self._house.post(partial(self._take, batch))
            finally:
                reader.close()
            give_back_memory()
        except TuiradioError as error:
            self._house.post(partial(self._house.complain, error))
        except Exception as error:
            _log.exception("the scan failed")
            text = f"The scan failed: {type(error).__name__}: {error}"
            self._house.post(partial(self._house.notice, text, Severity.ERROR))
        self._house.post(self._finish)

    def _take(self, batch: ScanBatch) -> None:
        self._room.release()
        store = self._house.store
        before = {root.path: root.missing for root in store.roots()}
        roots_changed = False
        for roots, is_missing in ((batch.present_roots, False), (batch.missing_roots, True)):
            for root in roots:
                if before.get(root, is_missing) != is_missing:
                    store.set_root_missing(root, is_missing)
                    roots_changed = True
                if is_missing:
                    name = root.decode("utf-8", "replace")
                    hint = "Its tracks are kept, and greyed out until it is back."
                    self._house.notice(f"{name} is not there", Severity.WARNING, hint)
        outcome = store.apply_scan(batch.changes)
        self._outcome += outcome
        for note in batch.notes:
            self._house.notice(f"Could not look into {note}", Severity.WARNING)
        if outcome.changed:
            self._house.similarity.files_changed()
        if batch.changes or roots_changed:
            self._house.rows_changed(True)
            self._house.listening.library_changed()
        total = self._outcome
        self._show(
            ScanState(
                running=True,
                seen=batch.seen,
                added=total.added,
                changed=total.changed,
                moved=total.moved,
                missing=total.missing,
                failed=total.failed,
            )
        )

    def _finish(self) -> None:
        is_more_wanted = self._wanted is None or bool(self._wanted)
        if is_more_wanted and not self._stopping.is_set():
            self._begin()
            return
        self._show(with_fields(self.state, running=False))
        self._house.listening.scan_finished()

    def _show(self, state: ScanState) -> None:
        self.state = state
        self._house.bulletin.tell(ScanProgress(state))
