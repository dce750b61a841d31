"""The installation is checked, and what is broken is named."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tuiradio.cli import doctor
from tuiradio.engine import checks
from tuiradio.errors import PlayerUnavailable
from tuiradio.paths import Paths
from tuiradio.playback import mpv

NAMES = [
    "python", "packages", "config", "data", "log", "store", "index",
    "model", "decoders", "libmpv", "sound", "engine", "terminal",
]  # fmt: skip


@pytest.mark.mpv
def test_a_good_installation(run: Run, heard: Path) -> None:
    ran = run("doctor", "--json")
    found = {check["name"]: check for check in json.loads(ran.data)}
    assert list(found) == NAMES
    assert {name for name, check in found.items() if check["level"] == "bad"} == set()
    assert ran.status == 0
    assert "18 tracks, 18 listened to" in found["store"]["text"]
    assert "null" in found["sound"]["text"] or "silent" in found["sound"]["text"]


def only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Run these checks alone: the others take their time."""
    for name in set(NAMES) - set(names):
        fine = checks.Check(name, checks.Level.OK, "not looked at")
        place = doctor if name == "terminal" else checks
        monkeypatch.setattr(place, f"_{name}", lambda *_, fine=fine: fine, raising=False)


def test_people_see_a_line_each(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "store")
    lines = run("doctor").lines
    assert [line.split()[1] for line in lines if not line.startswith(" ")] == NAMES
    assert any("tuiradio scan DIR" in line for line in lines)


def test_a_damaged_store_is_bad(run: Run, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "store")
    paths.data_dir.mkdir(parents=True)
    paths.store_file.write_bytes(b"this is no database, however long it may be" * 100)
    ran = run("doctor")
    assert ran.status == 1
    assert "BAD   store" in ran.text


def test_a_broken_configuration_is_bad(
    run: Run, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "config")
    paths.config_dir.mkdir(parents=True)
    paths.config_file.write_text("nonsense")
    ran = run("doctor")
    assert ran.status == 1
    assert "BAD   config" in ran.text


def test_a_missing_model_is_bad(run: Run, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "model")
    paths.config_dir.mkdir(parents=True)
    paths.config_file.write_text('[listening]\nmodel = "/no/such/model.onnx"\n')
    ran = run("doctor")
    assert ran.status == 1
    assert "/no/such/model.onnx" in ran.text


def test_missing_libmpv_is_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise PlayerUnavailable("libmpv cannot be loaded", "apt install libmpv2")

    monkeypatch.setattr(mpv, "MpvPlayer", unavailable)
    assert checks._libmpv().level is checks.Level.WARN
    assert "apt install libmpv2" in checks._libmpv().hint
    assert checks._sound(Paths.from_environment()).level is checks.Level.WARN


def test_a_check_that_falls_ill_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_ill() -> checks.Check:
        raise RuntimeError("oh")

    check = checks._safely("python", fall_ill)
    assert (check.level, check.text) == (checks.Level.BAD, "RuntimeError: oh")


def test_paths_creates_nothing(run: Run, paths: Paths) -> None:
    said = json.loads(run("paths", "--json").data)
    assert said["store"] == str(paths.store_file)
    assert not paths.data_dir.exists()
    assert f"log     {paths.log_file}" in run("paths").lines
    assert os.path.isdir(said["models"])


def test_checks_made_elsewhere_are_the_same(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    made = []
    for check in checks.checks_made_elsewhere(lambda process: started.append(process.pid)):
        made.append(check)
        if check.name == "config":
            os.kill(started[0], signal.SIGKILL)
    assert [check.name for check in made][:3] == ["python", "packages", "config"]
    assert len(made) < len(checks.NAMES)
    assert str(paths.config_file) in made[2].text
