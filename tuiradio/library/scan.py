"""Finding what changed below the roots: new, changed, returned and missing files."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from tuiradio.library.fingerprint import content_fingerprint
from tuiradio.library.naming import fill_from_path
from tuiradio.library.order import relative_to
from tuiradio.library.playlist_scan import KnownPlaylists, changed, gone, kept_changed
from tuiradio.library.playlists import KnownPlaylist, PlaylistChange
from tuiradio.library.rows import ChangeKind, KnownFile, ScanChange, ScanOutcome
from tuiradio.library.store import StoreWriter
from tuiradio.library.tags import read_tags
from tuiradio.library.track import Failure, Tags
from tuiradio.library.walk import FoundFile, Walk

# Reading tags is mostly waiting for the disk; more threads only queue for the interpreter.
_READERS = 4
_AHEAD = 64
_FIRST_BATCH_S = 0.05
_BATCH_S = 0.25
_LARGEST_BATCH = 256

Known = Callable[[bytes], Mapping[bytes, KnownFile]]
"""What the store knows of the files below a root, by relative path."""


@dataclass(frozen=True, slots=True)
class ScanBatch:
    """What a part of a scan found; ``changes`` may be empty while it goes on."""

    changes: tuple[ScanChange, ...] = ()
    seen: int = 0
    """Audio files met so far, unchanged ones included."""
    present_roots: tuple[bytes, ...] = ()
    missing_roots: tuple[bytes, ...] = ()
    """Not there, unlistable, or empty where files are known (a disk that is not mounted)."""
    playlists: tuple[PlaylistChange, ...] = ()
    notes: tuple[str, ...] = ()
    """Folders that could not be listed, for the user; nothing below them is called missing."""


def scan(
    roots: Sequence[bytes],
    known: Known,
    is_stopped: Callable[[], bool],
    folders: Sequence[bytes] | None = None,
    known_playlists: KnownPlaylists = dict,
) -> Iterator[ScanBatch]:
    """Compare the files below ``roots`` with what is known; never raises for a file.

    ``folders`` (absolute) limits the scan to some folders of the roots. Batches come as
    soon as something is known: the first after a twentieth of a second. A stopped scan
    calls nothing missing.
    """
    pool = ThreadPoolExecutor(_READERS, thread_name_prefix="tags")
    tally = _Tally(patience_s=_FIRST_BATCH_S)
    try:
        for root in roots:
            inside = _folders_inside(root, folders)
            if inside:
                root_scan = _RootScan(root, roots, known, is_stopped, pool, tally)
                yield from root_scan.run(inside)
                yield from root_scan.playlists(inside, known_playlists())
        if folders is None and not is_stopped():
            yield from _one_by_one(kept_changed(roots, known_playlists()), tally.seen)
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far ``scan_into`` has come; numbers are totals of this scan."""

    seen: int
    outcome: ScanOutcome
    notes: tuple[str, ...] = ()
    """New notes only."""


def scan_into(
    writer: StoreWriter,
    is_stopped: Callable[[], bool],
    folders: Sequence[bytes] | None = None,
) -> Iterator[ScanProgress]:
    """Scan the store's roots and store what changed, batch by batch.

    Raises:
        StoreError: a batch could not be stored; earlier batches are safe.
    """
    outcome = ScanOutcome()
    states = {root.path: root.missing for root in writer.roots()}
    playlists = writer.known_playlists
    for batch in scan(tuple(states), writer.known_files, is_stopped, folders, playlists):
        for found, missing in ((batch.present_roots, False), (batch.missing_roots, True)):
            for root in found:
                if states[root] != missing:
                    writer.set_root_missing(root, missing)
                    states[root] = missing
        outcome += writer.apply_scan(batch.changes)
        writer.apply_playlists(batch.playlists)
        yield ScanProgress(batch.seen, outcome, batch.notes)


def _folders_inside(root: bytes, folders: Sequence[bytes] | None) -> list[bytes]:
    """The part of ``folders`` below ``root``, relative to it and without one in another."""
    if folders is None or any(relative_to(root, folder) is not None for folder in folders):
        return [b""]
    inside = {relative_to(folder, root) for folder in folders} - {None}
    found: list[bytes] = []
    for folder in sorted(name for name in inside if name is not None):
        if not any(folder == kept or folder.startswith(kept + b"/") for kept in found):
            found.append(folder)
    return found


@dataclass(slots=True)
class _Tally:
    patience_s: float
    seen: int = 0
    last_batch_s: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class _RootScan:
    root: bytes
    roots: Sequence[bytes]
    known: Known
    is_stopped: Callable[[], bool]
    pool: ThreadPoolExecutor
    tally: _Tally
    _reading: deque[Future[ScanChange]] = field(default_factory=deque)
    _changes: list[ScanChange] = field(default_factory=list)
    _walk: Walk | None = None
    """Once it went through the whole of what it was to go through."""

    def run(self, folders: Sequence[bytes]) -> Iterator[ScanBatch]:
        """Scan these folders (relative) of the root."""
        known = _below(self.known(self.root), folders)
        identity = _identity(self.root, bool(known))
        if identity is None:
            yield ScanBatch(seen=self.tally.seen, missing_roots=(self.root,))
            return
        yield ScanBatch(seen=self.tally.seen, present_roots=(self.root,))
        walk = Walk(self.root, self.roots, self.is_stopped)
        for found in walk.files(folders):
            self.tally.seen += 1
            self._compare(found, known.pop(found.relative_path, None))
            self._collect(ahead=_AHEAD)
            if self._is_due():
                yield self._batch()
        while self._reading and not self.is_stopped():
            self._collect(ahead=len(self._reading) - 1)
            if self._is_due():
                yield self._batch()
        if self.is_stopped():
            yield self._batch()
        elif _identity(self.root, bool(known)) != identity:
            yield ScanBatch(tuple(self._changes), self.tally.seen, missing_roots=(self.root,))
        else:
            self._walk = walk
            yield from self._finish(known, walk.unreadable)

    def playlists(
        self, folders: Sequence[bytes], known: Mapping[bytes, KnownPlaylist]
    ) -> Iterator[ScanBatch]:
        """What became of the playlists, after ``run``: one to a batch, as they may be long."""
        if self._walk is None:
            return
        found = self._walk.playlists
        for changes in (
            changed(self.root, self.roots, found, known),
            gone(self.root, folders, found, known, self._walk.unreadable),
        ):
            for batch in _one_by_one(changes, self.tally.seen):
                if self.is_stopped():
                    return
                yield batch

    def _compare(self, found: FoundFile, known: KnownFile | None) -> None:
        same = known is not None and (
            (known.size_bytes, known.mtime_ns) == (found.size_bytes, found.mtime_ns)
        )
        if known is None or not same or known.unread:
            self._reading.append(self.pool.submit(_read, self.root, found))
        elif known.missing:
            self._changes.append(ScanChange(ChangeKind.RETURNED, self.root, found.relative_path))

    def _collect(self, ahead: int) -> None:
        """Take what has been read, waiting until at most ``ahead`` files are being read."""
        reading = self._reading
        while reading and (len(reading) > ahead or reading[0].done()):
            self._changes.append(reading.popleft().result())

    def _is_due(self) -> bool:
        waited_s = time.monotonic() - self.tally.last_batch_s
        return waited_s >= self.tally.patience_s or len(self._changes) >= _LARGEST_BATCH

    def _batch(self, notes: tuple[str, ...] = ()) -> ScanBatch:
        batch = ScanBatch(tuple(self._changes), self.tally.seen, notes=notes)
        self._changes.clear()
        self.tally.last_batch_s = time.monotonic()
        self.tally.patience_s = _BATCH_S
        return batch

    def _finish(
        self, left: Mapping[bytes, KnownFile], unreadable: Mapping[bytes, str]
    ) -> Iterator[ScanBatch]:
        """The last batches: what is known but was not met is missing."""
        for path, known in left.items():
            if not known.missing and not _is_below(path, unreadable):
                self._changes.append(ScanChange(ChangeKind.MISSING, self.root, path))
                if len(self._changes) >= _LARGEST_BATCH:
                    yield self._batch()
        notes = tuple(
            f"{os.path.join(self.root, folder).decode('utf-8', 'replace')}: {why}"
            for folder, why in unreadable.items()
        )
        yield self._batch(notes)


def _one_by_one(changes: Iterator[PlaylistChange], seen: int) -> Iterator[ScanBatch]:
    for change in changes:
        yield ScanBatch(seen=seen, playlists=(change,))


def _below(known: Mapping[bytes, KnownFile], folders: Sequence[bytes]) -> dict[bytes, KnownFile]:
    if b"" in folders:
        return dict(known)
    return {path: file for path, file in known.items() if _is_below(path, folders)}


def _is_below(path: bytes, folders: Sequence[bytes] | Mapping[bytes, str]) -> bool:
    return any(not folder or path.startswith(folder + b"/") for folder in folders)


def _identity(root: bytes, has_known_files: bool) -> tuple[int, int] | None:
    """Which directory the root is; None when it is not there."""
    try:
        status = os.stat(root)
        with os.scandir(root) as entries:
            is_empty = next(entries, None) is None
    except OSError:
        return None
    # The mount point of a disk that is not mounted is an empty directory.
    return None if is_empty and has_known_files else (status.st_dev, status.st_ino)


def _read(root: bytes, found: FoundFile) -> ScanChange:
    path = os.path.join(root, found.relative_path)
    result = read_tags(path)
    failure = result if isinstance(result, Failure) else None
    tags = Tags() if isinstance(result, Failure) else result
    return ScanChange(
        ChangeKind.READ,
        root,
        found.relative_path,
        found.size_bytes,
        found.mtime_ns,
        b"" if failure else content_fingerprint(path, found.size_bytes),
        fill_from_path(tags, found.relative_path),
        failure,
    )
