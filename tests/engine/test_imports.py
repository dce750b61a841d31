from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_HEAVY = ("onnxruntime", "soundfile", "av", "soxr", "textual", "mpv", "onnx")


@pytest.mark.parametrize("module", ["tuiradio.engine.__main__", "tuiradio.engine.spawn"])
def test_the_engine_imports_no_decoder_no_network_and_no_screen(module: str) -> None:
    """They belong to the workers and to the screen; libmpv is loaded when a player is made."""
    code = f"import sys, {module}\nprint(*(m for m in {_HEAVY} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == []


def test_attaching_to_an_engine_needs_no_numbers() -> None:
    """A front end that only drives the running engine starts quickly."""
    code = "import sys, tuiradio.engine.client\nprint('hnswlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == [b"False"]
