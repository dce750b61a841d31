"""Changing ``config.toml`` without disturbing what the user wrote there.

The only importer of tomlkit, which keeps comments, order and layout where the standard
library's parser only reads. Every text is read back before it replaces the old one.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable

from tuiradio.config import config_of, read_text
from tuiradio.config_table import Value, setting
from tuiradio.errors import TuiradioError

_NEW_FILE_MODE = 0o644


def with_setting(text: str, name: str, value: Value) -> str:
    """The text with a setting changed, or added at the end of its table.

    Raises:
        TuiradioError: the layout does not allow it, or the text is not TOML.
    """
    plain = list(value) if isinstance(value, tuple) else value

    def change(document: Any) -> None:
        *tables, key = _path(name)
        for table in tables:
            if table not in document:
                inline = isinstance(document, InlineTable)
                document[table] = tomlkit.inline_table() if inline else tomlkit.table()
            document = document[table]
        document[key] = plain

    return _changed(text, name, change, plain)


def without_setting(text: str, name: str) -> str:
    """The text without a setting or a whole table of them; its own table goes when empty.

    Raises:
        TuiradioError: the layout does not allow it, or the text is not TOML.
    """
    tables, key = _path(name)[:-1], _path(name)[-1]

    def change(document: Any) -> None:
        above: list[Any] = [document]
        for table in tables:
            if table not in above[-1]:
                return
            above.append(above[-1][table])
        if key not in above[-1]:
            return
        del above[-1][key]
        for table, holder in zip(reversed(tables), reversed(above[:-1]), strict=True):
            if len(holder[table]) or "#" in holder[table].as_string():
                return
            del holder[table]

    return _changed(text, name, change, None)


def change_setting(file: Path, name: str, value: Value) -> str:
    """Write one setting into the file, which is made when there is none; returns its text.

    None takes the setting out.

    Raises:
        TuiradioError: the file cannot be written, or is broken; it stays as it was.
    """
    setting(name)
    with _alone(file):
        text = read_text(file)
        config_of(text, file)
        new = without_setting(text, name) if value is None else with_setting(text, name, value)
        config_of(new, file)
        if new != text:
            _replace(file, new)
    return new


def _path(name: str) -> list[str]:
    """``ui.keys.station.liked`` is the key ``station.liked`` of ``[ui.keys]``."""
    return name.split(".", 2)


def _changed(text: str, name: str, change: Callable[[Any], None], value: object) -> str:
    try:
        document = tomlkit.parse(text)
        change(document)
        new = tomlkit.dumps(document)
        wanted = _with(tomllib.loads(text), _path(name), value)
        if _bare(tomllib.loads(new)) == _bare(wanted):
            return new
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError, ValueError) as error:
        raise _impossible(name) from error
    raise _impossible(name)


def _impossible(name: str) -> TuiradioError:
    return TuiradioError(
        f"{name} cannot be changed in config.toml as it is laid out",
        "Change it there in an editor; a running tuiradio notices.",
    )


def _with(data: dict[str, Any], path: list[str], value: object) -> dict[str, Any]:
    """What the text has to say after the change."""
    *tables, key = path
    holder = data
    for table in tables:
        holder = holder.setdefault(table, {})
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value
    return data


def _bare(data: dict[str, Any]) -> dict[str, Any]:
    """Without tables that say nothing."""
    bare = {key: _bare(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {key: value for key, value in bare.items() if value != {}}


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep other writers of tuiradio off; a lock on the directory leaves no file behind."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory = os.open(file.parent, os.O_RDONLY)
    except OSError as error:
        raise _cannot_write(file, error) from error
    try:
        # Where a file system knows no locks the last writer wins, as with any editor.
        with suppress(OSError):
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def _replace(file: Path, text: str) -> None:
    """Put the text in place of the file at once; a link to it stays one."""
    target = Path(os.path.realpath(file))
    part = ""
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else _NEW_FILE_MODE
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=".config", suffix=".toml")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            os.fchmod(out.fileno(), mode)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, target)
    except (OSError, UnicodeEncodeError) as error:
        if part:
            with suppress(OSError):
                os.unlink(part)
        raise _cannot_write(target, error) from error


def _cannot_write(file: Path, error: OSError | UnicodeEncodeError) -> TuiradioError:
    why = error.strerror if isinstance(error, OSError) else "it holds what is no text"
    return TuiradioError(
        f"cannot write {file}: {why}",
        "Make it writable, or set TUIRADIO_CONFIG_DIR to a directory that is.",
    )
