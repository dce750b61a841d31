"""A writer killed in the middle of its work loses at most the batch it was writing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuiradio.library.store import StoreWriter

# Tells after each batch that it is stored, until it is killed.
_WRITE_FOR_EVER = """
import sys
from pathlib import Path
import numpy as np
from tests.library.builders import ROOT, seen
from tuiradio.library.store import Heard, StoreWriter
store = StoreWriter(Path(sys.argv[1]))
store.add_root(ROOT)
for batch in range(100_000):
    store.apply_scan([seen(f"{batch}/{number}.mp3") for number in range(10)])
    first = batch * 10 + 1
    vector = np.ones(8, np.float32)
    store.store_heard("m", [Heard(first + n, 1_000, 1, vector) for n in range(10)])
    print(batch, flush=True)
"""


@pytest.mark.system
def test_what_was_heard_before_a_kill_is_not_heard_again(tmp_path: Path) -> None:
    file = tmp_path / "library.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITE_FOR_EVER, os.fspath(file)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    stored = 0
    for line in process.stdout:
        stored = (int(line) + 1) * 10
        if stored >= 100:
            process.kill()
            break
    process.stdout.close()
    process.wait()
    store = StoreWriter(file)
    counts = store.counts()
    assert counts.heard >= stored
    assert counts.tracks % 10 == counts.heard % 10 == 0
    assert store.vectors("m")[0].tolist() == list(range(1, counts.heard + 1))
    assert store._rows("PRAGMA integrity_check") == [("ok",)]
    store.close()
