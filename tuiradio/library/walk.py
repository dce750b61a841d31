"""Audio files below a directory, each once: safe against loops, links and vanishing folders."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tuiradio.library.playlist_files import is_playlist

AUDIO_EXTENSIONS = frozenset(
    b"aac ac3 aif aifc aiff ape asf au caf dff dsf flac m4a m4b m4r mka mp+ mp2 mp3 mp4 mpc "
    b"mpga oga ogg opus spx tta wav wave weba wma wv".split()
)
"""What is taken for music, by the end of the name in lower case."""

# Made by operating systems and servers, never by people.
_NOT_MUSIC = frozenset(
    (b"@eadir", b"#recycle", b"$recycle.bin", b"lost+found", b".git", b".stversions", b".trash")
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An audio file; the path is relative to the root and separated by ``/``."""

    relative_path: bytes
    size_bytes: int
    mtime_ns: int


@dataclass(slots=True)
class Walk:
    """Walks below one root; afterwards ``unreadable`` names the folders it could not list."""

    root: bytes
    all_roots: Sequence[bytes]
    """Links into any of these are left out: the files are found at their own place."""
    is_stopped: Callable[[], bool]
    unreadable: dict[bytes, str] = field(default_factory=dict)
    """Relative path of a folder → why."""
    playlists: list[FoundFile] = field(default_factory=list)
    """The playlist files met so far."""
    _visited: set[tuple[int, int]] = field(default_factory=set)
    _real_roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        self._real_roots = tuple(os.path.realpath(root) for root in self.all_roots)

    def files(self, folders: Sequence[bytes] = (b"",)) -> Iterator[FoundFile]:
        """The audio files below the given folders (relative to the root), folder by folder."""
        waiting = sorted(folders, reverse=True)
        while waiting and not self.is_stopped():
            folder = waiting.pop()
            entries = self._list(folder)
            below: list[bytes] = []
            for entry in entries:
                name = folder + b"/" + entry.name if folder else entry.name
                if self._is_folder(entry):
                    below.append(name)
                elif _is_audio(entry.name):
                    found = self._found(entry, name)
                    if found is not None:
                        yield found
                elif is_playlist(entry.name):
                    found = self._found(entry, name)
                    if found is not None:
                        self.playlists.append(found)
            waiting.extend(reversed(below))

    def _list(self, folder: bytes) -> list[os.DirEntry[bytes]]:
        path = os.path.join(self.root, folder)
        try:
            status = os.stat(path)
            identity = (status.st_dev, status.st_ino)
            if identity in self._visited:
                return []
            self._visited.add(identity)
            with os.scandir(path) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            # Gone is gone; anything else says nothing about the files inside.
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self.unreadable[folder] = error.strerror or str(error)
            return []

    def _is_folder(self, entry: os.DirEntry[bytes]) -> bool:
        name = entry.name.lower()
        if name in _NOT_MUSIC or name.startswith(b".trash-"):
            return False
        try:
            if not entry.is_dir():
                return False
            return not (entry.is_symlink() and self._leads_into_roots(entry.path))
        except OSError:
            return False

    def _found(self, entry: os.DirEntry[bytes], name: bytes) -> FoundFile | None:
        try:
            status = entry.stat()
            if not stat.S_ISREG(status.st_mode):
                return None
            if entry.is_symlink() and self._leads_into_roots(entry.path):
                return None
        except OSError:
            return None
        return FoundFile(name, status.st_size, status.st_mtime_ns)

    def _leads_into_roots(self, path: bytes) -> bool:
        real = os.path.realpath(path)
        return any(
            real == root or real.startswith(root.rstrip(b"/") + b"/") for root in self._real_roots
        )


def _is_audio(name: bytes) -> bool:
    # "._Song.mp3" holds the resource fork that macOS leaves on foreign disks.
    stem, dot, extension = name.rpartition(b".")
    return bool(dot and stem) and extension.lower() in AUDIO_EXTENSIONS and name[:2] != b"._"
