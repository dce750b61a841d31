"""Who may import what: proved by reading the code, and by importing it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tuiradio"
# A vocabulary rather than a dependency: arrays cross the rooms.
SHARED = {"numpy"}
SCREEN = {"textual", "rich"}
RADIO_SEES = {"tuiradio.library.track", "tuiradio.similarity.neighbourhood"}
IMPURE = {"pathlib", "socket", "sqlite3", "subprocess", "threading", "time", "logging", "io"}

# Imports every module named on stdin in a fork of its own and tells what came with it.
# numpy is loaded once for all of them: everything may use it, and it takes a tenth of a second.
_IMPORT_EACH = """
import json, os, sys
import numpy
for name in json.load(sys.stdin):
    read, write = os.pipe()
    if os.fork() == 0:
        problem = ""
        try:
            __import__(name)
        except BaseException as error:
            problem = f"{type(error).__name__}: {error}"
        tops = sorted({module.partition(".")[0] for module in sys.modules})
        os.write(write, json.dumps([problem, tops]).encode())
        os._exit(0)
    os.close(write)
    with open(read, "rb") as answer:
        print(json.dumps([name, *json.loads(answer.read())]))
    os.wait()
"""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def system_calls(file: Path) -> set[str]:
    """What the module uses of ``os``; ``os.path`` only computes."""
    return {
        node.attr
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }


def test_every_library_is_imported_by_one_module() -> None:
    importers: dict[str, set[str]] = defaultdict(set)
    for file in modules():
        for name in imports_of(file):
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names | SHARED | SCREEN | {"tuiradio"}:
                importers[top].add(name_of(file))
    assert importers
    assert {top: names for top, names in importers.items() if len(names) > 1} == {}


def test_only_the_screen_imports_textual() -> None:
    offenders = {
        name_of(file)
        for file in modules()
        for name in imports_of(file)
        if name.partition(".")[0] in SCREEN and not name_of(file).startswith("tuiradio.ui")
    }
    assert offenders == set()


def test_the_radio_sees_tracks_and_neighbours_only() -> None:
    for file in (PACKAGE / "radio").glob("*.py"):
        for name in imports_of(file):
            if name.startswith("tuiradio"):
                assert name in RADIO_SEES or name.startswith("tuiradio.radio"), (file.name, name)
            else:
                assert name.partition(".")[0] in sys.stdlib_module_names | SHARED, (file.name, name)
                assert name.partition(".")[0] not in IMPURE, (file.name, name)
        assert system_calls(file) <= {"path", "sep"}, file.name


def test_nobody_changes_the_locale_but_the_player() -> None:
    """libmpv crashes under a foreign LC_NUMERIC (mpv issue 7102)."""
    callers = {
        name_of(file)
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "setlocale"
    }
    assert callers <= {"tuiradio.playback.mpv"}


@pytest.fixture(scope="module")
def came_along() -> dict[str, set[str]]:
    """Every module outside of the screen → the top-level modules that its import loads."""
    names = [name_of(file) for file in modules() if "ui" not in file.parts]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_EACH],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert {name: problem for name, problem, _ in answers if problem} == {}
    assert len(answers) == len(names)
    return {name: set(tops) for name, _, tops in answers}


def test_nothing_but_the_screen_loads_textual(came_along: dict[str, set[str]]) -> None:
    assert {name for name, tops in came_along.items() if tops & SCREEN} == set()


def test_the_engine_process_does_not_load_the_network_runtime(
    came_along: dict[str, set[str]],
) -> None:
    assert "onnxruntime" not in came_along["tuiradio.engine.__main__"]
    assert "onnxruntime" not in came_along["tuiradio.engine.service"]


def test_libmpv_is_not_loaded_before_something_plays(came_along: dict[str, set[str]]) -> None:
    assert {name for name, tops in came_along.items() if "mpv" in tops} == set()


def test_the_version_loads_next_to_nothing() -> None:
    code = (
        "import sys; sys.argv = ['tuiradio', '--version']\n"
        "from tuiradio.__main__ import main\n"
        "status = main(); print(' '.join(sys.modules)); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    version, loaded = done.stdout.splitlines()
    assert version.startswith("tuiradio ")
    assert not {"numpy", "textual", "argparse", "tuiradio.cli"} & set(loaded.split())
