"""Settings: taken from front ends and from the edited file, applied at once, kept in the file.

What the user turns in the tuner is of the session; what is set here becomes the default
and is applied now. ``--model`` holds until its setting is changed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from dataclasses import replace as with_fields
from functools import partial
from typing import Any

from tuiradio import __version__
from tuiradio.codec import CodecError, from_json, to_json
from tuiradio.config import Config, config_of, read_text
from tuiradio.config_file import change_setting
from tuiradio.config_lines import lines_of
from tuiradio.config_table import Value, changed, names_in, value_of, with_value, without
from tuiradio.engine.assistant import Assistant
from tuiradio.engine.house import House
from tuiradio.engine.memory import resident_bytes
from tuiradio.engine.players import PlayerFactory
from tuiradio.engine.protocol import AddRoots, Severity, TuneRadio
from tuiradio.engine.settings import (
    ChangeSetting,
    Known,
    Origin,
    ResetSetting,
    SettingsChanged,
    SettingsState,
    Vitals,
)
from tuiradio.errors import PlayerUnavailable, TuiradioError, UsageError
from tuiradio.listening.card import ModelFile, find_model
from tuiradio.playback.player import Player, PlayerCallback
from tuiradio.radio.pick import RadioSettings

_SEEN = "settings_seen"
_MODEL = "listening.model"


@dataclass(frozen=True, slots=True)
class _Seen:
    """Defaults of what a session may change, as they were when they were applied last."""

    radio: RadioSettings = field(default_factory=RadioSettings)
    volume_percent: float = 100.0


class SettingsDesk:
    """Knows what is set where, and tells the other desks."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._file = house.paths.config_file
        self._kept = Config()
        """What the file says, as it was understood last."""
        self._lines: dict[str, int] = {}
        self._problem = ""
        self._stamp: object = None
        self._stamp_before: object = None
        self._unwritten: dict[str, Value] = {}
        self._unkept: dict[str, Value] = {}
        """Changed, but the file could not be written; tried again once that was mended."""
        self._player: Player | None = None
        self._is_headless = True
        self._started_s = time.monotonic()
        self._assistant = Assistant("settings", self._failed)
        self.handlers: dict[type, Callable[[Any], None]] = {
            ChangeSetting: self._change,
            ResetSetting: self._reset,
        }

    def knowing(self, factory: PlayerFactory | None) -> PlayerFactory | None:
        """A factory of the same players, of which the newest can be set up anew."""
        if factory is None:
            return None
        self._is_headless = False

        def make(callback: PlayerCallback) -> Player:
            self._player = factory(callback)
            return self._player

        return make

    # --- life -----------------------------------------------------------------------

    def start(self) -> None:
        """Take in defaults that were changed while no engine ran; the dials are there already."""
        self._stamp = self._stamp_before = self._look()
        try:
            text = read_text(self._file)
            self._kept, self._lines = config_of(text, self._file), lines_of(text)
        except UsageError as error:
            self._problem = error.message
        config = self._house.config
        text = self._house.store.state(_SEEN) or ""
        try:
            seen = from_json(text, _Seen) if text else None
        except CodecError:
            seen = None
        if seen is not None:
            now = _Seen(config.radio, config.playback.volume_percent)
            self._turn(_with_seen(config, seen), config)
            if now == seen:
                return
        self._note_seen()

    def tick(self) -> None:
        """Write what was changed; read the file when somebody else has written it."""
        self.write()
        stamp, before = self._look(), self._stamp_before
        self._stamp_before = stamp
        # Read once it has settled: editors empty a file before they fill it.
        if stamp != self._stamp and stamp == before:
            self._stamp = stamp
            self._reread()

    def stop(self) -> None:
        self.write()
        self._assistant.stop(0.0)

    # --- what others ask --------------------------------------------------------------

    @property
    def state(self) -> SettingsState:
        """All settings as they are."""
        return SettingsState(
            self._house.config, tuple(self._known()), str(self._file), self._problem
        )

    def written_state(self) -> SettingsState:
        """All settings, once what was changed is in the file."""
        self.write()
        return self.state

    @property
    def vitals(self) -> Vitals:
        uptime_s = time.monotonic() - self._started_s
        return Vitals(os.getpid(), uptime_s, resident_bytes(), __version__)

    def _known(self) -> Iterable[Known]:
        config = self._house.config
        in_file = set(names_in(self._kept)).intersection(self._lines)
        for name in dict.fromkeys((*changed(Config(), config), *sorted(in_file))):
            if name in self._unkept:
                yield Known(name, Origin.SESSION)
            elif name in self._unwritten or value_of(config, name) == value_of(self._kept, name):
                yield Known(name, Origin.FILE, self._lines.get(name, 0))
            else:
                yield Known(name, Origin.COMMAND)

    # --- changing ------------------------------------------------------------------------

    def _change(self, command: ChangeSetting) -> None:
        after = with_value(self._house.config, command.name, command.value)
        self._set(command.name, value_of(after, command.name), after)

    def _reset(self, command: ResetSetting) -> None:
        after = without(self._house.config, command.name)
        self._set(command.name, None, after)

    def _set(self, name: str, kept: Value, after: Config) -> None:
        """Apply one change and have it written; ``kept`` None takes it out of the file."""
        if name == _MODEL and after.listening.model != self._house.config.listening.model:
            self._look_for_model(after.listening.model, lambda: self._keep(name, kept))
            return
        self._adopt(after)
        self._keep(name, kept)

    def _keep(self, name: str, value: Value) -> None:
        self._unwritten[name] = value
        self._unkept.pop(name, None)
        self._tell()

    def write(self) -> None:
        """Put what was changed into the file, which is read as it is now."""
        if not self._unwritten:
            return
        waiting, self._unwritten = self._unwritten, {}
        if self._look() != self._stamp:
            # Somebody else has written meanwhile; nothing of that must be lost.
            self._reread(waiting)
        try:
            text = ""
            for name, value in waiting.items():
                text = change_setting(self._file, name, value)
        except TuiradioError as error:
            self._unkept |= waiting
            message = f"{', '.join(waiting)}: changed until tuiradio ends, and not kept"
            hint = f"{error.message}. {error.hint}".replace(".. ", ". ")
            self._house.notice(message, Severity.WARNING, hint)
        else:
            self._kept, self._lines = config_of(text, self._file), lines_of(text)
            self._problem = ""
            self._stamp = self._stamp_before = self._look()
        self._tell()

    def _reread(self, waiting: Collection[str] = ()) -> None:
        """Take in what was changed in the file; a broken one changes nothing.

        What is ``waiting`` to be written, a setting or a whole table, stays as it is.
        """
        try:
            text = read_text(self._file)
            kept = config_of(text, self._file)
        except UsageError as error:
            if error.message != self._problem:
                self._problem = error.message
                hint = f"{error.hint} Until then the settings stay as they were.".lstrip()
                self._house.notice(error.message, Severity.WARNING, hint)
                self._tell()
            return
        above = tuple(f"{name}." for name in waiting)
        different = changed(self._kept, kept)
        names = [one for one in different if one not in waiting and not one.startswith(above)]
        self._kept, self._lines, self._problem = kept, lines_of(text), ""
        after = self._house.config
        for name in names:
            after = _taken_over(after, kept, name)
        again = {name: value for name, value in self._unkept.items() if name not in names}
        self._unwritten, self._unkept = {**again, **self._unwritten}, {}
        if _MODEL in names:
            self._look_for_model(after.listening.model, self._tell)
            after = _taken_over(after, self._house.config, _MODEL)
        try:
            self._adopt(after)
        except PlayerUnavailable as error:
            self._house.complain(error)
            self._adopt(_taken_over(after, self._house.config, "playback.output"))
        self._tell()

    def _look(self) -> object:
        """What tells that the file is another; None when there is none."""
        try:
            found = os.stat(self._file)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    # --- applying ---------------------------------------------------------------------------

    def _adopt(self, after: Config) -> None:
        """Make every desk follow the new configuration.

        Raises:
            PlayerUnavailable: the player refuses the output; nothing follows.
        """
        house, before = self._house, self._house.config
        if self._player is not None and after.playback.output != before.playback.output:
            # First, as it may be refused.
            self._player.set_output(after.playback.output)
        house.config = after
        if self._player is not None and after.playback.replaygain != before.playback.replaygain:
            self._player.set_replaygain(after.playback.replaygain.value)
        self._turn(before, after)
        self._note_seen()
        if after.roots != before.roots:
            new = [root for root in after.roots if root not in before.roots]
            paths = [os.fsencode(os.path.abspath(os.path.expanduser(root))) for root in new]
            house.library.handlers[AddRoots](AddRoots(tuple(paths)))
        if after.watch != before.watch and not self._is_headless:
            house.library.watch_or_not(after.watch)
        now, then = after.listening, before.listening
        if (now.workers, now.time_limit_s) != (then.workers, then.time_limit_s):
            house.listening.workers_changed()
        if now.busy_while_playing != then.busy_while_playing:
            house.listening.playing_changed()

    def _turn(self, before: Config, after: Config) -> None:
        """Turn the dials of the session whose defaults have changed."""
        names = [name for name in changed(before, after) if name.startswith("radio.")]
        radio = self._house.radio
        dials = with_fields(after, radio=radio.state.settings)
        for name in names:
            dials = _taken_over(dials, after, name)
        if names:
            radio.tune(TuneRadio(dials.radio))
        if before.playback.volume_percent != after.playback.volume_percent:
            self._house.player.set_volume(after.playback.volume_percent)

    def _look_for_model(self, name: str, then: Callable[[], None]) -> None:
        """Find the model, which may have to be run once, and listen with it from then on."""

        def job() -> None:
            model = find_model(name or None)
            self._house.post(partial(found, model))

        def found(model: ModelFile) -> None:
            self._house.config = with_value(self._house.config, _MODEL, name)
            self._house.listening.use_model(model)
            then()

        self._assistant.do(job)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, TuiradioError):
            hint = f"{error.hint} The former model stays.".lstrip()
            self._house.post(partial(self._house.notice, error.message, Severity.ERROR, hint))
        self._house.post(self._tell)

    def _note_seen(self) -> None:
        config = self._house.config
        seen = _Seen(config.radio, config.playback.volume_percent)
        self._house.store.set_state(_SEEN, to_json(seen).decode())

    def _tell(self) -> None:
        self._house.bulletin.tell(SettingsChanged(self.state))


def _with_seen(config: Config, seen: _Seen) -> Config:
    playback = with_fields(config.playback, volume_percent=seen.volume_percent)
    return with_fields(config, radio=seen.radio, playback=playback)


def _taken_over(config: Config, other: Config, name: str) -> Config:
    """``config`` with one setting as it is in ``other``."""
    value = value_of(other, name)
    return without(config, name) if value is None else with_value(config, name, value)
