"""Roots, scanning and watching: a scan thread reads, the service thread writes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace as with_fields
from functools import partial
from typing import Any

from tuiradio.engine.house import House
from tuiradio.engine.memory import give_back_memory
from tuiradio.engine.playlist_desk import PlaylistDesk
from tuiradio.engine.protocol import (
    AddRoots,
    FolderState,
    Rescan,
    ScanProgress,
    ScanState,
    Severity,
)
from tuiradio.errors import TuiradioError
from tuiradio.library.folders import why_unreadable
from tuiradio.library.scan import ScanBatch, scan
from tuiradio.library.store import ScanOutcome, StoreReader
from tuiradio.library.watch import Watcher, is_network_mount

_log = logging.getLogger(__name__)

# Batches that are read but not yet stored; more would only fill memory.
_AHEAD = 4
_STOP_S = 0.3


class LibraryDesk:
    """Keeps the store in step with the music on disk."""

    def __init__(self, house: House, is_watching: bool) -> None:
        self._house = house
        self.playlists = PlaylistDesk(house)
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
        self._unreadable: list[str] = []
        """Folders of this scan that could not be listed, each with the reason."""
        self._warned: frozenset[bytes] = frozenset()
        """Roots whose trouble was told and is not over."""
        self.handlers: dict[type, Callable[[Any], None]] = {
            **self.playlists.handlers,
            AddRoots: self._add_roots,
            Rescan: self._rescan,
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

    def _rescan(self, _: Rescan) -> None:
        # Who asks wants to hear of every trouble again.
        self._warned = frozenset()
        self._want(None)

    # --- watching ----------------------------------------------------------------

    def watch_or_not(self, is_watching: bool) -> None:
        """Notice changes of files from now on, or no more."""
        self._is_watching = is_watching
        if not is_watching and self._watcher is not None:
            threading.Thread(target=self._watcher.stop, name="unwatch", daemon=True).start()
            self._watcher, self._watched = None, ()
        self._watch()
        if is_watching:
            # What changed while nobody looked.
            self._want(None)

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
        self._unreadable = []
        self._show(ScanState(running=True, folders=self.state.folders))
        self._thread = threading.Thread(
            target=self._scan, args=(roots, folders), name="scan", daemon=True
        )
        self._thread.start()

    def _scan(self, roots: tuple[bytes, ...], folders: set[bytes] | None) -> None:
        """The scan thread: reads files, hands batches over."""
        try:
            reader = StoreReader(self._house.paths.store_file)
            try:
                self._look(roots, frozenset())
                missing: frozenset[bytes] = frozenset()
                limits = None if folders is None else sorted(folders)
                known, playlists = reader.known_files, reader.known_playlists
                for batch in scan(roots, known, self._stopping.is_set, limits, playlists):
                    missing |= frozenset(batch.missing_roots)
                    if batch.missing_roots:
                        self._look(roots, missing)
                    self._room.acquire()
                    if self._stopping.is_set():
                        break
                    self._house.post(partial(self._take, batch))
                self._look(roots, missing)
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

    def _look(self, roots: tuple[bytes, ...], missing: frozenset[bytes]) -> None:
        """How the roots stand; on the scan thread, since a dead mount may take its time."""
        looked = []
        for root in roots:
            problem = why_unreadable(root) or ("is empty now" if root in missing else "")
            looked.append(FolderState(root, problem, is_network_mount(root)))
        self._house.post(partial(self._looked, tuple(looked)))

    def _looked(self, folders: tuple[FolderState, ...]) -> None:
        self._show(with_fields(self.state, folders=folders))
        self._greet_network(folders)

    def _greet_network(self, folders: Sequence[FolderState]) -> None:
        """Say once of a root on a network how it differs."""
        key = "NetworkRootsTold"
        told = (self._house.store.state(key) or "").splitlines()
        new = [one.path.hex() for one in folders if one.is_network and one.path.hex() not in told]
        if new:
            self._house.store.set_state(key, "\n".join([*told, *new]))
            names = ", ".join(bytes.fromhex(path).decode("utf-8", "replace") for path in new)
            self._house.notice(
                f"{names} lies on a network",
                hint="Looking through it takes longer, and new files are noticed within a minute. "
                "U looks at once.",
            )

    def _warn_of(self, root: bytes, is_missing: bool) -> None:
        if is_missing and root not in self._warned:
            why = next((one.problem for one in self.state.folders if one.path == root), "")
            name = root.decode("utf-8", "replace")
            hint = "Its tracks are kept, and greyed out until it is back."
            self._house.notice(f"{name} {why or 'is not there'}", Severity.WARNING, hint)
        self._warned = self._warned | {root} if is_missing else self._warned - {root}

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
                self._warn_of(root, is_missing)
        outcome = store.apply_scan(batch.changes)
        self.playlists.take(batch.playlists)
        self._outcome += outcome
        self._unreadable += batch.notes
        if outcome.changed:
            self._house.similarity.files_changed()
        if batch.changes or roots_changed:
            self._house.rows_changed(True)
            self._house.listening.library_changed(outcome.added)
        total = self._outcome
        self._show(
            with_fields(
                self.state,
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
        self._tell_unreadable()
        self._show(with_fields(self.state, running=False))
        self._house.listening.scan_finished()

    def _tell_unreadable(self) -> None:
        """One word on all folders that could not be listed, however many they are."""
        if not self._unreadable:
            return
        first, *others = self._unreadable
        more = f", nor into {len(others):,} other folders" if others else ""
        hint = "Make it readable, then U looks again. Nothing in it is forgotten."
        self._house.notice(f"Could not look into {first}{more}", Severity.WARNING, hint)

    def _show(self, state: ScanState) -> None:
        self.state = state
        self._house.bulletin.tell(ScanProgress(state))
