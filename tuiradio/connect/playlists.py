"""M3U8 playlists, written so that mpv and VLC open every entry; ``library`` reads them.

File names are bytes and need not be UTF-8, so paths go into the file raw. A path with
a line break has no form in M3U; it is skipped and reported, never mangled.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tuiradio.errors import TuiradioError

_MAX_TEXT_CHARS = 500


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One entry to write. ``path`` is absolute; texts may be hostile or empty."""

    path: bytes
    title: str = ""
    artist: str = ""
    duration_s: float = 0.0
    """0 when unknown."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a playlist."""

    file: Path
    entries: int
    skipped: tuple[bytes, ...] = ()
    """Paths with a line break, which M3U cannot hold."""


def write_m3u8(
    file: Path,
    items: Sequence[PlaylistItem],
    relative: bool = False,
    comments: Sequence[str] = (),
) -> Written:
    """Write an extended M3U in one step: the old file stays whole until the new one is.

    ``relative`` paths are seen from the playlist's own folder, so both can move
    together. ``comments`` become ``# …`` lines after the header, such as the seed and
    the settings that make a radio again.

    Raises:
        TuiradioError: the folder is missing or cannot be written to.
    """
    folder = os.fsencode(os.path.abspath(file.parent))
    lines = [b"#EXTM3U"]
    lines += [_encoded(f"# {_one_line(comment)}") for comment in comments]
    skipped = []
    for item in items:
        entry = _entry_path(item.path, folder if relative else None)
        if entry is None:
            skipped.append(item.path)
        else:
            lines += [_encoded(_extinf(item)), entry]
    _replace_file(file, b"\n".join(lines) + b"\n")
    return Written(file, len(items) - len(skipped), tuple(skipped))


# --- entries ------------------------------------------------------------------


def _entry_path(path: bytes, folder: bytes | None) -> bytes | None:
    """The line that stands for a path; None when no line can."""
    if b"\n" in path or b"\r" in path or b"\0" in path:
        return None
    absolute = os.path.abspath(path)
    entry = os.path.relpath(absolute, folder) if folder is not None else absolute
    if b"\n" in entry or b"\r" in entry:
        return None
    if folder is not None and not entry.startswith((b"../", b"./")):
        # Else a name such as "#1.mp3", "http:…" or " x.mp3" reads as something else.
        return b"./" + entry
    return entry


def _extinf(item: PlaylistItem) -> str:
    seconds = round(item.duration_s) if item.duration_s > 0 else -1
    artist, title = _one_line(item.artist), _one_line(item.title)
    name = title or _one_line(os.path.basename(item.path).decode("utf-8", "replace"))
    return f"#EXTINF:{seconds},{artist} - {name}" if artist else f"#EXTINF:{seconds},{name}"


def _one_line(text: str) -> str:
    """Without line breaks, control and direction characters; long texts are cut."""
    spaced = "".join(
        " " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char
        for char in text[: 4 * _MAX_TEXT_CHARS]
        if unicodedata.bidirectional(char)
        not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )
    return " ".join(spaced.split())[:_MAX_TEXT_CHARS]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


# --- files --------------------------------------------------------------------


def _replace_file(file: Path, content: bytes) -> None:
    temporary: str | None = None
    try:
        # Through a link: the file it points to is replaced, not the link.
        target = Path(os.path.realpath(file))
        if target.exists() and not target.is_file():
            # A device or a pipe is written to; root must not put a file in its place.
            target.write_bytes(content)
            return
        handle, temporary = tempfile.mkstemp(prefix=".tuiradio-", dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
    except OSError as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        raise TuiradioError(
            f"The playlist {_shown(file)} cannot be written: {_reason(error)}", _hint(file)
        ) from error


def _mode_for(target: Path) -> int:
    """Keep the rights of a file that is replaced; mkstemp's 0600 would hide a new one."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o644


def _hint(file: Path) -> str:
    if not file.parent.is_dir():
        return f"Make the folder first: mkdir -p {_shown(file.parent)}"
    if file.is_dir():
        return "Name a file, not a folder"
    return "Choose a folder you may write to, with room left"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _shown(file: Path) -> str:
    return _one_line(os.fsencode(file).decode("utf-8", "replace"))
