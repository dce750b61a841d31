"""Playlists as other programs write them: M3U, M3U8, PLS and XSPF, read and never written.

Whatever stands in them is hostile until shown otherwise: sizes are bounded, names are bytes,
XML with a document type is refused (entities could grow without end), and an entry that is
itself a playlist is a track that is not there, so that no list can lead into a circle.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

from tuiradio.errors import TuiradioError
from tuiradio.library.files import open_regular
from tuiradio.library.text import clean_text

EXTENSIONS = frozenset(b"m3u m3u8 pls xspf".split())
"""What is taken for a playlist, by the end of the name in lower case."""

MOST_ENTRIES = 100_000
_LARGEST_BYTES = 32_000_000
_LONGEST_PATH = 4_096
_LONGEST_TITLE_CHARS = 200
_DEEPEST = 1_000
_AT_ONCE_BYTES = 1 << 18

_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*)://")
_PLS_FILE = re.compile(rb"(?i)file(\d{1,9})[ \t]*=[ \t]*(.+)", re.DOTALL)

Exists = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """What a playlist names."""

    title: str = ""
    """As it calls itself; "" when it does not. Harmless text."""
    paths: tuple[bytes, ...] = ()
    """Absolute, in order, whether there is such a file or not."""
    addresses: int = 0
    """Entries that lie on the network, which are left out."""
    is_cut: bool = False
    """It goes on beyond ``MOST_ENTRIES`` or the largest size that is read."""


def is_playlist(name: bytes) -> bool:
    """Whether a file is taken for a playlist, by its name."""
    stem, dot, extension = name.rpartition(b".")
    return bool(dot and stem) and extension.lower() in EXTENSIONS and name[:2] != b"._"


def read_playlist(path: bytes, exists: Exists = os.path.exists) -> PlaylistFile:
    """The entries of a playlist file.

    Names are taken as the bytes they are. Where no such file exists, they are tried with
    other separators, encodings (Latin-1, Windows) and forms of Unicode, which old players
    and other systems write.

    Args:
        path: absolute, or relative to the current directory.
        exists: tells whether there is a file of this name (absolute).

    Raises:
        TuiradioError: the file cannot be read, or is no playlist.
    """
    try:
        with open_regular(path) as file:
            content = file.read(_LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise TuiradioError(
            f"The playlist {_shown(path)} cannot be read: {getattr(error, 'strerror', error)}",
            "Check the name and that you may read it",
        ) from error
    folder = os.path.dirname(os.path.abspath(path))
    found = parse(content[:_LARGEST_BYTES], path, folder, exists)
    if len(content) <= _LARGEST_BYTES:
        return found
    return PlaylistFile(found.title, found.paths, found.addresses, is_cut=True)


def parse(content: bytes, name: bytes, folder: bytes, exists: Exists) -> PlaylistFile:
    """As ``read_playlist``, of bytes that were read already.

    Args:
        name: of the file; its end tells the format.
        folder: absolute; relative entries are seen from it.
    """
    extension = name.rpartition(b".")[2].lower()
    if extension == b"xspf":
        title, entries = _xspf(content, name)
    else:
        text = _in_bytes(content).replace(b"\r", b"\n")
        title, entries = _pls(text) if extension == b"pls" else _m3u(text)
    paths: list[bytes] = []
    addresses = 0
    is_cut = False
    for entry in entries:
        if len(paths) + addresses >= MOST_ENTRIES:
            is_cut = True
            break
        path = _path_of(entry, folder, exists)
        if path is None:
            addresses += 1
        elif path:
            paths.append(path)
    return PlaylistFile(clean_text(title, _LONGEST_TITLE_CHARS), tuple(paths), addresses, is_cut)


# --- formats ------------------------------------------------------------------


def _in_bytes(content: bytes) -> bytes:
    """Without a byte order mark; UTF-16, which some write on Windows, as UTF-8."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace").encode()
    return content.removeprefix(codecs.BOM_UTF8)


def _lines(text: bytes) -> Iterator[bytes]:
    """One by one: a list of millions of short lines would take many times the file."""
    return (line.removesuffix(b"\n") for line in io.BytesIO(text))


def _m3u(text: bytes) -> tuple[str, Iterator[bytes]]:
    first = islice(_lines(text), 50)
    titles = (line[10:] for line in first if line[:10].upper() == b"#PLAYLIST:")
    title = next(titles, b"").decode("utf-8", "replace")
    return title, (line for line in _lines(text) if not line.lstrip(b" \t").startswith(b"#"))


def _pls(text: bytes) -> tuple[str, Iterator[bytes]]:
    found = (match for line in _lines(text) if (match := _PLS_FILE.match(line.strip())))
    numbered = sorted(islice(found, MOST_ENTRIES + 1), key=lambda match: int(match[1]))
    return "", (match[2].strip() for match in numbered)


class _Xspf:
    """Takes the title of the list and the first location of each track."""

    def __init__(self) -> None:
        self.title = ""
        self.entries: list[bytes] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._has_location = False

    @property
    def depth(self) -> int:
        """Elements that are open."""
        return len(self._open)

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._open.append(name.rpartition(" ")[2].lower())
        self._text.clear()
        if self._open[-1] == "track":
            self._has_location = False

    def text(self, data: str) -> None:
        if self._open and self._open[-1] in ("location", "title"):
            self._text.append(data)

    def end(self, _name: str) -> None:
        where = self._open[-2:]
        text = "".join(self._text).strip()
        if where == ["track", "location"] and not self._has_location and text:
            self._has_location = True
            # An address by definition: what it escapes stands for bytes of the name.
            self.entries.append(_unescaped(text.encode("utf-8", "replace")))
        elif where == ["playlist", "title"]:
            self.title = text
        self._open.pop()
        self._text.clear()


def _unescaped(address: bytes) -> bytes:
    return address if _SCHEME.match(address) else unquote_to_bytes(address)


def _xspf(content: bytes, name: bytes) -> tuple[str, Iterator[bytes]]:
    reader = _Xspf()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text

    def refuse(*_: object) -> None:
        raise TuiradioError(
            f"The playlist {_shown(name)} has a document type of its own", "It is not read."
        )

    parser.StartDoctypeDeclHandler = refuse
    try:
        # In parts: the parser goes on to the end of what it has, whatever its handlers raise,
        # and 32 MB of nothing but opened elements take it 1.8 GB.
        for at in range(0, len(content), _AT_ONCE_BYTES):
            parser.Parse(content[at : at + _AT_ONCE_BYTES], False)
            if reader.depth > _DEEPEST:
                raise ValueError("its elements are nested too deeply")
            if len(reader.entries) > MOST_ENTRIES:
                break
        else:
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if not reader.entries:
            raise TuiradioError(
                f"The playlist {_shown(name)} is no XSPF: {error}", "Save it again as M3U8."
            ) from error
    return reader.title, iter(reader.entries)


# --- entries ------------------------------------------------------------------


def _path_of(entry: bytes, folder: bytes, exists: Exists) -> bytes | None:
    """The absolute path of an entry; ``b""`` for nothing at all, None for an address."""
    bare = entry.strip(b" \t")
    if not bare:
        return b""
    scheme = _SCHEME.match(bare)
    if scheme:
        if scheme[1].lower() != b"file":
            return None
        rest = bare[scheme.end() :]
        # The host, most often none.
        entry = bare = unquote_to_bytes(rest[max(0, rest.find(b"/")) :])
    if len(bare) > _LONGEST_PATH or b"\0" in bare:
        # Nothing can be called so; it still counts as an entry.
        return os.path.join(folder, bare[:64].replace(b"\0", b"?"))
    as_written = os.path.normpath(os.path.join(folder, bare))
    if entry == bare and bare.isascii() and b"\\" not in bare:
        # It can be read in one way only, so nothing has to be looked up.
        return as_written
    for other in _readings(entry, bare):
        path = os.path.normpath(os.path.join(folder, other))
        if exists(path):
            return path
    return as_written


def _readings(entry: bytes, bare: bytes) -> Iterator[bytes]:
    """The ways in which an entry may be meant, as written first."""
    if entry != bare:
        yield entry
    yield bare
    if b"\\" in bare:
        bare = bare.replace(b"\\", b"/")
        yield bare
    if bare.isascii():
        return
    try:
        text = bare.decode("utf-8")
    except UnicodeDecodeError:
        yield bare.decode("latin-1").encode()
        yield bare.decode("cp1252", "replace").encode()
        return
    for form in ("NFC", "NFD"):
        yield unicodedata.normalize(form, text).encode()


def _shown(path: bytes) -> str:
    return clean_text(path.decode("utf-8", "replace"))
