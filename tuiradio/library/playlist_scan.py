"""Which playlist files are new, changed or gone; read on the scan's thread."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from tuiradio.errors import TuiradioError
from tuiradio.library.order import relative_to
from tuiradio.library.playlist_files import PlaylistFile, read_playlist
from tuiradio.library.playlists import KnownPlaylist, PlaylistChange
from tuiradio.library.walk import FoundFile

_log = logging.getLogger(__name__)

KnownPlaylists = Callable[[], Mapping[bytes, KnownPlaylist]]


def changed(
    root: bytes,
    roots: Sequence[bytes],
    found: Sequence[FoundFile],
    known: Mapping[bytes, KnownPlaylist],
) -> Iterator[PlaylistChange]:
    """The playlists below a root that differ from what is known of them.

    One with entries that lie nowhere in the library is read each time: the music, or the
    folder it is in, may have come since. The short ones come first.
    """
    for file in sorted(found, key=lambda file: file.size_bytes):
        path = os.path.join(root, file.relative_path)
        before = known.get(path)
        is_same = before is not None and (
            (before.size_bytes, before.mtime_ns) == (file.size_bytes, file.mtime_ns)
        )
        if before is None or not is_same or not before.is_whole:
            yield _read(path, roots, file.size_bytes, file.mtime_ns)


def gone(
    root: bytes,
    folders: Sequence[bytes],
    found: Sequence[FoundFile],
    known: Mapping[bytes, KnownPlaylist],
    unreadable: Mapping[bytes, str],
) -> Iterator[PlaylistChange]:
    """The playlists known below these folders (relative) of a root that were not met there."""
    met = {file.relative_path for file in found}
    for path in known:
        inside = relative_to(path, root)
        is_gone = inside and inside not in met and _is_below(inside, folders)
        if is_gone and inside and not _is_below(inside, tuple(unreadable)):
            yield PlaylistChange(path)


def kept_changed(
    roots: Sequence[bytes], known: Mapping[bytes, KnownPlaylist]
) -> Iterator[PlaylistChange]:
    """The playlists outside of all roots that differ from what is known, or are gone.

    One whose disk is away, or that may not be looked at now, stays as it is known.
    """
    for path, before in known.items():
        if before.is_kept:
            change = looked_at(path, roots)
            if change.file is None and not _is_gone(path):
                continue
            if change.file is None or (
                (change.size_bytes, change.mtime_ns, True)
                != (before.size_bytes, before.mtime_ns, before.is_whole)
            ):
                yield change


def looked_at(path: bytes, roots: Sequence[bytes]) -> PlaylistChange:
    """One playlist file (absolute) as it is now."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return PlaylistChange(path)
    return _read(path, roots, status.st_size, status.st_mtime_ns)


def _is_gone(path: bytes) -> bool:
    """Whether the folder is there, and the file is not."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return os.path.isdir(os.path.dirname(path))
    except (OSError, ValueError):
        return False
    return False


def _read(path: bytes, roots: Sequence[bytes], size_bytes: int, mtime_ns: int) -> PlaylistChange:
    def exists(entry: bytes) -> bool:
        # Beyond the roots is no track; and a name there may lie on a disk that sleeps.
        return any(relative_to(entry, root) for root in roots) and os.path.exists(entry)

    try:
        file = read_playlist(path, exists)
    except TuiradioError as error:
        # Kept as one without entries, and so not read again until it changes.
        _log.info("%s (%s)", error.message, error.hint)
        file = PlaylistFile()
    return PlaylistChange(path, size_bytes, mtime_ns, file)


def _is_below(path: bytes, folders: Sequence[bytes]) -> bool:
    return any(not folder or path.startswith(folder + b"/") for folder in folders)
