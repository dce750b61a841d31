"""Playing through libmpv; the only module that imports python-mpv.

libmpv's playlist holds two entries, the current file and the next one; the queue
is elsewhere. Every ``load`` opens a new generation, and each playlist entry is
known by the id libmpv gave it, so an event of an older load is recognised and dropped
(``mpv_events``). The lock here keeps callers apart; the event thread never takes it.
"""

from __future__ import annotations

import locale
import logging
import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tuiradio.errors import PlayerUnavailable
from tuiradio.playback import mpv_spectrum
from tuiradio.playback.mpv_events import Entry, Translator
from tuiradio.playback.mpv_levels import FILTER, LABEL, LevelMeter
from tuiradio.playback.player import MAX_VOLUME_PERCENT, PlayerCallback, ReplayGain

OUTPUT_VARIABLE = "TUIRADIO_AO"

_log = logging.getLogger(__name__)

_CLOSE_S = 0.8
_ENDING_S = 3.0

_OPTIONS: dict[str, object] = {
    "video": False,
    "terminal": False,
    "config": False,
    "idle": True,
    # A text file named .mp3 may be a playlist: never let it fetch what it names.
    "access-references": False,
    "input-default-bindings": False,
    "input-vo-keyboard": False,
    "gapless-audio": "weak",
    "prefetch-playlist": True,
    "audio-fallback-to-null": True,
    "audio-client-name": "tuiradio",
    "volume-max": MAX_VOLUME_PERCENT,
    "audio-file-auto": False,
    "sub-auto": False,
}
# Absent where libmpv was built without Lua or for another system.
_OPTIONS_IF_KNOWN: dict[str, object] = {
    "ytdl": False,
    "load-scripts": False,
    "osc": False,
    "input-media-keys": False,
}


def _install_hint() -> str:
    if platform.system() == "Darwin":
        return "Install it with: brew install mpv"
    if platform.system() == "Windows":
        return "Put libmpv-2.dll (mpv.io/installation) into a folder of your PATH"
    return (
        "Install it: apt install libmpv2 (Debian, Ubuntu), dnf install mpv-libs (Fedora), "
        "pacman -S mpv (Arch)"
    )


@contextmanager
def _homebrew_libraries() -> Iterator[None]:
    """Let ctypes look where Homebrew puts libraries (python-mpv issue 256)."""
    name = "DYLD_FALLBACK_LIBRARY_PATH"
    if platform.system() != "Darwin" or name in os.environ:
        yield
        return
    os.environ[name] = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"
    try:
        yield
    finally:
        del os.environ[name]


def _load_binding() -> Any:
    """python-mpv's module; importing it loads libmpv.

    Raises:
        PlayerUnavailable: when python-mpv or libmpv is absent or too old.
    """
    try:
        with _homebrew_libraries():
            import mpv
    except (ImportError, OSError, AttributeError, RuntimeError) as error:
        _log.info("libmpv cannot be loaded: %s", error)
        raise PlayerUnavailable("libmpv cannot be loaded, so nothing plays", _install_hint()) from (
            error
        )
    return mpv


def _create(output: str | None) -> Any:
    binding = _load_binding()
    options = dict(_OPTIONS)
    if output:
        options["ao"] = output
    error: Exception | None = None
    for more in (_OPTIONS_IF_KNOWN, {}):
        # libmpv crashes in mpv_create under another LC_NUMERIC (mpv issue 7102), and
        # whoever called setlocale since the import has undone python-mpv's own guard.
        locale.setlocale(locale.LC_NUMERIC, "C")
        try:
            return binding.MPV(
                loglevel="warn", log_handler=_log_line, **_as_keywords({**options, **more})
            )
        except (AttributeError, TypeError, ValueError, MemoryError) as failure:
            error = failure
    raise PlayerUnavailable(f"libmpv refuses to start: {error}", _install_hint()) from error


def _as_keywords(options: dict[str, object]) -> dict[str, object]:
    return {name.replace("-", "_"): value for name, value in options.items()}


def _log_line(level: str, prefix: str, text: str | bytes) -> None:
    _log.debug("libmpv %s %s: %r", level, prefix, text)


class MpvPlayer:
    """``Player`` over libmpv.

    ``callback`` runs on libmpv's event thread: it must hand over and return.
    ``output`` forces an audio output such as ``"null"``; without it the environment
    variable ``TUIRADIO_AO`` does, else libmpv chooses. Where no device can be opened
    libmpv plays into nothing at normal speed, told by ``OutputChanged``.

    Raises:
        PlayerUnavailable: when libmpv is absent.
    """

    def __init__(self, callback: PlayerCallback, output: str | None = None) -> None:
        forced_output = output or os.environ.get(OUTPUT_VARIABLE) or None
        self._calls = threading.RLock()
        self._events = Translator(callback, self._run_later, forced_output)
        self._mpv = _create(forced_output)
        self._bands = mpv_spectrum.BandPipe()
        self._has_filters = False
        self._levels = LevelMeter(callback, self._run_later, self._bands.newest)
        self._mpv.register_event_callback(self._events.on_event)
        for name, handler in (
            ("duration", self._events.on_duration),
            ("time-pos", self._on_position),
            ("current-ao", self._events.on_output),
            ("idle-active", self._events.on_idle),
        ):
            self._mpv.observe_property(name, handler)

    def load(
        self,
        current: bytes,
        next: bytes | None = None,  # noqa: A002
        start_paused: bool = False,
        position_s: float = 0.0,
    ) -> int:
        """Drop what plays, play ``current`` from ``position_s``, then ``next``."""
        must_seek = position_s > 0
        with self._calls:
            generation = self._events.forget(
                position_s if must_seek else None, stand_still=start_paused
            )
            # Paused until the seek is done, or the first moments would be heard.
            self._set("pause", start_paused or must_seek)
            if not self._levels.is_on:
                self._remove_filters()
            self._give(Entry(generation, current, is_next=False), "replace")
            if next is not None:
                self._give(Entry(generation, next, is_next=True), "append")
        return generation

    def set_next(self, path: bytes | None) -> None:
        """Replace what follows the playing file; the playing one goes on."""
        with self._calls:
            # Drops every entry but the current one.
            self._run("playlist-clear")
            if path is not None:
                self._give(Entry(self._events.generation, path, is_next=True), "append")

    def pause(self) -> None:
        """Stand still."""
        with self._calls:
            self._events.drop_resume()
            self._set("pause", True)

    def resume(self) -> None:
        """Go on; once the file is open and its place found, when that is under way."""
        with self._calls:
            if not self._events.keep_resume():
                self._set("pause", False)

    def stop(self) -> None:
        """Fall silent and forget both files."""
        with self._calls:
            self._events.forget()
            self._run("stop")

    def seek(self, position_s: float) -> None:
        """Go to a place of the playing file; kept until the file is open."""
        position_s = max(0.0, position_s)
        with self._calls:
            if not self._events.keep_seek(position_s):
                self._run("seek", f"{position_s:.3f}", "absolute+exact")

    def set_volume(self, percent: float) -> None:
        """0 … 130."""
        with self._calls:
            self._set("volume", min(MAX_VOLUME_PERCENT, max(0.0, percent)))

    def set_replaygain(self, mode: ReplayGain) -> None:
        """Which loudness tags libmpv follows."""
        with self._calls:
            self._set("replaygain", mode)

    def set_output(self, name: str) -> None:
        """Go on through this audio output; libmpv opens it where the file stands.

        "" is what ``TUIRADIO_AO`` says, else libmpv's choice.

        Raises:
            PlayerUnavailable: no output can be called so; the former one stays.
        """
        forced_output = name or os.environ.get(OUTPUT_VARIABLE) or None
        with self._calls:
            try:
                # One it does not know is to libmpv as one that cannot be opened.
                self._set("ao", forced_output or "")
            except (TypeError, ValueError) as error:
                hint = "Outputs have names such as alsa, pulse, pipewire and coreaudio."
                raise PlayerUnavailable(f"no audio output is called {name!r}", hint) from error
            if not self._events.is_closed:
                self._events.force_output(forced_output, self._mpv.current_ao)

    def set_metering(self, is_on: bool) -> None:
        """Measure what is played, or no more; what is heard stays the same.

        20 changes while a track played moved its position by nothing (libmpv 0.35).
        """
        with self._calls:
            self._levels.is_on = is_on
            if is_on and not self._has_filters:
                self._has_filters = True
                for measuring in filter(None, (FILTER, self._bands.filter)):
                    self._run("af", "add", measuring)
            elif not is_on and not self._is_ending():
                self._remove_filters()

    def _is_ending(self) -> bool:
        """Whether the file may be read to its end already, or nobody can tell.

        A filter taken out then loses the end for good in libmpv 0.35 (10 of 87 times): the
        track never ends. What was put in stays until the next load, and does no harm.
        """
        remaining_s = None if self._events.is_closed else self._mpv.time_remaining
        return not isinstance(remaining_s, int | float) or remaining_s < _ENDING_S

    def _remove_filters(self) -> None:
        if self._has_filters:
            self._has_filters = False
            self._run("af", "remove", LABEL)
            if self._bands.filter:
                self._run("af", "remove", mpv_spectrum.LABEL)

    def close(self) -> None:
        """Fall silent and let go of the device; waits at most about a second."""
        if self._events.is_closed:
            return
        self._events.is_closed = True
        # A caller stuck inside libmpv must not hold up the end of the program.
        has_calls = self._calls.acquire(timeout=_CLOSE_S / 4)
        try:
            ending = threading.Thread(
                target=self._mpv.terminate, name="tuiradio-mpv-close", daemon=True
            )
            ending.start()
            ending.join(_CLOSE_S)
            if ending.is_alive():
                _log.warning("libmpv did not end within %s s", _CLOSE_S)
            else:
                self._bands.close()
        finally:
            if has_calls:
                self._calls.release()

    def _on_position(self, name: str, position_s: float | None) -> None:
        """Property ``time-pos``, on the event thread."""
        self._events.on_position(name, position_s)
        if position_s is not None:
            self._levels.on_moment(self._events.generation)

    def _give(self, entry: Entry, mode: str) -> None:
        """Put a file on libmpv's playlist."""
        self._events.announce(entry)
        # No options here: their place among the arguments changed with mpv 0.38.
        answer = self._run("loadfile", os.path.abspath(entry.path), mode)
        entry_id = answer["playlist_entry_id"] if isinstance(answer, dict) else None
        self._events.bind(entry, entry_id)

    def _run(self, name: str, *arguments: str | bytes) -> Any:
        if self._events.is_closed:
            return None
        try:
            return self._mpv.command(name, *arguments)
        except (SystemError, ValueError, RuntimeError, OSError) as error:
            # A file that just ended cannot be sought; its end is told by an event.
            _log.info("libmpv refused %s: %s", name, error)
            return None

    def _run_later(self, name: str, *arguments: str, callback: Any = None) -> None:
        if not self._events.is_closed:
            self._mpv.command_async(name, *arguments, callback=callback)

    def _set(self, name: str, value: object) -> None:
        if not self._events.is_closed:
            self._mpv[name] = value
