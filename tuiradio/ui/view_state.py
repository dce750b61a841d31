"""What the screen remembers between runs: a small JSON file, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path

_VERSION = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ViewState:
    """The look and place of the screen when it was left."""

    theme: str = ""
    station: str = "tracks"
    sort: str = ""
    descending: bool = False
    shelf: str = ""
    """Of a source with a shelf, which one, and in ``scope`` its row."""
    scope: str = ""
    row: int = 0
    track: int = 0
    """Id of the track under the cursor; 0 for none."""
    pane: str = ""
    face: str = ""
    """The view in front of the lists; "" for none."""
    show_why: bool = False
    show_tuner: bool = False
    show_lyrics: bool = False
    show_cover: bool = True
    show_meter: bool = False
    map_shade: str = ""
    toured: bool = False


def read(file: Path) -> ViewState:
    """The remembered state; a file that cannot be understood is moved aside, never fatal."""
    try:
        raw = json.loads(file.read_text("utf-8"))
        if not isinstance(raw, dict) or raw.get("version") != _VERSION:
            raise ValueError("not a screen state of this version")
        known = {f.name: raw[f.name] for f in fields(ViewState) if f.name in raw}
        wanted = asdict(ViewState())
        if any(type(value) is not type(wanted[name]) for name, value in known.items()):
            raise ValueError("a field has the wrong type")
        return ViewState(**known)
    except FileNotFoundError:
        return ViewState()
    except (OSError, ValueError) as error:
        _log.warning("Screen state %s not used: %s", file, error)
        with contextlib.suppress(OSError):
            file.replace(file.with_suffix(".broken"))
        return ViewState()


def write(file: Path, state: ViewState) -> None:
    """Replace the file; a disk that refuses is logged, since nothing of worth is lost."""
    text = json.dumps({"version": _VERSION, **asdict(state)})
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".screen")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(name, file)
    except OSError as error:
        _log.warning("Screen state not written: %s", error)
