"""Writing tracks as an M3U8 file, or to stdout."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tuiradio.cli.output import counted, raw, say
from tuiradio.connect.playlists import PlaylistItem, write_m3u8
from tuiradio.library.track import Track

STDOUT = "-"


def write(out: str, tracks: Sequence[Track], relative: bool, comments: Sequence[str] = ()) -> None:
    """Write to the file ``out``; ``-`` is stdout, where paths are always absolute.

    Raises:
        TuiradioError: the file cannot be written.
    """
    items = [
        PlaylistItem(track.path, track.title, track.artist, track.duration_s) for track in tracks
    ]
    if out == STDOUT:
        with tempfile.TemporaryDirectory(prefix="tuiradio-") as folder:
            file = Path(folder) / "playlist.m3u8"
            written = write_m3u8(file, items, relative=False, comments=comments)
            raw(file.read_bytes())
    else:
        written = write_m3u8(Path(out).expanduser(), items, relative, comments)
        say(f"tuiradio: wrote {counted(written.entries, 'track')} to {out}")
    for path in written.skipped:
        say(f"tuiradio: left out, as its path holds a line break: {os.fsdecode(path)}")
