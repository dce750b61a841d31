"""The settings on the side of the app: known, changed, taken back, and followed by the screen."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tuiradio.config import Config
from tuiradio.config_table import Value, value_of, with_value, without
from tuiradio.engine.protocol import Event, RadioChanged
from tuiradio.engine.settings import (
    ChangeSetting,
    GetSettings,
    Known,
    Origin,
    ResetSetting,
    SettingsChanged,
    SettingsState,
)
from tuiradio.ui.base import RadioBase
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.ui.settings_rows import Around
    from tuiradio.ui.settings_screen import SettingsScreen

_MODEL = "listening.model"
# The engine tells settings ten times a second; what was turned meanwhile is ahead of that.
_AHEAD_S = 1.0
_MOST_DONE = 100


class SettingsActions(RadioBase):
    """Settings view and doctor, and what a changed setting does to the screen."""

    settings = SettingsState()
    _ahead: tuple[tuple[str, Value, float], ...] = ()
    """Changes that the engine has not told yet, with the time they were made."""
    _done: tuple[tuple[str, Value], ...] = ()
    """What to set to take changes back, the last one last; None is the default."""
    _turning = ""
    """The setting that is being turned: all turns of it are one change."""
    _model_names: tuple[str, ...] = ()
    _settings_view: SettingsScreen | None = None

    # --- showing ---------------------------------------------------------------------

    def action_settings(self) -> None:
        """Every setting, to look at and to change."""
        # Loaded when it is looked at: the first paint must not wait for it.
        from tuiradio.ui.settings_screen import SettingsScreen

        self.asking.do(
            "settings",
            lambda engine: engine.ask(GetSettings(), timeout_s=10),
            self.settings_read,
            self.complain,
        )
        self.files.do("model names", lambda _: _models(), self._models_found)
        self._settings_view = SettingsScreen(self)
        self.push_screen(self._settings_view, self._settings_left)

    def around_settings(self) -> Around:
        """What the rows need to know beside the settings."""
        from tuiradio.ui.settings_rows import Around

        themes = ("", *self.theme_names)
        choices = {"ui.theme": themes, _MODEL: ("", *self._model_names)}
        radio = self.state.radio
        return Around(radio.settings, radio.subspaces, choices, self.key_table)

    def settings_happened(self, event: Event) -> None:
        """Follow what the engine says of settings and dials."""
        if isinstance(event, SettingsChanged):
            self.settings_read(event.settings)
        elif isinstance(event, RadioChanged):
            self._show_settings()

    def settings_read(self, told: object) -> None:
        """Take what the engine answers; anything but settings is let pass."""
        if not isinstance(told, SettingsState):
            return
        now_s = time.monotonic()
        self._ahead = tuple(
            one
            for one in self._ahead
            if now_s - one[2] < _AHEAD_S and _value(told.config, one[0]) != one[1]
        )
        before, self.settings = self.settings, told
        for name, value, _ in self._ahead:
            self.settings = _changed(self.settings, name, value)
        self._follow(before.config, self.settings.config)
        self._show_settings()

    def _show_settings(self) -> None:
        if self._settings_view is not None and self._settings_view.is_mounted:
            self._settings_view.show()

    def _settings_left(self, _: None) -> None:
        self._settings_view = None

    def _models_found(self, names: tuple[str, ...]) -> None:
        self._model_names = names
        self._show_settings()

    # --- changing ---------------------------------------------------------------------

    def change_setting(self, name: str, value: Value) -> None:
        """Set a setting, None for its default; one step that can be taken back."""
        if name != self._turning:
            self._done = (*self._done, (name, self._kept(name)))[-_MOST_DONE:]
            self._turning = name
        self._submit(name, value)

    def settings_settled(self) -> None:
        """What is turned next is another change, even of the same setting."""
        self._turning = ""

    def undo_setting(self) -> bool:
        """Take the last change of a setting back; False when there is none."""
        if not self._done:
            return False
        *others, (name, value) = self._done
        self._done, self._turning = tuple(others), ""
        self._submit(name, value)
        self._show_settings()
        return True

    def _submit(self, name: str, value: Value) -> None:
        self.engine.submit(ResetSetting(name) if value is None else ChangeSetting(name, value))
        if name != _MODEL:
            # A model has to be found first, and may be refused.
            before = self.settings
            self.settings = _changed(before, name, value)
            others = tuple(one for one in self._ahead if one[0] != name)
            now = _value(self.settings.config, name)
            self._ahead = (*others, (name, now, time.monotonic()))
            self._follow(before.config, self.settings.config)

    def _kept(self, name: str) -> Value:
        """What the file says of a setting, None when it says nothing."""
        known = {one.name: one.origin for one in self.settings.known}
        is_set = known.get(name) in (Origin.FILE, Origin.SESSION)
        return value_of(self.settings.config, name) if is_set else None

    # --- the screen follows ---------------------------------------------------------------

    def _follow(self, before: Config, after: Config) -> None:
        """Do what a changed ``[ui]`` asks for."""
        if after.ui == before.ui:
            return
        former, self.config = self.config, after.ui
        self.look_changed(former)
        if after.ui.columns != former.columns:
            self.refresh_lists()

    def refresh_lists(self) -> None:
        """Draw the lists again; their columns are others."""
        for rows in self.screen_stack[0].query(VirtualList):
            rows.refresh()

    def action_doctor(self) -> None:
        """The doctor's view is where its actions are."""
        raise NotImplementedError


def _models() -> tuple[str, ...]:
    from tuiradio.listening.card import model_names

    return model_names()


def _value(config: Config, name: str) -> Value:
    return value_of(config, name)


def _changed(state: SettingsState, name: str, value: Value) -> SettingsState:
    """The settings with one change that the engine is about to make."""
    config = state.config
    config = without(config, name) if value is None else with_value(config, name, value)
    known = {one.name: one for one in state.known}
    known.pop(name, None)
    if value is not None:
        known[name] = Known(name, Origin.FILE)
    return replace(state, config=config, known=tuple(known.values()))
