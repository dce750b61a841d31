"""libmpv must not write over the screen: a real process, its streams caught."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from tests.playback.conftest import write_tone

pytestmark = [pytest.mark.mpv, pytest.mark.system]

_PLAY_ALL = """
import sys, threading
from tuiradio.playback.mpv import MpvPlayer
from tuiradio.playback.player import Ended

for name in sys.argv[1:]:
    ended = threading.Event()
    player = MpvPlayer(lambda e: ended.set() if isinstance(e, Ended) else None, output="null")
    player.load(name.encode())
    player.seek(2.0)
    assert ended.wait(30), name
    player.close()
"""


def _damaged_files(folder: Path) -> list[Path]:
    rng = np.random.default_rng(7)
    noise = rng.bytes(4_000)
    flac = Path(folder / "holes.flac")
    write_tone(flac, 3.0)
    content = flac.read_bytes()
    middle = len(content) // 2
    flac.write_bytes(content[:middle] + noise + content[middle:])
    truncated = folder / "truncated.flac"
    truncated.write_bytes(content[: len(content) * 3 // 4])
    tone = 0.1 * np.sin(np.arange(3 * 44_100) * 0.05)
    mp3 = folder / "holes.mp3"
    sf.write(mp3, tone, 44_100, format="MP3")
    sound = mp3.read_bytes()
    mp3.write_bytes(sound[: len(sound) // 2] + noise + sound[len(sound) // 2 :])
    text = folder / "text.mp3"
    text.write_text("only words\n" * 500)
    header = folder / "header.flac"
    header.write_bytes(content[:200] + noise)
    return [flac, truncated, mp3, text, header, folder / "missing.ogg"]


def test_damaged_files_print_nothing(tmp_path: Path) -> None:
    files = _damaged_files(tmp_path)
    outcome = subprocess.run(
        [sys.executable, "-c", _PLAY_ALL, *map(str, files)],
        capture_output=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert outcome.returncode == 0, outcome.stderr.decode()
    assert outcome.stdout == b""
    assert outcome.stderr == b""
