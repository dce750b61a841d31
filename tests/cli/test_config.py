"""Settings from the command line: in the file, or through the engine that runs."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from tests.cli.conftest import Run
from tests.cli.fakes import FakeEngine
from tuiradio.cli import config as command
from tuiradio.config import Config
from tuiradio.config_table import settings
from tuiradio.engine.protocol import Answer, Command, EngineState, Event, Notice, Query, Severity
from tuiradio.engine.settings import (
    ChangeSetting,
    GetSettings,
    Known,
    Origin,
    ResetSetting,
    SettingsChanged,
    SettingsState,
)
from tuiradio.engine.states import RadioState
from tuiradio.paths import Paths
from tuiradio.radio.pick import RadioSettings

pytestmark = pytest.mark.usefixtures("paths")


class SettingsEngine(FakeEngine):
    """Takes every change in, or says ``notices`` instead."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = SettingsState(file="/somewhere/config.toml")

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        if isinstance(query, GetSettings):
            return self.settings
        return super().ask(query, timeout_s)

    def submit(self, command_given: Command) -> None:
        super().submit(command_given)
        if self.notices or not isinstance(command_given, ChangeSetting | ResetSetting):
            return
        if isinstance(command_given, ChangeSetting):
            config = replace(Config(), radio=RadioSettings(drift=0.8))
            known = (Known("radio.drift", Origin.FILE, 3),)
            self.settings = replace(self.settings, config=config, known=known)
        event: Event = SettingsChanged(self.settings)
        for listener in list(self._listeners):
            listener(event)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> SettingsEngine:
    fake = SettingsEngine()
    monkeypatch.setattr(command, "join", lambda paths: fake)
    return fake


def test_every_setting_is_listed(run: Run) -> None:
    ran = run("config")
    assert ran.status == 0
    assert [line.split()[0] for line in ran.lines[1:]] == [row.name for row in settings()]
    found = {one["name"]: one for one in json.loads(run("config", "--json").data)}
    assert found["radio.drift"]["value"] == 0.35
    assert found["radio.drift"]["source"] == "default"
    assert found["playback.replaygain"]["choices"] == ["no", "track", "album"]


def test_set_get_and_unset_without_an_engine(run: Run, paths: Paths) -> None:
    assert "radio.drift = 0.8" in run("config", "set", "radio.drift", "0.8").words
    assert paths.config_file.read_text() == "[radio]\ndrift = 0.8\n"
    assert run("config", "get", "radio.drift").text == "0.8\n"
    assert "config.toml:2" in next(line for line in run("config").lines if "radio.drift" in line)
    assert "default again" in run("config", "unset", "radio.drift").words
    assert run("config", "get", "radio.drift").text == "0.35\n"


def test_values_as_a_shell_gives_them(run: Run, paths: Paths) -> None:
    assert run("config", "set", "roots", "~/Music,", "/srv/more").status == 0
    assert run("config", "get", "roots").lines == ["~/Music", "/srv/more"]
    run("config", "set", "roots", "Music,", "~/More")
    assert run("config", "get", "roots").lines == [os.path.abspath("Music"), "~/More"]
    assert os.path.abspath("no.onnx") in run("config", "set", "listening.model", "no.onnx").words
    run("config", "set", "playback.replaygain", "album")
    assert run("config", "get", "playback.replaygain").text == "album\n"
    run("config", "set", "radio.weights.tempo", "2")
    assert run("config", "get", "radio.weights").text == "tempo = 2.0\n"
    assert json.loads(run("config", "get", "radio.weights", "--json").data) == {"tempo": 2.0}
    assert "from the next start" in run("config", "set", "playback.resume", "no").words
    run("config", "set", "ui.keys.station.liked", "Z")
    assert run("config", "get", "ui.keys").text == 'station.liked = "Z"\n'
    assert run("config", "set", "radio.random_seed", "-3").status == 0
    assert run("config", "get", "radio.random_seed").text == "-3\n"


@pytest.mark.parametrize(
    ("argv", "words", "status"),
    [
        ("set radio.drift 7", "between 0 and 1", 2),
        ("set radio.drfit 0.5", "Did you mean radio.drift?", 2),
        ("set radio.drift", "set radio.drift to what?", 2),
        ("set radio.weights 3", "is a table", 2),
        ("set radio.weights.colour 3", "genre, mood, instruments, tempo", 2),
        ("set ui.keys.fly f", "fly", 2),
        ("set listening.model gramophone", "gramophone", 6),
        ("get radio.drift 3", "takes no value", 2),
        ("get", "Name a setting", 2),
        ("list radio.drift", "tuiradio config get radio.drift", 2),
        ("forget radio.drift", "forget", 2),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, argv: str, words: str, status: int) -> None:
    ran = run("config", *argv.split())
    assert ran.status == status
    assert words in ran.words
    assert ran.data == b""


def test_a_broken_file_is_named_with_its_line(run: Run, paths: Paths) -> None:
    paths.config_dir.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text("watch = true\n[radio]\ndrift = 9\n")
    ran = run("config", "set", "watch", "no")
    assert ran.status == 2
    assert "line 3: radio.drift is 9" in ran.words
    assert paths.config_file.read_text().startswith("watch = true")


def test_a_directory_that_cannot_be_written_is_trouble(run: Run, paths: Paths) -> None:
    paths.config_dir.parent.mkdir(parents=True, exist_ok=True)
    paths.config_dir.write_text("a file where the directory should be")
    ran = run("config", "set", "watch", "no")
    assert (ran.status, "cannot" in ran.words) in {(1, True), (2, True)}


def test_a_running_engine_takes_the_change(run: Run, running: SettingsEngine, paths: Paths) -> None:
    ran = run("config", "set", "radio.drift", "0.8")
    assert ran.status == 0
    assert running.commands == [ChangeSetting("radio.drift", 0.8)]
    assert "/somewhere/config.toml, line 3" in ran.words
    assert not paths.config_file.exists()
    assert running.closed


def test_what_the_tuner_has_is_told_beside_the_default(run: Run, running: SettingsEngine) -> None:
    running.state = EngineState(radio=RadioState(settings=RadioSettings(drift=0.9)))
    line = next(line for line in run("config").lines if line.startswith("radio.drift"))
    assert "the tuner has 0.9" in line


def test_what_the_engine_complains_of_is_passed_on(run: Run, running: SettingsEngine) -> None:
    running.notices = [Notice("cannot write config.toml", Severity.WARNING, "Make it writable.")]
    ran = run("config", "unset", "radio.drift")
    assert ran.status == 1
    assert "cannot write config.toml\n  Make it writable." in ran.words
    assert running.commands == [ResetSetting("radio.drift")]


def test_a_problem_of_the_file_is_told_with_the_list(run: Run, running: SettingsEngine) -> None:
    running.settings = replace(running.settings, problem="config.toml, line 3: radio.drift is 9")
    ran = run("config")
    assert ran.status == 0
    assert "line 3" in ran.words
