"""The screen's fake engine with settings that can be changed."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.fake_engine import FakeEngine
from tuiradio.config import Config
from tuiradio.config_table import with_value, without
from tuiradio.engine.protocol import Answer, Command, Query
from tuiradio.engine.settings import (
    ChangeSetting,
    GetSettings,
    GetVitals,
    Known,
    Origin,
    ResetSetting,
    SettingsChanged,
    SettingsState,
    Vitals,
)


class SettingsEngine(FakeEngine):
    """Takes every change in, as if it wrote a file."""

    def __init__(self, picks: tuple[int, ...] = ()) -> None:
        super().__init__(picks=picks)
        self.settings = SettingsState(Config(), file="/home/ann/.config/tuiradio/config.toml")

    def set(self, name: str, value: object, line: int = 3) -> None:
        """The file says this."""
        config = with_value(self.settings.config, name, value)  # type: ignore[arg-type]
        known = [one for one in self.settings.known if one.name != name]
        known.append(Known(name, Origin.FILE, line))
        self.settings = replace(self.settings, config=config, known=tuple(known))

    def submit(self, command: Command) -> None:
        super().submit(command)
        if isinstance(command, ChangeSetting):
            self.set(command.name, command.value)
        elif isinstance(command, ResetSetting):
            config = without(self.settings.config, command.name)
            known = tuple(one for one in self.settings.known if one.name != command.name)
            self.settings = replace(self.settings, config=config, known=known)
        else:
            return
        self.say(SettingsChanged(self.settings))

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        if isinstance(query, GetSettings) and not self.is_gone:
            return self.settings
        if isinstance(query, GetVitals) and not self.is_gone:
            return Vitals(4321, 7260.0, 88_000_000, "0.1.0")
        return super().ask(query, timeout_s)
