"""Settings are applied at once, kept in the file, and taken from it while the engine runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import Stage
from tests.engine.helpers import quick_config
from tuiradio.config import load_config
from tuiradio.engine.protocol import (
    ListeningProgress,
    Notice,
    RadioChanged,
    StartRadio,
    TuneRadio,
    WaitUntilHeard,
)
from tuiradio.engine.service import LocalEngine
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
from tuiradio.errors import PlayerUnavailable
from tuiradio.paths import Paths

Start = Callable[..., Stage]


def settings_of(stage: Stage) -> SettingsState:
    """All settings, once every change so far was written."""
    state = stage.engine.ask(GetSettings(), 20)
    assert isinstance(state, SettingsState)
    return state


def origin(stage: Stage, name: str) -> tuple[Origin, int] | None:
    known = {one.name: (one.origin, one.line) for one in settings_of(stage).known}
    return known.get(name)


def messages(stage: Stage) -> str:
    return "\n".join(f"{one.message} {one.hint}" for one in stage.events.of(Notice))


@pytest.fixture
def file(heard_paths: Paths) -> Path:
    heard_paths.config_dir.mkdir(exist_ok=True)
    heard_paths.config_file.write_text("# mine\n[radio]\ndrift = 0.1  # near\n")
    return heard_paths.config_file


@pytest.fixture
def on_file(start: Start, file: Path) -> Stage:
    return start(load_config(file))


def edited(stage: Stage, file: Path, text: str) -> None:
    """The user saves the file in an editor; the engine has looked at it."""
    file.write_text(text)
    desk = stage.engine._house.settings
    for _ in range(2):
        stage.engine.post(desk.tick)
    stage.events.state()


def test_a_dial_of_the_radio_is_turned_and_kept(on_file: Stage, file: Path) -> None:
    on_file.engine.submit(StartRadio((on_file.ids[0],)))
    on_file.engine.submit(TuneRadio(replace(on_file.events.state().radio.settings, adventure=0.9)))
    on_file.engine.submit(ChangeSetting("radio.drift", 0.75))
    told = on_file.events.until_event(RadioChanged, lambda e: e.radio.settings.drift == 0.75)
    assert told.radio.settings.adventure == 0.9, "what the tuner turned stays"
    settings = settings_of(on_file)
    assert settings.config.radio.drift == 0.75
    assert settings.config.radio.adventure == 0.2
    assert file.read_text() == "# mine\n[radio]\ndrift = 0.75  # near\n"
    assert origin(on_file, "radio.drift") == (Origin.FILE, 3)


def test_back_to_the_default(on_file: Stage, file: Path) -> None:
    on_file.engine.submit(ResetSetting("radio.drift"))
    assert settings_of(on_file).config.radio.drift == 0.35
    assert on_file.events.state().radio.settings.drift == 0.35
    assert "drift" not in file.read_text()
    assert origin(on_file, "radio.drift") is None


def test_the_player_follows(on_file: Stage) -> None:
    on_file.engine.submit(ChangeSetting("playback.volume_percent", 40))
    on_file.engine.submit(ChangeSetting("playback.replaygain", "album"))
    on_file.engine.submit(ChangeSetting("playback.output", "alsa"))
    assert on_file.events.state().player.volume_percent == 40.0
    assert on_file.player.volume == 40.0
    assert ("replaygain", "album") in on_file.player.calls
    assert ("output", "alsa") in on_file.player.calls


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("radio.drift", 7, "between 0 and 1"),
        ("radio.drift", "much", "radio.drift"),
        ("radio.drfit", 0.5, "radio.drift"),
        ("playback.replaygain", "loud", "replaygain"),
    ],
)
def test_what_it_may_not_be_is_told_and_changes_nothing(
    on_file: Stage, file: Path, name: str, value: float | str, words: str
) -> None:
    before = settings_of(on_file)
    on_file.engine.submit(ChangeSetting(name, value))
    assert settings_of(on_file) == before
    assert words in messages(on_file)


def test_another_model_answers_once_all_is_heard(on_file: Stage) -> None:
    on_file.engine.submit(ChangeSetting("listening.model", "mfcc"))
    on_file.events.until_event(ListeningProgress, lambda e: "mfcc" in e.listening.model_id)
    on_file.engine.ask(WaitUntilHeard(), 60)
    on_file.events.until(lambda: "heard by the new model" in messages(on_file))
    assert settings_of(on_file).config.listening.model == "mfcc"
    on_file.engine.submit(ResetSetting("listening.model"))
    on_file.events.until_event(ListeningProgress, lambda e: "mfcc" not in e.listening.model_id)
    assert on_file.engine.ask(WaitUntilHeard(), 60).heard == 12  # type: ignore[union-attr]


def test_a_model_that_is_not_there_changes_nothing(on_file: Stage, file: Path) -> None:
    on_file.engine.submit(ChangeSetting("listening.model", "gramophone"))
    on_file.events.until_event(Notice, lambda e: "gramophone" in e.message)
    on_file.events.until_event(SettingsChanged)
    settings = settings_of(on_file)
    assert settings.config.listening.model == ""
    assert "gramophone" not in file.read_text()


def test_workers_are_changed_while_they_work(start: Start, file: Path, tmp_path: Path) -> None:
    stage = start(load_config(file))
    stage.engine.submit(ChangeSetting("listening.model", "mfcc"))
    stage.engine.submit(ChangeSetting("listening.workers", 1))
    stage.engine.submit(ChangeSetting("listening.time_limit_s", 30))
    stage.engine.submit(ChangeSetting("listening.busy_while_playing", 0.3))
    stage.events.until_event(ListeningProgress, lambda e: "mfcc" in e.listening.model_id)
    assert stage.engine.ask(WaitUntilHeard(), 60).heard == 12  # type: ignore[union-attr]


def test_a_folder_is_added_to_the_library(on_file: Stage, tmp_path: Path) -> None:
    on_file.engine.submit(ChangeSetting("roots", (str(tmp_path),)))
    assert os.fsencode(tmp_path) in on_file.events.state().roots


def test_an_edited_file_is_taken_in_and_the_tuner_keeps_the_rest(
    on_file: Stage, file: Path
) -> None:
    on_file.engine.submit(TuneRadio(replace(on_file.events.state().radio.settings, adventure=0.9)))
    edited(on_file, file, "[radio]\n\ndrift = 0.6\n[ui]\ntheme = 'paper'\n")
    assert settings_of(on_file).config.ui.theme == "paper"
    dials = on_file.events.state().radio.settings
    assert (dials.drift, dials.adventure) == (0.6, 0.9)
    assert origin(on_file, "radio.drift") == (Origin.FILE, 3)
    assert on_file.events.of(SettingsChanged)


def test_a_broken_file_keeps_what_it_said_before(on_file: Stage, file: Path) -> None:
    edited(on_file, file, "[radio]\ndrift = 0.6\nadventure = 9\n")
    settings = settings_of(on_file)
    assert "line 3: radio.adventure is 9" in settings.problem
    assert settings.config.radio.drift == 0.1
    assert messages(on_file).count("line 3") == 1
    assert "stay as they were" in messages(on_file)
    edited(on_file, file, "[radio]\ndrift = 0.6\n")
    settings = settings_of(on_file)
    assert (settings.problem, settings.config.radio.drift) == ("", 0.6)


def test_a_broken_file_is_not_written_over_until_it_is_mended(on_file: Stage, file: Path) -> None:
    edited(on_file, file, "[radio\n")
    on_file.engine.submit(ChangeSetting("radio.adventure", 0.9))
    assert settings_of(on_file).config.radio.adventure == 0.9
    assert file.read_text() == "[radio\n"
    assert origin(on_file, "radio.adventure") == (Origin.SESSION, 0)
    assert "radio.adventure: changed until tuiradio ends" in messages(on_file)
    edited(on_file, file, "# mended\n[radio]\ndrift = 0.1\n")
    assert origin(on_file, "radio.adventure") == (Origin.FILE, 4)
    assert "adventure = 0.9" in file.read_text()


def test_a_file_that_went_away_means_the_defaults(on_file: Stage, file: Path) -> None:
    file.unlink()
    desk = on_file.engine._house.settings
    for _ in range(2):
        on_file.engine.post(desk.tick)
    assert settings_of(on_file).config.radio.drift == 0.35


def test_what_somebody_else_wrote_is_not_lost(on_file: Stage, file: Path) -> None:
    file.write_text("[radio]\ndrift = 0.1\n[ui]\ntheme = 'paper'  # new\n")
    on_file.engine.submit(ChangeSetting("radio.drift", 0.9))
    settings = settings_of(on_file)
    assert (settings.config.radio.drift, settings.config.ui.theme) == (0.9, "paper")
    assert "# new" in file.read_text()


def test_what_was_set_here_goes_before_the_file_of_the_same_moment(
    on_file: Stage, file: Path
) -> None:
    file.write_text("[radio]\ndrift = 0.2\nfeedback = 0.5\n")
    on_file.engine.submit(ChangeSetting("radio.drift", 0.75))
    settings = settings_of(on_file)
    assert (settings.config.radio.drift, settings.config.radio.feedback) == (0.75, 0.5)
    assert load_config(file).radio == settings.config.radio
    assert origin(on_file, "radio.drift") == (Origin.FILE, 2)


def test_where_nothing_can_be_written_it_holds_for_the_session(
    start: Start, heard_paths: Paths
) -> None:
    heard_paths.config_dir.write_text("a file where the directory should be")
    stage = start()
    stage.engine.submit(ChangeSetting("radio.drift", 0.9))
    assert settings_of(stage).config.radio.drift == 0.9
    assert stage.events.state().radio.settings.drift == 0.9
    assert origin(stage, "radio.drift") == (Origin.SESSION, 0)
    assert "cannot" in messages(stage)


def test_an_output_that_the_player_refuses_is_told_and_not_kept(
    on_file: Stage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise PlayerUnavailable(f"no audio output is called {name!r}")

    monkeypatch.setattr(on_file.player, "set_output", refuse)
    on_file.engine.submit(ChangeSetting("playback.output", "help"))
    assert settings_of(on_file).config.playback.output == ""
    assert "output" not in file.read_text()
    assert "no audio output is called 'help'" in messages(on_file)
    edited(on_file, file, '[radio]\ndrift = 0.2\n[playback]\noutput = "help"\n')
    config = settings_of(on_file).config
    assert (config.radio.drift, config.playback.output) == (0.2, "")


def test_what_the_command_line_said_is_told_as_that(start: Start) -> None:
    stage = start(quick_config())
    assert origin(stage, "radio.artist_window") == (Origin.COMMAND, 0)


def test_a_default_changed_while_nothing_ran_counts_at_the_next_start(
    start: Start, file: Path
) -> None:
    first = start(load_config(file))
    first.engine.submit(TuneRadio(replace(first.events.state().radio.settings, adventure=0.9)))
    first.events.state()
    first.reader.close()
    first.engine.close()
    file.write_text("[radio]\ndrift = 0.6\n[playback]\nvolume_percent = 55\n")
    second = start(load_config(file))
    state = second.events.state()
    assert (state.radio.settings.drift, state.radio.settings.adventure) == (0.6, 0.9)
    assert state.player.volume_percent == 55.0


def test_a_headless_engine_follows_its_file_without_watching(
    heard_paths: Paths, file: Path
) -> None:
    engine = LocalEngine(heard_paths, load_config(file))
    try:
        engine.submit(ChangeSetting("watch", False))
        engine.submit(ChangeSetting("watch", True))
        state = engine.ask(GetSettings(), 20)
        assert isinstance(state, SettingsState)
        assert state.known == (
            Known("radio.drift", Origin.FILE, 5),
            Known("watch", Origin.FILE, 2),
        )
        assert engine._house.library._watcher is None
    finally:
        engine.close()


def test_vitals(on_file: Stage) -> None:
    vitals = on_file.engine.ask(GetVitals(), 20)
    assert isinstance(vitals, Vitals)
    assert vitals.pid == os.getpid()
    assert vitals.uptime_s >= 0.0
    assert vitals.memory_bytes > 10_000_000
