"""Noticing changes while the program runs (watchfiles); network mounts are polled."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence

import watchfiles

_log = logging.getLogger(__name__)

_DEBOUNCE_MS = 1_600
_CHECK_ROOTS_MS = 3_000
_POLL_DELAY_MS = 30_000
_STOP_LIMIT_S = 5.0
_MOUNTS_FILE = "/proc/self/mounts"

# Other machines' changes on these raise no event here.
_NETWORK_TYPES = frozenset(
    (
        *("9p", "afs", "afpfs", "ceph", "cifs", "davfs", "fuse", "glusterfs", "ncpfs"),
        *("nfs", "nfs4", "smb3", "smbfs", "vboxsf", "virtiofs", "webdav"),
    )
)


class Watcher:
    """Watches roots in threads of its own and reports the folders that changed.

    ``on_change`` gets absolute folders to scan again; it is called on a watching thread
    and must only hand them on. Roots that come and go are reported as themselves.
    """

    def __init__(
        self,
        roots: Sequence[bytes],
        on_change: Callable[[frozenset[bytes]], None],
        *,
        debounce_ms: int = _DEBOUNCE_MS,
        check_roots_ms: int = _CHECK_ROOTS_MS,
        poll_delay_ms: int = _POLL_DELAY_MS,
        is_network: Callable[[bytes], bool] | None = None,
    ) -> None:
        self._roots = tuple(roots)
        self._on_change = on_change
        self._debounce_ms = debounce_ms
        self._check_roots_ms = check_roots_ms
        self._poll_delay_ms = poll_delay_ms
        self._is_network = is_network or is_network_mount
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin watching; returns at once."""
        polled = [root for root in self._roots if self._is_network(root)]
        native = [root for root in self._roots if root not in polled]
        for roots, poll in ((native, False), (polled, True)):
            if roots:
                thread = threading.Thread(
                    target=self._run, args=(roots, poll), name="watch", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def stop(self) -> None:
        """End watching; no call of ``on_change`` begins afterwards."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_LIMIT_S)
        self._threads.clear()

    def _run(self, roots: Sequence[bytes], poll: bool) -> None:
        while not self._stopping.is_set():
            there = _present(roots)
            try:
                if there:
                    self._watch(roots, there, poll)
                else:
                    self._stopping.wait(self._check_roots_ms / 1000)
            except (OSError, RuntimeError, UnicodeError) as error:
                if "decode path" in str(error):
                    # watchfiles gives up on a name that is no UTF-8, and so does not say where.
                    self._report(there)
                    self._stopping.wait(self._debounce_ms / 1000)
                    continue
                # Most often: the system allows no more inotify watches.
                _log.warning("cannot watch %r (poll: %s): %s", there, poll, error)
                if poll:
                    self._stopping.wait(self._poll_delay_ms / 1000)
                poll = True
            self._report(_present(roots) ^ there)

    def _watch(self, roots: Sequence[bytes], there: frozenset[bytes], poll: bool) -> None:
        """Report changes until a root comes or goes, or the watcher is stopped."""
        for changes in watchfiles.watch(
            *(os.fsdecode(root) for root in sorted(there)),
            watch_filter=None,
            debounce=self._debounce_ms,
            stop_event=self._stopping,
            rust_timeout=self._check_roots_ms,
            yield_on_timeout=True,
            force_polling=poll,
            poll_delay_ms=self._poll_delay_ms,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            self._report(_folders((path for _, path in changes), there))
            if _present(roots) != there:
                return

    def _report(self, folders: frozenset[bytes]) -> None:
        if folders and not self._stopping.is_set():
            self._on_change(folders)


def is_network_mount(path: bytes) -> bool:
    """Whether ``path`` lies on a network (or user-space) file system; False when unknown."""
    try:
        with open(_MOUNTS_FILE, "rb") as mounts:
            lines = mounts.read().split(b"\n")
    except OSError:
        return False
    real = os.path.realpath(path)
    best, kind = b"", ""
    for line in lines:
        fields = line.split(b" ")
        if len(fields) < 3:
            continue
        # The kernel writes blanks as octal.
        point = fields[1].replace(b"\\040", b" ").replace(b"\\011", b"\t").rstrip(b"/")
        if len(point) >= len(best) and (real == point or real.startswith(point + b"/")):
            best, kind = point, fields[2].decode("ascii", "replace")
    return kind.partition(".")[0] in _NETWORK_TYPES


def _present(roots: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(root for root in roots if os.path.isdir(root))


def _folders(paths: Iterable[str], roots: Iterable[bytes]) -> frozenset[bytes]:
    """The nearest existing folder of each changed path, within its root.

    Names that are no UTF-8 arrive damaged; the folder that holds them does exist.
    """
    found = set()
    for path in paths:
        folder = os.path.dirname(os.fsencode(path))
        while not os.path.isdir(folder) and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)
        for root in roots:
            inside = folder == root or folder.startswith(root.rstrip(b"/") + b"/")
            found.add(folder if inside else root if os.fsencode(path).startswith(root) else b"")
    return frozenset(found - {b""})
